"""What the alliance calls the codes of its lists: as the portal brings them, or in words of its own."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes, journal, permissions
from alliance.codes import rows
from alliance.codes.codelist import Code, CodeList
from alliance.codes.rows import CodeLabel
from alliance.db import alone, db, transaction
from alliance.errors import Invalid, NotFound
from alliance.forms import printable
from alliance.moderation.routes import bp
from alliance.permissions import guarded
from alliance.web import Answer, me

LONGEST = {"zh": 60, "en": 80}
FIXED = frozenset({"rights_statement"})  # their words are those of rightsstatements.org and Creative Commons


class _List:
    """A list as the subject of an event: the journal knows it by its place."""

    __tablename__ = "code_label"

    def __init__(self, name: str) -> None:
        self.id = list(codes.LISTS).index(name) + 1


@bp.get("/codes")
@guarded("codes.edit")
def code_lists() -> Answer:
    """All lists, with how many codes have words of the alliance's own."""
    changed = sa.select(CodeLabel.list_name, sa.func.count()).group_by(CodeLabel.list_name)
    counts = {name: number for name, number in db.session.execute(changed)}  # noqa: C416
    locale = str(get_locale())
    lists = sorted(
        (one.title(locale), one.name, len(one), counts.get(one.name, 0)) for one in codes.LISTS.values() if one.name not in FIXED
    )
    return render_template("moderation/code_lists.html", lists=lists)


@bp.get("/codes/<name>")
@guarded("codes.edit")
def code_list(name: str) -> Answer:
    """The codes of a list with both labels."""
    return _page(_list(name), {})


@bp.post("/codes/<name>")
@guarded("codes.edit")
def relabel(name: str) -> Answer:
    """Keep the labels that differ from those the portal brings."""
    codelist = _list(name)
    try:
        with transaction() as session:
            count = keep(session, me(), codelist, request.form)
    except Invalid as error:
        return _page(codelist, request.form, error)
    current_app.extensions["code_labels_read"] = None
    flash(_("已存好，%(n)s处用本联盟的叫法。几秒后各处生效。", n=count), "ok")
    return redirect(url_for("admin.code_lists"))


def keep(session: Session, person: Any, codelist: CodeList, typed: Any) -> int:
    """Write the rows of one list anew; how many codes have words of the alliance's own. Raises Invalid."""
    permissions.require(person, "codes.edit")
    alone(session, f"labels of {codelist.name}")
    wanted = {code.id: tuple(_typed(typed, code, language) for language in LONGEST) for code in codelist.shipped}
    _check(codelist, wanted)
    session.execute(sa.delete(CodeLabel).where(CodeLabel.list_name == codelist.name))
    own = {code_id: words for code_id, words in wanted.items() if any(words)}
    session.add_all(CodeLabel(list_name=codelist.name, code_id=one, zh=zh, en=en) for one, (zh, en) in own.items())
    journal.record(session, "code.relabelled", _List(codelist.name), person=person, data={"list": codelist.name, "own": own})
    return len(own)


def _typed(typed: Any, code: Code, language: str) -> str:
    """The words typed for a code; empty when they are those that it came with."""
    words = " ".join(printable(typed.get(f"{language}.{code.id}", "")).split())
    return "" if words == getattr(code, language) else words


def _check(codelist: CodeList, wanted: dict[str, tuple[str, ...]]) -> None:
    """No label too long, no two of a list alike."""
    faults: dict[str, Any] = {}
    for place, (language, most) in enumerate(LONGEST.items()):
        seen: set[str] = set()
        for code in codelist.shipped:
            words = wanted[code.id][place] or getattr(code, language)
            if len(words) > most:
                faults[f"{language}.{code.id}"] = _("最多%(n)s个字。", n=most)
            elif words in seen:
                faults[f"{language}.{code.id}"] = _("同一个列表里已有“%(words)s”。", words=words)
            seen.add(words)
    if faults:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), faults)


def _list(name: str) -> CodeList:
    if name not in codes.LISTS or name in FIXED:
        raise NotFound(_("没有这个列表。"))
    return codes.get(name)


def _page(codelist: CodeList, typed: Any, wrong: Invalid | None = None) -> Answer:
    rows.apply(db.session)
    page = render_template(
        "moderation/code_list.html",
        codelist=codelist,
        title=codelist.title(str(get_locale())),
        shipped=codelist.shipped,
        typed=typed,
        faults=wrong.fields if wrong else {},
    )
    return page, wrong.status if wrong else 200

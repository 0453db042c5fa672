"""Public pages: what one may ask for, the forms, the answered cases that are public."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock, codes, receiving
from alliance.archive.grants import OPENED
from alliance.cases import filing, forms, listing
from alliance.cases.models import Case
from alliance.cases.table import PUBLIC
from alliance.centres.models import Centre, Membership
from alliance.db import db, transaction
from alliance.errors import BadRequest, Conflict, Invalid, NotFound, Refusal, TooLarge, UnsupportedFile
from alliance.exchange.routes import fresh_key, key_given
from alliance.forms import printable, read_form
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.storage import files
from alliance.web import Answer, limiter, me

bp = Blueprint("cases", __name__, url_prefix="/cases")
FILES, FILE_MB = 3, 5
ROOM = 20 * 1024 * 1024  # in all; above it the form is not read
TRAP = "website"  # a field that people do not see
REMEMBERED = 20


def rate() -> str:
    """The setting of how many cases one address files."""
    return str(current_app.config["ALLIANCE"].case_rate)


receiving.VISITORS_ROOM["cases.file"] = ROOM


@bp.before_request
def _here() -> None:
    g.here = "cases"


@bp.url_value_preprocessor
def _allow_size(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """For members too; set before anything reads the request."""
    if endpoint == "cases.file":
        request.max_content_length = ROOM


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"label_of": lambda name, code: codes.label(name, code, str(get_locale()))}


@bp.get("/")
@guarded("case.file")
def home() -> Answer:
    """What one may ask for, the way back to one's case, the latest answers."""
    answered = listing.answered(db.session, count=5)
    return render_template("cases/home.html", kinds=listing.KIND_WORDS, answered=answered, typed={}, wrong={})


@bp.get("/answered")
@guarded("case.file")
def answered() -> Answer:
    """Public questions and complaints with their answers, the newest first."""
    page = Page(page_number(), 20, listing.how_many_answered(db.session))
    found = listing.answered(db.session, count=page.size, skip=page.skip)
    return render_template("cases/answered.html", answered=found, page=pager(page))


@bp.get("/new/<kind>")
@guarded("case.file")
def new(kind: str) -> Answer:
    """The form of that kind; ?code= or ?centre= names what it is about."""
    given = {name: printable(request.args.get(name, ""))[:60] for name in ("code", "centre")}
    return _form(_known(kind), given)


@bp.post("/new/<kind>")
@guarded("case.file")
@limiter.limit(rate, deduct_when=lambda answer: answer.status_code == 302)
def file(kind: str) -> Answer:
    """Take it in once; what does not hold comes back as it was typed."""
    kind = _known(kind)
    if request.form.get(TRAP):
        return render_template("cases/received.html")
    try:
        case = _filed(kind, key_given() or fresh_key())
    except (BadRequest, Invalid, TooLarge, UnsupportedFile) as refusal:
        return _form(kind, request.form, refusal), refusal.status
    remember(case)
    return redirect(url_for("cases.status", number=case.number, new=1))


def _filed(kind: str, key: str) -> Case:
    """The case of this form: looked at whole before a file is taken in."""
    form = read_form(forms.KIND_FORMS[kind])
    thing = filing.about(db.session, me(), kind=kind, code=form.code, slug=form.centre)
    if (known := filing.by_key(db.session, key)) is not None:
        return known
    sent = [one for one in request.files.getlist("files") if one.filename]
    if len(sent) > FILES:
        raise Invalid(_("附件太多。"), {"files": _("最多 %(n)s 个附件。", n=FILES)})
    received = [files.receive(one, kinds=files.PAPERS, limit_mb=FILE_MB) for one in sent]
    try:
        with transaction() as session:
            return filing.file(session, me(), kind=kind, form=form, thing=thing, key=key, received=received)
    except Conflict:
        known = filing.by_key(db.session, key)
        if known is None:
            raise
        return known


def _known(kind: str) -> str:
    if kind not in forms.KIND_FORMS:
        raise NotFound(_("没有这类事项。"))
    return kind


def _form(kind: str, typed: Any, refusal: Refusal | None = None) -> str:
    wrong = dict(refusal.fields) if isinstance(refusal, Invalid) else {"files": refusal.sentence} if refusal else {}
    return render_template(
        "cases/new.html",
        kind=kind,
        words=listing.KIND_WORDS[kind],
        typed=typed,
        wrong=wrong,
        summary=[("" if name == "form" else name, text) for name, text in wrong.items()],
        thing=listing.named(db.session, me(), typed.get("code", "")),
        centres=_centres(),
        is_public=kind in PUBLIC,
        needs_asset=kind in forms.ABOUT_ASSET,
        needs_contact=kind in ("use", "removal", "complaint"),
        relations=codes.get("case_relation").choices(str(get_locale())),
        key=key_given() or fresh_key(),
        trap=TRAP,
        limits=(FILES, FILE_MB),
        erase_days=current_app.config["ALLIANCE"].case_erase_days,
        today=clock.local(clock.now()).date().isoformat(),
    )


def _centres() -> list[tuple[str, str]]:
    """Active members by place, to choose from."""
    query = sa.select(Centre.slug, Centre.name, Centre.name_en).join(Membership, Membership.centre_id == Centre.id)
    english = str(get_locale()) == "en"
    rows = db.session.execute(query.where(Membership.state == "active").order_by(Centre.division_code, Centre.name))
    return [(slug, (name_en if english else "") or name) for slug, name, name_en in rows]


# Which cases this browser has opened -------------------------------------


def remember(case: Case) -> None:
    """From now on this browser may read the case and open what it grants."""
    opened = [number for number in cookie.get(OPENED, []) if number != case.id]
    cookie[OPENED] = [*opened, case.id][-REMEMBERED:]


def is_open(case: Case | None) -> bool:
    """Whether the case was filed in this browser, or opened by its secret."""
    return case is not None and case.id in cookie.get(OPENED, [])

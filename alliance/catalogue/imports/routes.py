"""Pages of import and export."""

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wsgi import FileWrapper

from alliance.catalogue import exports, kinds
from alliance.catalogue.imports import columns, service, show, tables
from alliance.catalogue.imports.assets import ASSET
from alliance.catalogue.imports.models import ImportBatch
from alliance.catalogue.imports.targets import TARGETS
from alliance.catalogue.listing import acting_for, asked, read_filter
from alliance.clock import local, now
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, Refusal, TooLarge, UnsupportedFile
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.storage.files import named
from alliance.web import Answer, me

bp = Blueprint("imports", __name__, url_prefix="/resources")
ROOM = 256 * 1024  # for the form around a file
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": tables.XLSX}


@bp.before_request
def _here() -> None:
    g.here = "mine"


@bp.url_value_preprocessor
def _allow_size(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The largest table and the form around it; set before anything reads the request."""
    if endpoint == "imports.upload":
        request.max_content_length = tables.MOST_MEGABYTES * 1024 * 1024 + ROOM


# Import ------------------------------------------------------------------


@bp.get("/import")
@guarded("resource.create")
def start() -> Answer:
    """Choose a kind and a table; what was imported before."""
    return _start()


def _start(wrong: Refusal | None = None, kind: str = "") -> Answer:
    person = me()
    if not person.is_admin:
        acting_for()  # refuses who works for no centre
    options = [(one.id, one.label) for one in (*kinds.KINDS.values(), ASSET)] if person.centre is not None else []
    if person.is_admin:
        options.append(("centre", TARGETS["centre"].kind.label))
    fields = wrong.fields if isinstance(wrong, Invalid) and wrong.fields else {"file": wrong.sentence} if wrong else {}
    page = render_template(
        "catalogue/import.html",
        options=options,
        kind=kind or request.args.get("kind", ""),
        faults=fields,
        batches=show.batches(db.session, person),
        states=show.STATES,
        kinds={name: target.kind.label for name, target in TARGETS.items()},
        limits=tables,
    )
    return (page, wrong.status) if wrong else page


@bp.post("/import")
@guarded("resource.create")
def upload() -> Answer:
    """Keep the table and have it tried out."""
    kind = ""
    try:
        kind = request.form.get("kind", "")[:20]
        if kind not in TARGETS:
            raise Invalid(_("请选择要导入的类别。"), {"kind": _("请选择要导入的类别。")})
        received = service.receive(request.files.get("file"))
        with transaction() as session:
            centre = None if kind == "centre" else acting_for()
            batch = service.begin(session, me(), centre=centre, kind=kind, received=received, locale=str(get_locale()))
            number = batch.id
    except (Invalid, UnsupportedFile, TooLarge) as refusal:
        return _start(refusal, kind)
    return redirect(url_for("imports.batch", number=number), 303)


@bp.get("/import/<int:number>")
@guarded("import.run")
def batch(number: int) -> Answer:
    """How far it is: tried out, running, done, undone."""
    found = service.by_number(db.session, me(), number)
    if found.state in service.BUSY:
        return render_template(
            "catalogue/import_progress.html", batch=found, counts=service.counts(db.session, found), states=show.STATES
        )
    answer = make_response(_batch(found))
    if request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _batch(found: ImportBatch, wrong: Invalid | None = None, chosen: list[str] | None = None) -> str:
    counts, outcome = service.counts(db.session, found), request.args.get("outcome", "")
    outcome = outcome if outcome in show.OUTCOMES else ""
    page = Page(page_number(), show.SIZE, counts.get(outcome, 0) if outcome else counts["all"])
    return render_template(
        f"catalogue/import_{'check' if found.state == 'checked' else 'result'}.html",
        batch=found,
        kind=TARGETS[found.kind].kind.label,
        counts=counts,
        states=show.STATES,
        outcomes=show.OUTCOMES,
        outcome=outcome,
        lines=show.lines(db.session, me(), found, outcome, page),
        columns=show.columns_of(db.session, found, chosen),
        choices=show.choices(found),
        unread=service.match_of(found).unread,
        nothing="" if any(found.columns["fields"]) else columns.nothing_known(),
        faults=wrong.fields if wrong else {},
        sentence=wrong.sentence if wrong else "",
        pager=pager(page, lambda one: url_for("imports.batch", number=found.id, outcome=outcome or None, page=one)),
    )


@bp.post("/import/<int:number>/columns")
@guarded("import.run")
def rematch(number: int) -> Answer:
    """Read the columns otherwise and try out again."""
    found = service.by_number(db.session, me(), number)
    chosen = [request.form.get(f"column.{index}", "")[:200] for index in range(len(found.columns["headings"]))]
    try:
        with transaction() as session:
            service.rematch(session, me(), batch=service.by_number(session, me(), number), chosen=chosen)
    except Invalid as wrong:
        return _batch(service.by_number(db.session, me(), number), wrong, chosen), wrong.status
    return redirect(url_for("imports.batch", number=number), 303)


@bp.post("/import/<int:number>/commit")
@guarded("import.run")
def commit(number: int) -> Answer:
    """Take the rows in; asked again, go on."""
    return _ordered(number, service.commit)


@bp.post("/import/<int:number>/undo")
@guarded("import.run")
def undo(number: int) -> Answer:
    """Take away what it made."""
    return _ordered(number, service.undo)


def _ordered(number: int, order: Any) -> Answer:
    try:
        with transaction() as session:
            order(session, me(), batch=service.by_number(session, me(), number))
    except Conflict as refusal:
        flash(str(refusal.sentence), "warn")
    return redirect(url_for("imports.batch", number=number), 303)


# Export ------------------------------------------------------------------


@bp.get("/export.<ending>")
@guarded("resource.create")
def export(ending: str) -> Answer:
    """Our listings under the conditions of the list; `blank` gives the empty table to fill in."""
    chosen, blank = read_filter(), "blank" in request.args
    if ending not in TYPES or (ending == "csv" and not chosen.kind):
        raise NotFound(_("可以导出 .xlsx 和 .csv；导出 .csv 要先选一个类别。"))
    wanted = [kinds.KINDS[chosen.kind]] if chosen.kind else list(kinds.KINDS.values())
    query, locale = asked(acting_for(), chosen), str(get_locale())
    sheets = [(str(k.label), exports.headings(k), () if blank else exports.rows(db.session, query, k, locale)) for k in wanted]
    body = FileWrapper(exports.as_csv(*sheets[0][1:]) if ending == "csv" else exports.as_workbook(sheets))
    name = _("%(what)s%(day)s", what=wanted[0].label if chosen.kind else _("我馆资源"), day=f"{local(now()):%Y%m%d}")
    return Response(body, mimetype=TYPES[ending], headers={"Content-Disposition": "attachment" + named(f"{name}.{ending}")})

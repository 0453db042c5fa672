"""The audit trail: every event, filtered by action, person, centre and date; as a page and as CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from flask import Response, render_template, request, stream_with_context
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import db
from alliance.exchange.table import ACTIONS
from alliance.forms import EARLIEST, LATEST
from alliance.journal import Event
from alliance.moderation import changes
from alliance.moderation.actions import WORDS
from alliance.moderation.routes import bp
from alliance.moderation.subjects import named
from alliance.paging import here
from alliance.people.models import Person
from alliance.permissions import guarded
from alliance.web import Answer

SIZE = 50
ALL, PEOPLE = "all", "people"
MOST = 100_000
HEADINGS = ("number", "at", "action", "person", "centre", "subject", "data", "request")
SORTS: Final = (
    ("leg.", _l("往来")),
    ("resource.", _l("资源")),
    ("asset.", _l("档案")),
    ("upload.", _l("上传")),
    ("case.", _l("公众事项")),
    ("collection.", _l("专题")),
    ("centre.", _l("成员馆")),
    ("person.", _l("人员")),
    ("invitation.", _l("邀请")),
    ("announcement.", _l("公告")),
    ("code.", _l("代码列表")),
    ("calendar.", _l("节假日")),
    ("job.", _l("后台任务")),
)
Row = tuple[Event, str | None, str | None]


@dataclass(frozen=True)
class Wanted:
    """What is asked for; a part that cannot be read is left out. Who asks for nothing sees what people did: the system's own rows,
    a score recounted each night, would hide it."""

    sort: str = ""
    action: str = ""
    by: str = ""
    person: str = ""
    centre: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def of(cls, args: Any) -> "Wanted":
        given = {name: str(args.get(name, "")).strip()[:120] for name in cls.__dataclass_fields__}
        return cls(**given | {"by": given["by"] or (ALL if given["sort"] or given["action"] else PEOPLE)})

    def query(self) -> sa.Select[Any]:
        """Events with the names of person and centre, newest first."""
        found: Any = (
            sa.select(Event, Person.name, Centre.name)
            .outerjoin(Person, Person.id == Event.actor_id)
            .outerjoin(Centre, Centre.id == Event.centre_id)
            .order_by(Event.id.desc())
        )
        if self.sort in dict(SORTS):
            found = found.where(Event.action.startswith(self.sort, autoescape=True))
        if self.by == PEOPLE:
            found = found.where(Event.actor_id.is_not(None))
        if self.action:
            found = found.where(Event.action.startswith(self.action, autoescape=True))
        if self.person:
            found = found.where(sa.or_(Person.name == self.person, Person.email == self.person))
        if self.centre:
            found = found.where(sa.or_(Centre.name == self.centre, Centre.short_name == self.centre, Centre.slug == self.centre))
        if (start := _midnight(self.first)) is not None:
            found = found.where(Event.at >= start)
        if (end := _midnight(self.last)) is not None:
            found = found.where(Event.at < end + timedelta(days=1))
        return cast(sa.Select[Any], found)


@bp.get("/audit")
@guarded("audit.read")
def audit() -> Answer:
    """Events, newest first; the next page starts below the last number seen."""
    wanted = Wanted.of(request.args)
    query = wanted.query()
    before = request.args.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        query = query.where(Event.id < int(before))
    found = rows(db.session, query.limit(SIZE + 1))
    older = here(before=found[SIZE - 1][0].id) if len(found) > SIZE else None
    newest = here(before=None) if before else None
    events, locale = [row[0] for row in found[:SIZE]], str(get_locale())
    people = changes.people_in(db.session, events)
    return render_template(
        "moderation/audit.html",
        rows=[
            (event, spoken_action(event), who, where, changes.spoken(event, locale, people)) for event, who, where in found[:SIZE]
        ],
        subjects=named(db.session, events),
        wanted=wanted,
        sorts=SORTS,
        older=older,
        newest=newest,
    )


@bp.get("/audit.csv")
@guarded("audit.read")
def audit_csv() -> Answer:
    """The same as CSV with a byte order mark, for spreadsheets; no cell can become a formula."""
    query = Wanted.of(request.args).query().limit(MOST)
    answer = Response(stream_with_context(_lines(query)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def rows(session: Session, query: sa.Select[Any]) -> list[Row]:
    return [(event, who, where) for event, who, where in session.execute(query)]


def spoken_action(event: Event) -> str:
    """What happened, in words: the label of the action, else its name."""
    subject, _dot, name = event.action.partition(".")
    if subject == "leg" and name in ACTIONS:
        return str(ACTIONS[name].label)
    return str(WORDS.get(event.action, event.action))


def safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" \t\r\n")[:1] in tuple("=+-@＝＋－＠") or text[:1] in ("\t", "\r", "\n") else text


def _lines(query: sa.Select[Any]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow(HEADINGS)
    for event, who, where in db.session.execute(query.execution_options(yield_per=500)):
        at = clock.local(event.at).isoformat(timespec="seconds")
        subject = f"{event.subject_type} {event.subject_id}"
        cells = (event.id, at, event.action, who, where, subject, json.dumps(event.data, ensure_ascii=False), event.request_id)
        writer.writerow([safe(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _midnight(text: str) -> datetime | None:
    """The start of that day in China; None where it is no date of our times."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), clock.SHANGHAI) if EARLIEST <= day <= LATEST else None

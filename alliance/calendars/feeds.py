"""What a feed tells: details to the sides of a loan, to everybody else that a thing is taken."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.calendars import loans, taken
from alliance.calendars.loans import Changed
from alliance.calendars.models import Feed
from alliance.calendars.taken import Taken
from alliance.calendars.writing import Entry, written
from alliance.catalogue.models import Resource
from alliance.exchange import present, turns, words
from alliance.exchange.models import Leg
from alliance.exchange.table import BOOKED

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
WARNING = timedelta(minutes=30)


def told(session: Session, feed: Feed) -> bytes:
    """The feed as its person may read it now."""
    if feed.resource is not None:
        return written(feed.resource.title or feed.resource.code, _of_resource(session, feed.resource, feed))
    if feed.centre is not None:
        return written(present.called(feed.centre), _of_centres(session, [feed.centre.id]))
    return written(str(_("联盟：我的待办")), _of_person(session, feed))


def _of_person(session: Session, feed: Feed) -> Iterator[Entry]:
    """Until when I have to act or to answer a question, and the loans of my centres."""
    mine = turns.tasks(session, feed.person, clock.now()).mine
    stamps = loans.changed(session, [task.leg.id for task in mine])
    for task in mine:
        leg, name, until = task.leg, "due", task.turn.deadline
        if task.ask is not None:
            name, until = "ask", loans.answer_by(session, leg, task.ask)
        if until is not None:
            yield _deadline(leg, until, str(present.to_do(leg, task.ask, task.turn)), stamps.get(leg.id), name)
    yield from _of_centres(session, [centre.id for centre in feed.person.centres], dues=False)


def _of_centres(session: Session, centres: Collection[int], *, dues: bool = True) -> Iterator[Entry]:
    now = clock.now()
    legs = loans.between(session, centres, now - BACK, now + AHEAD)
    stamps = loans.changed(session, [leg.id for leg in legs])
    for leg in legs:
        if leg.state not in loans.ASKED:
            yield from _loan(leg, leg.owner_id in centres, stamps.get(leg.id))
        elif dues and (until := loans.due_of(leg, centres)) is not None:
            yield _deadline(leg, until, str(present.to_do(leg, None)), stamps.get(leg.id))


def _loan(leg: Leg, lends: bool, stamp: Changed | None) -> Iterator[Entry]:
    if leg.starts_at is None or leg.ends_at is None:
        return
    title, thing = leg.agreement.heading, leg.lines[0].resource.title
    if leg.agreement.is_licence:
        yield _window(leg, lends, stamp)
        return
    other = present.called(leg.borrower if lends else leg.owner)
    called = words.called(leg)
    told = _("%(what)s：%(thing)s（%(who)s）", what=called.lent if lends else called.borrowed, thing=thing, who=other)
    status = "CONFIRMED" if leg.state in BOOKED or leg.state == "closed" else "CANCELLED"
    place = str(leg.terms[-1].content.get("place") or "") if leg.terms else ""
    yield _entry(leg, "loan", leg.starts_at, leg.ends_at, str(told), stamp, status, str(title), place)
    if status == "CONFIRMED":
        for name, at, said in (("out", leg.starts_at, called.begins), ("back", leg.ends_at, called.ends)):
            yield _entry(leg, name, at, at + WARNING, f"{said}{_('：')}{thing}", stamp, status, str(title), place, busy=False)


def _window(leg: Leg, lends: bool, stamp: Changed | None) -> Entry:
    """The time of a licence keeps nobody busy."""
    assert leg.starts_at is not None
    assert leg.ends_at is not None
    words = {"thing": leg.lines[0].resource.title, "who": present.called(leg.borrower if lends else leg.owner)}
    said = _("授权给别馆：%(thing)s（%(who)s）", **words) if lends else _("获得授权：%(thing)s（%(who)s）", **words)
    status = "CONFIRMED" if leg.state in BOOKED or leg.state == "closed" else "CANCELLED"
    return _entry(leg, "window", leg.starts_at, leg.ends_at, str(said), stamp, status, str(leg.agreement.heading), "", busy=False)


def _deadline(leg: Leg, until: datetime, to_do: str, stamp: Changed | None, name: str = "due") -> Entry:
    words = _("截止：%(what)s（%(title)s）", what=to_do, title=leg.agreement.heading)
    return _entry(leg, name, until - WARNING, until, str(words), stamp, "CONFIRMED", leg.lines[0].resource.title, "", busy=False)


def _entry(
    leg: Leg,
    name: str,
    start: datetime,
    end: datetime,
    summary: str,
    stamp: Changed | None,
    status: str,
    description: str,
    place: str,
    *,
    busy: bool = True,
) -> Entry:
    address = _base() + url_for("exchange.agreement", number=leg.agreement.number)
    return Entry(
        f"leg-{leg.id}-{name}@{_host()}",
        start,
        end,
        summary,
        stamp.at if stamp is not None else leg.agreement.created_at,
        leg.version + (stamp.moved if stamp is not None else 0),
        status,
        busy and status == "CONFIRMED",
        f"{description}\n{leg.agreement.number}",
        place,
        address,
    )


def _of_resource(session: Session, one: Resource, feed: Feed) -> Iterator[Entry]:
    now, ours = clock.now(), frozenset(centre.id for centre in feed.person.centres)
    rows = taken.read(session, [one.id], now - BACK, now + AHEAD, ours).get(one.id, ())
    stands = loans.of_rows(session, [it.row_id for it in rows])
    return (_period(it, one, *stands.get(it.row_id, (Changed(it.made_at, 0), 0))) for it in rows)


def _period(it: Taken, one: Resource, changed: Changed, version: int) -> Entry:
    usual = {"confirmed": _("已订"), "hold": _("待定"), "maintenance": _("保养"), "block": _("停借")}[it.kind]
    return Entry(
        f"resource-{one.id}-{it.row_id}@{_host()}",
        it.starts_at,
        it.ends_at,
        it.title or it.note or str(usual),
        max(it.made_at, changed.at),
        version + changed.moved,
        "TENTATIVE" if it.kind == "hold" else "CONFIRMED",
        url=_base() + url_for("exchange.agreement", number=it.number) if it.number else "",
    )


def _base() -> str:
    return str(current_app.config["ALLIANCE"].address)


def _host() -> str:
    return urlsplit(_base()).hostname or "alliance"

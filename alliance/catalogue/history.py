"""What happened to a listing, in words, newest first."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import codes, journal
from alliance.catalogue import kinds
from alliance.catalogue.models import Resource
from alliance.people.models import Person
from alliance.worktime import spoken_moment

SAID: dict[str, Any] = {
    "resource.created": _l("建了草稿"),
    "resource.saved": _l("修改"),
    "resource.submitted": _l("提交了审核"),
    "resource.taken_back": _l("撤回了提交"),
    "resource.published": _l("审核通过，上架"),
    "resource.returned": _l("审核退回"),
    "resource.change_seen": _l("审核人看过了改动"),
    "resource.withdrawn": _l("下架了"),
    "resource.maintained": _l("转了维护"),
    "resource.paused": _l("停借了"),
    "resource.republished": _l("恢复了外借"),
    "resource.verified": _l("核实过"),
    "resource.photo_added": _l("加照片"),
    "resource.photo_removed": _l("删照片"),
    "resource.photos_arranged": _l("整理照片"),
    "resource.paper_added": _l("加证照"),
    "resource.paper_removed": _l("删证照"),
    "resource.opening_set": _l("改可借时段"),
    "resource.exception_added": _l("加例外日"),
    "resource.exception_removed": _l("删例外日"),
    "resource.blocked": _l("占用档期"),
    "resource.unblocked": _l("恢复档期"),
    "resource.part_added": _l("设了一个部分"),
    "resource.part_removed": _l("取消了一个部分"),
    "resource.stale": _l("提醒：一年没有核实"),
    "resource.paper_ending": _l("提醒：证照将到期"),
    "resource.paper_ended": _l("证照已到期"),
    "resource.sessions_used": _l("记了自用场次"),
    "resource.sessions_back": _l("撤销了自用场次"),
    "resource.sessions_ending": _l("提醒：采购场次将到期"),
}
MOST = 60


class Moment(NamedTuple):
    """One entry for the list of moments."""

    at: str
    when: str
    text: str
    tone: str
    note: str


def told(session: Session, resource: Resource, locale: str) -> list[Moment]:
    """The last things that happened; saving several times in a row by one person is told once."""
    query = sa.select(journal.Event, Person.name).outerjoin(Person, Person.id == journal.Event.actor_id)
    query = query.where(
        journal.Event.subject_type == "resource", journal.Event.subject_id == resource.id, journal.Event.action.in_(SAID)
    )
    moments: list[Moment] = []
    last: tuple[str, str | None] | None = None
    for event, name in session.execute(query.order_by(journal.Event.id.desc()).limit(300)):
        if event.action == "resource.saved" and last == (event.action, name):
            continue
        last = (event.action, name)
        tone = "good" if event.action == "resource.published" else ""
        text = "·".join(filter(None, (name, str(SAID[event.action]))))
        when = spoken_moment(event.at, codes.language(locale))
        moments.append(Moment(event.at.isoformat(), when, text, tone, _note(resource, event, locale)))
        if len(moments) == MOST:
            break
    return moments


def _note(resource: Resource, event: journal.Event, locale: str) -> str:
    """The remarks of a review, or the names of the fields that changed."""
    kind = kinds.kind_of(resource)
    review = event.data.get("review") or {}
    if review:
        labels = dict(kind.checklist)
        notes = [f"{labels[key]}：{text}" for key, text in review.get("notes", {}).items() if key in labels]
        return "；".join([*notes, *filter(None, [review.get("remarks")])])
    changed = [str(kind.by_name[name].label) for name in event.data.get("changed", ()) if name in kind.by_name]
    return kinds.comma(locale).join(changed[:8])

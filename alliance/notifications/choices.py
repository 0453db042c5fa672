"""What each person chose: which sort of notice is mailed at once, waits for the morning's mail, or only stands in the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import journal, permissions
from alliance.errors import Invalid
from alliance.notifications.belonging import BELONGING
from alliance.notifications.models import NoticeChoice
from alliance.people.locking import hold

HOWS: Final = {"at_once": _l("马上发邮件"), "digest": _l("每天早上汇总成一封"), "portal": _l("只在平台上看")}


@dataclass(frozen=True)
class Group:
    """A sort of notice: how it is delivered unless chosen otherwise, and what may be chosen."""

    name: str
    label: Any
    hint: Any
    usual: str
    hows: tuple[str, ...] = tuple(HOWS)


GROUPS: Final = {
    group.name: group
    for group in (
        Group("turn", _l("轮到我办的"), _l("申请、确认、交接、审核等着您。"), "at_once", ("at_once", "digest")),
        Group("loans", _l("往来的进展"), _l("已受理、已确定、已归还；快到期的不论怎样选，都马上发。"), "digest"),
        Group("things", _l("资源和档案"), _l("上架、发布、证照到期、该核实了。"), "digest"),
        Group("alliance", _l("联盟的事"), _l("入盟、暂停、退出。"), "digest"),
    )
}


def group_of(template: str, *, turn: bool) -> str:
    """Which sort a notice belongs to."""
    if turn:
        return "turn"
    if template.startswith("membership"):
        return "alliance"
    return "things" if template in BELONGING else "loans"


def chosen(session: Session, people: Iterable[int]) -> dict[tuple[int, str], str]:
    """(person, group) -> how, for those who chose; one query."""
    rows = session.execute(
        sa.select(NoticeChoice.person_id, NoticeChoice.group, NoticeChoice.how).where(NoticeChoice.person_id.in_(set(people)))
    )
    return {(person, group): how for person, group, how in rows}


def of(session: Session, person: Any) -> dict[str, str]:
    """How that person is told of each sort."""
    own = chosen(session, [person.id])
    return {name: own.get((person.id, name), group.usual) for name, group in GROUPS.items()}


def choose(session: Session, person: Any, *, given: dict[str, str]) -> None:
    """Keep what differs from what is usual; raises Invalid for what cannot be chosen."""
    permissions.require(person, "self.edit")
    wrong = {name: _("请从列表中选择。") for name, group in GROUPS.items() if given.get(name) not in group.hows}
    if wrong:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), wrong)
    hold(session, person)
    session.execute(sa.delete(NoticeChoice).where(NoticeChoice.person_id == person.id))
    own = {name: given[name] for name, group in GROUPS.items() if given[name] != group.usual}
    session.add_all(NoticeChoice(person_id=person.id, group=name, how=how) for name, how in own.items())
    journal.record(session, "person.notices_chosen", person, person=person, data=own)

"""Who belongs to the alliance: applied, active, suspended, declined, left. One table says which step leads where."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal, permissions
from alliance.centres.forms import Application
from alliance.centres.models import Centre, Membership
from alliance.centres.service import free_slug, the_alliance
from alliance.codes.centres import MEMBERSHIP_STATE
from alliance.db import alone
from alliance.errors import Conflict, Invalid

GIVEN = ("level", "type", "division_code", "address", "phone")
DEFAULT_ROLE = {"national": "hub", "province": "hub", "city": "hub", "county": "main", "town": "branch", "village": "point"}


@dataclass(frozen=True)
class Step:
    """A decision of the secretariat: from which states, to which, recorded as, whether a reason is owed, and a last day (`term`).

    `barred`: it is possible only while the centre may not borrow, or only while it may.
    """

    name: str
    label: Any
    sources: frozenset[str]
    target: str
    event: str
    reason: bool
    tone: str = "quiet"
    term: bool = False
    barred: bool | None = None


STEPS = {
    step.name: step
    for step in (
        Step("approve", _l("同意入盟"), frozenset({"applied"}), "active", "centre.approved", False, "primary"),
        Step("decline", _l("不予入盟"), frozenset({"applied"}), "declined", "centre.declined", True, "stop"),
        Step(
            "suspend", lazy_pgettext("button", "暂停成员资格"), frozenset({"active"}), "suspended", "centre.suspended", True, "stop"
        ),
        Step(
            "restore",
            lazy_pgettext("button", "恢复成员资格"),
            frozenset({"suspended"}),
            "active",
            "centre.restored",
            False,
            "primary",
        ),
        Step("warn", _l("警示"), frozenset({"active"}), "active", "centre.warned", True),
        Step("bar", _l("暂停借入"), frozenset({"active"}), "active", "centre.barred", True, "stop", term=True, barred=False),
        Step("unbar", _l("提前恢复借入"), frozenset({"active"}), "active", "centre.unbarred", True, barred=True),
        Step("withdraw", _l("办理退出"), frozenset({"active", "suspended"}), "left", "centre.left", True, "stop"),
    )
}

LONGEST = timedelta(days=366)

# What a decision touches is counted by parts that stand above this one: "listings", "open" and "running" agreements of a centre.
touched: dict[str, Callable[[Session, int], int]] = {}


def consequences(session: Session, centre: Centre) -> dict[str, int]:
    """How many listings would be hidden, open requests declined, running agreements go on."""
    return {name: count(session, centre.id) for name, count in touched.items()}


@dataclass(frozen=True)
class Cause:
    """Why a step is proposed by the rule: what was counted, the page that lists it, and the step."""

    text: Any
    url: str
    step: Step


causes_of: list[Callable[[Session, Centre], Cause | None]] = []
"""Rules of parts that stand above this one."""


def causes(session: Session, centre: Centre) -> list[Cause]:
    """What the rules propose for a centre now."""
    return [found for rule in causes_of if (found := rule(session, centre)) is not None]


def steps(centre: Centre) -> list[Step]:
    """The decisions that are possible now."""
    state, barred = centre.membership.state if centre.membership is not None else "", centre.barred_until is not None
    return [step for step in STEPS.values() if state in step.sources and step.barred in (None, barred)]


def apply(session: Session, person: Any, *, form: Application) -> Centre:
    """Anybody asks for a centre to join; one that was declined or left may ask again, and what is known of it stays as it is."""
    permissions.require(person, "membership.apply")
    alone(session, "centres")
    alliance = the_alliance(session)
    centre = session.scalar(sa.select(Centre).where(Centre.name == form.name).with_for_update(of=Centre))
    if centre is not None and centre.membership is not None and centre.membership.state not in ("declined", "left"):
        sentence = _("该馆已在联盟中或正在申请，请与联盟秘书处联系。")
        raise Invalid(sentence, {"name": sentence})
    given = {name: getattr(form, name) for name in GIVEN}
    data: dict[str, Any] = {"contact": form.contact_name}
    if centre is None:
        role = DEFAULT_ROLE[form.level]
        centre = Centre(slug=free_slug(session, form.name), name=form.name, short_name=form.name[:40], role=role, **given)
        session.add(centre)
    else:
        data |= {"given": {name: value for name, value in given.items() if value != getattr(centre, name)}}
        data |= {"before": _kept(centre.membership)}
    membership = centre.membership or Membership(alliance=alliance, centre=centre)
    membership.state, membership.reason, membership.applied_at = "applied", "", clock.now()
    membership.contact_name, membership.contact_email, membership.note = form.contact_name, form.contact_email, form.note
    session.add(membership)
    journal.record(session, "centre.applied", centre, person=person, data=data)
    return centre


def _kept(membership: Membership | None) -> dict[str, str]:
    """What an application replaces, for the journal."""
    names = ("state", "reason", "contact_name", "contact_email", "note")
    return {name: getattr(membership, name) for name in names} if membership is not None else {}


def asked(session: Session, centre: Centre) -> dict[str, str]:
    """What an application says otherwise than we know it, while it waits: the secretariat decides whether it holds."""
    if centre.membership is None or centre.membership.state != "applied":
        return {}
    applied = next((one for one in reversed(journal.history(session, centre)) if one.action == "centre.applied"), None)
    return dict(applied.data.get("given", {})) if applied is not None else {}


def decide(session: Session, person: Any, *, centre: Centre, step: Step, reason: str = "", until: date | None = None) -> Centre:
    """Take a step; raises Conflict when it is not possible now, Invalid without the reason or the last day that it owes."""
    permissions.require(person, "membership.decide")
    membership = session.scalar(
        sa.select(Membership).where(Membership.centre_id == centre.id).with_for_update().execution_options(populate_existing=True)
    )
    if membership is None or step not in steps(centre):
        now = MEMBERSHIP_STATE.label(membership.state, "zh") if membership is not None else ""
        raise Conflict(_("该馆现在是“%(state)s”，不能办这一步。", state=now))
    if step.reason and len(reason.strip()) < 4:
        raise Invalid(_("请写明理由。"), {"reason": _("请写明理由，对方会看到。")})
    today = clock.local(clock.now()).date()
    if step.term and (until is None or not today <= until <= today + LONGEST):
        raise Invalid(_("请填到哪一天为止，今天起一年以内。"), {"until": _("今天起一年以内的一天。")})
    if step.name == "withdraw" and consequences(session, centre).get("running", 0):
        raise Conflict(_("还有借用没有办结。请先暂停成员资格，等这些借用办结后再办退出。"))
    before = membership.state
    was_member = step.name == "decline" and membership.left_on is not None
    if step.target != before or was_member:
        membership.state, membership.reason = "left" if was_member else step.target, reason.strip()
    if step.barred is not None:
        membership.barred_until = until if step.term else None
    if step.name == "approve":
        membership.joined_on, membership.left_on = today, None
    if step.name == "withdraw":
        membership.left_on = today
    centre.version += 1
    data = {
        "from": before,
        "to": membership.state,
        "reason": reason.strip(),
        "email": membership.contact_email,
        "name": membership.contact_name,
    }
    data |= {"until": until.isoformat()} if step.term and until is not None else {}
    journal.record(session, step.event, centre, person=person, centre_id=centre.id, data=data)
    if step.name == "decline" and membership.contact_email:
        _tell_declined(session, centre, membership)
    return centre


def _tell_declined(session: Session, centre: Centre, membership: Membership) -> None:
    lines = [
        _("%(name)s，您好：", name=membership.contact_name),
        _("%(centre)s的入盟申请未获同意。理由：%(reason)s", centre=centre.name, reason=membership.reason),
        _("情况有变化后可以再次申请。"),
    ]
    subject = _("%(centre)s的入盟申请", centre=centre.name)
    jobs.later(session, "mail", {"to": membership.contact_email, "subject": subject, "body": "\n\n".join(lines)})

"""Agreements of several legs: begun, added to, sent as one; and substitutes for what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal, permissions
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange import requests, together
from alliance.exchange.actions import act
from alliance.exchange.controls import shown_of
from alliance.exchange.drafts import Draft, missing, sift
from alliance.exchange.guards import must_be_endorsed
from alliance.exchange.listing import why_not
from alliance.exchange.models import JOINT, TOUR, Agreement, Leg
from alliance.exchange.request_form import RequestForm
from alliance.exchange.table import GONE, OPEN
from alliance.people.models import Person

MOST = 12
"""Legs of one agreement."""

NO_SECOND = {"second_starts_at": "", "second_ends_at": ""}
"""Once others agreed to a date there is no other choice."""
NOT_TAKEN_OVER = ("files", "note", "in_return", "expedited", "expedited_note")


def locked(session: Session, person: Person, number: str) -> Agreement:
    """The agreement, so that nobody else adds to it meanwhile. Raises Forbidden for who does not act for who began it."""
    query = sa.select(Agreement).where(Agreement.number == number, Agreement.kind.in_(JOINT)).with_for_update(of=Agreement)
    found = session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if found is not None and "staff" in person.roles_in(found.initiator_id):
        session.refresh(found, ["legs"])
        return found
    if found is None or not any(leg.was_sent for leg in found.legs):
        raise NotFound(_("没有这份约定，或您不是它的参与方。"))
    raise Forbidden(_("由发起馆办理。"))


def put_into(session: Session, person: Person, leg: Leg, into: str) -> Leg:
    """A loan that nobody else has seen becomes a tour, a swap, a joint project of its own, or part of the one of that number."""
    if leg.state != "draft":
        raise Conflict(_("已经提交，不能再改成别的方式。"))
    if leg.agreement.kind in ("licence", "secondment"):
        raise Conflict(_("授权和轮训挂职单独办，不并入互换或联合项目。"))
    if into in JOINT | {TOUR}:
        leg.agreement.kind = into
        return leg
    before, target = leg.agreement, locked(session, person, into)
    if target.initiator_id != leg.borrower_id:
        raise Conflict(_("两份约定由不同的馆发起，不能并在一起。"))
    _may_grow(target, None)
    leg.rank, leg.agreement = _next_rank(target), target
    session.flush()
    session.delete(before)
    return leg


def add(
    session: Session,
    person: Person,
    agreement: Agreement,
    *,
    resource: Resource,
    form: RequestForm | Draft | None = None,
    replaces: Leg | None = None,
    key: str | None = None,
) -> Leg:
    """One more thing that who began the agreement asks for; without a form it starts from what the first leg says.

    `replaces`: it takes the place of that one, which was refused or lost. Raises Conflict.
    """
    _may_grow(agreement, replaces)
    requests.alone(resource, form)
    borrower = agreement.initiator
    permissions.require(person, "resource.request", resource)
    refusal = why_not(resource, borrower)
    if refusal:
        raise Conflict(refusal)
    model = replaces or next((one for one in agreement.legs if one.begun_by == "borrower"), None)
    settled = replaces is not None and any(one.state == "agreed" for one in agreement.legs)
    form = form or _taken_over(model, **(NO_SECOND if settled else {}))
    leg = _leg(agreement, resource.owner, borrower)
    if replaces is not None:
        leg.replaces, leg.mandatory = replaces.rank, replaces.state in GONE
    requests.begin(session, person, leg, resource=resource, form=form, key=key)
    return leg


def give(session: Session, person: Person, agreement: Agreement, *, resource: Resource, key: str | None = None) -> Leg:
    """What who began a swap gives in return. Raises Conflict, Invalid."""
    _may_grow(agreement, None)
    asked = next((one for one in agreement.legs if one.begun_by == "borrower"), None)
    if agreement.kind != "swap" or asked is None:
        raise Conflict(_("只有互换才由本馆也拿出一项。"))
    if any(one.begun_by == "owner" and one.state not in GONE for one in agreement.legs):
        raise Conflict(_("贵馆已经拿出一项。"))
    requests.alone(resource)
    if resource.owner_id != agreement.initiator_id:
        raise Invalid(_("请选贵馆自己的一项资源。"), {"resource": _("请选贵馆自己的一项资源。")})
    refusal = why_not(resource, asked.owner)
    if refusal:
        raise Conflict(_("对方馆借不了这一项：%(why)s", why=refusal))
    place = {"place": asked.owner.name, "division_code": asked.owner.division_code, "address": asked.owner.address or ""}
    form = _taken_over(asked, **place)
    leg = _leg(agreement, agreement.initiator, asked.owner)
    leg.begun_by = "owner"
    requests.begin(session, person, leg, resource=resource, form=form, key=key)
    return leg


def send(
    session: Session, person: Person, agreement: Agreement, *, seen: Mapping[int, int], key: str | None = None
) -> Sequence[Leg]:
    """Put all that is drafted before the other sides, all or nothing; `seen`: the version of each leg on the page.

    Raises Invalid where something is not filled in, and whatever the single actions raise.
    """
    drafts = [leg for leg in agreement.legs if leg.state == "draft"]
    if not drafts:
        if any(journal.seen(session, f"{key}:{leg.rank}") for leg in agreement.legs if key):
            return ()
        raise Conflict(_("没有要提交的草稿。"))
    lacking = {str(leg.rank): _("还没有填好。") for leg in drafts if missing(leg.terms[-1])}
    if lacking:
        numbers = _("、").join(str(leg.number) for leg in drafts if str(leg.rank) in lacking)
        raise Invalid(_("还有没填好的：%(numbers)s。", numbers=numbers), lacking)
    for leg in drafts:
        try:
            act(session, person, leg, _sending(leg), expected_version=seen.get(leg.id), key=f"{key}:{leg.rank}" if key else None)
        except (Conflict, Invalid) as refused:
            refused.sentence = _("%(title)s：%(why)s", title=leg.lines[0].resource.title, why=refused.sentence)
            raise
    return drafts


def weigh(session: Session, person: Person, agreement: Agreement, leg: Leg, *, optional: bool) -> Leg:
    """Whether the event takes place without this one too; one at least has to be there. Raises Conflict."""
    if agreement.kind != "bundle" or leg.state != "draft" or together.state(agreement.legs) != "draft":
        raise Conflict(_("已经提交，不能再改。") if leg.state != "draft" else _("只有联合项目的各项可以分主次。"))
    if leg.mandatory is not optional:
        return leg
    if optional and not any(one.mandatory and one.state == "draft" for one in agreement.legs if one is not leg):
        raise Conflict(_("至少要有一项是必须有的。"))
    leg.mandatory, leg.version = not optional, leg.version + 1
    data = {"from": "draft", "to": "draft", "version": leg.version, "terms_version": leg.terms_version, "optional": optional}
    journal.record(session, "leg.revise", leg, person=person, centre_id=leg.borrower_id, data=data | {"side": "borrower"})
    return leg


def begun_by(session: Session, centre: Centre) -> list[Agreement]:
    """Joint projects of a centre to which something can still be added, newest first."""
    query = sa.select(Agreement).where(Agreement.initiator_id == centre.id, Agreement.kind == "bundle")
    open_ones = query.where(Agreement.legs.any(Leg.state == "draft") | ~Agreement.legs.any(Leg.state != "draft"))
    return list(session.scalars(open_ones.order_by(Agreement.id.desc()).limit(10)).unique())


def _sending(leg: Leg) -> str:
    if leg.begun_by == "owner":
        return "offer"
    return "ask_endorsement" if must_be_endorsed(leg.borrower, leg.owner_id) else "submit"


def _may_grow(agreement: Agreement, replaces: Leg | None) -> None:
    if not agreement.is_joint:
        raise Conflict(_("这份约定只有一项。"))
    if len(agreement.legs) >= MOST:
        raise Conflict(_("一份约定最多 %(n)s 项。", n=MOST))
    if replaces is None and together.state(agreement.legs) != "draft":
        raise Conflict(_("已经提交，不能再添；要添的请另外申请。"))
    if replaces is None:
        return
    if any(one.replaces == replaces.rank and one.state in OPEN for one in agreement.legs):
        raise Conflict(_("这一项已经有候补。"))
    if not together.has_a_place(replaces.rank, agreement.legs):
        raise Conflict(_("这一项不在等候补。"))


def _leg(agreement: Agreement, owner: Centre, borrower: Centre) -> Leg:
    made = {"rank": _next_rank(agreement), "begun_by": "borrower", "mandatory": True}
    return Leg(agreement=agreement, owner=owner, borrower=borrower, **made)


def _next_rank(agreement: Agreement) -> int:
    return max((leg.rank for leg in agreement.legs), default=0) + 1


def _taken_over(leg: Leg | None, **changed: Any) -> Draft:
    """A draft that starts from what another leg says: the same event, the same days, the same people."""
    if leg is None:
        return sift({})
    terms = next((terms for terms in reversed(leg.terms) if terms.sent_at is not None), leg.terms[-1])
    given = terms.typed if terms.typed is not None else shown_of(terms.content)
    values = {name: value for name, value in given.items() if name not in NOT_TAKEN_OVER}
    return sift(values | changed)

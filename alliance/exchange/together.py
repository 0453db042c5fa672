"""The legs of one agreement: what they are as a whole, and what they do to one another.

They are fixed together or not at all; a mandatory one that ends before that takes the others with it, unless its place in
a joint project is filled in time; one that is lost afterwards leaves the rest to those who remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alliance.catalogue import occupancy
from alliance.exchange.case import Case
from alliance.exchange.models import Leg
from alliance.exchange.table import FIXED, GONE, LOST, OPEN
from alliance.worktime import Calendar, due

A_MONTH = timedelta(days=30)
Step = tuple[Leg, str, dict[str, Any]]
"""What the system does next: on which leg, which action, with what."""


# What it is --------------------------------------------------------------


def replaced(leg: Leg, legs: Sequence[Leg]) -> bool:
    """Whether another leg that was sent has its place."""
    return any(other.replaces == leg.rank and other.was_sent for other in legs)


def has_a_place(rank: int | None, legs: Sequence[Leg]) -> bool:
    """Whether something can still replace the lost leg of that rank (None: it replaces nothing)."""
    lost = next((other for other in legs if other.rank == rank), None)
    if lost is None:
        return rank is None
    return is_lacking(lost, legs) or (lost.state in LOST and given_up(lost) and not replaced(lost, legs))


def given_up(leg: Leg) -> bool:
    """Whether all who remain have said what they do without this lost leg."""
    return leg.aftermath is not None and None not in leg.aftermath["answers"].values()


def is_lacking(leg: Leg, legs: Sequence[Leg]) -> bool:
    """Whether its place still waits for somebody else."""
    return leg.replace_until is not None and not replaced(leg, legs)


def counted(legs: Sequence[Leg]) -> list[Leg]:
    """The mandatory legs by which the whole is judged; a substitute counts from when it is sent, in place of what it replaces."""
    return [
        leg
        for leg in legs
        if leg.mandatory and not given_up(leg) and not replaced(leg, legs) and not (leg.replaces and not leg.was_sent)
    ]


def state(legs: Sequence[Leg]) -> str:
    """The state of the agreement, derived from its mandatory legs: the first that fits (`exchange`, section 3)."""
    here = counted(legs)
    states = [leg.standing for leg in here]
    tests = (
        ("failed", not here or any(leg.state in GONE and not is_lacking(leg, legs) for leg in here)),
        ("cancelled", all(one in LOST for one in states)),
        ("broken", any(one in LOST for one in states)),
        ("draft", all(one == "draft" for one in states)),
        ("negotiating", any(one in OPEN or one in GONE for one in states)),
        ("closed", all(one == "closed" for one in states)),
        ("committed", all(one == "confirmed" for one in states)),
        ("settling", all(one in ("sent_back", "partly_returned", "returned", "closed") for one in states)),
    )
    return next((name for name, fits in tests if fits), "running")


def awaited(legs: Sequence[Leg]) -> list[Leg]:
    """The lost legs on which somebody still has to say what they do."""
    return [leg for leg in legs if leg.aftermath is not None and not given_up(leg)]


def beside(leg: Leg | None, legs: Sequence[Leg]) -> list[Leg]:
    """The others (None: all) that were sent and are not over."""
    going = FIXED - {"closed"} | OPEN
    return [other for other in legs if other is not leg and other.was_sent and other.standing in going]


def called_back(legs: Sequence[Leg]) -> list[Leg]:
    """Those that are out and have to come back earlier than agreed."""
    return [leg for leg in legs if leg.standing == "in_use" and leg.recalled_until is not None]


def set_aside(leg: Leg, legs: Sequence[Leg]) -> None:
    """Take a draft out of the count; where only optional ones stay, the first of them has to be there from now on."""
    leg.mandatory = False
    left = [other for other in legs if other is not leg and other.state == "draft"]
    if left and not any(other.mandatory for other in left):
        left[0].mandatory = True


# What follows ------------------------------------------------------------


def following(legs: Sequence[Leg]) -> list[Step]:
    """What the system does now that the legs stand as they do."""
    if state(legs) == "failed":
        cause = next((leg.id for leg in counted(legs) if leg.state in GONE), None)
        return [(leg, "fall", {"cause": "failed", "by": cause}) for leg in legs if leg.state in OPEN]
    if all(leg.state == "agreed" or leg.standing in FIXED for leg in counted(legs)):
        return [(leg, "commit", {}) for leg in legs if leg.state == "agreed"]
    return []


def mark(case: Case, *, ended: bool) -> None:
    """Note what a leg that has just `ended` leaves behind: a place to be filled, or a question to those who remain."""
    leg, legs = case.leg, case.legs
    for other in legs:
        if other.replace_until is not None and replaced(other, legs):
            other.replace_until = other.next_at = None
        if other.state in LOST and other.aftermath is not None and not given_up(other):
            other.next_at = datetime.fromisoformat(other.aftermath["until"])
    if not ended or leg not in counted(legs):
        return
    if leg.state in GONE and leg.was_sent and _may_be_replaced(leg, legs, case.now):
        leg.replace_until = leg.next_at = to_be_replaced_by(legs, case.now, case.calendar)
    if leg.state in LOST and leg.aftermath is None and (parties := _remaining(legs)):
        until = to_be_answered_by(legs, case.now, case.calendar)
        leg.aftermath = {"until": until.isoformat(), "answers": dict.fromkeys(map(str, parties))}
        leg.next_at = until


def to_be_replaced_by(legs: Sequence[Leg], lost: datetime, calendar: Calendar) -> datetime:
    """Until when the place of what was lost then waits; never past the first start."""
    return min(to_be_answered_by(legs, lost, calendar), _first_start(legs))


def to_be_answered_by(legs: Sequence[Leg], lost: datetime, calendar: Calendar) -> datetime:
    """Until when who remains says whether it goes on without what was lost then."""
    return due(lost, _limit(legs), calendar)


def move_holds(case: Case) -> None:
    """An agreed leg keeps its dates as long as the last of the others can still be answered; a draft as long as it can begin.

    With it, whose word each leg waits for while others are lost.
    """
    legs = case.legs
    for leg in legs:
        if leg.state == "agreed":
            until = agreed_until(leg, legs)
            if leg.expires_at != until:
                leg.expires_at = leg.next_at = until
                occupancy.prolong(case.session, leg_id=leg.id, until=until)
        elif leg.state == "draft":
            leg.expires_at = leg.next_at = draft_until(leg, legs, case.now)
        leg.waits = _waits(leg, legs)


def draft_until(leg: Leg, legs: Sequence[Leg], now: datetime) -> datetime | None:
    """Until when a draft can still be sent: its start; without one to come the end of the others, a month from now at least.

    None where nothing of the agreement is under way: such a draft waits as long as its writer likes.
    """
    if not under_way(legs):
        return None
    if leg.starts_at is not None and leg.starts_at > now:
        return leg.starts_at
    return max([now + A_MONTH, *(other.ends_at for other in legs if other is not leg and other.ends_at is not None)])


def under_way(legs: Sequence[Leg]) -> bool:
    """Whether something of it was put before others."""
    return any(leg.state != "draft" for leg in counted(legs)) or any(leg.was_sent for leg in legs)


def agreed_until(leg: Leg, legs: Sequence[Leg]) -> datetime:
    """Until when the dates of an agreed leg are kept while the others are answered; never past its start."""
    assert leg.starts_at is not None
    others = [other for other in counted(legs) if other is not leg and (other.state in OPEN - {"agreed"} or other.replace_until)]
    ends = [_answerable(other) or leg.starts_at for other in others]
    return min(leg.starts_at, max(ends, default=leg.starts_at))


def answer(legs: Sequence[Leg], centre_id: int, said: str) -> list[int]:
    """What a centre that remains does without the lost legs; returns their numbers."""
    lost = [one for one in awaited(legs) if one.aftermath and str(centre_id) in one.aftermath["answers"]]
    for one in lost:
        assert one.aftermath is not None
        one.aftermath = {**one.aftermath, "answers": {**one.aftermath["answers"], str(centre_id): said}}
        if given_up(one):
            one.next_at = None
    return [one.id for one in lost]


def _waits(leg: Leg, legs: Sequence[Leg]) -> str | None:
    """Which side of what goes on still has to say so, the owner first."""
    if leg.standing not in FIXED - {"closed"}:
        return None
    left = {centre for one in awaited(legs) if one.aftermath for centre, said in one.aftermath["answers"].items() if said is None}
    sides = (("owner", leg.owner_id), ("borrower", leg.borrower_id))
    return next((side for side, number in sides if str(number) in left), None)


def _answerable(leg: Leg) -> datetime | None:
    return leg.replace_until or leg.expires_at or leg.starts_at


def _may_be_replaced(leg: Leg, legs: Sequence[Leg], now: datetime) -> bool:
    """A joint project before it is fixed, while anything of it is left."""
    others = [other for other in counted(legs) if other is not leg]
    open_ones = any(other.state in OPEN for other in others)
    return leg.agreement.kind == "bundle" and open_ones and _first_start(legs) > now and not any(o.state in FIXED for o in others)


def _first_start(legs: Sequence[Leg]) -> datetime:
    return min(leg.starts_at for leg in counted(legs) if leg.starts_at is not None)


def _limit(legs: Sequence[Leg]) -> int:
    """The limit of an agreement is its longest leg's."""
    return max((leg.limit_days or 1 for leg in legs), default=1)


def _remaining(legs: Sequence[Leg]) -> list[int]:
    """The centres of what goes on."""
    on = [leg for leg in legs if leg.standing in FIXED - {"closed"}]
    return sorted({number for leg in on for number in (leg.owner_id, leg.borrower_id)})

"""Who is meant by "the owner", "the borrower", "the other side": functions of a telling."""

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from alliance.boards.models import Answer, Entry
from alliance.exchange import contested, together
from alliance.journal import Event
from alliance.notifications.telling import Telling, unique
from alliance.people.models import Person
from alliance.permissions import may

Recipients = Callable[[Telling], list[Person]]


def owner_duty(told: Telling) -> list[Person]:
    """Whose task an arriving request is: duty A, B too when A is away."""
    return told.duty(told.owner_id)


def owner_duties(told: Telling) -> list[Person]:
    """Duties A and B and the person who has it in hand: what is yellow or red concerns all."""
    return unique([*owner_hand(told), *told.duty(told.owner_id, both=True)])


def owner_hand(told: Telling) -> list[Person]:
    """Who has it in hand, with duty B when that person is away; duty A where nobody took it on yet or whoever did has left."""
    mine = told.one(told.leg.handler_id, told.owner_id)
    if not mine:
        return owner_duty(told)
    return unique([*mine, *told.duty(told.owner_id, both=True)]) if told.is_away(mine[0]) else mine


def first_handler(told: Telling) -> list[Person]:
    """Who answers for it to the end."""
    return told.one(told.leg.first_handler_id, told.owner_id)


def owner_directors(told: Telling) -> list[Person]:
    """The owner's directors."""
    return told.holding(told.owner_id, "director")


def next_approvers(told: Telling) -> list[Person]:
    """Directors who have not approved these terms; else those of the main centre, else the secretariat."""
    done = told.stepped() | {told.leg.submitted_by, told.leg.endorsed_by}
    for people in (owner_directors(told), told.holding(told.leg.owner.parent_id, "director"), told.admins()):
        left = [person for person in people if person.id not in done and not person.roles_in(told.leg.borrower_id)]
        if left:
            return left
    return []


def borrower(told: Telling) -> list[Person]:
    """Who submitted, as long as they work there, and the borrower's duty."""
    leg = told.leg
    return unique([*told.one(leg.submitted_by, leg.borrower_id), *told.duty(leg.borrower_id)])


def publisher(told: Telling) -> list[Person]:
    """Who put the need on the board that it answers, as long as they work there."""
    need = sa.select(Entry.created_by).join(Answer, Answer.entry_id == Entry.id).where(Answer.leg_id == told.leg.id)
    return told.one(told.session.scalar(need.where(Entry.side == "need")), told.leg.borrower_id)


def endorsers(told: Telling) -> list[Person]:
    """Handlers and directors of the borrower's main centre."""
    return told.holding(told.leg.borrower.parent_id, "handler", "director")


def endorser(told: Telling) -> list[Person]:
    """The person of the main centre who endorsed it and so answers for it."""
    parent = told.leg.borrower.parent_id
    return told.one(told.leg.endorsed_by, parent) if parent else []


def admins(told: Telling) -> list[Person]:
    """The secretariat."""
    return told.admins()


def neutral_admins(told: Telling) -> list[Person]:
    """Those of the secretariat who work for neither side: only they may settle."""
    leg = told.leg
    return [person for person in told.admins() if not person.roles_in(leg.owner_id) | person.roles_in(leg.borrower_id)]


def both_sides(told: Telling) -> list[Person]:
    """Whoever has it in hand on either side."""
    return unique([*owner_hand(told), *borrower(told)])


def who_know(told: Telling) -> list[Person]:
    """Of both sides those that know of it: what was never sent is the business of who began it."""
    sides = (("owner", owner_hand), ("borrower", borrower))
    return unique([person for side, people in sides if told.leg.seen_by(side) for person in people(told)])


def asker(told: Telling) -> list[Person]:
    """The borrower; of what its owner began and never sent, the owner."""
    return borrower(told) if told.leg.seen_by("borrower") else owner_hand(told)


def other_side(told: Telling) -> list[Person]:
    """The side that did not act; both when the alliance or the system did."""
    return {"owner": borrower, "borrower": owner_hand}.get(str(told.data.get("side")), both_sides)(told)


def awaited_in_dispute(told: Telling) -> list[Person]:
    """The sides whose word on a dispute, or on what is proposed for it, is missing."""
    sides = contested.awaited(contested.latest(told.session, told.leg))
    meant = (("owner", owner_hand), ("borrower", borrower))
    return unique([person for side, people in meant if side in sides for person in people(told)])


def who_remain(told: Telling) -> list[Person]:
    """Of a lost leg of several: everybody at whose centre another one goes on, and who has not said what becomes of it."""
    answers = (told.leg.aftermath or {"answers": {}})["answers"]
    return unique([person for centre, said in answers.items() if said is None for person in told.duty(int(centre))])


def partners(told: Telling) -> list[Person]:
    """Of one leg of several: whoever has another one in hand that is not over."""
    others = together.beside(told.leg, told.leg.agreement.legs)
    return unique([person for other in others for person in both_sides(replace(told, subject=other))])


def archivists(told: Telling) -> list[Person]:
    """Who filed what was recorded, and who keeps the borrower's archive: the writer of its last record, else its duty."""
    centre = told.leg.borrower_id
    last = sa.select(Event.actor_id).where(Event.action == "asset.created", Event.centre_id == centre, Event.actor_id.is_not(None))
    keeper = told.one(told.session.scalar(last.order_by(Event.id.desc()).limit(1)), centre)
    return unique([*told.one(told.data.get("filed_by"), centre), *(keeper or told.duty(centre))])


def keepers(told: Telling) -> list[Person]:
    """Who wrote the listing or the record, and the owner's duty."""
    thing = told.subject
    return unique([*told.one(thing.created_by, thing.owner_id), *told.duty(thing.owner_id)])


def sender(told: Telling) -> list[Person]:
    """Who sent the file."""
    return told.one(told.subject.person_id, told.subject.centre_id)


def keepers_and_heads(told: Telling) -> list[Person]:
    """Who wrote the record, the owner's duty and its directors."""
    return unique([*keepers(told), *told.holding(told.subject.owner_id, "director")])


def reviewers(told: Telling) -> list[Person]:
    """Who reviews a listing: the directors of a branch's main centre and the secretariat, never those who work for its owner."""
    owner = told.subject.owner
    above = told.holding(owner.parent_id, "director") if owner.role in ("branch", "point") else []
    return [person for person in unique([*above, *told.admins()]) if not person.roles_in(owner.id)]


def deciders(told: Telling) -> list[Person]:
    """Who may publish an asset: its centre's directors; above it the main centre's directors and the secretariat."""
    asset = told.subject
    if not asset.decided_above:
        return told.holding(asset.owner_id, "director")
    return unique([*told.holding(asset.owner.parent_id, "director"), *told.admins()])


def centre_heads(told: Telling) -> list[Person]:
    """Who runs the centre: its admins and directors."""
    return told.holding(told.owner_id, "centre_admin", "director")


# Public cases ------------------------------------------------------------


def case_duty(told: Telling) -> list[Person]:
    """Duty of the centre that handles it, else all who may answer there; the secretariat where no centre does."""
    return _may_answer(told, told.duty(told.case.centre_id)) if told.case.centre_id is not None else told.admins()


def case_hand(told: Telling) -> list[Person]:
    """Who has it in hand, with duty B when that person is away; the duty where nobody took it or whoever did has left."""
    case = told.case
    if case.centre_id is None:
        return [case.handler] if case.handler is not None and case.handler.active else told.admins()
    mine = told.one(case.handler_id, case.centre_id)
    if not mine:
        return case_duty(told)
    return _may_answer(told, [*mine, *told.duty(case.centre_id, both=True)]) if told.is_away(mine[0]) else mine


def case_duties(told: Telling) -> list[Person]:
    """Duties A and B and the person who has it in hand."""
    both = told.duty(told.case.centre_id, both=True) if told.case.centre_id is not None else []
    return unique([*case_hand(told), *(person for person in both if may(person, "case.answer", told.case))])


def _may_answer(told: Telling, people: list[Person]) -> list[Person]:
    """Those of them who may answer it; else whoever handles cases there, else the secretariat: nobody is sent to a closed door."""
    found = [person for person in unique(people) if may(person, "case.answer", told.case)]
    return found or told.holding(told.case.centre_id, "handler", "director") or told.admins()


def case_directors(told: Telling) -> list[Person]:
    """Directors of the centre that handles it."""
    return told.holding(told.case.centre_id, "director") if told.case.centre_id is not None else []


def case_first_handler(told: Telling) -> list[Person]:
    """Who answers for it to the end."""
    person = told.case.first_handler
    return [person] if person is not None and person.active else []

"""Who is told what about a loan: each row an action, who did it, and who reads which template."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from alliance import codes
from alliance.db import transaction
from alliance.exchange.models import Dispute, Leg, Step
from alliance.notifications import service
from alliance.notifications.rules import RULES
from alliance.notifications.telling import Telling
from alliance.notifications.template import LABELS
from alliance.notifications.templates import TEMPLATES
from alliance.people.models import Absence, Duty, Post
from tests import make
from tests.notifications.stage import MONDAY, happens, stage

B = "borrower_a submitter"
BOTH_AGREED = {"settled_together": "a borrower_a", "proposal_agreed": "admin"}
OPEN = {"state": "disputed"}
TAKEN_ON = {"handler_id": "handler", "first_handler_id": "handler"}
CASES: list[tuple[str, str | None, dict[str, Any], dict[str, Any], dict[str, str]]] = [
    # action, actor, the leg, the event's data, template -> who reads it
    ("submit", "submitter", {}, {"from": "draft"}, {"asked": "a", "received": "borrower_a"}),
    ("submit", "submitter", {"state": "confirmed"}, {"from": "draft", "to": "agreed"}, {}),
    ("ask_endorsement", "submitter", {"state": "endorsing"}, {"from": "draft"},
     {"endorsement_asked": "endorser", "endorsement_waits": "borrower_a"}),
    ("endorse", "endorser", {}, {"from": "endorsing"}, {"asked": "a", "received": B}),
    ("refuse_endorsement", "endorser", {"state": "draft"}, {"from": "endorsing"}, {"endorsement_refused": B}),
    ("accept_handling", "handler", TAKEN_ON, {}, {"accepted": B}),
    ("transfer", "a", {"handler_id": "handler", "first_handler_id": "a"}, {}, {"transferred_to_you": "handler", "transferred": B}),
    ("transfer", "handler", {"handler_id": "b", "first_handler_id": "a"}, {}, {"transferred_to_you": "b", "transferred": f"a {B}"}),
    ("return_for_completion", "handler", {**TAKEN_ON, "state": "incomplete"}, {"from": "requested"}, {"incomplete": B}),
    ("complete", "submitter", TAKEN_ON, {"from": "incomplete"}, {"completed": "handler", "completed_copy": "borrower_a"}),
    ("survey", "a", {}, {}, {"survey": B}),
    ("record_consent", "a", {}, {}, {}),
    ("approve", "a", {}, {}, {"step_due": "director"}),
    ("approve", "director", {"state": "offered"}, {"from": "requested"}, {"offered": B}),
    ("approve", "a", {"state": "confirmed"}, {"from": "requested", "to": "agreed"}, {}),
    ("decline", "a", {"state": "declined", "endorsed_by": "endorser"}, {"from": "requested"},
     {"declined": f"{B} endorser", "refusal_copied": "admin"}),
    ("offer", "a", {"state": "offered"}, {"from": "requested"}, {"offered": B}),
    ("offer", "a", {}, {}, {"step_due": "director"}),
    ("counter", "borrower_a", TAKEN_ON, {"from": "offered"}, {"countered": "handler"}),
    ("decline_offer", "submitter", TAKEN_ON, {"from": "offered", "to": "declined"}, {"offer_declined": "handler"}),
    ("commit", None, {**TAKEN_ON, "state": "confirmed"}, {"from": "agreed"}, {"confirmed": B, "confirmed_by_you": "handler"}),
    ("meet", "submitter", {"state": "confirmed"}, {"side": "borrower", "condition": "随车司机"}, {"condition_met": "a"}),
    ("reopen", "a", {"state": "confirmed"}, {"side": "owner", "condition": "随车司机"}, {"condition_reopened": B}),
    ("fall_back", None, {"state": "offered"}, {"from": "confirmed", "unmet": ["随车司机"]},
     {"fell_back": B, "fell_back_owner": "a"}),
    ("reminded", None, {"state": "confirmed"}, {"which": "condition_soon"}, {"condition_soon": B}),
    ("reminded", None, {"state": "in_use"}, {"which": "condition_due"},
     {"condition_due": "a director", "condition_missed": B}),
    ("fall", None, {"state": "declined"}, {"from": "requested", "cause": "taken"}, {"fallen": B, "fallen_owner": "a"}),
    ("fall", None, {"state": "declined"}, {"from": "draft", "cause": "suspended"}, {"suspended_fall": B}),
    ("fall", None, {"state": "declined", "begun_by": "owner"}, {"from": "draft", "cause": "suspended"}, {"suspended_fall": "a"}),
    ("expire", None, {"state": "expired"}, {"from": "offered"}, {"expired": B, "expired_owner": "a"}),
    ("expire", None, {"state": "expired", "begun_by": "owner"}, {"from": "draft"}, {"expired": "a"}),
    ("withdraw", "borrower_staff", {"state": "withdrawn"}, {"from": "requested"}, {"withdrawn": "a", "withdrawn_copy": B}),
    ("withdraw", "submitter", {"state": "withdrawn"}, {"from": "draft"}, {}),
    ("withdraw", "submitter", {"state": "withdrawn"}, {"from": "endorsing"},
     {"withdrawn": "endorser", "withdrawn_copy": "borrower_a"}),
    ("ask_cancel", "submitter", {**TAKEN_ON, "state": "confirmed"}, {"side": "borrower"}, {"cancel_asked": "handler"}),
    ("ask_cancel", "owner_staff", {"state": "confirmed"}, {"side": "owner"}, {"cancel_asked": B}),
    ("agree_cancel", "a", {"state": "cancelled"}, {"from": "confirmed"}, {"cancelled": B}),
    ("force_cancel", "admin", {"state": "cancelled", "aftermath": "owner"}, {"from": "confirmed"},
     {"force_cancelled": B, "remains": "a"}),
    ("leave", "a", {"state": "cancelled"}, {"from": "confirmed", "side": "owner"}, {"left": B}),
    ("fall", None, {**TAKEN_ON, "state": "declined", "requested_at": MONDAY}, {"from": "agreed", "cause": "failed"},
     {"failed_fall": f"handler {B}"}),
    ("fall", None, {"state": "declined"}, {"from": "draft", "cause": "failed"}, {"failed_fall": B}),
    ("fall", None, {"state": "declined", "begun_by": "owner"}, {"from": "draft", "cause": "failed"}, {"failed_fall": "a"}),
    ("fall", None, {**TAKEN_ON, "state": "declined"}, {"from": "agreed", "cause": "met"}, {"need_met": "handler"}),
    ("refuse_cancel", "a", {"state": "confirmed"}, {"side": "owner"}, {"cancel_refused": B}),
    ("force_cancel", "admin", {"state": "cancelled"}, {"from": "confirmed"}, {"force_cancelled": f"a {B}"}),
    ("force_cancel", "director", {"state": "in_use"}, {}, {"recalled_now": f"a {B}"}),
    ("force_cancel", "director", {"state": "in_use", "beside": "confirmed"}, {"from": "handed_over"},
     {"recalled_now": f"a {B}", "partner_recalled": "outsider"}),
    ("force_cancel", "director", {"state": "in_use", "beside": "offered"}, {},
     {"recalled_now": f"a {B}", "partner_recalled": "outsider"}),
    ("force_cancel", "director", {"state": "in_use", "beside": "closed"}, {}, {"recalled_now": f"a {B}"}),
    ("report_no_show", "a", {"state": "no_show"}, {"side": "owner"}, {"no_show": B}),
    ("hand_over", "owner_staff", {"state": "handed_over"}, {"from": "confirmed"}, {"handed_over": B}),
    ("receive", "borrower_staff", {"state": "in_use"}, {"from": "handed_over"}, {"taken_over": "a"}),
    ("receive", "borrower_staff", {"state": "in_use"}, {"from": "handed_over", "differences": [{"item": "话筒"}]},
     {"note_asked": "a"}),
    ("note_differences", "owner_staff", {"state": "in_use"}, {"side": "owner"}, {"note_asked": B}),
    ("agree_note", "submitter", {"state": "in_use"}, {"side": "borrower"}, {"note_agreed": "a"}),
    ("refuse_note", "submitter", {"state": "in_use"}, {"side": "borrower"}, {"note_refused": "a"}),
    ("supplement", "submitter", {"state": "sent_back"}, {}, {"supplemented": "a"}),
    ("report_damage", "submitter", {"handler_id": "b", "first_handler_id": "handler", "state": "in_use"}, {},
     {"damaged": "b handler"}),
    ("ask_extension", "submitter", {"state": "in_use"}, {}, {"extension_asked": "a"}),
    ("grant", "a", {"state": "in_use"}, {}, {"extended": B}),
    ("refuse", "a", {"state": "in_use"}, {}, {"extension_refused": B}),
    ("recall", "director", {"state": "in_use"}, {}, {"recalled": B, "recalled_copy": "a"}),
    ("send_back", "submitter", {"state": "sent_back"}, {}, {"sent_back": "a"}),
    ("check_in", "owner_staff", {"state": "returned"}, {}, {"returned": B}),
    ("check_in", "owner_staff", {"state": "partly_returned"}, {}, {"partly_returned": B}),
    ("resolve_line", "owner_staff", {"state": "partly_returned"}, {}, {"line_asked": B}),
    ("agree_line", "submitter", {"state": "returned"}, {}, {"line_agreed": "a"}),
    ("refuse_line", "submitter", {"state": "partly_returned"}, {}, {"line_refused": "a"}),
    ("open_window", None, {"state": "in_use"}, {"from": "confirmed"}, {"window_opened": B}),
    ("end_window", None, {"state": "closed"}, {"from": "in_use"}, {"window_ended": f"a {B}"}),
    ("revoke", "director", {"state": "closed"}, {"from": "in_use"}, {"window_revoked": f"a {B}"}),
    ("reminded", None, {"state": "in_use"}, {"which": "window_soon"}, {"window_ending": f"a {B}"}),
    ("close", "a", {"state": "closed"}, {"from": "returned"}, {"rate": B}),
    ("close", None, {"state": "closed"}, {"from": "returned"}, {"rate": f"a {B}"}),
    ("rate", "submitter", {"state": "closed"}, {"side": "borrower"}, {"rated": "a"}),
    ("reply", "a", {"state": "closed"}, {"side": "owner"}, {"replied": B}),
    ("dispute", "submitter", {"state": "disputed"}, {"side": "borrower"}, {"disputed": "a", "dispute_opened": "admin"}),
    ("state_view", "submitter", {"state": "disputed"}, {"side": "borrower"}, {"dispute_stated": "a admin"}),
    ("propose", "admin", {"state": "disputed"}, {"side": "alliance"}, {"dispute_proposed": f"a {B}"}),
    ("agree_proposal", "submitter", {"state": "disputed"}, {"side": "borrower"}, {"proposal_agreed": "a admin"}),
    ("agree_proposal", "submitter", {"state": "returned"}, {"side": "borrower", "decision": "resume"}, BOTH_AGREED),
    ("refuse_proposal", "submitter", {"state": "disputed"}, {"side": "borrower"}, {"proposal_refused": "a admin"}),
    ("settle", "admin", {"state": "returned"}, {"side": "alliance"}, {"settled": f"a {B}"}),
    ("reminded", None, OPEN, {"which": "statement_soon"}, {"reminder": "a"}),
    ("reminded", None, OPEN, {"which": "statement_over"}, {"dispute_opened": "admin"}),
    ("reminded", None, OPEN, {"which": "proposal_soon"}, {"reminder": B}),
    ("reminded", None, OPEN, {"which": "proposal_over"}, {"dispute_opened": "admin"}),
    ("reminded", None, {"state": "closed"}, {"which": "appeal_soon"}, {"appeal_ending": f"a {B}"}),
    ("reminded", None, {"state": "closed"}, {"which": "appeal_over"}, {"appeal_ended": f"a {B}"}),
    ("archived", None, {"state": "closed"}, {"assets": [], "refused": ["半截.jpg"]}, {"archived": "borrower_a"}),
    ("reminded", None, {}, {"which": "half"}, {"reminder": "a"}),
    ("reminded", None, {"state": "offered"}, {"which": "ninety"}, {"reminder": B}),
    ("reminded", None, TAKEN_ON, {"which": "yellow"}, {"yellow": "handler a b"}),
    ("reminded", None, {"state": "offered"}, {"which": "yellow"}, {"yellow_offer": B}),
    ("escalated", None, {}, {"which": "red", "to": "deputy"}, {"red": "a b", "red_copy": B}),
    ("escalated", None, {}, {"which": "director", "to": "director"}, {"red": "director admin"}),
    ("reminded", None, {"state": "confirmed"}, {"which": "start_soon"}, {"start_soon": f"a {B}"}),
    ("reminded", None, {"state": "in_use"}, {"which": "return_soon"}, {"return_soon": B}),
    ("reminded", None, {"state": "in_use"}, {"which": "overdue"}, {"return_overdue": B, "return_overdue_owner": "a"}),
    ("redated", None, {}, {}, {"redated": f"a {B}"}),
    ("redated", None, {**TAKEN_ON, "state": "offered"}, {}, {"redated": f"handler {B}"}),
    ("start", "submitter", {"state": "draft"}, {}, {}),
    ("reminded", None, {}, {"which": "of a later version"}, {}),
]  # fmt: skip


def read_by(session: Session, action: str, actor: str | None, values: dict[str, Any], data: dict[str, Any]) -> dict[str, set[str]]:
    with transaction() as writing:
        leg, people = stage(writing)
        if "beside" in values:
            elsewhere, sent = people["outsider"].posts[0].centre, {"requested_at": MONDAY, "state": values["beside"]}
            writing.add(Leg(agreement=leg.agreement, owner=elsewhere, borrower=leg.borrower, rank=2, **sent))
        for name, value in values.items():
            if name == "beside":
                continue
            setattr(leg, name, people[value].id if name.endswith(("_by", "_id")) and value in people else value)
        if leg.aftermath is not None:
            leg.aftermath = {"until": MONDAY.isoformat(), "answers": {str(leg.owner_id): None}}
        if leg.state == "disputed":
            proposed = str(data.get("which", action)).startswith("proposal")
            plan = [{"at": MONDAY.isoformat(), "accepted": ["owner"], "refused": None}] if proposed else []
            said = {"side": "borrower", "person_id": people["submitter"].id, "at": MONDAY, "reason": "少了鼓槌两副"}
            writing.add(Dispute(leg_id=leg.id, proposals=plan, **said))
        event = happens(writing, leg, action, people[actor] if actor else None, **data)
    told = Telling.of(session, event)
    assert told is not None
    names = {person.id: name for name, person in people.items()}
    found: dict[str, set[str]] = {}
    for person, rule in service.audience(told):
        found.setdefault(rule.template, set()).add(names[person.id])
    return found


@pytest.mark.parametrize(
    ("action", "actor", "values", "data", "expected"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
@time_machine.travel(MONDAY, tick=False)
def test_who_is_told(
    session: Session, action: str, actor: str | None, values: dict[str, Any], data: dict[str, Any], expected: dict[str, str]
) -> None:
    found = read_by(session, action, actor, values, data)
    assert found == {template: set(names.split()) for template, names in expected.items()}
    assert actor not in set().union(*found.values())


def test_every_rule_of_a_loan_is_in_the_table_above() -> None:
    shown = {f"leg.{data.get('which', action)}" for action, _actor, _values, data, _expected in CASES}
    assert {action for action in RULES if action.startswith("leg.")} <= shown
    told = {template for *_rest, expected in CASES for template in expected}
    assert {rule.template for action, rules in RULES.items() if action.startswith("leg.") for rule in rules} == told


def test_every_rule_has_its_words_and_every_template_its_rule() -> None:
    used = {rule.template for rules in RULES.values() for rule in rules}
    assert used == set(TEMPLATES)
    assert {name for template in TEMPLATES.values() for name in template.shows} == set(LABELS)
    assert "refusal" in codes.LISTS


# Away, gone, not there ---------------------------------------------------


def told_of(session: Session, change: Any, action: str = "submit", **data: Any) -> set[str]:
    with transaction() as writing:
        leg, people = stage(writing)
        change(writing, leg, people)
        event = happens(writing, leg, action, people["submitter"], **data)
    told = Telling.of(session, event)
    assert told is not None
    names = {person.id: name for name, person in people.items()}
    return {names.get(person.id, person.name) for person, rule in service.audience(told) if rule.turn}


@time_machine.travel(MONDAY, tick=False)
def test_duty_b_is_told_too_while_a_is_away(session: Session) -> None:
    def away(writing: Session, _leg: Any, people: dict[str, Any]) -> None:
        writing.add(Absence(person_id=people["a"].id, starts_on=date(2026, 10, 30), ends_on=date(2026, 11, 2)))

    def back(writing: Session, _leg: Any, people: dict[str, Any]) -> None:
        writing.add(Absence(person_id=people["a"].id, starts_on=date(2026, 10, 20), ends_on=date(2026, 11, 1)))

    assert told_of(session, away) == {"a", "b"}
    assert told_of(session, back) == {"a"}


@time_machine.travel(MONDAY, tick=False)
def test_tasks_of_who_left_go_to_duty_a(session: Session) -> None:
    def left(_writing: Session, leg: Any, people: dict[str, Any]) -> None:
        leg.handler_id = leg.first_handler_id = people["handler"].id
        people["handler"].posts[0].until = date(2026, 10, 31)

    def shut(_writing: Session, leg: Any, people: dict[str, Any]) -> None:
        leg.handler_id = people["handler"].id
        people["handler"].active = False

    def away(writing: Session, leg: Any, people: dict[str, Any]) -> None:
        leg.handler_id = people["handler"].id
        writing.add(Absence(person_id=people["handler"].id, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 9)))

    assert told_of(session, left, "complete") == {"a"}
    assert told_of(session, shut, "complete") == {"a"}
    assert told_of(session, away, "complete") == {"handler", "a", "b"}


@time_machine.travel(MONDAY, tick=False)
def test_a_centre_without_duty_still_hears_of_it(session: Session) -> None:
    def none(writing: Session, leg: Any, _people: dict[str, Any]) -> None:
        writing.execute(sa.delete(Duty).where(Duty.centre_id == leg.owner_id))

    def nobody_decides(writing: Session, leg: Any, _people: dict[str, Any]) -> None:
        writing.execute(sa.delete(Duty).where(Duty.centre_id == leg.owner_id))
        writing.execute(sa.delete(Post).where(Post.centre_id == leg.owner_id, Post.role != "staff"))

    assert told_of(session, none) == {"a", "b", "handler"}
    assert told_of(session, nobody_decides) == {"owner_staff"}


@time_machine.travel(MONDAY, tick=False)
def test_the_next_step_goes_up_when_no_director_is_left(session: Session) -> None:
    def stepped(writing: Session, leg: Any, people: dict[str, Any]) -> None:
        writing.add(Step(leg_id=leg.id, terms_version=0, rank=1, person_id=people["director"].id))

    def main_has_one(writing: Session, leg: Any, people: dict[str, Any]) -> None:
        stepped(writing, leg, people)
        main = make.centre(writing)
        leg.owner.parent_id = main.id
        make.person(writing, main, "director", name="总馆馆长")

    assert told_of(session, stepped, "approve") == {"admin"}
    assert told_of(session, main_has_one, "approve") == {"总馆馆长"}


@time_machine.travel(MONDAY, tick=False)
def test_a_secretary_who_works_for_a_side_is_not_asked_to_settle(session: Session) -> None:
    def partial(writing: Session, leg: Any, people: dict[str, Any]) -> None:
        writing.add(Post(person=people["admin"], centre=leg.owner, role="staff", since=date(2024, 1, 1)))
        make.admin(writing, name="另一位秘书")

    assert told_of(session, partial, "dispute", side="borrower") == {"另一位秘书"}


@time_machine.travel(MONDAY, tick=False)
def test_whose_consent_let_the_system_commit_is_not_told(session: Session) -> None:
    with transaction() as writing:
        leg, people = stage(writing, state="confirmed")
        happens(writing, leg, "approve", people["a"], to="agreed")
        event = happens(writing, leg, "commit")
    told = Telling.of(session, event)
    assert told is not None
    assert {person.id for person, _rule in service.audience(told)} == {people["submitter"].id, people["borrower_a"].id}

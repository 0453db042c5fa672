"""What has to hold besides the state: each answers the sentence of the refusal, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from alliance.cases.models import Case
from alliance.people.models import Person
from alliance.permissions import ADMIN, relations_of

HEADS = frozenset({"owner_director", ADMIN})


def not_in_hand(case: Case, person: Person | None) -> Any:
    mine = person is not None and case.handler_id == person.id
    return _("这件事已经由您在办。") if mine and case.state == "in_hand" else None


def may_transfer(case: Case, person: Person | None) -> Any:
    """No passing on and on (R-85): the second time it takes a director or the secretariat."""
    if person is None or not case.transfers or not HEADS.isdisjoint(relations_of(person, case)):
        return None
    return _("这件事已经转办过一次，再转要由分管馆长或联盟秘书处决定。")


def first_question(case: Case, _person: Person | None) -> Any:
    return _("已经请对方补充过一次，不能再补充。") if case.asked_at is not None else None


def grant_runs(case: Case, _person: Person | None) -> Any:
    return None if case.grant is not None and case.grant.runs else _("这份授权已到期或已收回。")


def unrated(case: Case, _person: Person | None) -> Any:
    return _("您已经评价过。") if case.stars is not None else None


def not_looked_back(case: Case, _person: Person | None) -> Any:
    return _("已经问过。") if case.looked_back_at is not None else None


def asked_whether_solved(case: Case, _person: Person | None) -> Any:
    if case.looked_back_at is None:
        return _("办结满30天后再请您回答。")
    return _("您已经回答过。") if case.solved is not None else None


GUARDS: dict[str, Callable[[Case, Person | None], Any]] = {
    guard.__name__: guard
    for guard in (not_in_hand, may_transfer, first_question, grant_runs, unrated, not_looked_back, asked_whether_solved)
}

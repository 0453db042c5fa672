"""Every address with anything in its parts and its question: told or not found, never failed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.matrix.ways import WAYS, Way
from tests.rough.anything.conftest import Rough
from tests.rough.anything.every import EITHER, GATE, ROLES, address, coded, each, routes
from tests.rough.anything.words import odd

NAMES = """
    state kind q page next theme type lang asset show year before actor person centre action from to first last month name level
    area resource starts_at ends_at side thing sort overdue turn outcome blank email near within min_seats max_height fee download
    copy _external _scheme _anchor _method endpoint code slug number version self day size ending new
"""


def questions() -> st.SearchStrategy[list[str]]:
    """The parts of a query string: known and unknown names, some of them twice."""
    pair = st.tuples(st.sampled_from(NAMES.split()) | odd, odd).map(lambda one: f"{coded(one[0])}={coded(one[1])}")
    return st.lists(pair | odd.map(coded), max_size=5)


def there(rough: Rough) -> list[str]:
    """Names and numbers of what there is."""
    world = rough.world
    things = (number for _type, number in world.things.values())
    numbers = {str(one) for one in (*world.ids.values(), *world.people.values(), *things)}
    return sorted(numbers | {"owner", "near", "suspended", "applied", "approve", "suspend", "card", "xlsx", "csv", "submit"})


STATIC = [Way((), {"filename": "../wsgi.py"})]
Case = tuple[Rule, str]


def who(rough: Rough, data: st.DataObject, way: Way) -> str:
    """Mostly somebody who gets through."""
    let_in = [role for role in ROLES if way.grants(rough.held[role, way.thing])]
    return data.draw(st.sampled_from(let_in or ROLES) | st.sampled_from(ROLES), label="role")


def odd_address(rough: Rough, data: st.DataObject, rule: Rule, way: Way) -> str:
    """An address of that rule, one part of it perhaps odd, with an odd question."""
    values = {name: str(value) for name, value in way.values.items()}
    if values and data.draw(st.booleans(), label="odd part"):
        known = st.sampled_from(there(rough)) | odd
        values[data.draw(st.sampled_from(sorted(values)), label="part")] = data.draw(known, label="value")
    given = [f"{coded(name)}={coded(value)}" for name, value in way.data.items()]
    question = "&".join([*given, *data.draw(questions(), label="question")])
    return address(rule, values) + (f"?{question}" if question else "")


def run(rough: Rough, examples: int) -> list[str]:
    """What is wrong with the answers, each with what was asked."""
    rough.begin_anew()
    ways = {endpoint: list(made(rough.world)) for endpoint, made in WAYS.items()} | {"static": STATIC}

    def check(case: Case, data: st.DataObject) -> str:
        rule, method = case
        way = data.draw(st.sampled_from(ways[rule.endpoint]), label="way")
        role, url = who(rough, data, way), odd_address(rough, data, rule, way)
        headers = {"Accept": data.draw(st.sampled_from(("text/html", "application/json")), label="accept")}
        _answer, wrong = rough.ask(role, method, url, rule.endpoint, headers=headers)
        return f"{wrong}: {method} {url[:300]} ({rule.endpoint}) as {role}, {headers['Accept']}" if wrong else ""

    cases = [(f"{method} {rule.rule}", (rule, method)) for rule, method in routes(rough.app)]
    return each(cases, examples, check, rough.luck)


@GATE
@pytest.mark.long
def test_anything_in_an_address(rough: Rough) -> None:
    assert run(rough, 1) == []


@EITHER
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_much_in_every_address(rough: Rough) -> None:
    assert run(rough, 10) == []

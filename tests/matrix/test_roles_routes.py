"""Every role at every route: what the table of permissions and the relations say, against what the portal answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from alliance.permissions import TABLE
from tests.matrix.doors import Doors, Held
from tests.matrix.ways import WAYS, Way
from tests.matrix.world import ROLES, World

GRANTED = {200, 302, 303, 409, 410, 422}
POSTED = GRANTED | {400}


def rules(app: Flask) -> dict[str, set[str]]:
    """Endpoint -> methods, of everything but the static files."""
    found = {rule.endpoint: (rule.methods or set()) - {"HEAD", "OPTIONS"} for rule in app.url_map.iter_rules()}
    return {endpoint: methods for endpoint, methods in found.items() if endpoint != "static"}


def ways_of(app: Flask, world: World) -> list[tuple[str, str, str, Way]]:
    """(endpoint, method, address, way) of all that is tried."""
    found, adapter = [], app.url_map.bind("localhost")
    for endpoint, methods in rules(app).items():
        for way in WAYS.get(endpoint, lambda _world: [])(world):
            address = adapter.build(endpoint, way.values)
            for method in sorted(methods):
                asked = f"{address}?{urlencode(way.data)}" if way.data and method == "GET" else address
                found.append((endpoint, method, asked, way))
    return found


def test_every_route_is_in_the_table(portal: Flask) -> None:
    assert set(rules(portal)) == set(WAYS), "give each new route its things in tests/matrix/ways.py"


def test_every_way_leads_somewhere(portal: Flask, world: World) -> None:
    assert {endpoint for endpoint, *_rest in ways_of(portal, world)} == set(WAYS)


def fault(role: str, method: str, answer: Any, *, granted: bool, told: bool) -> str:
    """What is wrong with the answer, if anything."""
    status, to = answer.status_code, answer.headers.get("Location", "")
    if status >= 500:
        return "fails"
    if method == "POST" and status == 400 and "校验信息" in answer.text:
        return "did not take the token"
    leads_to_sign_in = status == 302 and to.startswith("/sign-in?next=")
    if granted:
        return "refused although granted" if leads_to_sign_in or status not in (POSTED if method == "POST" else GRANTED) else ""
    refused = status in (403, 404) or (role == "visitor" and leads_to_sign_in) or (told and status == 409)
    return "" if refused else "granted although refused"


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_matrix(role: str, portal: Flask, world: World, doors: Doors, held: Held) -> None:
    """Granted opens, refused does not, nothing fails."""
    wrong, tried = [], 0
    # Refusals as JSON, for they are many; how they look is tested below.
    headers = {"Accept": "application/json"} if role != "visitor" else {}
    for endpoint, method, address, way in ways_of(portal, world):
        mine = held[role, way.thing]
        answer = (
            doors.get(role, address, headers=headers)
            if method == "GET"
            else doors.post(role, address, dict(way.data), headers=headers)
        )
        tried += 1
        told = bool(way.told) and not TABLE[way.told].isdisjoint(mine)
        if said := fault(role, method, answer, granted=way.grants(mine), told=told):
            wrong.append(f"{said}: {method} {address} ({endpoint}, {way.thing}) -> {answer.status_code}")
    assert tried > 300
    assert wrong == []

"""A place is told by the names that are known; the digits of its code only where none is."""

from __future__ import annotations

import pytest
from flask import Flask

from alliance.db import transaction
from alliance.exchange import present
from alliance.places.models import Division

KNOWN = (("990000", "云岚省", "province"), ("990100", "清泽市", "city"), ("990102", "禾丰县", "county"))


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("990102", "云岚省清泽市禾丰县"),
        ("990102100", "云岚省清泽市禾丰县"),
        ("990102100201", "云岚省清泽市禾丰县"),
        ("990177100201", "云岚省清泽市"),
        ("980102100201", "980102100201"),
    ],
)
def test_a_village_that_is_not_known_is_told_by_its_county(app: Flask, code: str, zh: str) -> None:
    with app.app_context(), transaction() as session:
        session.add_all(Division(code=one, name=name, level=level) for one, name, level in KNOWN)
    with app.test_request_context():
        assert present.said("division_code", code, "zh") == zh

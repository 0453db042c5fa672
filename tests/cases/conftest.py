"""A stage in the database and browsers of those who ask and those who answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance.cases.models import Case
from alliance.db import transaction
from tests.browsing import token_of
from tests.cases import stage


@dataclass
class House:
    """Numbers and names of what is there, so that each test opens its own session."""

    app: Flask
    signed_in: Callable[[int], FlaskClient]
    work: str
    owner: str
    main: str
    people: dict[str, int] = field(default_factory=dict)

    def as_(self, who: str) -> FlaskClient:
        return self.signed_in(self.people[who])

    def read(self, action: Callable[[Any], Any]) -> Any:
        with self.app.app_context(), transaction() as session:
            return action(session)

    def case(self, number: str, name: str) -> Any:
        """One column of a case."""
        return self.read(lambda session: getattr(session.query(Case).filter_by(number=number).one(), name))

    def answer(self, who: str, number: str, action: str, /, **typed: Any) -> TestResponse:
        """As the form of that action on the case's page is sent."""
        browser = self.as_(who)
        page = browser.get(f"/cases/desk/{number}").text
        found = re.search(r'name="version" value="(\d+)"', page)
        assert found, "nothing can be done"
        data = typed | {"csrf_token": token_of(page), "version": found[1]}
        return browser.post(f"/cases/desk/{number}/{action}", data=data)


@pytest.fixture
def house(app: Flask, signed_in: Callable[[int], FlaskClient]) -> House:
    """A branch with a work on request, its people, the secretariat."""
    with app.app_context(), transaction() as session:
        made = stage.build(session)
        people = {name: person.id for name, person in made.people.items()}
        return House(app, signed_in, made.work.code, made.owner.slug, made.main.slug, people)


def filed(browser: FlaskClient, kind: str, **typed: Any) -> TestResponse:
    """The form of that kind as it stands on its page, filled in and sent."""
    code = typed.get("code", "")
    page = browser.get(f"/cases/new/{kind}?code={code}").text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert key, "no key in the form"
    data = {"csrf_token": token_of(page), "key": key[1], "text": "周末开放到几点？", **typed}
    return browser.post(f"/cases/new/{kind}", data=data, content_type="multipart/form-data")


def shown(browser: FlaskClient, answer: TestResponse) -> tuple[str, str]:
    """Number and code, as the page after filing shows them."""
    assert answer.status_code == 302, answer.text[:2000]
    page = browser.get(answer.headers["Location"]).text
    number, code = re.search(r"SL-\d{4}-\d{5}", page), re.search(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", page)
    assert number, page
    assert code, page
    return number[0], code[0]

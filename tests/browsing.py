"""Forms sent as a browser sends them: with the token of the page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance import jobs
from alliance.people import passwords
from alliance.people.models import Person
from tests import make


def token_of(page: str) -> str:
    """The CSRF token in a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None, page[:300]
    return found[1]


@pytest.fixture
def send() -> Callable[..., TestResponse]:
    """`send(browser, page, address, **fields)`: read the page's token, post the form."""

    def run(browser: FlaskClient, page: str, address: str, /, **fields: Any) -> TestResponse:
        token = token_of(browser.get(page).get_data(as_text=True))
        return browser.post(address, data=fields | {"csrf_token": token})

    return run


@pytest.fixture
def account(write: Callable[..., Any]) -> Callable[..., int]:
    """The number of somebody who can sign in with make.PASSWORD."""

    def run(at: Any = None, *roles: str, **values: Any) -> int:
        def add(session: Any) -> int:
            person: Person = make.person(session, at, *roles, **values)
            person.password = passwords.hashed(make.PASSWORD)
            return person.id

        return int(write(add))

    return run


@pytest.fixture
def mails(write: Callable[..., Any]) -> Callable[[], list[dict[str, Any]]]:
    """The mails handed over so far, oldest first."""

    def run() -> list[dict[str, Any]]:
        return list(write(lambda s: [dict(job.payload) for job in s.query(jobs.Job).filter_by(kind="mail").order_by(jobs.Job.id)]))

    return run

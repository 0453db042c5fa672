"""A centre with its people and browsers for the archive's pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import make
from tests.queries import asked_of


class Browser:
    """A signed-in browser that sends the page's token with each form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.get = client.get
        self.token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/archive").text)[1]  # type: ignore[index]

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(path, data={"csrf_token": self.token, **data})


def version(page: str) -> str:
    """The version that a form was drawn from."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, "no form with a version"
    return found[1]


@pytest.fixture
def browsers(write: Any, signed_in: Any) -> Callable[..., dict[str, Browser]]:
    """`browsers()`: staff, director of one centre, a stranger's director, the secretariat."""

    def people(session: Any) -> dict[str, int]:
        centre = make.centre(session)
        return {
            "staff": make.person(session, centre, "staff").id,
            "director": make.person(session, centre, "director").id,
            "stranger": make.person(session, make.centre(session), "director").id,
            "admin": make.admin(session).id,
        }

    def build() -> dict[str, Browser]:
        return {who: Browser(signed_in(number)) for who, number in write(people).items()}

    return build


@pytest.fixture
def count_queries(app: Any) -> Callable[..., int]:
    """`count_queries(browser.get, "/archive")`: how many statements the database is asked."""

    def run(call: Callable[..., Any], *args: Any) -> int:
        with asked_of(app) as seen:
            call(*args)
        return len(seen)

    return run

"""Browsers of all roles that keep nothing between two requests; the world is put back after each change."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from alliance.permissions import ANYONE, SIGNED_IN
from tests.matrix.world import ROLES, World

Held = dict[tuple[str, str | None], frozenset[str]]


@dataclass
class Doors:
    """`doors.get(role, url)`, `doors.post(role, url)`: each request as if the world had just been made."""

    app: Flask
    world: World
    restore: Callable[[], None]
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Flask, world: World, restore: Callable[[], None]) -> Doors:
        """One door for each role."""
        made = cls(app, world, restore)
        with world.session() as session:
            marks = {role: person.fs_uniquifier if (person := world.person(session, role)) else None for role in ROLES}
        for role, uniquifier in marks.items():
            made.enter(role, uniquifier)
        return made

    def enter(self, role: str, uniquifier: str | None) -> None:
        """Sign the role in once; its cookie and its token serve all requests."""
        client = self.app.test_client()
        if uniquifier is not None:
            with client.session_transaction() as cookie:
                cookie |= {"_user_id": uniquifier, "_fresh": True}
        page = client.get("/centres/join").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, "no token on the page"
        self.tokens[role] = found[1]
        made = client.get_cookie("session")
        assert made is not None
        self.cookies[role] = made.value

    def open(self, role: str, url: str, **given: Any) -> TestResponse:
        headers = {"Cookie": f"session={self.cookies[role]}; lang=zh-Hans", **given.pop("headers", {})}
        return self.app.test_client(use_cookies=False).open(url, headers=headers, **given)

    def get(self, role: str, url: str, **given: Any) -> TestResponse:
        return self.open(role, url, method="GET", **given)

    def post(self, role: str, url: str, data: Any = None, **given: Any) -> TestResponse:
        """With the token of the page; what it changed is undone."""
        headers = {"X-CSRFToken": self.tokens[role], **given.pop("headers", {})}
        answer = self.open(role, url, method="POST", data=data, headers=headers, **given)
        answer.get_data()
        self.restore()
        return answer


class Copy:
    """A copy of an SQLite database in memory, to put back whatever was committed since."""

    def __init__(self, path: str) -> None:
        self.live, self.kept = sqlite3.connect(path), sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.seen = self.version()

    def version(self) -> int:
        return int(self.live.execute("PRAGMA data_version").fetchone()[0])

    def __call__(self) -> None:
        if self.version() != self.seen:
            self.kept.backup(self.live)
            self.seen = self.version()

    def close(self) -> None:
        self.live.close()
        self.kept.close()


def held_by_all(world: World) -> Held:
    """What each role is, at large and to each thing."""
    found: Held = {}
    with world.session() as session:
        for role in ROLES:
            person = world.person(session, role)
            large = frozenset({ANYONE}) | (frozenset({SIGNED_IN}) | person.standing if person else frozenset())
            centre = person.centre if person else None
            found[role, None] = large
            found[role, "own centre"] = large | (centre.relations(person) if centre else frozenset())
            for name in world.things:
                found[role, name] = large | world.thing(session, name).relations(person)
    return found

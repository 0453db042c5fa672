"""How often one person writes on the boards: entries and answers together, whatever was typed is offered again."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.app import create_app
from alliance.db import transaction
from tests.boards.test_board_pages import NEED, sent
from tests.conftest import settings
from tests.exchange.joined import table
from tests.exchange.stage import NOW

NEW = "/boards/need/new"


@pytest.fixture
def strict(app: Flask, database: str, tmp_path: Path) -> Flask:
    """The same portal, with two entries or answers a minute."""
    return create_app(settings(tmp_path, database, board_rate="2 per minute"))


def browser_of(app: Flask, uniquifier: str) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    return browser


def test_the_third_within_a_minute_waits_and_loses_nothing(app: Flask, strict: Flask) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a", "b")
            people = {name: str(one.fs_uniquifier) for name, one in seats.handlers.items()}
            code = seats.things["a"].code
        a, b = (browser_of(strict, people[name]) for name in "ab")
        for _once in range(3):
            sent(a, NEW, NEW, 422, **NEED | {"pledge": ""})
        need = sent(a, NEW, NEW, **NEED | {"do": "draft"})
        sent(a, f"{need}/edit", f"{need}/edit", title="要一个大排练厅")
        refused = sent(a, NEW, NEW, 429, **NEED | {"title": "再要<一个>排练厅", "facts": "台口宽八米"})
        assert "请过一分钟再试，已填的内容不会丢" in refused
        assert f'action="{NEW}"' in refused
        assert 'value="再要&lt;一个&gt;排练厅"' in refused
        assert "台口宽八米" in refused
        assert 'name="do" value="publish"' in refused
        sent(a, need, f"{need}/close")
        others = sent(b, NEW, NEW, **NEED)
        refused = sent(a, f"{others}/answer", f"{others}/answer", 429, resource=code, conditions="自备音响")
        assert f'action="{others}/answer"' in refused
        assert "自备音响" in refused
        assert "还没有馆应答" in b.get(others).get_data(as_text=True)

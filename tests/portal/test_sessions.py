"""The alliance's list of sessions to be used, and the page of one programme."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.catalogue import reminders
from alliance.catalogue.imports import columns
from alliance.catalogue.kinds import KINDS
from alliance.catalogue.models import Resource
from alliance.catalogue.procured import SessionUse
from alliance.db import db, transaction
from alliance.journal import Event
from tests import make
from tests.browsing import token_of

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
PLAY = {"talent_kind": "troupe", "troupe_size": 16, "sessions_bought": 20, "sessions_used": 14, "contract_until": "2026-12-31"}


@dataclass
class Stage:
    staff: int
    other: int
    codes: dict[str, str]


@pytest.fixture
def stage(app: Flask) -> Iterator[Stage]:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            owner, other = make.centre(session), make.centre(session)
            made = {
                "play": listing(session, owner, "小鱼灯", transferable=True),
                "kept": listing(session, owner, "街舞夜", transferable=False),
                "later": listing(session, owner, "话剧码头", transferable=True, contract_until="2027-03-01"),
                "gone": listing(session, owner, "旧戏", transferable=True, sessions_used=20),
            }
            who = make.person(session, owner, "staff"), make.person(session, other, "staff")
            yield_ = Stage(who[0].id, who[1].id, {name: one.code for name, one in made.items()})
        yield yield_


def listing(session: Any, owner: Any, title: str, **more: Any) -> Resource:
    return make.resource(session, owner, kind="talent", title=title, acquired_by="purchased", details=PLAY | more)


SignedIn = Callable[[int], FlaskClient]


def test_the_list_shows_what_ends_this_year(stage: Stage, signed_in: SignedIn) -> None:
    ours, theirs = signed_in(stage.staff).get("/sessions").text, signed_in(stage.other).get("/sessions").text
    for page in (ours, theirs):
        assert "小鱼灯" in page
        assert "街舞夜" in page
        assert "话剧码头" not in page
        assert "旧戏" not in page
        assert "共剩12场" in page
        assert "还有59天" in page
    assert f"/agreements/new?resource={stage.codes['play']}" in theirs
    assert f"/agreements/new?resource={stage.codes['kept']}" not in theirs
    assert "/boards/supply/new?resource=" in ours
    assert "/boards/supply/new?resource=" not in theirs
    assert "想拿本馆的场次换别馆的资源" in ours
    assert "想拿本馆的场次换别馆的资源" not in theirs
    assert "话剧码头" in signed_in(stage.other).get("/sessions?within=6").text


def test_in_english(stage: Stage, signed_in: SignedIn) -> None:
    browser = signed_in(stage.other)
    browser.set_cookie("lang", "en")
    assert "Sessions to be used by the end of December" in browser.get("/sessions").text


def test_an_own_use_is_written_down_and_taken_back(stage: Stage, signed_in: SignedIn, app: Flask) -> None:
    browser, page = signed_in(stage.staff), f"/resources/{stage.codes['play']}/sessions"
    assert "还剩6场" in browser.get(page).text
    given = {"csrf_token": token_of(browser.get(page).text), "sessions": "2", "used_on": "2026-11-01", "place": "本馆小剧场"}
    assert browser.post(page, data=given | {"sessions": "7"}).status_code == 422
    assert browser.post(page, data=given | {"used_on": "2026-11-05"}).status_code == 422
    assert browser.post(page, data=given).status_code == 303
    text = browser.get(page).text
    assert "还剩4场" in text
    assert "本馆小剧场" in text
    assert "还剩4场" in browser.get(f"/resources/{stage.codes['play']}").text
    with app.app_context():
        number = db.session.scalars(sa.select(SessionUse.id)).one()
    stranger = signed_in(stage.other)
    theirs = {"csrf_token": token_of(stranger.get(page).text)}
    assert stranger.post(f"{page}/{number}/back", data=theirs).status_code == 403
    assert browser.post(f"{page}/{number}/back", data={"csrf_token": given["csrf_token"]}).status_code == 303
    with app.app_context():
        told = db.session.scalars(sa.select(Event.action).where(Event.action.like("resource.sessions%")).order_by(Event.id)).all()
    assert told == ["resource.sessions_used", "resource.sessions_back"]


def test_what_is_not_bought_has_no_such_page(stage: Stage, signed_in: SignedIn, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        code = make.resource(session, session.scalars(sa.select(Resource)).first().owner).code  # type: ignore[union-attr]
    assert signed_in(stage.staff).get(f"/resources/{code}/sessions").status_code == 409


def test_the_desk_says_so(stage: Stage, signed_in: SignedIn) -> None:
    assert "年底前要用掉的场次" in signed_in(stage.staff).get("/desk").text
    assert "年底前要用掉的场次" not in signed_in(stage.other).get("/desk").text


def test_owners_are_reminded_sixty_and_thirty_days_before(stage: Stage, app: Flask) -> None:
    def told() -> list[tuple[int, int]]:
        query = sa.select(Event).where(Event.action == "resource.sessions_ending").order_by(Event.id)
        return [(event.subject_id, event.data["sessions_left"]) for event in db.session.scalars(query)]

    with app.app_context():
        with clock.moved(NOW - timedelta(days=20)):
            reminders.remind({})
        assert told() == []
        for _time in range(2):
            reminders.remind({})
        assert [sessions for _number, sessions in told()] == [6, 6]
        with clock.moved(NOW + timedelta(days=31)):
            reminders.remind({})
        assert len(told()) == 4


def test_headings_of_other_tables_are_known(app: Flask) -> None:
    heads = ("团队名", "采购总场次", "已演场次", "合同到期", "是否可转让")
    with app.test_request_context():
        found = columns.match(KINDS["talent"], [(1, heads)]).fields
        alone = columns.match(KINDS["talent"], [(1, ("团队名", "剩余场次", "采购合同期"))]).fields
    assert found[1:] == (("sessions_bought",), ("sessions_used",), ("contract_until",), ("transferable",))
    assert alone[1:] == (("sessions_bought",), ("contract_until",))


def test_the_secretariat_sees_how_many(stage: Stage, signed_in: SignedIn, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        admin = make.admin(session).id
    page = signed_in(admin).get("/admin/").text
    assert re.search(r"年底前到期未用的场次</dt><dd><a href=\"/sessions\">12</a>", page)
    assert signed_in(admin).get("/sessions").status_code == 200

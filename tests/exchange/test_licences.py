"""A licence: it opens the file to the borrower's staff and shuts it by itself; nothing is handed over, nothing is posted."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock, permissions
from alliance.archive.grants import CentreGrant
from alliance.archive.models import Asset
from alliance.archive.visibility import openable_by
from alliance.catalogue.models import Occupancy
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import turns
from alliance.exchange.actions import available
from alliance.exchange.clockwork import look, sweep
from alliance.exchange.models import Leg
from alliance.exchange.postings import Posting
from alliance.exchange.replay import differences
from alliance.figures.scorecard import Span, facts
from alliance.journal import history
from alliance.storage import files
from tests.conftest import BOTH
from tests.exchange.browsers import Browser, number_of
from tests.exchange.stage import LICENCE, LICENSED_UNTIL, NOW, START, Stage, of_a_work
from tests.exchange.test_matrix import WHY

MINUTE = timedelta(minutes=1)
END = LICENSED_UNTIL
ASKED = LICENCE
GIVEN = (("borrower", "submit"), ("handler", "approve", {"choice": 1}))


def media(session: Session, **values: Any) -> Stage:
    """Two centres, and a work of the owner's whose file is otherwise its own."""
    return of_a_work(session, file=kept(session), **values)


def kept(session: Session) -> Any:
    """A file whose bytes are in the store."""
    stored = files.the_store().put("files/licensed", io.BytesIO(b"%PDF-1.4 a play"), size_limit=10**6)
    received = files.Received(stored.key, stored.sha256, stored.size, "application/pdf", "剧本.pdf")
    return files.keep(session, None, received)


def given(stage: Stage, **more: Any) -> Leg:
    return stage.play(stage.leg(**ASKED | more), *GIVEN)


def opens(stage: Stage, who: str, at: Any) -> bool:
    """Whether this person may open the file then; a row and a list of rows say the same."""
    with clock.moved(at):
        asset, person = stage.thing.asset, stage.people[who]
        assert asset is not None
        listed = stage.session.scalar(sa.select(Asset.id).where(Asset.id == asset.id, openable_by(person))) is not None
        may = permissions.may(person, "asset.open", asset)
        assert may == listed
        return may


@BOTH
def test_it_opens_at_the_start_and_shuts_at_the_end(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        leg = given(stage)
        assert (leg.agreement.kind, leg.state, leg.next_at) == ("licence", "confirmed", START)
        assert session.scalar(sa.select(sa.func.count(Occupancy.id))) == 0
        with pytest.raises(Conflict):
            stage.act("system", leg, "open_window", at=START - MINUTE)
        leg = stage.act("system", leg, "open_window", at=START)
        assert leg.state == "in_use"
        assert opens(stage, "borrower", START)
        assert opens(stage, "mate", END - MINUTE)
        assert not opens(stage, "stranger", START + MINUTE)
        assert not opens(stage, "borrower", END)  # whether or not the job has run
        with pytest.raises(Conflict):
            stage.act("system", leg, "end_window", at=END - MINUTE)
        leg = stage.act("system", leg, "end_window", at=END)
        assert (leg.state, leg.closed_at, leg.next_at) == ("closed", END, None)
        assert not opens(stage, "borrower", END - MINUTE)
        assert session.scalar(sa.select(sa.func.count(Posting.id))) == 0
        assert stage.thing.lent_count == 0
        assert differences(session) == []


@BOTH
def test_the_sweep_opens_warns_and_shuts(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            number = given(media(session)).id
        seen = []
        for moment in (START - MINUTE, START, END - timedelta(days=7), END):
            with clock.moved(moment):
                sweep({})
            seen.append([event.action for event in history(db.session, db.session.get_one(Leg, number))][-1])
        assert seen == ["leg.commit", "leg.open_window", "leg.reminded", "leg.end_window"]
        sweep({})
        assert db.session.get_one(Leg, number).state == "closed"


def test_a_sweep_that_comes_late_does_both(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        leg = given(media(session))
        with clock.moved(END + timedelta(days=2)):
            look(session, leg.id)
            assert leg.state == "in_use"
            look(session, leg.id)
            assert leg.state == "closed"


@BOTH
def test_the_owners_director_takes_it_back(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        leg = stage.act("system", given(stage), "open_window", at=START)
        later = START + timedelta(days=3)
        for who in ("staff", "handler", "borrower", "stranger", "admin"):
            with pytest.raises(Forbidden):
                stage.act(who, leg, "revoke", at=later, **WHY)
        with pytest.raises(Invalid):
            stage.act("director", leg, "revoke", at=later, reason="短")
        leg = stage.act("director", leg, "revoke", at=later, **WHY)
        assert (leg.state, leg.ended_reason) == ("closed", WHY["reason"])
        assert not opens(stage, "borrower", later)
        assert session.scalars(sa.select(CentreGrant)).one().revoked_at == later


def test_what_a_licence_does_not_know_is_not_offered(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        leg = given(stage)
        late = START + timedelta(hours=3)
        offered = {who: {one.name for one in available(session, leg, stage.people[who], late)} for who in ("director", "borrower")}
        assert offered["director"] == {"transfer", "ask_cancel", "force_cancel"}
        assert offered["borrower"] == {"ask_cancel"}
        leg = stage.act("system", leg, "open_window", at=late)
        offered = {who: {one.name for one in available(session, leg, stage.people[who], late)} for who in ("director", "borrower")}
        assert offered["director"] == {"transfer", "revoke", "dispute"}
        assert offered["borrower"] == {"dispute"}
        assert turns.turn(leg, late).side == "none"
        assert not turns.tasks(session, stage.people["borrower"], late).mine


@BOTH
@pytest.mark.parametrize("decision", ["resume", "close"])
def test_a_dispute_does_not_keep_the_file_open_against_its_owner(app: Flask, decision: str) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        leg = stage.act("system", given(stage), "open_window", at=START)
        leg = stage.act("borrower", leg, "dispute", at=START, **WHY)
        later = START + timedelta(days=3)
        leg = stage.act("director", leg, "revoke", at=later, **WHY)
        assert (leg.state, leg.standing, leg.closed_at) == ("disputed", "closed", later)
        assert not opens(stage, "borrower", later)
        with pytest.raises(Conflict):
            stage.act("director", leg, "revoke", at=later, **WHY)
        leg = stage.act("admin", leg, "settle", at=later, decision=decision, **WHY)
        assert leg.state == "closed"
        assert not opens(stage, "borrower", later)
        assert differences(session) == []


def test_a_dispute_leaves_the_window_as_it_was_agreed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        leg = stage.act("system", given(stage), "open_window", at=START)
        leg = stage.act("staff", leg, "dispute", at=START, **WHY)
        assert opens(stage, "borrower", START + MINUTE)
        assert differences(session) == []
        leg = stage.act("admin", leg, "settle", at=START, decision="close", **WHY)
        assert leg.state == "closed"
        assert not opens(stage, "borrower", START + MINUTE)
        assert differences(session) == []


def test_rights_that_end_shut_the_file_before_the_licence_does(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        stage.act("system", given(stage), "open_window", at=START)
        asset = stage.thing.asset
        assert asset is not None
        asset.rights_status = "unknown"
        session.flush()
        assert not opens(stage, "borrower", START + MINUTE)


def test_an_exclusive_licence_suffers_no_other(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        given(stage, exclusive="yes")
        second = stage.play(stage.leg(**ASKED), ("borrower", "submit"))
        with pytest.raises(Conflict, match="独家"):
            stage.act("handler", second, "approve", choice=1)
        after = {"starts_at": END, "ends_at": END + timedelta(days=3)}
        assert given(stage, **after).state == "confirmed"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"use": "broadcast"}, "广播电视"),
        ({"ends_at": START + timedelta(days=200)}, "授权只能到"),
    ],
)
def test_it_stays_within_what_the_owner_may_give(app: Flask, changed: dict[str, Any], said: str) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session, licence_until=date(2025, 6, 30))
        with pytest.raises(Invalid, match=said):
            stage.act("borrower", stage.leg(**ASKED | changed), "submit")


def test_it_counts_as_no_loan(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = media(session)
        stage.act("system", given(stage), "open_window", at=START)
        owner = facts(session, Span(START.year))[stage.owner.id]
        assert (owner.lent, owner.days, len(owner.answered)) == ([], {}, 1)


@dataclass
class Seats:
    """The people of both sides at their browsers, the listing and the work."""

    borrower: Browser
    handler: Browser
    director: Browser
    stranger: Browser
    code: str
    asset: str


@pytest.fixture
def seats(app: Flask, signed_in: Callable[[int], FlaskClient]) -> Iterator[Seats]:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        stage = media(session)
        assert stage.thing.asset is not None
        code, asset = stage.thing.code, stage.thing.asset.code
        numbers = {name: stage.people[name].id for name in ("borrower", "handler", "director", "stranger")}
    with clock.moved(NOW):
        yield Seats(**{name: Browser(signed_in(number)) for name, number in numbers.items()}, code=code, asset=asset)


TYPED = {
    "use": "classroom",
    "territory": "county",
    "channels": ["class", "on_site"],
    "starts_at": "2025-04-01T09:00",
    "ends_at": "2025-05-01T09:00",
    "second_starts_at": "",
    "second_ends_at": "",
}


def test_asked_given_downloaded_and_shut(app: Flask, seats: Seats) -> None:
    assert "申请授权使用" in seats.borrower.get(f"/resources/{seats.code}")
    form = seats.borrower.get(f"/agreements/new?resource={seats.code}")
    assert "禾丰县文化馆供片" in form
    assert "雨天预案" not in form
    assert "互换" not in form
    refused = seats.borrower.ask(seats.code, **TYPED | {"territory": "", "channels": ""})
    assert refused.status_code == 422
    number = number_of(seats.borrower.ask(seats.code, **TYPED))
    seats.handler.act(number, "approve", choice="1")
    page = seats.borrower.get(f"/agreements/{number}")
    assert "授权从" in page
    assert "下载原件" not in page
    file = f"/archive/{seats.asset}/file?download=1"
    assert seats.borrower.client.get(file).status_code == 403
    with clock.moved(START), app.app_context():
        sweep({})
    with clock.moved(START + MINUTE):
        page = seats.borrower.get(f"/agreements/{number}")
        assert "可以怎样用" in page
        assert "课堂教学" in page
        assert f'href="/archive/{seats.asset}/file?download=1"' in page
        got = seats.borrower.client.get(file)
        assert (got.status_code, got.get_data()) == (200, b"%PDF-1.4 a play")
        assert "no-store" in got.headers["Cache-Control"] or "private" in got.headers["Cache-Control"]
        assert seats.stranger.client.get(file).status_code == 403
    with clock.moved(END + MINUTE):
        assert "使用授权到" in seats.borrower.get(file, 403)
        page = seats.borrower.get(f"/agreements/{number}")
        assert "文件已关闭" in page
        assert "不能再用" in page
        assert "到期文件自动关闭" not in page
        assert "下载原件" not in page


def test_revoked_by_the_director_with_a_reason(app: Flask, seats: Seats) -> None:
    number = number_of(seats.borrower.ask(seats.code, **TYPED))
    seats.handler.act(number, "approve", choice="1")
    with clock.moved(START), app.app_context():
        sweep({})
    with clock.moved(START + timedelta(days=1)):
        seats.director.act(number, "revoke", reason="权利人来函要求停止使用，敬请谅解。")
        assert "授权已收回，不能再用" in seats.borrower.get(f"/agreements/{number}")
        assert "权利人来函" in seats.borrower.get(f"/agreements/{number}")
        assert seats.borrower.client.get(f"/archive/{seats.asset}/file").status_code == 403


def test_conditions_of_a_licence_are_accepted_without_dates_to_be_kept(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = of_a_work(session)
        leg = stage.play(stage.leg(**ASKED), ("borrower", "submit"), ("handler", "offer", {"conditions": [{"text": "片头署名"}]}))
        leg = stage.act("borrower", leg, "accept_offer", terms_version=2)
        assert (leg.state, leg.choice, differences(session)) == ("confirmed", 1, [])
        assert session.scalar(sa.select(sa.func.count()).select_from(Occupancy)) == 0

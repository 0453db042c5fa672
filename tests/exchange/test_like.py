"""A request like another: the same words, and its files by name, each to be kept or left out."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import db, transaction
from alliance.exchange.models import Agreement, Leg
from alliance.storage.models import File
from tests import make
from tests.exchange.browsers import Forms
from tests.exchange.stage import NOW, build


def test_a_colleagues_file_goes_along_unless_its_tick_is_taken_away(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session)
            other = make.resource(session, make.centre(session), title="另一处排练厅")
            asker = stage.people["borrower"]
            facts = {"digest": "0" * 64, "size": 1, "media_type": "application/pdf", "name": "安全预案.pdf"}
            plan = File(key="plan", created_by=asker.id, **facts)
            session.add(plan)
            session.flush()
            leg = stage.play(stage.leg(files=[plan.id]), ("borrower", "submit"))
            number, code, file = leg.number, other.code, plan.id
            who = make.person(session, asker.centre).id
        browser = signed_in(who)
        way = f"/agreements/new?resource={code}&like={number}"
        assert "安全预案.pdf</a>" in browser.get(way).get_data(as_text=True)
        with_it = drafted(app, browser, way)
        without = drafted(app, browser, way, files="")
        by_number_alone = drafted(app, browser, f"/agreements/new?resource={code}", files=str(file))
        assert (with_it, without, by_number_alone) == ([file], [], [])


def drafted(app: Flask, browser: FlaskClient, way: str, **typed: str) -> list[int]:
    """Keep the form of that page as a draft; the files that the draft has."""
    fields = next(fields for action, fields in Forms(browser.get(way).get_data(as_text=True)).found if action == "/agreements/new")
    answer = browser.post("/agreements/new", data=fields | typed | {"do": "draft"})
    assert answer.status_code == 302, answer.get_data(as_text=True)[-2000:]
    with app.app_context():
        query = sa.select(Leg).join(Leg.agreement).where(Agreement.number == answer.headers["Location"].rsplit("/", 1)[1])
        terms = db.session.scalars(query).one().terms[-1]
        said = terms.content if terms.typed is None else terms.typed
        return [int(one) for one in said.get("files", [])]

"""Files on request: open to who holds the secret of a granted case, while term and rights hold and nobody took it back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive.grants import OPENED, FileGrant
from alliance.archive.models import Asset
from alliance.archive.visibility import openable_by
from alliance.cases.models import Case
from alliance.db import transaction
from tests import make
from tests.archive import samples
from tests.cases.conftest import House, filed, shown
from tests.conftest import BOTH

ASKED = {"text": "音乐课上播放给四年级。", "name": "王老师", "contact": "wang@example.org", "until": "2099-06-30"}


@pytest.fixture
def stored(app: Flask, house: House) -> House:
    """The work of the house has bytes."""
    content = samples.jpeg()
    with app.app_context(), transaction() as session:
        kept = app.extensions["store"].put("files/ab/work", io.BytesIO(content), size_limit=10**7)
        file = make.file(session, key=kept.key, digest=kept.sha256, size=kept.size, media_type="image/jpeg", name="灯会.jpg")
        session.query(Asset).filter_by(code=house.work).one().file = file
    return house


def granted(house: House, client: FlaskClient, **typed: Any) -> tuple[str, str]:
    """Number and code of a granted case."""
    number, code = shown(client, filed(client, "use", code=house.work, **ASKED))
    assert house.answer("handler", number, "grant", **{"until": "2099-06-30"} | typed).status_code == 302
    return number, code


def change(house: House, model: Any, **values: Any) -> None:
    def run(session: Session) -> None:
        row = session.query(model).one()
        for name, value in values.items():
            setattr(row, name, value)

    house.read(run)


@BOTH
def test_the_file_opens_by_the_secret_link_only(app: Flask, stored: House, client: FlaskClient) -> None:
    path = f"/archive/{stored.work}/file"
    assert client.get(path).status_code in (302, 403)
    number, code = granted(stored, client)
    whole = client.get(path)
    assert (whole.status_code, whole.mimetype) == (200, "image/jpeg")
    assert "no-store" in whole.headers["Cache-Control"]
    assert client.get(path, headers={"Range": "bytes=0-9"}).status_code == 206
    assert f"{path}?download" in client.get(f"/archive/{stored.work}").text
    other = app.test_client()
    assert other.get(path).status_code in (302, 403)
    assert f"{path}?download" not in other.get(f"/archive/{stored.work}").text
    other.get(f"/cases/{number}/open/AAAA-BBBB-CCCC")
    assert other.get(path).status_code in (302, 403)
    other.get(f"/cases/{number}/open/{code}")
    assert other.get(path).status_code == 200
    stranger = stored.as_("stranger")
    assert stranger.get(path).status_code == 403
    stranger.get(f"/cases/{number}/open/{code}")
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (FileGrant, {"until": date(2020, 1, 1)}),
        (FileGrant, {"revoked_at": clock.now()}),
        (Asset, {"rights_status": "unknown"}),
        (Asset, {"licence_until": date(2020, 1, 1)}),
        (Asset, {"consent_until": date(2020, 1, 1)}),
        (Asset, {"file_access": "on_site"}),
        (Asset, {"file_access": "members"}),
        (Asset, {"file_access": "own_centre"}),
        (Asset, {"record_visibility": "own_centre"}),
        (Asset, {"state": "withdrawn"}),
    ],
)
def test_it_closes_by_itself(stored: House, client: FlaskClient, model: Any, values: dict[str, Any]) -> None:
    granted(stored, client)
    path = f"/archive/{stored.work}/file"
    assert client.get(path).status_code == 200
    change(stored, model, **values)
    assert client.get(path).status_code in (302, 403, 404)


def test_the_last_day_counts_and_the_next_does_not(stored: House, client: FlaskClient) -> None:
    day = clock.local(clock.now()).date() + timedelta(days=3)
    granted(stored, client, until=day.isoformat())
    path = f"/archive/{stored.work}/file"
    with clock.moved(clock.now() + timedelta(days=3)):
        assert client.get(path).status_code == 200
    with clock.moved(clock.now() + timedelta(days=4)):
        assert client.get(path).status_code in (302, 403)


def test_taken_back_from_the_desk(stored: House, client: FlaskClient) -> None:
    number, _code = granted(stored, client)
    assert stored.answer("handler", number, "revoke", reason="权利人撤回了授权。").status_code == 302
    assert client.get(f"/archive/{stored.work}/file").status_code in (302, 403)
    assert "权利人撤回了授权" in client.get(f"/cases/{number}").text
    assert "收回授权" not in stored.as_("admin").get(f"/cases/desk/{number}").text.split("经过")[0]


def test_a_past_day_cannot_be_granted(house: House, client: FlaskClient) -> None:
    number, _code = shown(client, filed(client, "use", code=house.work, **ASKED))
    answer = house.answer("handler", number, "grant", until="2020-01-01")
    assert (answer.status_code, "今天或以后" in answer.text) == (422, True)


def test_a_grant_is_for_one_work_and_not_for_members_in_general(app: Flask, stored: House, client: FlaskClient, write: Any) -> None:
    other = write(lambda s: make.asset(s, make.centre(s), file_access="on_request", file=s.query(Asset).first().file).code)
    granted(stored, client)
    assert client.get(f"/archive/{other}/file").status_code in (302, 403)


@BOTH
def test_sql_says_the_same_as_the_row(app: Flask, stored: House, client: FlaskClient) -> None:
    granted(stored, client)
    number = stored.read(lambda session: session.scalar(sa.select(Case.id)))
    for opened, expected in (([], 0), ([number], 1), ([number + 1], 0)):
        with app.test_request_context():
            cookie[OPENED] = opened
            with transaction() as session:
                found = list(session.scalars(sa.select(Asset.code).where(openable_by(None))))
                asset = session.query(Asset).filter_by(code=stored.work).one()
                assert len(found) == expected
                assert ("may_open" in asset.relations(None)) == bool(expected)


def test_a_forged_cookie_opens_nothing(app: Flask, stored: House, client: FlaskClient) -> None:
    granted(stored, client)
    other = app.test_client()
    other.set_cookie("session", "eyJjYXNlcyI6WzFdfQ.aaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert other.get(f"/archive/{stored.work}/file").status_code in (302, 403)

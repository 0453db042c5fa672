"""What the secretariat announces, and what it calls the codes."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from alliance import codes
from alliance.db import db
from alliance.indexing import engine
from alliance.journal import Event
from alliance.moderation.models import Announcement
from search.backend import Query
from tests import make
from tests.conftest import BOTH
from tests.notifications.stage import MONDAY

SignedIn = Callable[[int], FlaskClient]
DAY = MONDAY.date()


@pytest.fixture
def there(app: Flask, write: Callable[..., Any]) -> dict[str, int]:
    app.config["WTF_CSRF_ENABLED"] = False

    def build(session: Any) -> dict[str, int]:
        centre = make.centre(session)
        hall = make.resource(session, centre, title="鹤川露天剧场", details={"venue_type": "theatre"}, share_scope="public")
        return {"admin": make.admin(session).id, "member": make.person(session, centre).id, "hall": hall.id}

    return write(build)


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    yield
    for codelist in codes.LISTS.values():
        codelist.relabel({})


def words(**given: Any) -> dict[str, Any]:
    days = {"starts_on": DAY.isoformat(), "ends_on": (DAY + timedelta(days=3)).isoformat()}
    return {"reach": "members", "title": "年会改期", "text": "年会改到下月。\n\n- 地点不变", "do": "publish"} | days | given


@BOTH
@time_machine.travel(MONDAY, tick=True)
def test_members_and_the_public_read_what_is_for_them_while_its_days_last(
    app: Flask, there: dict[str, int], client: FlaskClient, signed_in: SignedIn
) -> None:
    admin, member = signed_in(there["admin"]), signed_in(there["member"])
    assert admin.post("/admin/announcements/new", data=words()).status_code == 302
    public = words(reach="public", title="馆庆开放日", title_en="Open day", text="欢迎。<script>alert(1)</script>")
    assert admin.post("/admin/announcements/new", data=public).status_code == 302
    later = words(title="还没到时候", starts_on=(DAY + timedelta(days=1)).isoformat())
    assert admin.post("/admin/announcements/new", data=later).status_code == 302
    with app.app_context():
        numbers = {one.title: one.id for one in db.session.scalars(sa.select(Announcement))}
    assert "馆庆开放日" in client.get("/").text
    assert "年会改期" not in client.get("/").text
    assert client.get("/announcements").text.count("/announcements/") == 1
    assert client.get(f"/announcements/{numbers['年会改期']}").status_code == 404
    page = client.get(f"/announcements/{numbers['馆庆开放日']}").text
    assert "<script>alert" not in page
    assert "欢迎。" in page
    assert "年会改期" in member.get("/desk").text
    assert "地点不变" in member.get(f"/announcements/{numbers['年会改期']}").text
    assert member.get(f"/announcements/{numbers['还没到时候']}").status_code == 404
    client.set_cookie("lang", "en")
    assert "Open day" in client.get("/").text
    with time_machine.travel(MONDAY + timedelta(days=4), tick=True):
        assert "年会改期" not in member.get("/desk").text
        assert "年会改期" in member.get("/announcements").text


@BOTH
@time_machine.travel(MONDAY, tick=True)
def test_a_form_sent_twice_makes_one(app: Flask, there: dict[str, int], signed_in: SignedIn) -> None:
    admin = signed_in(there["admin"])
    page = admin.get("/admin/announcements/new").text
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    for _turn in range(2):
        assert admin.post("/admin/announcements/new", data=words(key=key)).status_code == 302
    with app.app_context():
        (one,) = db.session.scalars(sa.select(Announcement))
        assert (one.title, one.version) == ("年会改期", 1)
        assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.action == "announcement.published")) == 1
    assert admin.post("/admin/announcements/new", data=words(key=key, title="年会改到下月")).status_code == 302
    assert admin.post("/admin/announcements/new", data=words(title="另一条")).status_code == 302
    with app.app_context():
        found = db.session.execute(sa.select(Announcement.title, Announcement.version).order_by(Announcement.id))
        assert [tuple(one) for one in found] == [("年会改到下月", 2), ("另一条", 1)]


@time_machine.travel(MONDAY, tick=True)
def test_it_is_previewed_changed_and_withdrawn_and_two_do_not_overwrite(
    app: Flask, there: dict[str, int], signed_in: SignedIn
) -> None:
    admin, member = signed_in(there["admin"]), signed_in(there["member"])
    preview = admin.post("/admin/announcements/new", data=words(do="preview"))
    assert "这是预览" in preview.text
    assert "<li>地点不变</li>" in preview.text
    wrong = admin.post("/admin/announcements/new", data=words(ends_on="2020-01-01", title=""))
    assert wrong.status_code == 422
    assert "年会改到下月" in wrong.text, "what was typed stays"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Announcement.id))) == 0
    reversed_days = admin.post("/admin/announcements/new", data=words(ends_on="2020-01-01"))
    assert "结束的日子要在开始之后" in reversed_days.text
    admin.post("/admin/announcements/new", data=words())
    assert admin.post("/admin/announcements/1", data=words(version="1", title="年会再改期")).status_code == 302
    late = admin.post("/admin/announcements/1", data=words(version="1", title="年会不改期"))
    assert late.status_code == 409
    assert "年会不改期" in late.text, "what was typed stays"
    assert "年会再改期" in member.get("/desk").text
    assert admin.post("/admin/announcements/1/withdraw", data={"version": "2"}).status_code == 302
    assert "年会再改期" not in member.get("/desk").text
    assert member.get("/announcements/1").status_code == 404
    with app.app_context():
        told = db.session.scalars(sa.select(Event.action).where(Event.subject_type == "announcement").order_by(Event.id))
        assert list(told) == ["announcement.published", "announcement.changed", "announcement.withdrawn"]


@BOTH
@time_machine.travel(MONDAY, tick=True)
def test_the_alliance_calls_codes_its_own_way_everywhere(
    app: Flask, there: dict[str, int], client: FlaskClient, signed_in: SignedIn, work_off: Callable[[], int]
) -> None:
    admin = signed_in(there["admin"])
    page = admin.get("/admin/codes/venue_type").text
    assert 'placeholder="剧场"' in page
    twice = admin.post("/admin/codes/venue_type", data={"zh.theatre": "报告厅"})
    assert twice.status_code == 422
    assert "同一个列表里已有“报告厅”" in twice.text
    assert admin.post("/admin/codes/venue_type", data={"zh.theatre": "x" * 61}).status_code == 422
    assert admin.post("/admin/codes/venue_type", data={"zh.theatre": "大戏院", "en.theatre": "Playhouse"}).status_code == 302
    with app.app_context():
        code = db.session.scalar(sa.text("SELECT code FROM resource"))
    assert "大戏院" in client.get(f"/resources/{code}").text
    work_off()
    with app.app_context():
        engine().refresh()
        assert [hit.id for hit in engine().find(Query("大戏院", scopes=("public",))).hits] == [f"r:{there['hall']}"]
    client.set_cookie("lang", "en")
    assert "Playhouse" in client.get(f"/resources/{code}").text
    assert "1处本联盟的叫法" in admin.get("/admin/codes").text
    assert admin.post("/admin/codes/venue_type", data={"zh.theatre": "剧场", "en.theatre": ""}).status_code == 302
    client.set_cookie("lang", "zh-Hans")
    assert "大戏院" not in client.get(f"/resources/{code}").text
    assert admin.get("/admin/codes/rights_statement").status_code == 404
    assert admin.get("/admin/codes/nothing").status_code == 404

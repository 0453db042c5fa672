"""Who hears of what happens to an asset: those who decide, those who keep it; in words of both languages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from alliance.archive import lapse, service
from alliance.archive.checklist import BY_TYPE, COMMON
from alliance.archive.models import Asset
from alliance.db import db, transaction
from alliance.notifications.models import Notice
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.notifications.stage import MONDAY

TICKED = {key: {"ok": True} for key, _label in (*COMMON, *BY_TYPE["still_image"])}
Told = set[tuple[str, str, bool]]


class Archive:
    """A branch with its people, its main centre's director and the secretariat; `told()` since the last time."""

    def __init__(self, app: Flask, work_off: Callable[[], int]) -> None:
        self.app, self.work_off, self.seen = app, work_off, 0
        with app.app_context(), transaction() as session:
            main = make.centre(session)
            home = make.centre(session, parent_id=main.id, role="branch", name="梨花镇文化站", name_en="Lihua Station")
            people = {
                "writer": make.person(session, home),
                "duty": make.person(session, home, "handler"),
                "director": make.person(session, home, "director"),
                "above": make.person(session, main, "director"),
                "admin": make.admin(session),
            }
            make.duty(session, home, people["duty"])
            self.people = {name: person.id for name, person in people.items()}
            self.asset = make.asset(
                session, home, title="庙会", state="draft", record_visibility="members", created_by=people["writer"].id
            ).id

    def act(self, who: str, action: Callable[..., Any], **inputs: Any) -> None:
        with self.app.app_context(), transaction() as session:
            asset = session.get_one(Asset, self.asset)
            action(session, session.get_one(Person, self.people[who]), asset, expected_version=asset.version, **inputs)

    def told(self) -> Told:
        """(who, template, whether it is their turn) of the notices that came."""
        self.work_off()
        names = {number: name for name, number in self.people.items()}
        with self.app.app_context():
            new = db.session.scalars(sa.select(Notice).where(Notice.id > self.seen).order_by(Notice.id)).all()
            self.seen = max((notice.id for notice in new), default=self.seen)
            return {(names[notice.person_id], notice.template, notice.turn) for notice in new}


@BOTH
@time_machine.travel(MONDAY, tick=False)
def test_the_way_of_an_asset_is_told(app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]) -> None:
    archive = Archive(app, work_off)
    archive.act("writer", service.submit)
    assert archive.told() == {("director", "asset_waits", True)}
    archive.act("director", service.send_back, remarks="请补年代和作者。")
    assert archive.told() == {("writer", "asset_returned", True), ("duty", "asset_returned", True)}
    archive.act("writer", service.submit)
    archive.told()
    archive.act("director", service.publish, marks=TICKED)
    assert archive.told() == {("writer", "asset_published", False), ("duty", "asset_published", False)}
    archive.act("writer", service.save, values={"record_visibility": "public"})
    assert archive.told() == {("above", "asset_waits", True), ("admin", "asset_waits", True)}
    archive.act("admin", service.publish, marks=TICKED)
    archive.told()
    archive.act("admin", service.withdraw, why="权利人要求撤下。")
    assert archive.told() == {("writer", "asset_withdrawn", False), ("duty", "asset_withdrawn", False)}
    browser = signed_in(archive.people["writer"])
    page = browser.get("/notices/").text
    for words in ("请修改后再送审：庙会", "请补年代和作者。", "档案已发布：庙会", "档案已撤下：庙会", "权利人要求撤下。"):
        assert words in page
    browser.set_cookie("lang", "en")
    assert 'Taken down from the archive: <span lang="zh">庙会</span>' in browser.get("/notices/").text


@time_machine.travel(MONDAY, tick=False)
def test_a_change_that_needs_no_review_is_told_to_nobody(app: Flask, work_off: Callable[[], int]) -> None:
    archive = Archive(app, work_off)
    archive.act("writer", service.save, values={"title": "庙会夜景"})
    archive.act("writer", service.submit)
    archive.told()
    archive.act("writer", service.save, values={"title": "庙会夜戏"})
    assert archive.told() == set()


@time_machine.travel(MONDAY, tick=False)
def test_a_notice_opens_the_record_and_a_lapsed_licence_is_told_once(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    archive = Archive(app, work_off)
    with app.app_context(), transaction() as session:
        asset = session.get_one(Asset, archive.asset)
        asset.state, asset.licence_until = "published", date(2026, 11, 1)
    for _again in range(2):
        with app.app_context():
            lapse.sweep({})
    assert archive.told() == {("writer", "asset_lapsed", False), ("duty", "asset_lapsed", False)}
    browser = signed_in(archive.people["writer"])
    page = browser.get("/notices/").text
    assert "档案已关闭：庙会" in page
    assert "授权" in page
    with app.app_context():
        number = db.session.scalars(sa.select(Notice.id).where(Notice.person_id == archive.people["writer"])).one()
        code = db.session.get_one(Asset, archive.asset).code
    answer = browser.post(f"/notices/{number}")
    assert answer.location == f"/archive/{code}"
    assert browser.get(answer.location).status_code == 200

"""What ends soon is told 30 and 7 days before and stands on the boards; a refused upload is told to who sent it; the fourteen
templates of the field are there, in both languages, for whose turn it is."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from alliance.archive import lapse, uploads
from alliance.archive.models import Asset
from alliance.cases import letters
from alliance.cases.models import Case
from alliance.db import db, transaction
from alliance.notifications import recipients as to
from alliance.notifications.models import Notice
from alliance.notifications.rules import LISTENERS, RULES
from alliance.notifications.telling import MARKED
from alliance.notifications.templates import TEMPLATES
from alliance.people.models import Person
from alliance.storage import files
from tests import make
from tests.archive import samples
from tests.conftest import BOTH
from tests.notifications.stage import MONDAY
from tests.notifications.test_archive import Archive

DAY = timedelta(days=1)


def swept(archive: Archive, days: int) -> set[tuple[str, str, bool]]:
    """Who is told what on that day after MONDAY, however often the job runs."""
    with time_machine.travel(MONDAY + days * DAY, tick=False):
        for _again in range(2):
            with archive.app.app_context():
                lapse.remind({})
        return archive.told()


@BOTH
def test_an_end_is_told_thirty_and_seven_days_before(app: Flask, work_off: Callable[[], int]) -> None:
    with time_machine.travel(MONDAY, tick=False):
        archive = Archive(app, work_off)
        with app.app_context(), transaction() as session:
            asset = session.get_one(Asset, archive.asset)
            asset.state, asset.lease_until = "published", date(2026, 12, 20)
            make.performer(asset, consent_until=date(2026, 12, 22))
            make.asset(session, asset.owner, state="draft", lease_until=date(2026, 12, 20))
    keepers = {("writer", "asset_ending", False), ("duty", "asset_ending", False)}
    heads = {("director", "asset_ending", False)}
    assert swept(archive, 17) == set()
    assert swept(archive, 18) == keepers
    assert swept(archive, 19) == set()
    assert swept(archive, 20) == keepers
    assert swept(archive, 41) == keepers | heads
    assert swept(archive, 43) == keepers | heads
    assert swept(archive, 48) == set()
    with app.app_context():
        said = db.session.scalars(
            sa.select(Notice.data).where(Notice.person_id == archive.people["writer"]).order_by(Notice.id)
        ).all()
    assert [(one["paper"], one["until_on"]) for one in said] == [
        ("lease_until", "2026-12-20"),
        ("consent_until", "2026-12-22"),
    ] * 2


def test_who_comes_late_is_told_of_the_nearer_only(app: Flask, work_off: Callable[[], int]) -> None:
    with time_machine.travel(MONDAY, tick=False):
        archive = Archive(app, work_off)
        with app.app_context(), transaction() as session:
            asset = session.get_one(Asset, archive.asset)
            asset.state, asset.lease_until = "published", date(2026, 11, 5)
    assert {template for _who, template, _turn in swept(archive, 0)} == {"asset_ending"}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Notice.id)).where(Notice.person_id == archive.people["writer"])) == 1


@BOTH
@time_machine.travel(MONDAY, tick=False)
def test_what_ends_soon_stands_on_the_boards(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    archive = Archive(app, work_off)
    with app.app_context(), transaction() as session:
        asset = session.get_one(Asset, archive.asset)
        asset.state, asset.lease_until = "published", date(2026, 11, 20)
        make.resource(session, asset.owner, kind="stage_truck", title="梨花大篷车", details={"insurance_until": "2026-11-12"})
        far = make.asset(session, make.centre(session), title="别馆旧照", consent_until=date(2026, 11, 9))
        make.asset(session, far.owner, title="早过了的", lease_until=date(2026, 9, 1))
        make.asset(session, far.owner, title="还早的", licence_until=date(2027, 9, 1))
    for address in ("/admin/", "/admin/papers"):
        page = signed_in(archive.people["admin"]).get(address).text
        places = [page.index(name) for name in ("别馆旧照", "梨花大篷车", "庙会")]
        assert places == sorted(places)
        assert "开放期限" in page
        assert "早过了的" not in page
        assert "还早的" not in page
    desk = signed_in(archive.people["director"]).get("/desk").text
    assert "将到期和已到期的" in desk
    assert desk.index("梨花大篷车") < desk.index("庙会")
    assert "别馆旧照" not in desk
    assert "将到期和已到期的" not in signed_in(archive.people["above"]).get("/desk").text


@BOTH
def test_a_refused_upload_is_told_to_who_sent_it(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    with app.app_context():
        with transaction() as session:
            home = make.centre(session)
            sender, other = make.person(session, home), make.person(session, home, "handler")
            make.duty(session, home, other)
            people = sender.id, other.id
        code, draft = uploads.reserve(len(samples.HTML))
        files.the_store().part(draft, 1, io.BytesIO(samples.HTML))
        with transaction() as session:
            person = session.get_one(Person, people[0])
            assert person.centre is not None
            upload = uploads.begin(session, person, centre=person.centre, code=code, draft=draft, name="节目单.jpg")
            uploads.finish(session, person, upload)
    work_off()
    browser = signed_in(people[0])
    page = browser.get("/notices/").text
    assert "没有收下：" in page
    assert "节目单.jpg" in page
    assert "不能收" in page
    assert "没有收下" not in signed_in(people[1]).get("/notices/").text
    with app.app_context():
        notice = db.session.scalars(sa.select(Notice)).one()
        assert notice.url == f"/archive/uploads/{code}"
    assert browser.get(notice.url).status_code == 200
    browser.set_cookie("lang", "en")
    assert "Not taken: " in browser.get("/notices/").text


# Appendix C of the domain -------------------------------------------------------

FOURTEEN = {
    1: ("leg.submit", "received", to.borrower, False, ("owner", "title", "number", "distance", "days", "due_at")),
    2: ("leg.accept_handling", "accepted", to.borrower, False, ("number", "handler")),
    3: ("leg.return_for_completion", "incomplete", to.borrower, True, ("number", "items")),
    4: ("leg.approve", "offered", to.borrower, True, ("conditions", "hold_at")),
    5: ("leg.commit", "confirmed", to.borrower, False, ("starts_at", "place", "handler")),
    6: ("leg.decline", "declined", to.borrower, False, ("code", "reason", "alternatives")),
    7: ("leg.fall", "fallen", to.borrower, False, ("alternatives",)),
    8: ("leg.yellow", "yellow", to.owner_duties, True, ("due_at",)),
    9: ("leg.red", "red", to.owner_duties, True, ("due_at", "now_with")),
    10: ("leg.recall", "recalled", to.borrower, True, ("until_at", "reason")),
    11: ("leg.return_soon", "return_soon", to.borrower, True, ("ends_at",)),
    12: ("leg.close", "rate", to.both_sides, False, ("title",)),
    13: ("resource.paper_ending", "paper_ending", to.owner_duty, False, ("resource", "until_on")),
}


@pytest.mark.parametrize("number", FOURTEEN)
def test_each_template_of_the_field_is_told_to_whose_turn_it_is(app: Flask, number: int) -> None:
    action, name, who, turn, facts = FOURTEEN[number]
    rule = next(rule for rule in RULES[action] if rule.template == name)
    assert (rule.to, rule.turn) == (who, turn)
    heard = action if action in LISTENERS else None
    assert heard or action.split(".")[1] in {"yellow", "red", "return_soon"}
    assert set(MARKED) <= set(LISTENERS)
    template, said = TEMPLATES[name], []
    with app.test_request_context():
        for locale in ("zh_Hans", "en"):
            with force_locale(locale):
                said.append(f"{template.head} {template.text}")
    assert re.search("[\u4e00-\u9fff]", said[0])
    assert not re.search("[\u4e00-\u9fff]", said[1])
    for fact in facts:
        assert fact in template.shows or all(f"%({fact})s" in words for words in said), fact


def test_the_look_back_asks_who_asked(app: Flask) -> None:
    asked = Case(number="GZ-2026-0001", locale="en")
    said: list[Any] = []
    with app.test_request_context():
        for locale in ("zh_Hans", "en"):
            with force_locale(locale):
                said.append(str(letters.said(asked, "look_back")))
    assert "30天前您反映的事" in said[0]
    assert not re.search("[\u4e00-\u9fff]", said[1])

"""A listing's page: what everybody sees, what members see, what nobody else may know to exist."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count

import pytest
import pyvips
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from alliance import clock
from alliance.catalogue import availability
from alliance.catalogue.availability import midnight
from alliance.catalogue.models import Resource, ResourcePhoto
from alliance.db import db
from alliance.exchange.models import Line, Rating
from alliance.portal import drawing
from alliance.storage import files, renditions
from alliance.worktime.rows import seed_calendar
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH
from tests.portal.conftest import TRUCK, Scene
from tests.queries import counted

FRIDAY = datetime(2026, 11, 20, 2, tzinfo=UTC)


def page(client: FlaskClient, address: str = "/resources/WC-0001") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


@BOTH
def test_visitor_sees_what_decides_and_no_private_word(scene: Scene, client: FlaskClient) -> None:
    html = page(client)
    for word in ("禾丰一号舞台车", "9.6×6.4 m", "自带20 kW", "过路限高须", "WC-0001", "禾丰县文化馆", "刘老师", "登录后申请"):
        assert word in html, word
    for private in ("岚A·T4821", "0900-555 0142", 'class="month"', "申请借用</a>", "郑老师"):
        assert private not in html, private
    assert html.count('class="lock"') >= 2


def test_member_in_scope_sees_phone_calendar_and_promise(scene: Scene, signed_in) -> None:
    scene.write(seed_calendar)
    with clock.moved(FRIDAY):
        html = page(signed_in(scene.borrower))
    for word in ("岚A·T4821", "0900-555 0142", 'class="month"', "郑老师"):
        assert word in html, word
    # same city, asked on a Friday: three working days
    assert "11月25日（周三）17:30" in html
    assert 'href="/agreements/new?resource=WC-0001"' in html


def test_days_are_spoken_and_the_place_is_named_as_far_as_it_has_english_names(scene: Scene, signed_in) -> None:
    truck = TRUCK | {"insurance_until": "2031-03-31", "inspection_until": "2031-04-01"}
    scene.change("WC-0001", details=truck, division_code="990112")
    member = signed_in(scene.borrower)
    html = page(member)
    assert "<td>2031年3月31日</td>" in html
    assert re.search(r"所在地区</th><td>清泽市石桥区</td>", html)
    member.set_cookie("lang", "en")
    english = page(member)
    assert "<td>31 Mar 2031</td>" in english
    assert re.search(r'Area</th><td><span lang="zh">石桥区</span>, Qingze', english)
    assert not re.findall(r"<td>\d{4}-\d\d-\d\d</td>", html + english)


def test_promise_differs_by_who_looks(scene: Scene, signed_in) -> None:
    scene.write(seed_calendar)
    with clock.moved(FRIDAY):
        assert "11月27日（周五）17:30" in page(signed_in(scene.far_staff))
        own = page(signed_in(scene.owner_staff))
    assert "这是贵馆自己的资源" in own
    assert "/resources/WC-0001/edit" in own


@pytest.mark.parametrize("state", ["draft", "in_review", "needs_work", "withdrawn"])
def test_what_is_not_listed_is_not_found_but_by_its_owner(scene: Scene, client: FlaskClient, signed_in, state: str) -> None:
    scene.change("WC-0001", state=state)
    assert client.get("/resources/WC-0001").status_code == 404
    assert signed_in(scene.borrower).get("/resources/WC-0001").status_code == 404
    assert signed_in(scene.owner_staff).get("/resources/WC-0001").status_code == 200


def test_scope_hides_as_if_it_were_not_there(scene: Scene, client: FlaskClient, signed_in) -> None:
    hidden, none = client.get("/resources/CG-0002"), client.get("/resources/CG-9999")
    assert hidden.status_code == none.status_code == 404
    assert signed_in(scene.borrower).get("/resources/CG-0002").status_code == 404

    def strip(text: str) -> str:
        return re.sub(r"[0-9a-f]{16}|CG-\d+", "", text)

    assert strip(re.sub(r'content="[^"]*"', "", hidden.text)) == strip(re.sub(r'content="[^"]*"', "", none.text))


def test_minor_has_no_public_page(scene: Scene, client: FlaskClient, signed_in) -> None:
    scene.change("RC-0001", details={"talent_kind": "person", "consent_scope": "public", "minor": True})
    assert client.get("/resources/RC-0001").status_code == 404
    assert signed_in(scene.borrower).get("/resources/RC-0001").status_code == 200


def test_month_shows_what_is_taken_and_who_waits(scene: Scene, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.moved(FRIDAY):

        def take(session) -> None:
            truck = session.query(Resource).filter_by(code="WC-0001").one()
            make.occupancy(session, truck, midnight(clock.local(FRIDAY).date()), 44)
            make.occupancy(session, truck, midnight(datetime(2026, 12, 5).date()), 24, kind="maintenance")  # noqa: DTZ001

        scene.write(take)
        wish = [(1, FRIDAY, FRIDAY)]
        monkeypatch.setattr(availability, "waiting", lambda _session, ids, start, end: [(ids[0], start, end)] * 2 if wish else [])
        browser = signed_in(scene.borrower)
        html = page(browser)
        assert "2026年11月" in html
        assert len(re.findall(r'<td class="busy', html)) == 2
        assert 'class="busy today"' in html
        assert "有2家在等" in html
        assert "最近有空：11月22–24日" in html
        assert "下个月" in html
        assert "上个月" not in html
        december = page(browser, "/resources/WC-0001?month=2026-12")
        assert "2026年12月" in december
        assert "保养" in december
        for odd in ("2026-13", "1999-01", "x", "2099-01", "\x00"):
            assert "2026年11月" in page(browser, f"/resources/WC-0001?month={odd}")


@BOTH
def test_paused_says_why_it_cannot_be_borrowed(scene: Scene, signed_in) -> None:
    scene.change("WC-0001", state="paused")
    html = page(signed_in(scene.borrower))
    assert "这项资源现在不外借" in html
    assert "/agreements/new" not in html


def test_reviews_of_borrowers_are_shown(scene: Scene, client: FlaskClient) -> None:
    def rate(session) -> None:
        truck = session.query(Resource).filter_by(code="WC-0001").one()
        borrower = make.centre(session, name="望岭县文化馆")
        one = leg(session, truck.owner, borrower)
        one.lines = [make_line(truck)]
        judge = make.person(session, borrower).id
        session.add(Rating(leg=one, side="borrower", person_id=judge, stars=5, comment="师傅到得早。"))
        session.add(Rating(leg=one, side="owner", person_id=judge, stars=2, comment="不给人看的话"))
        truck.rating, truck.rating_count, truck.lent_count = 5, 1, 3

    scene.write(rate)
    html = page(client)
    assert "师傅到得早。" in html
    assert "望岭县文化馆" in html
    assert "不给人看的话" not in html
    assert not re.search(r"·\d{4}-\d\d·", html)
    assert "借出3次，评价1条，5.0分" in html


def make_line(truck: Resource):
    """One of the truck."""
    return Line(resource=truck, quantity=1)


def test_similar_are_of_the_same_kind_and_visible(scene: Scene, client: FlaskClient) -> None:
    def add(session) -> None:
        owner = session.query(Resource).filter_by(code="WC-0001").one().owner
        make.resource(session, owner, kind="stage_truck", title="梨花小巧舞台车", share_scope="public")
        make.resource(session, owner, kind="stage_truck", title="只给本县的车", share_scope="county")

    scene.write(add)
    scene.reindex()
    html = page(client)
    similar = html[html.index('id="sim"') :]
    assert "梨花小巧舞台车" in similar
    assert "只给本县的车" not in similar
    assert "禾丰剧场" not in similar


def test_page_without_the_engine(scene: Scene, engine_away: None, client: FlaskClient) -> None:
    assert "禾丰一号舞台车" in page(client)


def photographed(scene: Scene, app: Flask) -> int:
    picture = pyvips.Image.black(900, 600, bands=3).linear(1, [200, 60, 20]).cast("uchar").write_to_buffer(".jpg")
    with app.app_context():
        received = files.receive(FileStorage(io.BytesIO(picture), filename="车.jpg"), kinds=files.PICTURES, limit_mb=5)

    def add(session) -> int:
        truck = session.query(Resource).filter_by(code="WC-0001").one()
        file = files.keep(session, None, received)
        renditions.plan(session, file, only=renditions.SMALL)
        photo = ResourcePhoto(resource_id=truck.id, file=file, alt="展开的台面")
        session.add(photo)
        session.flush()
        return photo.id

    return scene.write(add)


def test_photo_is_a_placeholder_until_its_safe_copy_is_made(scene: Scene, app: Flask, client: FlaskClient, work_off) -> None:
    number = photographed(scene, app)
    address = f"/resources/WC-0001/photos/{number}/page"
    waiting = client.get(address)
    assert (waiting.status_code, waiting.headers["Cache-Control"]) == (302, "no-store")
    assert "照片正在处理" in page(client)
    work_off()
    sent = client.get(address)
    assert (sent.status_code, sent.mimetype) == (200, "image/webp")
    assert f'src="{address}"' in page(client)
    assert f"/resources/WC-0001/photos/{number}/card" in unescape(client.get("/search").text)
    assert client.get(f"/resources/CG-0001/photos/{number}/page").status_code == 404
    assert client.get(f"/resources/WC-0001/photos/{number}/huge").status_code == 404
    scene.change("WC-0001", state="withdrawn")
    assert client.get(address).status_code == 404


def test_english_page_marks_chinese_data(scene: Scene, client: FlaskClient, signed_in) -> None:
    for browser in (client, signed_in(scene.borrower)):
        browser.set_cookie("lang", "en")
        for code in ("WC-0001", "CG-0001", "RC-0001"):
            html = page(browser, f"/resources/{code}")
            body = html[html.index("<main") : html.index("</main>")]
            bare = re.sub(r'<(\w+)[^>]* lang="zh"[^>]*>.*?</\1>', "", body, flags=re.S)
            assert not re.findall(r">[^<]*[㐀-鿿][^<]*", bare)


def test_as_many_queries_whatever_hangs_on_it(scene: Scene, app: Flask, client: FlaskClient, signed_in) -> None:
    slots = count(1)
    for browser, most in ((client, 10), (signed_in(scene.borrower), 24)):
        browser.get("/resources/WC-0001")
        sent = []
        for more in (1, 15):

            def fill(session, more=more) -> None:
                truck = session.query(Resource).filter_by(code="WC-0001").one()
                for _ in range(more):
                    make.resource(session, truck.owner, kind="stage_truck", share_scope="public")
                    make.occupancy(session, truck, clock.now() + timedelta(hours=next(slots) * 3), 1)
                    session.add(ResourcePhoto(resource_id=truck.id, file=make.file(session)))

            scene.write(fill)
            scene.reindex()
            with app.app_context():
                engine = db.engine
            with counted(engine) as statements:
                page(browser)
            sent.append(len(statements))
        assert sent[0] == sent[1] <= most


def test_drawing_keeps_the_scale() -> None:
    figures = {name: float(TRUCK[name]) for name in ("deck_width_m", "deck_depth_m", "length_m", "width_m", "height_m")}
    for factor in (0.3, 1.0, 3.0):
        made = drawing.draw({name: value * factor for name, value in figures.items()} | {"road_m": 4.1 * factor})
        left, right, _deck = made.deck
        assert right - left == pytest.approx(9.6 * factor * made.scale, rel=0.02)
        assert made.truck[1] - made.truck[0] == pytest.approx(10.2 * factor * made.scale, rel=0.02)
        assert made.truck[1] < drawing.WIDTH
        assert made.top < made.road < made.truck[2]

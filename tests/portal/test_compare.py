"""Listings side by side: what differs is marked, and each says no more than its own page."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from alliance.centres.models import Centre
from alliance.exchange.models import Line
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH
from tests.portal.conftest import TRUCK, Scene

BOTH_TRUCKS = "/compare?code=WC-0001&code=WC-0002"


def another(session: Any) -> None:
    """A second truck, wider and dearer, of the centre far away; it refused the one that asked."""
    owner = session.query(Centre).filter_by(slug="pingdu").one()
    details = TRUCK | {"deck_width_m": 12, "plate_no": "岚B·X1"}
    made = make.resource(
        session, owner, kind="stage_truck", code="WC-0002", title="平渡二号", details=details, share_scope="public"
    )
    asked = leg(session, owner, make.centre(session))
    asked.state, asked.ended_code = "declined", "03"
    asked.lines = [Line(resource=made)]


def page(browser: FlaskClient, address: str = BOTH_TRUCKS) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def row(html: str, label: str) -> str:
    found = re.search(rf'<tr[^>]*><th scope="row" class="regular">{re.escape(label)}</th>.*?</tr>', html, re.S)
    assert found is not None, label
    return found[0]


@BOTH
def test_visitors_read_what_is_public_and_what_differs_is_marked(scene: Scene, client: FlaskClient) -> None:
    scene.write(another)
    html = page(client)
    assert 'class="differs"' in row(html, "台面宽×深")
    assert 'class="differs"' not in row(html, "费用")
    assert not any(word in html for word in ("岚A·T4821", "岚B·X1", "申请借用", "离贵馆"))
    assert row(html, "同意率").count('class="lock"') == 2


@BOTH
def test_members_read_distance_days_plates_and_how_often_it_is_lent(scene: Scene, signed_in: Any) -> None:
    scene.write(another)
    html = page(signed_in(scene.borrower), BOTH_TRUCKS + "&from=2099-05-01&to=2099-05-02")
    assert "岚B·X1" in html
    assert "km" in row(html, "离贵馆")
    assert "0%（1次申请）" in row(html, "同意率")
    assert "还没有答复过申请" in row(html, "同意率")
    assert html.count("申请借用") == 2 * len(("heads of the table", "list on a phone"))


def test_one_kind_at_a_time_and_nothing_hidden(scene: Scene, client: FlaskClient) -> None:
    scene.write(another)
    assert "只比较同一种类的" in page(client, BOTH_TRUCKS + "&code=RC-0001")
    for address in ("/compare", "/compare?code=WC-0001", "/compare?code=CG-0001&code=CG-0002"):
        assert "勾选两到三项" in page(client, address)
        assert "县内排练厅" not in page(client, address)


def test_ticked_in_the_results_of_a_search(scene: Scene, client: FlaskClient) -> None:
    scene.write(another)
    scene.reindex()
    html = page(client, "/search?kind=stage_truck")
    assert '<form action="/compare">' in html
    assert 'name="code" value="WC-0002"' in html


@BOTH
def test_days_that_were_looked_for_go_on_to_the_page_and_the_form(scene: Scene, signed_in: Any) -> None:
    """From the search and from the comparison; on a phone too the comparison says which is A and lets ask for it."""
    scene.write(another)
    browser = signed_in(scene.borrower)
    asks = "/agreements/new?resource=WC-0001&starts_at=2099-05-01T09:00&ends_at=2099-05-02T17:00"
    days = "from=2099-05-01&to=2099-05-02"
    html = page(browser, f"{BOTH_TRUCKS}&{days}")
    legend = re.search(r'<ul class="lines d-md-none .*?</ul>', html, re.S)
    assert legend is not None
    assert asks in legend[0]
    assert ">A</b>" in legend[0]
    for address in (f"/search?{days}", f"/resources/WC-0001?{days}"):
        assert asks in page(browser, address), address
    assert f"/resources/WC-0001?{days}" in page(browser, f"/search?{days}")

"""The month of a centre: what goes out and comes in, and what the holiday rows say."""

from html import unescape
from typing import Any

from flask.testing import FlaskClient

from alliance import clock
from alliance.worktime.rows import seed_calendar
from tests import make
from tests.calendars.test_feeds import NOW, cast
from tests.conftest import BOTH


def page(browser: FlaskClient, query: str = "") -> str:
    with clock.moved(NOW):
        answer = browser.get(f"/calendars/month{query}")
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


@BOTH
def test_each_side_reads_its_own_and_holidays_are_marked(write: Any, signed_in: Any) -> None:
    people = write(cast)
    write(seed_calendar)
    owner = page(signed_in(people["owner"]), "?month=2026-10")
    assert "借出：文化馆剧场（borrower馆）" in owner
    assert "还回：文化馆剧场（borrower馆）" in owner
    assert 'class="rest">1 <span class="feast">国庆' in owner
    assert '<span class="feast">班</span>' in owner
    assert 'href="/calendars/month?month=2026-09&centre=owner"' in owner
    assert 'href="/calendars/month?month=2026-11&centre=owner"' in owner
    assert "答复截止：文化馆剧场" in page(signed_in(people["owner"]))
    borrower = page(signed_in(people["borrower"]), "?month=2026-10")
    assert "借入：文化馆剧场（owner馆）" in borrower
    assert "归还：文化馆剧场（owner馆）" in borrower
    assert "答复截止" not in page(signed_in(people["borrower"]))
    third = page(signed_in(people["third"]), "?month=2026-10&centre=owner")
    assert "文化馆剧场" not in third
    assert "third馆" in third


def test_only_with_a_centre_and_any_month_is_some_month(write: Any, signed_in: Any) -> None:
    people = write(cast)
    assert signed_in(write(lambda session: make.person(session).id)).get("/calendars/month").status_code == 403
    assert "2026年9月" in page(signed_in(people["owner"]), "?month=9999-99&centre=nowhere")

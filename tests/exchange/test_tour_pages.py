"""A tour through the pages, without script: from the request form to its stops, their order, and the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import db
from alliance.exchange import stops
from tests.exchange.browsers import number_of
from tests.exchange.cast import Cast, cast_of
from tests.exchange.stage import NOW
from tests.exchange.test_papers import pdf

SECOND = {
    "starts_at": "2025-04-02T09:00",
    "ends_at": "2025-04-02T12:00",
    "place": "岭上村小学",
    "division_code": "990102",
    "audience": "150",
    "lat": "30.4",
    "lng": "120.0",
}
TRUCK = {"kind": "stage_truck", "lat": 30.0, "lng": 120.0, "details": {"height_m": 4.0, "setup_min": 60, "strike_min": 30}}
ONE_PLACE = {"lat": "30.1", "lng": "120.0", "second_starts_at": "", "second_ends_at": "", "ends_at": "2025-04-01T12:00"}


@pytest.fixture
def cast(app: Flask, signed_in: Callable[[int], FlaskClient]) -> Cast:  # type: ignore[misc]
    with clock.moved(NOW):
        yield cast_of(app, signed_in, **TRUCK)


def begun(cast: Cast) -> str:
    """A request for one place that is to become a tour; returns its number."""
    answer = cast.borrower.ask(cast.code, into="tour", driver="owner", **ONE_PLACE)
    assert answer.headers["Location"].endswith("/stops")
    return number_of(answer)


def kept(cast: Cast, number: str) -> list[tuple[str, str]]:
    """Places and starts of the stops as they are kept."""
    with cast.app.app_context():
        terms = db.session.merge(cast.leg(number)).terms[-1]
        return [(one["place"], one["starts_at"][:10]) for one in stops.of(terms.content)]


def stop(cast: Cast, number: str, status: int = 302, **typed: str) -> str:
    to = f"/agreements/{number}/stops"
    answer = cast.borrower.send(to, cast.borrower.fields(to, to) | typed)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def test_a_tour_from_the_form_to_the_answer(cast: Cast) -> None:
    number = begun(cast)
    assert kept(cast, number) == [("下河村文化礼堂", "2025-04-01")]
    assert "至少两站" in cast.borrower.get(f"/agreements/{number}/stops")
    stop(cast, number, **SECOND)
    page = cast.borrower.get(f"/agreements/{number}/stops")
    assert "共2站" in page
    assert re.search(r"路上\d小时\d+分钟", page)
    assert "间隔21小时" in page
    form = cast.borrower.get(f"/agreements/{number}/edit")
    assert "岭上村小学" in form
    assert 'name="place"' not in form
    assert 'name="starts_at"' not in form
    to = f"/agreements/{number}/submit"
    assert cast.borrower.send(to, cast.borrower.fields(f"/agreements/{number}/stops", to)).status_code == 302
    assert cast.state(number) == "requested"
    assert "岭上村小学" in cast.handler.get(f"/agreements/{number}")
    assert cast.borrower.client.get(f"/agreements/{number}/stops").status_code == 409
    cast.handler.act(number, "accept_handling")
    cast.handler.act(number, "approve", choice="1")
    cast.director.act(number, "approve", choice="1")
    assert cast.state(number) == "confirmed"


def test_saving_the_form_again_keeps_the_stops(cast: Cast) -> None:
    number = begun(cast)
    stop(cast, number, **SECOND)
    to = f"/agreements/{number}/edit"
    sent = cast.borrower.send(to, cast.borrower.fields(to, to) | {"do": "draft", "title": "巡演改名"})
    assert sent.status_code == 302
    assert [place for place, _day in kept(cast, number)] == ["下河村文化礼堂", "岭上村小学"]
    checks = cast.borrower.send(f"/agreements/checks?number={number}", cast.borrower.fields(to, to)).get_data(as_text=True)
    assert "第2站日期空闲" in checks
    forged = cast.borrower.send(to, cast.borrower.fields(to, to) | {"do": "draft", "stops": "x"})
    assert forged.status_code == 302
    assert len(kept(cast, number)) == 2


def test_what_is_typed_for_a_stop_stays_when_it_does_not_hold(cast: Cast) -> None:
    number = begun(cast)
    page = stop(cast, number, 422, **(SECOND | {"ends_at": "2025-04-02T08:00", "site_note": "旁边有高压线"}))
    assert "结束时间要晚于开始时间" in page
    assert "旁边有高压线" in page
    page = stop(cast, number, 422, **(SECOND | {"starts_at": "2025-04-01T10:00", "ends_at": "2025-04-01T15:00"}))
    assert "时间重叠" in page
    assert len(kept(cast, number)) == 1


def test_a_gap_that_cannot_be_kept_is_told_and_keeps_it_from_being_sent(cast: Cast) -> None:
    number = begun(cast)
    stop(cast, number, **(SECOND | {"starts_at": "2025-04-01T12:30", "ends_at": "2025-04-01T15:00"}))
    page = cast.borrower.get(f"/agreements/{number}/stops")
    assert "来不及" in page or "赶不到" in page
    assert f'action="/agreements/{number}/submit"' not in page


def test_a_stop_is_changed_and_taken_out(cast: Cast) -> None:
    number = begun(cast)
    stop(cast, number, **SECOND)
    to = f"/agreements/{number}/stops"
    fields = cast.borrower.fields(f"{to}?stop=2", to)
    assert (fields["place"], fields["audience"], fields["stop"]) == ("岭上村小学", "150", "2")
    assert cast.borrower.send(to, fields | {"place": "岭下村小学"}).status_code == 302
    assert kept(cast, number)[1][0] == "岭下村小学"
    assert cast.borrower.client.get(f"{to}?stop=3").status_code == 404
    away = cast.borrower.fields(to, f"{to}/remove")
    assert cast.borrower.send(f"{to}/remove", away | {"stop": "2"}).status_code == 302
    assert cast.borrower.send(f"{to}/remove", away | {"stop": "1", "version": ""}).status_code == 409
    assert len(kept(cast, number)) == 1


def test_the_shorter_order_is_taken_with_one_press(cast: Cast) -> None:
    number = begun(cast)
    to = f"/agreements/{number}/stops"
    fields = cast.borrower.fields(f"{to}?stop=1", to)
    assert cast.borrower.send(to, fields | {"lat": "30.1", "lng": "120.0"}).status_code == 302
    stop(cast, number, **(SECOND | {"lat": "30.9"}))
    stop(
        cast,
        number,
        **(SECOND | {"starts_at": "2025-04-03T09:00", "ends_at": "2025-04-03T12:00", "place": "半路村", "lat": "30.5"}),
    )
    assert "换个顺序" not in cast.borrower.get(to)
    stop(
        cast,
        number,
        **(
            SECOND
            | {"starts_at": "2025-04-04T09:00", "ends_at": "2025-04-04T12:00", "place": "山那边", "lat": "30.85", "lng": "120.1"}
        ),
    )
    assert "换个顺序，少跑" in cast.borrower.get(to)
    assert cast.borrower.send(f"{to}/order", cast.borrower.fields(to, f"{to}/order")).status_code == 302
    places = [place for place, _day in kept(cast, number)]
    assert places.index("山那边") - places.index("岭上村小学") in (1, -1)
    assert "换个顺序" not in cast.borrower.get(to)


def test_a_colleague_who_was_faster_is_told(cast: Cast) -> None:
    number = begun(cast)
    to = f"/agreements/{number}/stops"
    mine = cast.borrower.fields(to, to)
    theirs = cast.mate.fields(to, to)
    assert cast.mate.send(to, theirs | SECOND).status_code == 302
    late = cast.borrower.send(
        to, mine | SECOND | {"starts_at": "2025-04-05T09:00", "ends_at": "2025-04-05T12:00", "place": "迟到村"}
    )
    assert late.status_code == 409
    assert "迟到村" in late.get_data(as_text=True)
    assert [place for place, _day in kept(cast, number)] == ["下河村文化礼堂", "岭上村小学"]


def test_one_stop_sent_again_leads_on_to_the_others(cast: Cast) -> None:
    number = begun(cast)
    to = f"/agreements/{number}/edit"
    assert "存好，接着排各站" in cast.borrower.get(to)
    sent = cast.borrower.send(to, cast.borrower.fields(to, to) | {"do": "submit", "pledge": "1"})
    assert sent.headers["Location"].endswith(f"/{number}/stops")
    assert cast.state(number) == "draft"


def test_the_pages_name_all_stops_and_no_ground_of_the_first_alone(cast: Cast) -> None:
    number = begun(cast)
    stop(cast, number, **SECOND)
    cast.borrower.act(number, "submit")
    page = cast.handler.get(f"/agreements/{number}")
    assert "2站：下河村文化礼堂、岭上村小学" in page
    assert '<th scope="row">活动地点</th>' not in page
    assert "2站：下河村文化礼堂、岭上村小学" in cast.handler.get(f"/agreements/{number}/approve")
    assert "下河村文化礼堂、岭上村小学" in cast.handler.get(f"/agreements/{number}/letter")


def granted(cast: Cast, **second: str) -> str:
    """A tour of two stops that both sides agreed to."""
    number = begun(cast)
    stop(cast, number, **(SECOND | second))
    cast.borrower.act(number, "submit")
    cast.handler.act(number, "accept_handling")
    cast.handler.act(number, "approve", choice="1")
    cast.director.act(number, "approve", choice="1")
    return number


def test_every_paper_names_each_stop_with_its_time(cast: Cast) -> None:
    number = granted(cast)
    for paper in ("sheet", "receipt", "contract"):
        shown, printed = cast.borrower.get(f"/agreements/{number}/{paper}"), pdf(cast.borrower, number, paper)
        for words in ("下河村文化礼堂", "岭上村小学", "4月1日（周二）09:00–12:00", "4月2日（周三）09:00–12:00"):
            assert words in re.sub(r"\s", "", shown), (paper, words)
            assert words in printed, (paper, words)
        assert ("周莉0900-5550121" in printed) is (paper != "receipt")


def test_a_stop_names_who_is_in_charge_there_else_it_is_the_whole_tours(cast: Cast) -> None:
    number = granted(cast, contact_name="石小岭", contact_phone="0900-5550177")
    page = cast.handler.get(f"/agreements/{number}")
    stops_of = page[page.index('id="tour"') : page.index('id="terms"')]
    assert '石小岭 <span class="num">0900-5550177</span>' in stops_of
    assert '周莉 <span class="num">0900-555 0121</span>' in stops_of
    assert "现场负责人</th><td>周莉" in page
    letter = cast.handler.get(f"/agreements/{number}/letter")
    assert "岭上村小学（现场负责人石小岭，0900-5550177）" in letter
    assert "下河村文化礼堂（" not in letter
    assert "联系人：周莉" in letter
    assert "石小岭0900-5550177" in pdf(cast.handler, number, "sheet")


def test_without_anybody_of_its_own_no_stop_names_anybody(cast: Cast) -> None:
    number = begun(cast)
    stop(cast, number, **SECOND)
    assert "0900-555 0121" not in cast.borrower.get(f"/agreements/{number}/stops")
    to = f"/agreements/{number}/stops"
    assert cast.borrower.fields(f"{to}?stop=1", to)["contact_name"] == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"contact_name": "石小岭"}, "这一站的负责人和电话要一起填"),
        ({"contact_phone": "0900-5550177"}, "这一站的负责人和电话要一起填"),
        ({"contact_name": "石小岭", "contact_phone": "没有"}, "请填电话号码"),
    ],
)
def test_name_and_telephone_of_a_stop_go_together(cast: Cast, typed: dict[str, str], sentence: str) -> None:
    number = begun(cast)
    assert sentence in stop(cast, number, 422, **(SECOND | typed))
    assert len(kept(cast, number)) == 1

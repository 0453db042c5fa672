"""The figures against records reckoned by hand, on both databases."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Opening, OpeningException
from alliance.figures import asked as asking
from alliance.figures import exchanges, idle, needs, usage
from alliance.figures.asked import Asked
from alliance.figures.models import AssetUse, SearchCount, add
from alliance.figures.tables import Table
from tests import make
from tests.conftest import BOTH
from tests.figures import scene
from tests.figures.scene import NOW, at

pytestmark = BOTH


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def request_of(app: Flask) -> Iterator[None]:
    """Labels and addresses need a request."""
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        yield


def read(session: Session, **args: str) -> Asked:
    return asking.read(session, args)


def told(table: Table) -> dict[str, list[Any]]:
    return {row.label: [cell.value for cell in row.cells] for row in table.rows}


def test_loans_by_month_art_form_area_and_kind(app: Flask, session: Session, request_of: None) -> None:
    scene.year(session)
    asked = read(session)
    rows = exchanges.exchanges(session, asked)
    by_month = {label: values for label, values in told(exchanges.by_month(asked, rows)).items() if any(values)}
    assert by_month == {"1月": [0, 1], "3月": [1, 0], "4月": [2, 2], "10月": [2, 1]}
    assert told(exchanges.by_art_form(asked, rows)) == {"音乐": [3], "戏曲": [2], "未标门类": [1]}
    assert told(exchanges.by_area(asked, rows)) == {"清泽市": [3], "远山市": [1]}
    by_kind = told(exchanges.by_kind(asked, rows))
    assert {asked.kind_name(kind): by_kind[asked.kind_name(kind)] for kind in ("venue", "talent", "stage_truck")} == by_kind
    assert [by_kind[asked.kind_name(kind)] for kind in ("venue", "talent", "stage_truck")] == [[2], [1], [1]]


def test_years_centres_and_kinds_narrow(app: Flask, session: Session, request_of: None) -> None:
    made = scene.year(session)
    before = read(session, year="2025")
    assert before.years == (2026, 2025)
    assert sum(row.asked > 0 for row in exchanges.exchanges(session, before)) == 1
    assert not [row for row in exchanges.exchanges(session, before) if row.held]
    assert read(session, year="1999").year == 2026
    far = read(session, centre=made.far.slug)
    assert len(exchanges.matching(exchanges.exchanges(session, far), "exchanges")) == 1
    assert len(exchanges.matching(exchanges.exchanges(session, far), "requests")) == 2
    trucks = read(session, kind="stage_truck")
    assert [row.kinds for row in exchanges.exchanges(session, trucks)] == [{"stage_truck"}]


def test_every_number_is_as_long_as_its_list(app: Flask, session: Session, request_of: None) -> None:
    scene.year(session)
    asked = read(session)
    rows = exchanges.exchanges(session, asked)
    for month in range(1, 13):
        numbers = told(exchanges.by_month(asked, rows))[f"{month}月"]
        assert [len(exchanges.matching(rows, what, month=month)) for what in ("requests", "exchanges")] == numbers
    lists = {form: len(exchanges.matching(rows, "exchanges", art_form=form)) for form in ("music", "xiqu", "none")}
    assert lists == {"music": 3, "xiqu": 2, "none": 1}
    assert len(exchanges.matching(rows, "exchanges", area="9901")) == 3
    reported = exchanges.attended(session, exchanges.matching(rows, "exchanges"))
    assert sorted(reported.values()) == [(2, 150), (3, 600)]


def days_of(session: Session, **args: str) -> dict[str, tuple[int, int, bool]]:
    return {use.code: (use.booked, use.available, use.idle) for use in idle.uses(session, read(session, **args))}


def test_days_booked_of_days_available(app: Flask, session: Session, request_of: None) -> None:
    """A hall open on Mondays and Tuesdays from 2 to 10 November: 2, 3, 9, 10 – the 9th shut, Thursday 5th open instead."""
    made = scene.town(session)
    hall, truck = made.hall, made.truck
    hall.published_at = at(11, 2)
    for weekday in (0, 1):
        session.add(Opening(resource=hall, weekday=weekday, opens=time(9), closes=time(17)))
    session.add(OpeningException(resource=hall, day=date(2026, 11, 9)))
    session.add(OpeningException(resource=hall, day=date(2026, 11, 5), opens=time(9), closes=time(12)))
    make.occupancy(session, hall, at(11, 2, 10), hours=4)
    make.occupancy(session, hall, at(11, 3, 10), hours=1)
    make.occupancy(session, hall, at(11, 3, 12), hours=1)
    make.occupancy(session, hall, at(11, 10, 9), hours=8, kind="maintenance")
    truck.published_at = at(10, 2)
    truck.details = {"closed_months": [10]}
    make.occupancy(session, truck, at(11, 1, 0), hours=48, kind="block")
    make.occupancy(session, truck, at(11, 4, 20), hours=8)  # into the next day
    make.occupancy(session, truck, at(11, 7), hours=5, kind="hold", expires_at=NOW + timedelta(days=1))
    make.occupancy(session, truck, at(11, 20), hours=5)
    session.flush()
    found = days_of(session)
    assert found[hall.code] == (2, 3, False)
    assert found[truck.code] == (2, 8, False)
    assert found[made.singer.code] == (0, 314, True)  # 1 January to 10 November
    asked = read(session)
    table = told(idle.by_kind(asked, idle.uses(session, asked)))
    assert table[asked.kind_name("venue")] == [66.7, 2, 3, 1, 0]
    assert table[asked.kind_name("talent")] == [0, 0, 314, 1, 1]
    assert told(idle.by_centre(asked, idle.uses(session, asked)))["禾丰县馆"] == [0.6, 2, 317, 2, 1]


def test_idle_is_ninety_days_without_use(app: Flask, session: Session, request_of: None) -> None:
    made = scene.town(session)
    limit = NOW - timedelta(days=90)
    make.occupancy(session, made.hall, limit - timedelta(hours=3), hours=2)
    make.occupancy(session, made.truck, limit - timedelta(hours=1), hours=2)
    make.occupancy(session, made.singer, NOW + timedelta(days=3))
    new = make.resource(session, made.far, published_at=limit + timedelta(hours=1))
    make.resource(session, made.far, state="paused")
    make.resource(session, made.far, kind="media")
    found = {use.code: use.idle for use in idle.uses(session, read(session))}
    assert found == {made.hall.code: True, made.singer.code: True, made.truck.code: False, new.code: False}


def search(outcome: str, month: int, count: int, **values: str) -> dict[str, Any]:
    same = {"kind": "", "art_form": "", "area": "", "words": ""}
    return same | {"month": date(2026, month, 1), "outcome": outcome, "count": count} | values


def test_searches_in_vain(app: Flask, session: Session, request_of: None) -> None:
    scene.town(session)
    rows = [
        search("none", 3, 4, art_form="xiqu", area="9901", words="皮影"),
        search("none", 5, 1, art_form="xiqu", area="9901", words="昆曲"),
        search("near", 3, 2, art_form="music", area="9902", words="古琴"),
        search("found", 3, 20, area="9902"),
        search("none", 3, 7, kind="stage_truck", words="三展"),
    ]
    add(session, SearchCount, rows)
    add(session, SearchCount, [search("none", 3, 5, art_form="xiqu", area="9901", words="皮影")])
    asked = read(session)
    found = needs.searched(session, asked)
    assert told(needs.by_month(asked, found))["3月"] == [16, 2, 38]
    assert told(needs.by_art_form(asked, found)) == {"戏曲": [10], "音乐": [2], "未标门类": [7]}
    crossed = {label: [n for n in values if n] for label, values in told(needs.by_all_three(asked, found)).items()}
    assert crossed == {"戏曲·清泽市": [10, 9, 1], "音乐·远山市": [2, 2], "未标门类·未指明地区": [7, 7]}
    assert told(
        needs.by_art_form(read(session, kind="stage_truck"), needs.searched(session, read(session, kind="stage_truck")))
    ) == {"未标门类": [7]}


def test_words_are_forgotten_and_their_numbers_kept(app: Flask, session: Session, request_of: None) -> None:
    long_ago = {"month": date(2025, 6, 1)}
    add(
        session,
        SearchCount,
        [
            search("none", 1, 9, words="老词") | long_ago,
            search("none", 1, 2) | long_ago,
            search("none", 3, 1, words="只查一次"),
            search("none", 3, 2, words="查过两次"),
            search("none", 11, 1, words="本月"),
        ],
    )
    session.commit()
    needs.forget({})
    kept = session.execute(sa.select(SearchCount.words, SearchCount.count).order_by(SearchCount.month, SearchCount.words))
    assert [tuple(row) for row in kept] == [("", 11), ("", 1), ("查过两次", 2), ("本月", 1)]


def test_use_of_the_archive(app: Flask, session: Session, request_of: None) -> None:
    made = scene.town(session)
    opera = make.asset(session, made.owner, art_forms=["huangmei"], title="黄梅戏选段")
    hidden = make.asset(session, made.far, art_forms=["choral", "folk_song"], title="内部录音", record_visibility="members")
    rows = [(opera, "view", 2, 5), (opera, "file", 2, 1), (opera, "view", 9, 2), (hidden, "view", 9, 4)]
    add(
        session,
        AssetUse,
        [{"asset_id": one.id, "what": what, "month": date(2026, month, 1), "count": n} for one, what, month, n in rows],
    )
    asked = read(session)
    found = usage.used(session, asked)
    by_month = {label: values for label, values in told(usage.by_month(asked, found)).items() if any(values)}
    assert by_month == {"2月": [5, 1], "9月": [6, 0]}
    assert told(usage.by_art_form(asked, found)) == {"戏曲": [8], "音乐": [4]}
    assert told(usage.works(session, asked, found)) == {"黄梅戏选段": [8, 7, 1], "内部录音": [4, 4, 0]}
    assert {row.asset for row in usage.used(session, asked, public=True)} == {opera.id}
    assert {row.asset for row in usage.used(session, read(session, centre=made.far.slug))} == {hidden.id}
    assert clock.now() == NOW

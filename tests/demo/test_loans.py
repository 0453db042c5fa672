"""What the demo's loans leave behind: drafts of the archive, one of them published; lists and words that fit the thing lent."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.archive.relations import made_from
from alliance.archive.service import EXCHANGE
from alliance.catalogue import parts
from alliance.catalogue.models import Occupancy, Resource
from alliance.demo.filed import FILED, OUT
from alliance.demo.stories import PRAISE, REMARKS
from alliance.exchange import compare
from alliance.exchange.models import Agreement, Leg, Rating, Report


def test_closed_loans_left_drafts_and_one_is_published_with_its_link(demo: Session) -> None:
    left = [one for one in demo.scalars(sa.select(Asset).order_by(Asset.id)) if EXCHANGE in one.details]
    states = {agreement.title: leg.state for agreement, leg in demo.execute(sa.select(Agreement, Leg).join(Leg.agreement))}
    wanted = [one for title, filed in FILED.items() if states.get(title) == "closed" for one in filed]
    assert len(left) == len(wanted) >= 3
    assert sorted(one.state for one in left) == ["draft"] * (len(wanted) - len(OUT)) + ["published"] * len(OUT)
    for one in left:
        agreement = demo.scalars(sa.select(Agreement).where(Agreement.number == one.details[EXCHANGE])).one()
        assert one in made_from(demo, agreement.id)
        assert one.title.startswith(agreement.title)
        assert one.file is not None
        assert one.created_at > agreement.created_at
    assert {row.relations(None) >= {"visible", "may_open"} for row in left if row.state == "published"} == {True}


def test_reviews_fit_what_was_lent(demo: Session) -> None:
    known = {word: kind for kind, words in PRAISE.items() for word in words} | {word: kind for kind, word in REMARKS.items()}
    said = [
        (known[rating.comment], rating.leg.lines[0].resource.kind)
        for rating in demo.scalars(sa.select(Rating))
        if rating.comment in known
    ]
    assert len(said) >= 10
    assert all(kind == of for kind, of in said)


def test_both_sides_of_a_return_list_the_same_things(demo: Session) -> None:
    legs = set(demo.scalars(sa.select(Report.leg_id).where(Report.kind == "send_back")))
    assert len(legs) >= 10
    for number in legs:
        reports = {one.kind: one for one in demo.scalars(sa.select(Report).where(Report.leg_id == number))}
        rows = compare.compared(reports["send_back"], reports.get("check_in"), "zh_Hans")
        assert rows
        assert not any("没有列" in cell for _item, *cells in rows for cell in cells), number


def test_demo_has_a_pool_a_hall_with_a_part_and_ways_of_trucks(demo: Session) -> None:
    found = {one.title: one for one in demo.scalars(sa.select(Resource).where(Resource.kind == "venue"))}
    assert (found["石桥区馆琴房（8 间）"].is_pool, found["石桥区馆琴房（8 间）"].units) == (True, [])
    assert [one.title for one in parts.parts_of(demo, found["禾丰县影剧院"])] == ["禾丰县馆报告厅"]
    moved = demo.scalars(
        sa.select(Occupancy).join(Occupancy.resource).where(Resource.kind == "stage_truck", Occupancy.km.is_not(None))
    )
    assert any(row.km > 10 and row.minutes > 15 and row.place for row in moved)

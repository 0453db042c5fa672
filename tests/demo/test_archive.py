"""The demo's archive and its cases: enough of everything, every state, nothing that the journal does not tell."""

import re
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock, indexing
from alliance.archive import collections, service
from alliance.archive.grants import OPENED
from alliance.archive.models import Asset, AssetRelation, AssetVersion, Performer
from alliance.archive.rights import statement_of
from alliance.cases.models import Case
from alliance.cases.table import KINDS, STATES
from alliance.codes.media import FILE_ACCESS, RECORD_VISIBILITY
from alliance.demo.works import WORKS
from alliance.exchange import replay
from alliance.health import parts
from alliance.journal import Event

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
TODAY = clock.local(clock.now()).date()
LEADS_TO = {
    "asset.created": "draft",
    "asset.submitted": "in_review",
    "asset.published": "published",
    "asset.returned": "needs_work",
    "asset.withdrawn": "withdrawn",
}


def all_of(session: Session, model: Any) -> list[Any]:
    return list(session.scalars(sa.select(model)).unique())


def test_there_are_enough_works_of_every_sort(demo: Session) -> None:
    assets = all_of(demo, Asset)
    kept = [one for one in assets if one.file is not None]
    assert len(kept) >= 60
    counts = Counter(one.type for one in kept)
    assert min(counts[kind] for kind in ("moving_image", "sound", "still_image", "text")) >= 10, counts
    assert len({one.owner_id for one in assets}) >= 12
    assert {one.year // 10 for one in assets if one.year and one.year >= 1950} == {195, 196, 197, 198, 199, 200, 201, 202}


def test_titles_and_people_are_their_own(demo: Session) -> None:
    titles = [one.title for one in all_of(demo, Asset)]
    assert len(titles) == len(set(titles))
    assert len(WORKS) == len({work.key for work in WORKS})
    pairs = {(row.name, row.name_en) for row in all_of(demo, Performer)}
    assert len({name for name, _english in pairs}) == len(pairs), "somebody has two English names"


def test_whatever_is_out_is_described_in_full_in_both_languages(demo: Session) -> None:
    for one in all_of(demo, Asset):
        if one.state in ("published", "withdrawn", "in_review"):
            assert service.missing(one) == {}, one.title
            english = (one.title_en, one.description_en, one.details.get("creator_en"))
            assert all((*english, one.place_code, one.language, one.rights_uri)), one.title
            assert one.details.get("theme"), one.title


def test_every_state_and_both_axes_are_there(demo: Session) -> None:
    assets = all_of(demo, Asset)
    assert {one.state for one in assets} == {"draft", "in_review", "needs_work", "published", "withdrawn"}
    out = [one for one in assets if one.state == "published"]
    assert {one.record_visibility for one in out} == {code.id for code in RECORD_VISIBILITY}
    assert {one.file_access for one in out} == {code.id for code in FILE_ACCESS}
    waiting = {one.decided_above for one in assets if one.state == "in_review"}
    assert waiting == {True, False}, "the secretariat and a director have something to review"


def test_rights_are_of_many_sorts_and_end_as_they_do_in_life(demo: Session) -> None:
    assets = all_of(demo, Asset)
    assert len({one.rights_status for one in assets}) >= 8
    assert len({statement_of(one).uri for one in assets}) >= 9
    for found, wanted in (
        ([one for one in assets if one.is_embargoed], 1),
        ([one for one in assets if one.embargo_until and not one.is_embargoed], 1),
        ([one for one in assets if one.lease_over], 1),
        ([one for one in assets if one.lease_until and not one.lease_over], 1),
        ([one for one in assets if one.licence_until and one.licence_until < TODAY], 1),
        ([one for one in assets if one.consent_lapsed], 2),
        ([one for one in assets if one.with_minors], 3),
        ([one for one in all_of(demo, Performer) if one.withdrawn_on], 1),
        ([one for one in assets if one.details.get("award") == "qunxing"], 5),
        ([one for one in assets if one.details.get("heritage_item")], 15),
    ):
        assert len(found) >= wanted


def test_a_withdrawn_work_leaves_its_stone_and_nothing_else(demo: Session, visitor: FlaskClient) -> None:
    gone = [one for one in all_of(demo, Asset) if one.state == "withdrawn"]
    assert len(gone) >= 3
    for one in gone:
        page = visitor.get(f"/archive/{one.code}")
        assert page.status_code == 410
        assert one.withdrawn_why in page.text
        assert visitor.get(f"/archive/{one.code}/file").status_code in (302, 403, 404, 410)


def test_five_collections_have_something_for_everybody(demo: Session) -> None:
    shelves = {shelf.collection.slug: shelf for shelf in collections.published(demo, None)}
    assert len(shelves) >= 5
    assert {"local", "qunxing", "popular"} <= set(shelves)
    assert all(shelf.count >= 5 and shelf.collection.text_en for shelf in shelves.values()), shelves
    assert all(shelf.cover is not None and shelf.cover.file is not None for shelf in shelves.values())
    by_hand = {slug: len(collections.by_hand(demo, shelf.collection)) for slug, shelf in shelves.items()}
    assert by_hand["local"] == by_hand["qunxing"] == 0, "these fill by their rule"


def test_every_clip_is_captioned_in_two_languages_and_its_page_tells_them(demo: Session, visitor: FlaskClient) -> None:
    clips = [one for one in all_of(demo, Asset) if one.type in ("moving_image", "sound") and one.file is not None]
    for one in clips:
        assert {track.kind for track in one.captions} == {"captions", "subtitles"}, one.title
        if one.relations(None) >= {"visible", "may_open"}:
            page = visitor.get(f"/archive/{one.code}").text
            assert all(str(cue[2]).partition("（")[0][:6] in page for cue in one.captions[0].cues), one.title
            address = re.search(rf"/archive/{one.code}/captions/\d+/\w+\.vtt", page)
            assert address
            assert visitor.get(address[0]).text.startswith("WEBVTT")


def test_works_belong_together_and_have_been_put_right(demo: Session) -> None:
    assert {row.kind for row in all_of(demo, AssetRelation)} == {"part_of", "in_series", "version_of", "related", "made_from"}
    assert len({row.asset_id for row in all_of(demo, AssetVersion)}) >= 3


def test_cases_are_of_every_kind_and_in_every_state(demo: Session) -> None:
    cases = all_of(demo, Case)
    assert {case.kind for case in cases} == set(KINDS)
    assert {case.state for case in cases} == set(STATES)
    now = clock.now()
    late = [case for case in cases if case.closed_at is None and case.state != "asked" and case.due_at < now]
    for found in (
        late,
        [case for case in cases if case.is_public],
        [case for case in cases if case.stars],
        [case for case in cases if case.looked_back_at and case.solved],
        [case for case in cases if case.reply],
        [case for case in cases if case.transfers],
        [case for case in cases if case.grant is not None and case.grant.runs],
        [case for case in cases if case.grant is not None and case.grant.revoked_at],
        [case for case in cases if case.measure == "withdraw" and case.asset.state == "withdrawn"],
        [case for case in cases if case.measure == "restrict" and case.asset.file_access == "own_centre"],
    ):
        assert found
    assert all(case.first_handler is not None for case in cases if case.state not in ("filed",))
    assert [case.number for case in sorted(cases, key=lambda case: case.filed_at)] == sorted(case.number for case in cases)


def test_a_grant_opens_its_file_to_whoever_has_the_secret(demo: Session, visitor: FlaskClient) -> None:
    case = next(case for case in all_of(demo, Case) if case.grant is not None and case.grant.runs)
    address = f"/archive/{case.asset.code}/file"
    assert visitor.get(address).status_code != 200
    with visitor.session_transaction() as cookie:
        cookie[OPENED] = [case.id]
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert len(answer.data) == case.asset.file.size


@pytest.mark.parametrize(("table", "model"), [("asset", Asset), ("public_case", Case)])
def test_every_state_is_told_by_the_journal(demo: Session, table: str, model: Any) -> None:
    """The last event that names a state, or is named after one, leads to the row's."""
    told: dict[int, str] = {}
    for event in demo.scalars(sa.select(Event).where(Event.subject_type == table).order_by(Event.id)):
        state = LEADS_TO.get(event.action) or (event.data or {}).get("to")
        if table == "public_case" and event.action == "case.transfer":
            state = "filed"
        if state:
            told[event.subject_id] = state
    rows = {one.id: one.state for one in all_of(demo, model)}
    assert told == rows


def test_the_doctor_finds_nothing(made: Flask, demo: Session) -> None:
    assert replay.differences(demo) == []
    with made.app_context():
        assert {name: part["ok"] for name, part in parts().items() if not part["ok"]} == {}


def test_the_index_holds_what_the_tables_hold(made: Flask) -> None:
    assert not indexing.check(made, repair=False)

"""The declaration of the kinds against the field's own list, and what it makes of what people type."""

import csv
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance import clock, codes
from alliance.catalogue import kinds
from alliance.catalogue.kinds.field import Field
from alliance.catalogue.models import Resource
from tests.catalogue.values import COMPLETE

FIELDS_2D = Path(__file__).with_name("fields_2d.csv")
ROWS = list(csv.DictReader(FIELDS_2D.open(encoding="utf-8")))
NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


def listing(kind: str, **more: object) -> Resource:
    """An unsaved listing that says what the complete form says."""
    declared = kinds.KINDS[kind]
    read = kinds.read(declared, COMPLETE[kind] | more)
    assert read.faults == {}
    made = Resource(kind=kind, details={}, art_forms=[], audiences=[], tags=[], costs=[], openings=[])
    for name, value in read.values.items():
        field = declared.by_name[name]
        if field.at:
            setattr(made, field.at, value)
        elif field.type != "asset":
            made.details[name] = value
    return made


def declared(kind: str, name: str) -> Field:
    """A field, or a cell of a rows field as costs.fen."""
    first, _dot, rest = name.partition(".")
    field = kinds.KINDS[kind].by_name[first]
    return next(cell for cell in field.rows if cell.name == rest) if rest else field


@pytest.mark.parametrize("row", [row for row in ROWS if row["where"] == "form"], ids=lambda row: f"{row['kind']}.{row['field']}")
def test_every_field_of_the_list_is_declared_as_it_says(app: Flask, row: dict[str, str]) -> None:
    for kind in kinds.KINDS if row["kind"] == "all" else [row["kind"]]:
        field = declared(kind, row["field"])
        with app.app_context(), force_locale("zh_Hans"):
            if row["zh"]:
                assert str(field.label) == row["zh"] or row["kind"] == "all"
            zh = str(field.label)
        with app.app_context(), force_locale("en"):
            english = str(field.label)
        assert english != zh
        assert not any("㐀" <= sign <= "鿿" for sign in english)
        if row["required"]:
            assert field.required
        assert field.private or not row["private"]


def test_count_of_fields_per_kind(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {kind: sum(row["kind"] in ("all", kind) for row in ROWS) for kind in kinds.KINDS}
    counted = {kind: len(kinds.fields_of(kind)) for kind in kinds.KINDS}
    with capsys.disabled():
        print("\nfields per kind:", {kind: f"{counted[kind]} declared, {listed[kind]} in the list" for kind in counted})
    assert all(counted[kind] >= 30 for kind in counted)


def test_every_code_list_named_exists_and_names_are_single() -> None:
    for kind in kinds.KINDS.values():
        names = [field.name for field in kind.fields]
        assert len(names) == len(set(names))
        for one in (*kind.fields, *(cell for field in kind.fields for cell in field.rows)):
            assert one.type not in ("code", "codes") or codes.get(one.codes)


@pytest.mark.parametrize(
    ("typed", "metres"),
    [("９．６", 9.6), ("9.6米", 9.6), (" 9.6 m ", 9.6), ("12", 12.0), (9.6, 9.6), ("9.666", 9.67)],
)
def test_a_decimal_as_staff_write_it(app: Flask, typed: object, metres: float) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["stage_truck"], {"length_m": typed}) == ({"length_m": metres}, {})


@pytest.mark.parametrize(
    "typed", ["1e9", "nan", "inf", "十米", "9,6", "--3", "0", "26", "-1", "9.6.1", "1" * 5000, [], {}, True, "9\n6"]
)
def test_a_decimal_that_does_not_hold(app: Flask, typed: object) -> None:
    with app.app_context():
        read = kinds.read(kinds.KINDS["stage_truck"], {"length_m": typed})
    assert read.values == {}
    assert list(read.faults) == ["length_m"]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1,200.50", 120050), ("３００元", 30000), ("0", 0), (12, 1200), ("0.01", 1), ("", None), ("1000000", 100_000_000)],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(app: Flask, typed: object, fen: int | None) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["stage_truck"], {"public_liability_fen": typed}) == ({"public_liability_fen": fen}, {})


@pytest.mark.parametrize(
    "typed", ["2026-12-20", "2026/12/20", "2026.12.20", "2026年12月20日", datetime(2026, 12, 20, tzinfo=UTC), "２０２６-１２-２０"]
)
def test_dates_as_staff_write_them(app: Flask, typed: object) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["stage_truck"], {"inspection_until": typed}) == ({"inspection_until": "2026-12-20"}, {})


@pytest.mark.parametrize("typed", ["2026-02-30", "20261220", "明年底", "0000-00-00", "9999-12-31", "2026-13-01"])
def test_dates_that_do_not_exist(app: Flask, typed: str) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["stage_truck"], {"inspection_until": typed}).faults.keys() == {"inspection_until"}


def test_a_faulty_cell_leaves_the_rest_of_its_row(app: Flask) -> None:
    costs = [{"what": "fuel", "fen": "x", "per": "公里", "payer": "borrower"}, {"what": "", "fen": ""}]
    with app.app_context():
        read = kinds.read(kinds.KINDS["venue"], {"costs": costs, "title": "小剧场"})
    assert read.values == {"title": "小剧场", "costs": [{"what": "fuel", "per": "km", "payer": "borrower"}]}
    assert read.faults.keys() == {"costs.0.fen"}


def test_labels_are_understood_in_both_languages(app: Flask) -> None:
    with app.app_context():
        read = kinds.read(kinds.KINDS["stage_truck"], {"power": "自带发电机、Outside supply, 380 V three-phase", "ground": "Paved"})
    assert read.faults.keys() == {"power"}  # the English label holds a comma: a list of them has to be sent as a list
    with app.app_context():
        read = kinds.read(
            kinds.KINDS["stage_truck"], {"power": ["自带发电机", "Outside supply, 380 V three-phase"], "ground": "Paved"}
        )
    assert read == ({"power": ["generator", "mains_380"], "ground": "paved"}, {})


def test_an_identity_number_is_refused_wherever_it_stands(app: Flask) -> None:
    with app.app_context():
        read = kinds.read(
            kinds.KINDS["talent"], {"summary": "联系请报身份证 11010519491231002X 号", "skills": "订单 110105194912310021 号"}
        )
    assert read.faults.keys() == {"summary"}
    assert read.values == {"skills": "订单 110105194912310021 号"}


def test_control_signs_are_dropped(app: Flask) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["venue"], {"title": "小\x00剧\u200b场\t A ", "summary": "一\x00\r\n二"}).values == {
            "title": "小剧场 A",
            "summary": "一\n二",
        }


def test_months_run_over_the_turn_of_the_year(app: Flask) -> None:
    with app.app_context():
        assert kinds.read(kinds.KINDS["stage_truck"], {"closed_months": "11-2月、7"}).values == {"closed_months": [1, 2, 7, 11, 12]}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["length_m", "costs", "title", "power", "closed_months", "driver_included", "insurance_until", "crew", "tags"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_nothing_that_is_sent_breaks_the_reading(values: dict[str, object]) -> None:
    read = kinds.read(kinds.KINDS["stage_truck"], values)
    assert set(read.values) | {name.split(".")[0] for name in read.faults} >= set(values)


def test_facts_of_a_truck_warn_of_height_and_of_papers(app: Flask) -> None:
    with app.app_context(), clock.moved(NOW):
        truck = listing("stage_truck", inspection_until="2026-11-01", insurance_until="2026-10-01")
        told = kinds.facts(truck, "zh_Hans")
        english = kinds.facts(truck, "en")
    assert told[:2] == (("年检", "还有20天到期", "warn"), ("保险", "已于10月1日到期", "bad"))
    assert ("过路限高", "≥ 4.1 m", "warn") in told
    assert 3 <= len(told) <= 6
    assert english[1] == ("Insurance", "Ended on 1 Oct", "bad")
    assert english[0] == ("Inspection", "Ends in 20 days", "warn")
    with app.app_context(), clock.moved(NOW):
        assert ("过路限高", "≥ 3.9 m", "") in kinds.facts(listing("stage_truck", height_m="3.7"), "zh_Hans")


@pytest.mark.parametrize("kind", ["stage_truck", "venue", "talent"])
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_facts_and_tables_of_a_complete_listing(app: Flask, kind: str, locale: str) -> None:
    with app.app_context(), clock.moved(NOW):
        made = listing(kind)
        told = kinds.facts(made, locale)
        tables = kinds.spec(made, locale, private=True)
        rows = [row for table in tables for row in table.rows]
    assert 3 <= len(told) <= 6
    assert all(row.value and not row.locked for row in rows)
    shown = {row.name for row in rows}
    assert "contact_phone" in shown
    assert len(rows) > 12
    if locale == "en":
        labels = [row.label for row in rows] + [table.caption for table in tables] + [fact.label for fact in told]
        assert not [label for label in labels if any("㐀" <= sign <= "鿿" for sign in label)]


def test_what_is_private_is_locked_for_others(app: Flask) -> None:
    with app.app_context(), clock.moved(NOW):
        rows = [row for table in kinds.spec(listing("stage_truck"), "zh_Hans", private=False) for row in table.rows]
    locked = {row.name: row.value for row in rows if row.locked}
    assert locked == {"plate_no": "成员馆登录后可见", "contact_phone": "成员馆登录后可见"}
    assert not any("T4179" in row.value or "0142" in row.value for row in rows)


def test_every_detail_that_is_said_is_on_the_page(app: Flask) -> None:
    with app.app_context(), clock.moved(NOW):
        for kind in ("stage_truck", "venue", "talent"):
            made = listing(kind)
            shown = {row.name for table in kinds.spec(made, "zh_Hans", private=True) for row in table.rows}
            joined = {name for group in kinds.KINDS[kind].groups for join in group.joins for name in join.names}
            assert set(made.details) - shown - joined == set()


def test_missing_follows_from_what_was_said(app: Flask) -> None:
    def names(kind: str, **more: object) -> set[str]:
        return {field.name for field in kinds.missing(listing(kind, **more))}

    with app.app_context():
        assert names("stage_truck") == set()
        assert names("venue") == {"openings"}
        assert names("stage_truck", generator_kw="", costs=[]) == {"generator_kw", "costs"}
        assert names("stage_truck", power=["mains_380"], generator_kw="") == set()
        assert names("stage_truck", costs=[{"what": "fuel", "fen": "", "per": "km", "payer": "borrower"}]) == {"costs"}
        assert names("talent", minor="yes") == {"guardian_name", "guardian_consent_on"}
        assert names("talent", talent_kind="troupe") == {"troupe_size"}
        assert names("stage_truck", crew="0", slope_deg="0", driver_included="no") == set()


def test_sketch_needs_its_figures(app: Flask) -> None:
    with app.app_context():
        drawn = kinds.sketch(listing("stage_truck"))
        assert drawn is not None
        assert (drawn["deck_width_m"], drawn["height_m"], drawn["road_m"]) == (9.6, 3.9, 4.1)
        assert kinds.sketch(listing("stage_truck", length_m="")) is None


def test_every_kind_has_a_checklist_in_both_languages(app: Flask) -> None:
    for kind in kinds.KINDS:
        items = kinds.checklist(kind)
        assert len(items) >= 5
        assert len({key for key, _label in items}) == len(items)
        with app.app_context(), force_locale("en"):
            assert not any("㐀" <= sign <= "鿿" for _key, label in items for sign in str(label))


def test_days_with_the_same_slots_are_told_together(app: Flask) -> None:
    field = kinds.KINDS["venue"].by_name["openings"]
    nine, noon, one, five = (time(hour) for hour in (9, 12, 13, 17))
    week = [(day, nine, noon) for day in (0, 1, 2, 5)] + [(day, one, five) for day in (0, 1, 2)]
    with app.app_context():
        assert kinds.shown(field, week, "zh_Hans") == "周一至周三 09:00–12:00、13:00–17:00；周六 09:00–12:00"
    with app.app_context(), force_locale("en"):
        assert kinds.shown(field, week, "en") == "Monday to Wednesday 09:00–12:00, 13:00–17:00; Saturday 09:00–12:00"


def test_costs_read_as_a_sentence(app: Flask) -> None:
    with app.app_context():
        row = next(
            row
            for table in kinds.spec(listing("stage_truck"), "zh_Hans", private=True)
            for row in table.rows
            if row.name == "costs"
        )
    assert row.value == "油料费 3.5元/公里，借用方承担"

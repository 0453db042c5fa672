"""The code lists: complete in both languages, closed, and in the shape forms and facets need."""

import re
from pathlib import Path

import pytest

from alliance import codes
from alliance.codes import arts, cases, catalogue, centres, exchange, media, rights, statements, venues
from alliance.codes.codelist import Code, CodeList, UnknownCodeError

SUBJECTS = (arts, cases, centres, catalogue, venues, exchange, media, rights, statements)
EVERY_CODE = [
    pytest.param(codes_list, code, id=f"{codes_list.name}-{code.id}") for codes_list in codes.LISTS.values() for code in codes_list
]
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_list_of_every_subject_is_found_by_its_name() -> None:
    declared = [value for subject in SUBJECTS for value in vars(subject).values() if isinstance(value, CodeList)]
    assert len(declared) > 50
    assert {id(one) for one in declared} == {id(one) for one in codes.LISTS.values()}
    assert all(codes.get(one.name) is one for one in declared)


@pytest.mark.parametrize("name", codes.LISTS)
def test_a_list_has_a_title_in_both_languages(name: str) -> None:
    one = codes.get(name)
    assert re.fullmatch(r"[a-z][a-z_]*", name)
    assert HAN.search(one.title("zh_Hans_CN"))
    assert one.title("en")
    assert not HAN.search(one.title("en"))


@pytest.mark.parametrize(("one", "code"), EVERY_CODE)
def test_a_code_is_ascii_and_speaks_both_languages(one: CodeList, code: Code) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code.id)
    assert len(code.id) <= 32
    zh, en = one.label(code.id, "zh"), one.label(code.id, "en")
    assert HAN.search(zh) or zh in {"C1", "B2", "A2"}
    assert en.strip() == en != ""
    assert not HAN.search(en)
    assert en[0].isupper()


@pytest.mark.parametrize("name", codes.LISTS)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_two_choices_read_the_same(name: str, locale: str) -> None:
    labels = [label for _, label in codes.get(name).choices(locale)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("scope", "county city province alliance public"),
        ("listing_state", "draft in_review needs_work published maintenance paused withdrawn"),
        ("refusal", "01 02 03 04 05 06 07 08 09 10 11 99"),
        ("centre_level", "national province city county town village"),
        ("centre_role", "hub main branch point"),
        ("person_role", "staff handler director centre_admin"),
        ("agreement_kind", "loan swap bundle tour licence secondment"),
        ("agreement_state", "draft negotiating committed running settling closed broken cancelled failed"),
        (
            "leg_state",
            "draft endorsing requested incomplete offered agreed confirmed handed_over in_use sent_back "
            "partly_returned returned closed declined withdrawn expired cancelled no_show disputed",
        ),
        ("occupancy_kind", "hold confirmed block maintenance"),
        ("licence_class", "c1 b2 a2"),
        ("light", "green yellow red off"),
    ],
)
def test_ids_others_rely_on(name: str, ids: str) -> None:
    assert codes.get(name).ids == tuple(ids.split())


def test_sizes_that_standards_fix() -> None:
    assert len(arts.HERITAGE_CLASS) == 10
    assert len(arts.QUNXING_CATEGORY) == 6
    assert len(centres.DISCLOSURE_HEADING) == 8
    assert len(arts.ART_FORM.children(None)) == 19


def test_art_forms_are_a_tree() -> None:
    assert arts.ART_FORM.path("huangmei") == ("xiqu", "huangmei")
    assert arts.ART_FORM.path("theory") == ("theory",)
    assert arts.ART_FORM["skit"].parent == "drama"
    assert arts.ART_FORM.within("dance") == (
        "dance",
        "square_dance",
        "folk_dance",
        "street_dance",
        "ballroom",
        "children_dance",
    )
    groups = arts.ART_FORM.groups("zh")
    assert [label for _, label, _ in groups][:3] == ["音乐", "舞蹈", "戏剧"]
    assert ("choral", "合唱") in groups[0][2]


def test_the_alliances_own_label_wins_in_its_language_only() -> None:
    one = CodeList("x", "某表", "List", (Code("hall", "剧场", "Theatre"), Code("room", "排练厅", "Rehearsal room", parent="hall")))
    one.relabel({"room": ("练功房", ""), "gone": ("无", "None")})
    assert one.label("room", "zh") == "练功房"
    assert one.label("room", "en") == "Rehearsal room"
    assert one.label("hall", "zh") == "剧场"
    assert one.choices("zh") == [("hall", "剧场"), ("room", "练功房")]
    assert one["room"].parent == "hall"
    one.relabel({})
    assert one.label("room", "zh") == "排练厅"


def test_a_retired_code_keeps_its_label_but_is_no_longer_offered() -> None:
    one = CodeList("x", "某表", "List", (Code("old", "旧", "Old", retired=True), Code("new", "新", "New")))
    assert one.label("old", "zh") == "旧"
    assert one.choices("zh") == [("new", "新")]
    assert one.choices("zh", keep="old") == [("old", "旧"), ("new", "新")]


def test_what_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(UnknownCodeError, match="art_form: jazz"):
        arts.ART_FORM.label("jazz", "zh")
    with pytest.raises(UnknownCodeError, match="no_list"):
        codes.get("no_list")
    assert "jazz" not in arts.ART_FORM
    assert "music" in arts.ART_FORM


def test_a_list_cannot_be_built_wrong() -> None:
    with pytest.raises(ValueError, match="twice"):
        CodeList("x", "某表", "List", (Code("a", "甲", "A"), Code("a", "乙", "B")))
    with pytest.raises(ValueError, match="before its parent"):
        CodeList("x", "某表", "List", (Code("a", "甲", "A", "b"), Code("b", "乙", "B")))


def test_free_rooms_and_slot_times_name_existing_codes() -> None:
    assert set(venues.VENUE_TYPE.ids) >= venues.FREE_VENUE_TYPES
    assert tuple(venues.SLOT_TIMES) == venues.SLOT.ids
    assert all(start < end for start, end in venues.SLOT_TIMES.values())
    assert set(exchange.LEG_STATE.ids) > exchange.ENDED_LEG_STATES


def test_media_types_are_dcmis() -> None:
    assert [media.dcmi_term(one) for one in media.MEDIA_TYPE.ids] == [
        "MovingImage",
        "Sound",
        "StillImage",
        "Text",
        "Dataset",
        "InteractiveResource",
    ]
    assert media.dcmi_uri("still_image") == "http://purl.org/dc/dcmitype/StillImage"


def test_the_twelve_statements_and_the_cc_family() -> None:
    own = [one.uri for one in statements.STATEMENTS if "rightsstatements.org" in one.uri]
    assert {uri.split("/")[4] for uri in own} == {
        *("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU"),
        *("NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"),
    }
    assert len(own) == 12
    assert {one.id for one in statements.STATEMENTS if "creativecommons.org" in one.uri} == {
        *("cc_by", "cc_by_sa", "cc_by_nd", "cc_by_nc", "cc_by_nc_sa", "cc_by_nc_nd", "cc0", "pdm"),
    }
    for one in statements.STATEMENTS:
        assert one.uri.startswith("http://")
        assert one.sentence("zh").endswith("。")
        assert one.sentence("en").endswith(".")


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("http://rightsstatements.org/vocab/InC-EDU/1.0/", "rs_inc_edu"),
        ("https://rightsstatements.org/page/InC-EDU/1.0/?language=en", "rs_inc_edu"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0", "cc_by_nc_sa"),
        ("https://www.creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("https://creativecommons.org/licenses/by/9.0/", None),
        ("all rights reserved", None),
    ],
)
def test_a_statement_is_found_by_its_uri(uri: str, found: str | None) -> None:
    one = statements.statement_by_uri(uri)
    assert (one.id if one else None) == found
    assert found is None or statements.statement(found) == one


def test_the_files_stay_short() -> None:
    for path in Path(codes.__file__).parent.glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 300, path.name

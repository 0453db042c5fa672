"""A draft keeps what holds and reports the rest."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.archive.record import Record, sift
from alliance.forms import faults


def test_what_holds_is_kept_and_the_rest_reported(app: Flask) -> None:
    typed = {
        "title": " 采茶戏\u202egnp.exe ",
        "performers": "王一（领唱）、李二\n\n张三",
        "minutes": "很长",
        "created_text": "去年",
        "art_forms": ["xiqu", "xiqu"],
        "type": "hologram",
        "licence_until": "",
        "unheard_of": "1",
    }
    with app.test_request_context():
        values, wrong = sift(typed, faults)
    assert values == {
        "title": "采茶戏gnp.exe",
        "performers": [{"name": "王一", "role": "领唱"}, {"name": "李二"}, {"name": "张三"}],
        "art_forms": ["xiqu"],
        "licence_until": None,
    }
    assert set(wrong) == {"minutes", "created_text", "type"}
    assert wrong["minutes"] == "请填数字。"


@pytest.mark.parametrize(
    "field", ["type", "genre", "theme", "language", "award", "rights_status", "statement", "record_visibility", "file_access"]
)
def test_only_codes_of_the_list_are_taken(app: Flask, field: str) -> None:
    with app.test_request_context():
        values, wrong = sift({field: "no_such_code"}, faults)
    assert values == {}
    assert field in wrong


def test_too_long_a_text_is_told_with_its_limit(app: Flask) -> None:
    with app.test_request_context():
        _values, wrong = sift({"title": "长" * 201, "description": "长" * 8001, "creator": " 好" + " " * 300}, faults)
    assert wrong == {"title": "最多 200 个字。", "description": "最多 8000 个字。"}


@given(
    st.dictionaries(
        st.sampled_from(sorted(Record.model_fields)),
        st.one_of(st.text(max_size=30), st.lists(st.text(max_size=9), max_size=3), st.booleans()),
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_typed_breaks_it(app: Flask, typed: dict[str, object]) -> None:
    """Every field is either kept or reported, never lost and never an error of ours."""
    with app.test_request_context():
        values, wrong = sift(typed, faults)
    fields = {name.split(".")[0] for name in wrong}
    assert set(values) | fields == set(typed)
    assert not set(values) & fields

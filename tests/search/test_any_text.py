"""Whatever is written or typed: tokens are clean, marks are in place, the embedded engine answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.embedded import Embedded
from search.mapping import COLUMNS
from search.plan import Plan, read, relax
from search.prepare import prepare
from search.text import mark, normalise, tokens
from search.types import Document, Query

CHINESE = st.text(alphabet='京剧劇文化馆館舞台臺车車的和人 ,，-1aAjJéⅠ㎡ﬁ🎭\x00\ud800"*():^', max_size=30)
ANY = st.one_of(st.text(max_size=40), CHINESE)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    backend = Embedded(Path(tmp_path_factory.mktemp("search")) / "search.sqlite")
    yield backend
    backend.close()


@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANY)
def test_tokens_hold_nothing_that_an_engine_would_cut_at(text: str) -> None:
    prepared = prepare(Document("A", 1, "media", text, text={"body": text, "alias": text}))
    assert set(prepared.columns) <= set(COLUMNS)
    for column in prepared.columns.values():
        for token in column.split(" "):
            assert token
            assert len(token) <= 64
            assert all(character.isalnum() or not character.isascii() for character in token)
            assert not any(character.isspace() for character in token)


@given(ANY, ANY)
def test_marks_are_in_order_apart_and_inside(text: str, words: str) -> None:
    end = 0
    for start, stop in mark(text, words):
        assert end <= start < stop <= len(text)
        end = stop + 1


def phrases(plan: Plan) -> Iterator[tuple[str, ...]]:
    for units in plan.wanted:
        for unit in units:
            for phrase in unit:
                yield phrase.tokens
                if phrase.beside:
                    yield phrase.beside


@given(ANY)
def test_a_plan_asks_for_tokens_only(words: str) -> None:
    for plan in (read(words), relax(words)):
        for found in phrases(plan):
            assert found
            assert all(token and (token.isalnum() or not token.isascii()) for token in found)
    assert bool(read(words).wanted) == bool(tokens(words[:120]))


HAN = st.text(alphabet="京劇剧文化馆館舞台臺车車流動动的和人老师，", min_size=1, max_size=24)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HAN, st.data())
def test_a_document_is_found_by_any_part_of_its_title(engine: Embedded, title: str, data: st.DataObject) -> None:
    engine.clear()
    engine.add([Document("A", 1, "media", title, scopes=("public",))])
    start = data.draw(st.integers(0, len(title) - 1))
    part = title[start : data.draw(st.integers(start + 1, len(title)))]
    results = engine.find(Query(part, scopes=("public",)))
    assert (results.total, results.relaxed) == ((1, False) if tokens(part) else (0, False))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY)
def test_a_document_is_found_by_its_whole_title(engine: Embedded, title: str) -> None:
    engine.clear()
    engine.add([Document("A", 1, "media", title, scopes=("public",))])
    assert engine.find(Query(title, scopes=("public",))).total == (1 if tokens(title) or not title.strip() else 0)

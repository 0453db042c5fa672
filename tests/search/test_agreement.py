"""The embedded engine and Elasticsearch find the same documents, compared with one another query by query."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.search_corpus import COUNTIES, PHRASES, THINGS, folder, invented, judged, real
from search.asked import ask
from search.backend import Backend
from search.elastic import Elastic
from search.embedded import Embedded
from search.indexer import fill
from search.mapping import FACETS
from search.types import Document, Query, Results

pytestmark = pytest.mark.long
Both = tuple[Backend, Backend]
PUBLIC = ("public",)
TYPED = [
    "京剧", "京劇", "jingju", "jj", "Peking opera", "文化馆", "群艺馆", "舞台车", "大篷车", "流动武台车", "皮移戏",
    "车", "人", "筝", "县文化", "请帮我找周末能用的舞台车", "禾丰 排练厅", "chamber concert", "concerts", "hefeng",
    "wheelchair access", "xian", "a", "1", "12号", "I-1", "Ⅰ-1", "的", "人人人", "文化馆 无此词", "无此词 亦无此",
    "舞台车司机", "shadow puppetry", "dong zu da ge", "whg", "浙江省 传统音乐", "café", "NEAR", "AND", "兒童劇",
    "免费 音乐会 少儿 周末 下乡 剧场", "舞台，车", "台监督李", "流动大舞台车", "流舞台动",
]  # fmt: skip


def corpus() -> list[Document]:
    data = folder()
    return [*invented(2_000), *(islice(real(data), 3, None, 6) if data else ())]


DOCUMENTS = corpus()


@pytest.fixture(scope="module")
def both(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    elastic = Elastic(f"{elasticsearch_url}/test-{uuid.uuid4().hex[:12]}", find_seconds=30)
    embedded = Embedded(Path(tmp_path_factory.mktemp("search")) / "search.sqlite")
    for backend in (embedded, elastic):
        fill(backend, DOCUMENTS)
        backend.refresh()
    yield embedded, elastic
    elastic.drop(elastic.inlets())
    for backend in (embedded, elastic):
        backend.close()


def alike(both: Both, query: Query) -> Results:
    """Both engines' answers: the same documents, totals, counts and, where the order is settled, the same order."""
    one, other = (backend.find(replace(query, size=1000, facets=FACETS)) for backend in both)
    assert (one.total, one.relaxed, one.facets) == (other.total, other.relaxed, other.facets), query
    assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits} or one.total > 1000, query
    assert {hit.id: (hit.stored, hit.km) for hit in one.hits} == {hit.id: (hit.stored, hit.km) for hit in other.hits} or (
        one.total > 1000
    )
    if ask(query).sort != "relevance":
        assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits], query
    return one


def test_the_same_words_find_the_same_documents(both: Both) -> None:
    data = folder()
    words = TYPED + ([row["query"] for row, _ in judged(data)] if data else [])
    found = {typed: alike(both, Query(typed, scopes=("public", "members"))) for typed in words}
    assert sum(results.total > 0 for results in found.values()) > 0.6 * len(words)
    assert any(results.relaxed and results.total for results in found.values())


def test_any_piece_of_any_text_finds_the_same_documents(both: Both) -> None:
    rng = random.Random(11)
    texts = [text for document in rng.sample(DOCUMENTS, 80) for text in (document.title, *document.text.values()) if text]
    found = 0
    for text in rng.sample(texts, 120):
        start = rng.randrange(len(text))
        found += alike(both, Query(text[start : start + rng.randint(1, 12)], scopes=PUBLIC)).total > 0
    assert found > 60, "that both find nothing would be agreement too"


def test_random_queries_agree(both: Both) -> None:
    rng = random.Random(5)
    pool = [*COUNTIES, *(thing for things in THINGS.values() for thing in things.split()), *PHRASES, "", "", ""]
    found = 0
    for _ in range(120):
        some = rng.choice(DOCUMENTS[:2_000])
        fields = rng.sample(sorted(some.keywords), rng.randint(0, 3))
        near = (27 + rng.random() * 4, 118 + rng.random() * 4) if rng.random() < 0.5 else None
        results = alike(
            both,
            Query(
                rng.choice(pool),
                scopes=rng.choice((PUBLIC, ("members",), ("public", "centre:禾丰"))),
                filters={field: tuple(rng.choice(DOCUMENTS[:2_000]).keywords[field][:2]) for field in fields},
                ranges={"rating": (rng.randint(0, 3), rng.choice((None, 4)))} if rng.random() < 0.4 else {},
                near=near,
                within_km=rng.choice((None, 20, 90, 400)) if near else None,
                exclude=frozenset(document.id for document in rng.sample(DOCUMENTS, rng.choice((0, 5, 1500)))),
                sort=rng.choice(("relevance", "newest", "hot", "distance")),
            ),
        )
        found += results.total > 0
    assert found > 20, "that both find nothing would be agreement too"


def test_suggestions_agree(both: Both) -> None:
    embedded, elastic = both
    for prefix in ("禾", "禾丰", "hef", "ld", "流動", "舞台", "大", "j", "中国", "京劇", "zz"):
        assert embedded.suggest(prefix, PUBLIC, 10) == elastic.suggest(prefix, PUBLIC, 10), prefix

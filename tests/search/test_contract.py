"""The contract of a search engine, the same cases on each; what should be found is worked out without any engine."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from benchmarks.search_corpus import LEVELS, folder, invented, real
from search.asked import distance_km
from search.backend import Backend
from search.indexer import compare, fill, held, repair
from search.mapping import FACETS
from search.types import Document, Query
from tests.search import oracle

PUBLIC = ("public",)
HERE = (29.1, 119.9)
ODD = (
    "", " ", '"*():^', "🎭", "\x00", "a\x00b", "\ud800", "NOT", "AND OR", "NEAR(", "title:京剧", "' OR 1=1 --",
    "文化馆\\", "*", "人人人", "的", "京剧" * 5000, "x" * 10_000, "{}[]", "a" * 300, "%_", "\u00ad", "\u202e京剧",
)  # fmt: skip


def corpus() -> list[Document]:
    """At least 2,000 documents: invented ones, and where the data folder is there some thousand of its rows."""
    data = folder()
    return [*invented(2_200), *(islice(real(data), 0, None, 8) if data else ())]


DOCUMENTS = corpus()
QUERIES = {
    "everything": Query(scopes=PUBLIC),
    "nobody": Query(),
    "unknown scope": Query(scopes=("centre:nowhere",)),
    "two scopes": Query(scopes=("members", "centre:禾丰")),
    "one kind": Query(scopes=PUBLIC, filters={"kind": ("venue",)}),
    "or inside": Query(scopes=PUBLIC, filters={"kind": ("venue", "media"), "fee": ("free", "cost")}),
    "and between": Query(scopes=PUBLIC,
        filters={"kind": ("venue",), "level": ("county",), "art_form": ("music", "ich")}),
    "several codes a document": Query(scopes=PUBLIC,
        filters={"audience": ("children", "elderly"), "area": ("9901", "990202")}),
    "code of none": Query(scopes=PUBLIC, filters={"kind": ("nothing",), "fee": ("free",)}),
    "no code chosen": Query(scopes=PUBLIC, filters={"kind": ()}),
    "range": Query(scopes=PUBLIC, ranges={"seats": (300, 800)}),
    "half range": Query(scopes=PUBLIC, ranges={"deck_m2": (40, None), "rating": (None, 3.5)}),
    "has the number": Query(scopes=PUBLIC, ranges={"seats": (None, None)}),
    "unknown number": Query(scopes=PUBLIC, ranges={"wheels": (1, None)}),
    "near": Query(scopes=PUBLIC, near=HERE, within_km=80),
    "very near": Query(scopes=PUBLIC, near=HERE, within_km=0.001),
    "near, any distance": Query(scopes=PUBLIC, near=HERE),
    "exclude": Query(scopes=PUBLIC, exclude=frozenset(document.id for document in DOCUMENTS[:900]) | {"unknown"}),
    "all at once": Query(scopes=PUBLIC, filters={"kind": ("venue", "stage_truck"), "level": ("county", "city", "town")},
        ranges={"rating": (2, None)}, near=HERE, within_km=150, exclude=frozenset({"D000001", "D000002"})),
}  # fmt: skip


@pytest.fixture(scope="module")
def full(held: Backend) -> Backend:
    """One engine with all documents; the tests that take it change nothing."""
    assert len(DOCUMENTS) >= 2_000
    held.clear()
    held.rebuild(DOCUMENTS)
    held.refresh()
    return held


def everything(backend: Backend, query: Query) -> list[str]:
    """All ids a query finds, page by page."""
    found: list[str] = []
    while page := backend.find(replace(query, page=1 + len(found) // 500, size=500)).hits:
        found += [hit.id for hit in page]
        if len(page) < 500:
            break
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_finds_what_fits_and_counts_it(full: Backend, name: str) -> None:
    query = QUERIES[name]
    found = everything(full, query)
    results = full.find(replace(query, facets=FACETS))
    expected = oracle.ids(DOCUMENTS, query)
    assert len(found) == len(set(found)) == results.total
    assert set(found) == expected
    for facet in FACETS:
        assert results.facets[facet] == oracle.counts(DOCUMENTS, query, facet), facet


def test_every_part_of_a_title_finds_its_document(full: Backend) -> None:
    rng = random.Random(3)
    for document in rng.sample([document for document in DOCUMENTS[:2_200] if "public" in document.scopes], 60):
        start = rng.randrange(len(document.title) - 2)
        part = document.title[start : start + rng.randint(2, 7)]
        area = document.keywords["area"][2]
        query = Query(part, scopes=PUBLIC, filters={"area": (area,), "kind": (document.kind,), "type": document.keywords["type"]})
        assert document.id in everything(full, query), part


@pytest.mark.parametrize(
    ("words", "like"),
    [
        ("流動舞臺車", "流动舞台车"),
        ("大篷车", "舞台车"),
        ("wutaijiandu", "舞台监督"),
        ("wtjd", "舞台监督"),
        ("stage manager", "舞台监督"),
        ("黑盒子", "黑匣子剧场"),
        ("ＪＩＮＧＪＵ", "京剧"),
        ("京戏", "京剧"),
        ("车", "车"),
        ("erhu", "二胡"),
        ("liu dong wu tai", "流动舞台车"),
    ],
)
def test_other_forms_find_the_same(full: Backend, words: str, like: str) -> None:
    hits = full.find(Query(words, scopes=("public", "members"), filters={"level": LEVELS})).hits
    assert hits
    assert all(like in hit.stored["title"] for hit in hits[:5]), [hit.stored["title"] for hit in hits[:5]]


def test_words_narrow_and_keep_to_the_filters(full: Backend) -> None:
    query = Query("舞台车 禾丰", scopes=PUBLIC, facets=("kind", "centre"))
    results = full.find(query)
    assert 0 < results.total < full.find(Query("舞台车", scopes=PUBLIC)).total
    assert set(results.facets["kind"]) == {"stage_truck"}
    assert sum(results.facets["centre"].values()) == results.total
    assert not results.relaxed


def test_a_slip_finds_near_misses_and_says_so(full: Backend) -> None:
    results = full.find(Query("相生演员", scopes=("public", "members")))
    assert results.relaxed
    assert results.hits[0].stored["title"] == "相声演员"
    assert "流动舞台车" in full.find(Query("流动武台车", scopes=PUBLIC)).hits[0].stored["title"]
    assert full.find(Query("无此词乎", scopes=PUBLIC)).total == 0


def test_filters_alone_never_relax_the_words(full: Backend) -> None:
    results = full.find(Query("流动舞台车", scopes=PUBLIC, filters={"kind": ("venue",)}, facets=("kind",)))
    assert (results.total, results.relaxed) == (0, False)
    assert results.facets["kind"]["stage_truck"] > 0


def test_orders(full: Backend) -> None:
    numbers = {document.id: document.numbers for document in DOCUMENTS}
    for sort, number in (("newest", "created"), ("hot", "hot")):
        found = everything(full, Query(scopes=PUBLIC, filters={"fee": ("free",)}, sort=sort))
        expected = sorted(found, key=lambda name: (-numbers[name].get(number, -1), name))
        assert found == expected, sort


def test_distance_order_and_kilometres(full: Backend) -> None:
    where = {document.id: document.where for document in DOCUMENTS}
    query = Query(scopes=PUBLIC, filters={"kind": ("venue",)}, near=HERE, sort="distance")
    found = everything(full, query)
    away = {name: distance_km(HERE, place) if (place := where[name]) else 1e9 for name in found}
    assert found == sorted(found, key=lambda name: (round(away[name], 3), name))
    for hit in full.find(replace(query, size=1000)).hits:
        assert hit.km == (pytest.approx(away[hit.id]) if where[hit.id] else None)


def test_pages_join_without_gap_and_end(full: Backend) -> None:
    query = Query("文化馆", scopes=PUBLIC, size=7)
    pages = [hit.id for page in (1, 2, 3) for hit in full.find(replace(query, page=page)).hits]
    assert pages == [hit.id for hit in full.find(replace(query, size=21)).hits]
    total = full.find(query).total
    for beyond in (replace(query, page=total), replace(query, page=10**9), replace(query, page=1001, size=1000)):
        assert (full.find(beyond).total, full.find(beyond).hits) == (total, ())
    assert full.find(replace(query, page=-3)).hits == full.find(query).hits
    assert (full.find(replace(query, size=0)).total, full.find(replace(query, size=0)).hits) == (total, ())
    assert len(full.find(Query(scopes=PUBLIC, size=10**6)).hits) == 1000


@pytest.mark.parametrize("words", ODD, ids=range(len(ODD)))
def test_odd_words_are_answered(full: Backend, words: str) -> None:
    results = full.find(Query(words, scopes=PUBLIC, facets=FACETS))
    assert results.total >= len(results.hits)
    assert isinstance(full.suggest(words, PUBLIC), tuple)
    if not words.strip():
        assert results.total == len(oracle.ids(DOCUMENTS, Query(scopes=PUBLIC)))
    if words in ('"*():^', "🎭", "\x00", "*", "{}[]", "a" * 300):
        assert results.total == 0


@pytest.mark.parametrize("code", ["", "\x00", "\ud800", "'\"", "x" * 40_000, "🎭"])
def test_odd_codes_are_answered(full: Backend, code: str) -> None:
    assert full.find(Query(scopes=PUBLIC, filters={"centre": (code,)})).total == 0
    assert full.find(Query(scopes=(code,))).total == 0
    assert full.find(Query(scopes=PUBLIC, exclude=frozenset({code}))).total > 0


@pytest.mark.parametrize(
    "query",
    [
        Query(filters={"colour": ("red",)}),
        Query(facets=("colour",)),
        Query(ranges={"Bad Name": (1, 2)}),
        Query(sort="price"),  # type: ignore[arg-type]
        Query(near=(200.0, 0.0)),
        Query(near=HERE, within_km=-1),
        Query(exclude=frozenset(map(str, range(65_537)))),
    ],
)
def test_what_cannot_be_asked_is_refused(full: Backend, query: Query) -> None:
    with pytest.raises(ValueError, match="cannot search by"):
        full.find(query)


def test_infinite_limits_are_no_limits(full: Backend) -> None:
    assert full.find(Query(scopes=PUBLIC, ranges={"seats": (float("-inf"), float("nan"))})).total == len(
        oracle.ids(DOCUMENTS, QUERIES["has the number"])
    )


def test_suggestions_begin_as_typed_and_are_visible(full: Backend) -> None:
    visible = {document.title for document in DOCUMENTS if "public" in document.scopes}
    for prefix in ("禾丰", "hefeng", "流动", "流動舞", "舞台监"):
        titles = full.suggest(prefix, PUBLIC, 6)
        assert 0 < len(titles) == len(set(titles)) <= 6, prefix
        assert set(titles) <= visible
    assert all(title.startswith("禾丰") for title in full.suggest("禾丰", PUBLIC))
    assert full.suggest("禾丰", ("centre:nowhere",)) == full.suggest("", PUBLIC) == full.suggest("\x00", PUBLIC) == ()


def test_versions_are_listed_in_the_order_of_ids(full: Backend) -> None:
    expected = sorted(((document.id, document.version) for document in DOCUMENTS), key=lambda pair: pair[0].encode())
    assert list(held(full)) == expected
    assert full.versions("D000003", 2) == [("D000004", 2), ("D000005", 3)]
    assert str(len(DOCUMENTS)) in full.check()


def small(version: int, title: str = "京剧", name: str = "A") -> Document:
    return Document(name, version, "media", title, scopes=PUBLIC, stored={"v": version, "列": [1, None, "é"]})


def titles(backend: Backend, words: str = "") -> dict[str, int]:
    backend.refresh()
    return {hit.id: hit.stored["v"] for hit in backend.find(Query(words, scopes=PUBLIC, size=1000)).hits}


def test_an_older_version_never_overwrites_a_newer(backend: Backend) -> None:
    backend.add([small(5, "越剧")])
    backend.add([small(4, "京剧")])
    assert (titles(backend), titles(backend, "京剧")) == ({"A": 5}, {})
    backend.add([small(6, "京剧"), small(5, "昆曲")])
    assert (titles(backend, "京剧"), titles(backend, "昆曲"), titles(backend, "越剧")) == ({"A": 6}, {}, {})
    backend.add([replace(small(6), title="秦腔")])
    assert titles(backend, "秦腔") == {"A": 6}


def test_a_removed_document_stays_removed_from_older_versions(backend: Backend) -> None:
    backend.add([small(5)])
    backend.remove({"A": 4})
    assert titles(backend) == {"A": 5}
    backend.remove({"A": 6, "never there": 3})
    backend.add([small(5), small(2, name="never there")])
    assert titles(backend) == {}
    assert backend.versions() == []
    backend.rebuild([small(5)])
    assert titles(backend) == {}
    backend.add([small(7)])
    assert titles(backend) == {"A": 7}
    assert backend.versions() == [("A", 7)]


def test_what_is_stored_comes_back_and_what_changed_is_counted_anew(backend: Backend) -> None:
    backend.add([small(1), replace(small(1, name="B"), kind="venue", numbers={"hot": 3}, where=HERE)])
    backend.refresh()
    assert backend.find(Query(scopes=PUBLIC)).hits[1].stored == {"v": 1, "列": [1, None, "é"]}
    backend.add([replace(small(2, name="B"), kind="talent")])
    backend.refresh()
    results = backend.find(Query(scopes=PUBLIC, facets=("kind",), near=HERE, ranges={}))
    assert results.facets["kind"] == {"media": 1, "talent": 1}
    assert [hit.km for hit in results.hits] == [None, None]
    assert backend.find(Query(scopes=PUBLIC, ranges={"hot": (None, None)})).total == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": {"colour": "red"}},
        {"keywords": {"colour": ("red",)}},
        {"numbers": {"seats": float("nan")}},
        {"numbers": {"Seats!": 1.0}},
        {"where": (91.0, 0.0)},
        {"id": ""},
        {"id": "x" * 513},
        {"version": -1},
        {"keywords": {"type": ("x" * 257,)}},
    ],
)
def test_documents_that_would_be_lost_in_silence_are_refused(backend: Backend, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be indexed"):
        backend.add([replace(small(1), **wrong)])  # type: ignore[arg-type]
    assert titles(backend) == {}


def test_odd_documents_are_found(backend: Backend) -> None:
    odd = replace(
        small(1),
        title="a\x00b\ud83d 京剧 🎭",
        text={"body": "字" * 50_000 + "x" * 9_000},
        stored={"v": 1, "t": "\x00\ud83d"},
    )
    backend.add([odd])
    backend.add([small(1, "", name="no title")])
    assert titles(backend, "京剧") == {"A": 1}
    assert titles(backend) == {"A": 1, "no title": 1}
    assert backend.find(Query("京剧", scopes=PUBLIC)).hits[0].stored == odd.stored


def test_an_empty_index_answers(backend: Backend) -> None:
    results = backend.find(Query("京剧", scopes=PUBLIC, facets=("kind",), sort="distance", near=HERE))
    assert (results.total, results.hits, results.facets) == (0, (), {"kind": {}})
    assert backend.find(Query(scopes=PUBLIC, sort="hot")).hits == backend.suggest("京", PUBLIC) == ()


def test_writes_and_finds_go_on_during_a_rebuild(backend: Backend, opener: object) -> None:
    """A second process writes while a rebuild reads its documents; a reader never sees less than there is."""
    writer: Backend = opener()  # type: ignore[operator]
    backend.add(small(1, name=f"K{i:03d}") for i in range(60))
    backend.refresh()
    done, seen, broken = threading.Event(), [], []

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(backend.find(Query("京剧", scopes=PUBLIC, facets=("kind",), size=0)).total)
            except Exception as error:
                broken.append(error)

    def documents() -> Iterator[Document]:
        for i in range(600):
            if i % 100 == 0:
                writer.add([small(9, name=f"N{i:03d}"), small(9, name="K000")])
                writer.remove({f"K{1 + i // 100:03d}": 2})
            yield small(1, name=f"K{i:03d}")

    reader = threading.Thread(target=read)
    reader.start()
    backend.rebuild(documents())
    done.set()
    reader.join()
    found = titles(backend)
    assert broken == []
    assert seen
    assert min(seen) >= 54
    assert {f"N{i:03d}" for i in range(0, 600, 100)} <= set(found)
    assert found["K000"] == 9
    assert not set(found) & {f"K{i:03d}" for i in range(1, 7)}
    assert len(found) == 600 - 6 + 6


def test_a_rebuild_that_died_leaves_the_old_index_and_is_cleared_by_the_next(backend: Backend) -> None:
    backend.add([small(1)])

    def dies() -> Iterator[Document]:
        yield small(1, name="half")
        raise RuntimeError("out of light")

    with pytest.raises(RuntimeError):
        backend.rebuild(dies())
    backend.add([small(2, name="later")])
    assert titles(backend) == {"A": 1, "later": 2}
    backend.rebuild([small(3)])
    assert titles(backend) == {"A": 3}


def test_a_rebuild_that_another_overtook_gives_up(backend: Backend, opener: object) -> None:
    other: Backend = opener()  # type: ignore[operator]

    def overtaken() -> Iterator[Document]:
        yield small(1)
        other.rebuild([small(2, name="B")])
        for i in range(600):
            yield small(1, name=f"K{i}")

    with pytest.raises(Exception, match="taken over"):
        backend.rebuild(overtaken())
    assert titles(backend) == {"B": 2}


def test_threads_write_and_none_is_lost(backend: Backend) -> None:
    def write(number: int) -> None:
        for version in range(1, 6):
            backend.add([small(version, name=f"T{number}"), small(version + number % 3, name="shared")])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles(backend) == {**{f"T{number}": 5 for number in range(6)}, "shared": 7}


def test_compare_and_repair(backend: Backend) -> None:
    documents = {name: small(3, name=name) for name in ("A", "B", "C")}
    assert fill(backend, documents.values(), batch=2) == 3
    truth = {"A": 3, "B": 4, "D": 1}
    difference = compare(backend, truth.items())
    assert (difference.missing, difference.stale, difference.extra) == ({"D": 1}, {"B": 4}, {"C": 3})
    assert repair(backend, difference, lambda names: [small(truth[name], name=name) for name in names]) == 3
    assert not compare(backend, truth.items())
    assert titles(backend) == truth

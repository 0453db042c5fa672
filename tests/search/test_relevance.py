"""The right documents come first: nDCG@10 over the judged queries of the data folder, where there is one."""

import math
from collections import defaultdict

import pytest

from benchmarks.search_corpus import folder, judged, ndcg, real
from search.backend import Backend
from search.indexer import fill
from search.types import Query

FLOOR = 0.80
KIND_FLOORS = {"pinyin": 0.7, "traditional": 0.7, "synonym": 0.7, "typo (皮影戏)": 0.5, "exact": 0.7}


@pytest.mark.long
@pytest.mark.real_data
@pytest.mark.timeout(300)
def test_ndcg_of_the_judged_queries(held: Backend) -> None:
    data = folder()
    assert data is not None
    held.clear()
    fill(held, real(data))
    held.refresh()
    by_kind: dict[str, list[float]] = defaultdict(list)
    for row, relevant in judged(data):
        kinds = tuple(row["datasets"].split())
        hits = held.find(Query(row["query"], scopes=("public",), filters={"kind": kinds}, size=10)).hits
        by_kind[row["kind"]].append(ndcg([hit.id for hit in hits], relevant))
    scores = [score for found in by_kind.values() for score in found]
    assert len(scores) > 40
    assert math.fsum(scores) / len(scores) >= FLOOR
    for kind, floor in KIND_FLOORS.items():
        assert math.fsum(by_kind[kind]) / len(by_kind[kind]) >= floor, kind


def test_ndcg_itself() -> None:
    assert ndcg(["a", "b"], {"a", "b"}) == 1.0
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(1 / math.log2(3))
    assert ndcg([], {"a"}) == 0.0

"""How fast the embedded engine answers a search with facets, at 5,000 and at 50,000 documents.

Run it from the project's root: `python -m benchmarks.search [--elasticsearch URL]`. Prints one table, of one run.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.search_corpus import COUNTIES, folder, invented, judged, ndcg, real
from search.backend import Backend
from search.elastic import Elastic
from search.embedded import Embedded
from search.indexer import fill
from search.types import Query

SIZES = (5_000, 50_000)
FACETS = ("kind", "centre", "level", "area", "art_form", "audience", "fee")
SCOPES = ("public", "members")
ROUNDS = 6
P95_MS = 250.0
GROWTH = 10.0


def queries() -> list[Query]:
    """What people ask a search page: words common and rare, facets chosen, ranges, places, every order."""
    words = [
        "",
        "舞台车",
        "京剧",
        "文化馆",
        "老师",
        "排练厅 周末",
        "jingju",
        "ldwtc",
        "音樂廳",
        "concert",
        "车",
        "禾丰县文化馆",
        "相生演员",
    ]
    found = [Query(typed, scopes=SCOPES, facets=FACETS) for typed in words]
    found += [Query(typed, SCOPES, {"kind": ("venue", "stage_truck"), "fee": ("free",)}, facets=FACETS) for typed in words]
    found += [Query(county, SCOPES, near=(29.0, 120.0), within_km=100, facets=FACETS) for county in COUNTIES[:6]]
    found += [Query("", SCOPES, sort=order, near=(29.0, 120.0), facets=FACETS) for order in ("newest", "hot", "distance")]
    found.append(Query("", SCOPES, ranges={"seats": (200, 800)}, facets=FACETS, page=20))
    found.append(Query("", SCOPES, exclude=frozenset(f"D{n:06d}" for n in range(0, 50_000, 7)), facets=FACETS))
    return found


def measure(backend: Backend) -> list[float]:
    """Milliseconds of each find, after one round to warm up."""
    asked = queries()
    for query in asked:
        backend.find(query)
    times = []
    for _ in range(ROUNDS):
        for query in asked:
            start = time.perf_counter()
            backend.find(query)
            times.append((time.perf_counter() - start) * 1000)
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def embedded(folder: Path, documents: int) -> tuple[list[float], float]:
    backend = Embedded(folder / f"{documents}.sqlite")
    start = time.perf_counter()
    fill(backend, invented(documents))
    filled = time.perf_counter() - start
    times = measure(backend)
    backend.close()
    return times, filled


def quality(backend: Backend, data: Path) -> float:
    """Mean nDCG@10 over the judged queries."""
    backend.clear()
    fill(backend, real(data))
    backend.refresh()
    scores = []
    for row, relevant in judged(data):
        kinds = tuple(row["datasets"].split())
        hits = backend.find(Query(row["query"], ("public",), {"kind": kinds}, size=10)).hits
        scores.append(ndcg([hit.id for hit in hits], relevant))
    return statistics.fmean(scores)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elasticsearch", help="measure the judged queries on this Elasticsearch, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        rows = {size: embedded(place, size) for size in SIZES}
        print("| embedded search with 7 facets | documents | fill, s | p50, ms | p95, ms |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for size, (times, filled) in rows.items():
            print(f"| find | {size:,} | {filled:.1f} | {statistics.median(times):.1f} | {p95(times):.1f} |")
        small, large = (p95(rows[size][0]) for size in SIZES)
        good = large <= P95_MS and large / small <= GROWTH
        print(f"| growth of p95 (≤ {GROWTH:.0f}), p95 (≤ {P95_MS:.0f} ms) | × {large / small:.1f} | | | {large:.1f} |")
        data = folder()
        if data:
            print(f"| nDCG@10, embedded, judged queries | {quality(Embedded(place / 'judged.sqlite'), data):.3f} | | | |")
        if data and options.elasticsearch:
            elastic = Elastic(f"{options.elasticsearch}/benchmark", find_seconds=30)
            print(f"| nDCG@10, Elasticsearch, judged queries | {quality(elastic, data):.3f} | | | |")
            elastic.drop(elastic.inlets())
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

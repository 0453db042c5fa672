"""How the embedded engine answers: bits of documents joined by AND and OR, scores from FTS5, pages in order."""

import heapq
import json
import math
import sqlite3
from collections.abc import Iterable
from time import perf_counter

from search import match
from search.asked import EARTH_KM, Asked, Range, away_km, square, vector
from search.bitmaps import Member, Snapshot, bits_of, numbers_of
from search.mapping import COLUMNS, HOT_WEIGHT, WEIGHTS
from search.plan import Phrase, Plan, read, relax
from search.types import Hit, Results

RANKED = 5_000  # a word in more documents than this tells them apart so little that only the boosts are counted
ORDER_BY = {"newest": "created", "hot": "hot"}
Scored = list[tuple[float, int]]


def find(connection: sqlite3.Connection, snapshot: Snapshot, asked: Asked, started: float) -> Results:
    visible = snapshot.any_of("scope", asked.scopes)
    plan, relaxed, worded = Plan(), False, visible
    if asked.words:
        plan = read(asked.words)
        worded = matching(connection, snapshot, plan) & visible
        if not worded and plan.wanted:
            plan, relaxed = relax(asked.words), True
            worded = matching(connection, snapshot, plan) & visible
    base = conditions(connection, snapshot, asked, worded)
    chosen = {name: snapshot.any_of(name, codes) for name, codes in asked.filters.items()}
    found = among(base, chosen.values())
    facets = {
        name: snapshot.count(name, among(base, (bits for other, bits in chosen.items() if other != name))) for name in asked.facets
    }
    page = ordered(connection, snapshot, asked, plan, found)[asked.start : asked.start + asked.size]
    hits = stored(connection, snapshot, asked, page)
    return Results(found.bit_count(), hits, facets, (perf_counter() - started) * 1000, relaxed=relaxed)


def among(base: int, chosen: Iterable[int]) -> int:
    for bits in chosen:
        base &= bits
    return base


def matching(connection: sqlite3.Connection, snapshot: Snapshot, plan: Plan) -> int:
    return bits_of(matched(connection, snapshot, match.expression(plan))) if plan.wanted else 0


def matched(connection: sqlite3.Connection, snapshot: Snapshot, expression: str) -> list[int]:
    table = f"words_{snapshot.generation}"
    rows = connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (expression,))  # noqa: S608
    return [n for (n,) in rows]


def conditions(connection: sqlite3.Connection, snapshot: Snapshot, asked: Asked, bits: int) -> int:
    """What ranges, excluded ids and distance leave of these documents."""
    for name, limits in asked.ranges.items():
        bits &= bits_of(in_range(connection, snapshot, name, limits))
    if asked.exclude:
        bits &= ~bits_of(snapshot.numbers[name] for name in asked.exclude if name in snapshot.numbers)
    if asked.near and asked.within_km is not None:
        bits = bits_of(within(snapshot, asked.near, asked.within_km, numbers_of(bits)))
    return bits


def in_range(connection: sqlite3.Connection, snapshot: Snapshot, name: str, limits: Range) -> list[int]:
    low, high = limits
    sql = f"SELECT n FROM number_{snapshot.generation} WHERE name = ? AND value >= ? AND value <= ?"  # noqa: S608
    bounds = (-math.inf if low is None else low, math.inf if high is None else high)
    return [n for (n,) in connection.execute(sql, (name, *bounds))]


def within(snapshot: Snapshot, near: tuple[float, float], km: float, among: list[int]) -> list[int]:
    centre = vector(near)
    limit = (2 * math.sin(min(km / EARTH_KM, math.pi) / 2)) ** 2
    return [n for n in among if n in snapshot.points and square(snapshot.points[n], centre) <= limit]


def ordered(connection: sqlite3.Connection, snapshot: Snapshot, asked: Asked, plan: Plan, found: int) -> Scored:
    """(score, document) in the order asked for, at least as far as the page reaches; ties by id."""
    if not found or not asked.size:
        return []
    enough = asked.start + asked.size
    if asked.sort == "relevance":
        return relevance(connection, snapshot, plan, found, enough)
    if asked.sort == "distance" and asked.near:
        return distance(snapshot, asked.near, found, enough)
    return by_number(connection, snapshot, ORDER_BY[asked.sort], found, enough)


def relevance(connection: sqlite3.Connection, snapshot: Snapshot, plan: Plan, found: int, enough: int) -> Scored:
    scores = dict.fromkeys(numbers_of(found), 0.0)
    if len(scores) <= RANKED:
        table = f"words_{snapshot.generation}"
        weights = ", ".join(str(WEIGHTS[name]) for name in COLUMNS)
        sql = f"SELECT rowid, -bm25({table}, {weights}) FROM {table} WHERE {table} MATCH ?"  # noqa: S608
        for n, score in connection.execute(sql, (match.expression(plan),)):
            if n in scores:
                scores[n] = score
    for phrase in plan.boosts:
        lift(connection, snapshot, phrase, scores)
    hot, ids = snapshot.hot, snapshot.ids
    warm = [(-score * (1 + HOT_WEIGHT * math.log10(1 + hot.get(n, 0.0))), ids[n], n) for n, score in scores.items()]
    return [(-score, n) for score, _, n in heapq.nsmallest(enough, warm)]


def lift(connection: sqlite3.Connection, snapshot: Snapshot, phrase: Phrase, scores: dict[int, float]) -> None:
    for n in matched(connection, snapshot, match.one(phrase)):
        if n in scores:
            scores[n] += phrase.weight


def distance(snapshot: Snapshot, near: tuple[float, float], found: int, enough: int) -> Scored:
    points, ids, centre = snapshot.points, snapshot.ids, vector(near)
    rows = [(square(points[n], centre) if n in points else math.inf, ids[n], n) for n in numbers_of(found)]
    return [(0.0, n) for _, _, n in heapq.nsmallest(enough, rows)]


def by_number(connection: sqlite3.Connection, snapshot: Snapshot, name: str, found: int, enough: int) -> Scored:
    """The highest first, documents without the number last."""
    member, last = Member(found), math.nan
    rows: Scored = []
    sql = f"SELECT value, n FROM number_{snapshot.generation} WHERE name = ? ORDER BY value DESC"  # noqa: S608
    for value, n in connection.execute(sql, (name,)):
        if len(rows) >= enough and value != last:
            break
        if n in member:
            rows.append((value, n))
            last = value
    rows.sort(key=lambda pair: (-pair[0], snapshot.ids[pair[1]]))
    if len(rows) < enough:
        listed = {n for _, n in rows}
        rest = sorted((n for n in numbers_of(found) if n not in listed), key=lambda n: snapshot.ids[n])
        rows += [(0.0, n) for n in rest]
    return [(0.0, n) for _, n in rows]


def stored(connection: sqlite3.Connection, snapshot: Snapshot, asked: Asked, page: Scored) -> tuple[Hit, ...]:
    marks = ", ".join("?" * len(page))
    sql = f"SELECT n, stored FROM document_{snapshot.generation} WHERE n IN ({marks})"  # noqa: S608
    cards = dict(connection.execute(sql, [n for _, n in page]))
    return tuple(Hit(snapshot.ids[n], score, json.loads(cards[n]), away(snapshot, asked, n)) for score, n in page)


def away(snapshot: Snapshot, asked: Asked, n: int) -> float | None:
    return away_km(vector(asked.near), snapshot.points[n]) if asked.near and n in snapshot.points else None


def suggest(connection: sqlite3.Connection, snapshot: Snapshot, typed: str, scopes: tuple[str, ...], size: int) -> tuple[str, ...]:
    g = snapshot.generation
    sql = f"""SELECT DISTINCT d.n, d.hot, d.id, d.title FROM head_{g} h JOIN document_{g} d ON d.n = h.n
        WHERE h.head >= ? AND h.head < ? ORDER BY d.hot DESC, d.id"""  # noqa: S608
    visible, titles = Member(snapshot.any_of("scope", scopes)), dict[str, None]()
    for n, _, _, title in connection.execute(sql, (typed, typed + "\U0010ffff")):
        if n in visible:
            titles[title] = None
        if len(titles) >= size:
            break
    return tuple(titles)[:size]

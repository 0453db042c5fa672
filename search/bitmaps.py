"""The facets of the embedded engine held in memory: one integer for each code, one bit for each document."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from search import tables
from search.asked import Vector, vector

Points = dict[int, Vector]


def bits_of(numbers: Iterable[int]) -> int:
    """An integer with these bits set."""
    numbers = list(numbers)
    raw = bytearray((max(numbers, default=0) >> 3) + 1)
    for n in numbers:
        raw[n >> 3] |= 1 << (n & 7)
    return int.from_bytes(raw, "little")


def numbers_of(bits: int) -> list[int]:
    """The bits that are set, in order."""
    raw = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return [at << 3 | bit for at, byte in enumerate(raw) if byte for bit in range(8) if byte >> bit & 1]


class Member:
    """Asks quickly whether one bit of many is set."""

    def __init__(self, bits: int) -> None:
        self.raw = bits.to_bytes((bits.bit_length() + 7) // 8 + 1, "little")
        self.end = len(self.raw)

    def __contains__(self, n: int) -> bool:
        return n >> 3 < self.end and bool(self.raw[n >> 3] >> (n & 7) & 1)


@dataclass(frozen=True)
class Snapshot:
    """All keys, ids and places as of one change of one generation; never altered, followed by a newer one."""

    generation: int
    seq: int
    ids: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    points: Points = field(default_factory=dict)
    hot: dict[int, float] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    bits: dict[str, dict[str, int]] = field(default_factory=dict)

    def any_of(self, name: str, codes: Iterable[str]) -> int:
        """The documents that have at least one of the codes in a field."""
        held = self.bits.get(name, {})
        found = 0
        for code in codes:
            found |= held.get(code, 0)
        return found

    def count(self, name: str, among: int) -> dict[str, int]:
        """How many of these documents have each code of a field; codes of none are left out."""
        counts = {code: (bits & among).bit_count() for code, bits in self.bits.get(name, {}).items()}
        return {code: count for code, count in counts.items() if count}


def newer(connection: sqlite3.Connection, held: Snapshot | None, state: tables.State) -> Snapshot:
    """Follow the changes since a snapshot; read everything when there is none of this generation."""
    base = held if held and held.generation == state.current else Snapshot(state.current, -1)
    changed = connection.execute(
        f"SELECT n, id, gone, keys, lat, lng, hot FROM document_{state.current} WHERE seq > ?",  # noqa: S608
        (base.seq,),
    )
    new = Snapshot(
        state.current, state.seq, dict(base.ids), dict(base.numbers), dict(base.points),
        dict(base.hot), dict(base.keys), {name: dict(codes) for name, codes in base.bits.items()},
    )  # fmt: skip
    gone: dict[tuple[str, str], list[int]] = defaultdict(list)
    come: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, name, removed, keys, lat, lng, hot in changed:
        for key in tables.split(new.keys.pop(n, "")):
            gone[key].append(n)
        new.points.pop(n, None)
        new.hot.pop(n, None)
        if removed:
            new.ids.pop(n, None)
            new.numbers.pop(name, None)
            continue
        new.ids[n], new.numbers[name] = name, n
        new.keys[n] = keys
        if lat is not None:
            new.points[n] = vector((lat, lng))
        if hot:
            new.hot[n] = hot
        for key in tables.split(keys):
            come[key].append(n)
    apply(new.bits, gone, come)
    return new


def apply(bits: dict[str, dict[str, int]], gone: dict[tuple[str, str], list[int]], come: dict[tuple[str, str], list[int]]) -> None:
    for (name, code), numbers in gone.items():
        bits[name][code] &= ~bits_of(numbers)
    for (name, code), numbers in come.items():
        codes = bits.setdefault(name, {})
        codes[code] = codes.get(code, 0) | bits_of(numbers)

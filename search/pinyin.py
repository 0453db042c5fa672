"""Pinyin as people type it: jingju, dong zu da ge, whg."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("syllables.txt")
LONGEST = 6
MOST_READINGS = 4
INITIALS = frozenset("abcdefghjklmnopqrstwxyz")


@cache
def table() -> frozenset[str]:
    return frozenset(FILE.read_text("utf-8").split())


def readings(word: str) -> list[tuple[str, ...]]:
    """Every way to cut a word wholly into syllables, the fewest syllables first: xian is xian or xi an."""
    found: list[tuple[str, ...]] = []
    if word.isascii() and word.isalpha() and len(word) <= 30:
        cut(word, (), found)
    return sorted(found, key=len)[:MOST_READINGS]


def cut(rest: str, before: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    if not rest:
        found.append(before)
    if len(found) > 4 * MOST_READINGS:
        return
    for length in range(min(LONGEST, len(rest)), 0, -1):
        if rest[:length] in table():
            cut(rest[length:], (*before, rest[:length]), found)


def is_syllable(word: str) -> bool:
    return word in table()


def initials(word: str) -> tuple[str, ...]:
    """The letters of a word that may be the initials of two to eight characters, else nothing."""
    return tuple(word) if 2 <= len(word) <= 8 and INITIALS.issuperset(word) else ()

"""The field's synonyms: read from `synonyms.txt`, expanded here so that no engine needs a plugin for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search import forms

FILE = Path(__file__).with_name("synonyms.txt")
LONGEST_HAN = 10
LONGEST_LATIN = 5


@dataclass(frozen=True)
class Synonym:
    """Another way to say a term: its tokens and how near it comes (1 is the same thing)."""

    tokens: tuple[str, ...]
    nearness: float


def terms(part: str) -> list[tuple[str, ...]]:
    return [key(term) for term in part.split(",") if term.strip()]


def key(term: str) -> tuple[str, ...]:
    """The tokens of a term, which are what it is looked up by."""
    return tuple(forms.grams(forms.normalise(term)))


def groups(text: str) -> Iterator[tuple[list[tuple[str, ...]], list[tuple[str, ...]]]]:
    """Pairs of the terms that are the same and the terms that are related."""
    for line in text.splitlines():
        same, _, related = line.partition("#")[0].partition("~")
        if same.strip():
            yield terms(same), terms(related)


@cache
def table() -> dict[tuple[str, ...], tuple[Synonym, ...]]:
    """Tokens of each term -> the other terms of its groups, the nearest first."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for same, related in groups(FILE.read_text("utf-8")):
        for term in same:
            others = found.setdefault(term, {})
            for other, nearness in [*((t, 0.8) for t in same), *((t, 0.4) for t in related)]:
                if other != term:
                    others[other] = max(nearness, others.get(other, 0.0))
    return {
        term: tuple(Synonym(other, near) for other, near in sorted(others.items(), key=lambda pair: -pair[1]))
        for term, others in found.items()
    }


def of(tokens: tuple[str, ...]) -> tuple[Synonym, ...]:
    return table().get(tokens, ())


def known(tokens: tuple[str, ...]) -> bool:
    return tokens in table()

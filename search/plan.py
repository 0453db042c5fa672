"""What the words of a query ask for, said once for both engines: phrases, in alternatives, that must all be met."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from search import forms, pinyin, synonyms

MOST_CHARACTERS = 120  # what is typed beyond this is not read
MOST_UNITS = 12
STOP_WORDS = """
    的 了 和 与 及 跟 或 在 是 请 帮 我 要 找 有 吗 呢 啊 吧 个 些 这 那 想 能 用 可以
    哪里 哪些 什么 怎么 一个 一下 帮忙 查找 搜索
    a an and are at by for from how in is of on or the to what where with
"""
STOP = frozenset(STOP_WORDS.split())

Where = Literal["texts", "chars", "pinyin", "initials", "title", "words"]


@dataclass(frozen=True)
class Phrase:
    """Tokens that stand next to each other; `beside`, when given, stands at most one token away from them."""

    where: Where
    tokens: tuple[str, ...]
    beside: tuple[str, ...] = ()
    weight: float = 1.0


Unit = tuple[Phrase, ...]  # one of these
Units = tuple[Unit, ...]  # all of these


@dataclass(frozen=True)
class Plan:
    """Any of `wanted` must be met; a phrase of `boosts` that is met as well lifts a document by its weight."""

    wanted: tuple[Units, ...] = ()
    boosts: tuple[Phrase, ...] = ()
    marks: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A word of a query as typed: characters or Latin, with its synonyms where it has any."""

    kind: str
    tokens: tuple[str, ...]
    typed: str


@lru_cache(maxsize=1000)
def read(words: str) -> Plan:
    """Plan a query's words; a plan with nothing wanted means that no word was typed that could be searched."""
    text = typed(words)
    pieces = meaningful(pieces_of(text))[:MOST_UNITS]
    if not pieces:
        return Plan()
    units = tuple(unit(piece) for piece in pieces)
    marks = tuple(phrase for one in units for phrase in one)
    return Plan((units,), (*whole(text), *own(pieces), *dictionary(pieces)), marks)


@lru_cache(maxsize=1000)
def relax(words: str) -> Plan:
    """The plan for near misses, when `read` found nothing: one character wrong, the same sound, one word less."""
    strict = read(words)
    pieces = meaningful(pieces_of(typed(words)))[:MOST_UNITS]
    loose = tuple((*unit(piece), *slips(piece)) for piece in pieces)
    if len(loose) < 2:
        wanted: tuple[Units, ...] = (loose,) if loose else ()
    elif len(loose) <= 4:
        wanted = tuple(loose[:i] + loose[i + 1 :] for i in range(len(loose)))
    else:
        wanted = tuple((one,) for one in loose)
    return Plan(wanted, strict.boosts, tuple(phrase for one in loose for phrase in one))


def typed(words: str) -> str:
    """What is read of the words, normalised; a Latin word cut in two is not read."""
    text = forms.normalise(words[:MOST_CHARACTERS]).strip()
    return (re.sub(r"[a-z0-9]+$", "", text) or text) if len(words) > MOST_CHARACTERS else text


def meaningful(pieces: list[Piece]) -> list[Piece]:
    """Leave stop words out, unless there is nothing else; each piece once."""
    kept = [piece for piece in pieces if piece.typed not in STOP] or pieces
    return list(dict.fromkeys(kept))


def pieces_of(text: str) -> list[Piece]:
    found: list[Piece] = []
    stretch: list[tuple[str, bool]] = []
    for kind, run, joined in glued(text):
        if kind == "latin":
            stretch.append((run, joined))
            continue
        found += latin(stretch) + han(run)
        stretch = []
    return found + latin(stretch)


def glued(text: str) -> list[tuple[str, str, bool]]:
    """Runs with whether they hang on the one before by a mark without a space: i-1, hip-hop."""
    found = []
    for part in text.split():
        before = ""
        for kind, run in forms.runs(part):
            found.append((kind, run, kind == before == "latin"))
            before = kind
    return found


def han(run: str) -> list[Piece]:
    """Cut characters into the longest known terms and dictionary words; neighbours of one character stay together.

    A character left alone between words is a slip or a shade (大舞台车): it lifts, but is not asked for.
    """
    cut = forms.segment(run)
    found: list[str] = []
    at, loose = 0, False
    while at < len(cut):
        count = longest_term(cut[at:])
        word = "".join(cut[at : at + count])
        if len(word) == 1 and loose and word not in STOP:
            found[-1] += word
        else:
            found.append(word)
        loose = len(word) == 1 and word not in STOP
        at += count
    asked = [word for word in found if len(word) > 1] or found
    return [Piece("han", forms.pairs(word), word) for word in asked]


def longest_term(cut: tuple[str, ...]) -> int:
    """How many of the next dictionary words make up one known term, at least one."""
    for count in range(min(len(cut), synonyms.LONGEST_HAN), 1, -1):
        if synonyms.known(forms.pairs("".join(cut[:count]))):
            return count
    return 1


def latin(stretch: list[tuple[str, bool]]) -> list[Piece]:
    """Join neighbouring words into known terms, words hung together by a mark, or syllables typed apart."""
    found: list[Piece] = []
    at = 0
    while at < len(stretch):
        count = longest_words(stretch[at:])
        typed = [word for word, _ in stretch[at : at + count]]
        found.append(Piece("latin", tuple(forms.stem(word) for word in typed), " ".join(typed)))
        at += count
    return found


def longest_words(stretch: list[tuple[str, bool]]) -> int:
    stems = tuple(forms.stem(word) for word, _ in stretch[: synonyms.LONGEST_LATIN])
    for count in range(len(stems), 0, -1):
        if synonyms.known(stems[:count]):
            return count
    hung = 1 + len(list(takewhile(lambda pair: pair[1], stretch[1:])))
    spelled = len(list(takewhile(lambda pair: pinyin.is_syllable(pair[0]), stretch)))
    return max(hung, spelled)


def unit(piece: Piece) -> Unit:
    """The alternatives for one piece: itself, its synonyms, and what it may be in pinyin."""
    own = phrase(piece.tokens)
    others = [phrase(other.tokens, other.nearness) for other in synonyms.of(piece.tokens)]
    return (own, *others, *(spelled(piece) if piece.kind == "latin" else ()))


def phrase(tokens: tuple[str, ...], weight: float = 1.0) -> Phrase:
    """A phrase of the texts; a single character is looked up among the characters."""
    single = len(tokens) == 1 and len(tokens[0]) == 1 and forms.is_han(tokens[0])
    return Phrase("chars" if single else "texts", tokens, weight=weight)


def spelled(piece: Piece) -> Unit:
    words = piece.typed.split()
    if len(words) > 1:
        return (Phrase("pinyin", tuple(words)),) if all(map(pinyin.is_syllable, words)) else ()
    syllables = tuple(Phrase("pinyin", reading) for reading in pinyin.readings(piece.typed))
    letters = pinyin.initials(piece.typed)
    return (*syllables, *((Phrase("initials", letters, weight=0.6),) if letters else ()))


def slips(piece: Piece) -> Unit:
    """Near misses of a word of characters: one of them wrong, missing or too many, or all the same sound."""
    if piece.kind != "han" or len(piece.typed) < 2:
        return ()
    word = piece.typed
    sound = (Phrase("pinyin", forms.syllables(word), weight=0.5),) if forms.GAP not in forms.syllables(word) else ()
    if len(word) == 2:
        return sound
    inner = tuple(Phrase("chars", tuple(word[:i]), tuple(word[i + 1 :]), weight=0.4) for i in range(1, len(word) - 1))
    return (*sound, *inner, phrase(forms.pairs(word[1:]), 0.3), phrase(forms.pairs(word[:-1]), 0.3))


def whole(text: str) -> tuple[Phrase, ...]:
    """All that was typed, as one phrase in the title."""
    tokens = tuple(token for kind, run in forms.runs(text) for token in forms.grams(run))
    return (Phrase("title", tokens, weight=3.0),) if 1 <= len(tokens) <= 30 else ()


def own(pieces: list[Piece]) -> tuple[Phrase, ...]:
    """What was typed itself, where a synonym would do as well."""
    return tuple(phrase(piece.tokens, 6.0) for piece in pieces if synonyms.known(piece.tokens))


def dictionary(pieces: list[Piece]) -> tuple[Phrase, ...]:
    """Each dictionary word that was typed, found as a word and not across two."""
    typed = [word for piece in pieces if piece.kind == "han" for word in forms.words(piece.typed)]
    return tuple(Phrase("words", (word,), weight=0.5) for word in dict.fromkeys(typed))

"""The forms of a text that are indexed: normalised, overlapping pairs, characters, words, syllables and initials."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import opencc
import pypinyin
import rjieba

LONGEST_WORD = 64  # letters; the rest of a longer word is not indexed (an engine would cut it its own way)
GAP = "¦"  # stands between runs in a derived column, so that no phrase reaches from one text into the next
HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<latin>(?:(?![{HAN}])[^\W_])+)")
ACCENTS = re.compile("[\u0300-\u036f]")
UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
SIMPLIFY = opencc.OpenCC("t2s")


def clean(text: str) -> str:
    """Replace what no engine accepts: control and direction marks, half surrogates."""
    return UNFIT.sub(" ", text)


def normalise(text: str) -> str:
    """Bring full width, case, accents and traditional characters to one form (Unicode NFKC, OpenCC t2s)."""
    folded = unicodedata.normalize("NFKC", clean(text)).lower()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
        folded = SIMPLIFY.convert(folded)
    return clean(folded)


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut a normalised text into ("han", characters) and ("latin", word) pieces; punctuation and symbols fall away."""
    for match in RUN.finditer(text):
        yield match.lastgroup or "", match.group()


def stem(word: str) -> str:
    """Take the plural from an English word, carefully: what is done here is done to texts and to queries alike."""
    word = word[:LONGEST_WORD]
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def pairs(han: str) -> tuple[str, ...]:
    """Overlapping pairs of a run of characters; a single character stands alone."""
    return tuple(han[i : i + 2] for i in range(len(han) - 1)) if len(han) > 1 else (han,)


def grams(text: str) -> list[str]:
    """Tokens of a normalised text: pairs of its characters, stems of its words."""
    return [token for kind, run in runs(text) for token in (pairs(run) if kind == "han" else (stem(run),))]


def characters(text: str) -> list[str]:
    return [token for kind, run in runs(text) for token in ((*run, GAP) if kind == "han" else (GAP,))]


def words(text: str) -> list[str]:
    """Dictionary words of two characters or more (rjieba)."""
    return [word for kind, run in runs(text) if kind == "han" for word in segment(run) if len(word) > 1]


@lru_cache(maxsize=20_000)
def segment(han: str) -> tuple[str, ...]:
    """Cut a run of characters into dictionary words, nothing left out and none guessed."""
    return tuple(rjieba.cut(han, False))


@lru_cache(maxsize=20_000)
def syllables(han: str) -> tuple[str, ...]:
    """Pinyin without tones, one syllable a character, ü as v (pypinyin, read by phrase: 重庆 is chong qing)."""
    read = pypinyin.lazy_pinyin(han, errors=lambda unread: list(unread))  # type: ignore[arg-type, return-value]
    return tuple(s if s.isascii() and s.isalpha() else GAP for s in read)


def sounds(text: str) -> list[str]:
    return [token for kind, run in runs(text) if kind == "han" for token in (*syllables(run), GAP)]


def first_letters(tokens: Iterable[str]) -> list[str]:
    return [token[0] for token in tokens]


def is_han(token: str) -> bool:
    return bool(re.fullmatch(f"[{HAN}]+", token))

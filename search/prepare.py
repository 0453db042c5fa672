"""A document made ready for indexing: the same tokens, keys and numbers whichever engine stores them."""

import json
import math
import re
from dataclasses import dataclass

from search import forms
from search.mapping import FACETS, SOUND_NAMES, TEXT_NAMES
from search.types import Document

LONGEST_ID = 512  # bytes, as in Elasticsearch
LONGEST_CODE = 256
MOST_HEADS = 8
LONGEST_HEAD = 40
NUMBER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Prepared:
    """A checked document: `columns` hold tokens parted by spaces, `heads` what a suggestion may begin with,
    `card` is `stored` as JSON."""

    source: Document
    columns: dict[str, str]
    keys: dict[str, tuple[str, ...]]
    scopes: tuple[str, ...]
    numbers: dict[str, float]
    heads: tuple[str, ...]
    title: str
    card: str


def prepare(document: Document) -> Prepared:
    """Check a document against the declared fields (ValueError) and make all that is indexed of it."""
    check(document)
    texts = {"title": document.title, **document.text}
    normal = {name: forms.normalise(texts[name]) for name in TEXT_NAMES if texts.get(name)}
    spoken = {name: forms.sounds(normal[name]) for name in SOUND_NAMES if name in normal}
    named = [token for name in ("title", "alias") for token in spoken.get(name, [])]
    columns = {name: forms.grams(text) for name, text in normal.items()} | {
        "chars": [token for text in normal.values() for token in (*forms.characters(text), forms.GAP)],
        "words": [word for text in normal.values() for word in forms.words(text)],
        "pinyin": [token for tokens in spoken.values() for token in tokens],
        "initials": forms.first_letters(named),
    }
    return Prepared(
        document,
        {name: " ".join(tokens) for name, tokens in columns.items() if tokens},
        keys(document),
        codes(document.scopes),
        {name: max(0.0, float(n)) if name == "hot" else float(n) for name, n in document.numbers.items()},
        heads(normal.get("title", "")),
        forms.clean(document.title),
        json.dumps(document.stored, separators=(",", ":")),
    )


def keys(document: Document) -> dict[str, tuple[str, ...]]:
    found = {"kind": (document.kind,), **document.keywords}
    return {name: codes(values) for name, values in found.items() if values}


def codes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms.clean(value) for value in values))


def heads(title: str) -> tuple[str, ...]:
    """What a title, a word in it, its pinyin and its initials begin with, without spaces."""
    runs = [run for _, run in forms.runs(title)]
    parts = [piece for kind, run in forms.runs(title) for piece in (forms.segment(run) if kind == "han" else (run,))]
    starts = ["".join(parts[at:]) for at in range(min(len(parts), MOST_HEADS))]
    spoken = [list(forms.syllables(run)) if forms.is_han(run) else [run] for run in runs]
    sounds = [sound for part in spoken for sound in part if sound != forms.GAP]
    found = [*starts, "".join(sounds), "".join(sound[0] for sound in sounds)]
    return tuple(dict.fromkeys(head[:LONGEST_HEAD] for head in found if head))


def head(prefix: str) -> str:
    """A typed prefix in the form of `heads`."""
    return "".join(run for _, run in forms.runs(forms.normalise(prefix)))[:LONGEST_HEAD]


def check(document: Document) -> None:
    """Refuse what would be lost without a word: undeclared fields, numbers that are none, places off the globe."""
    size = len(document.id.encode("utf-8", "surrogatepass"))
    coded = {"scopes": document.scopes, "kind": (document.kind,), **document.keywords}
    wrong = [
        *(f"text.{name}" for name in document.text if name not in TEXT_NAMES),
        *(f"keywords.{name}" for name in document.keywords if name not in FACETS),
        *(f"numbers.{name}" for name, n in document.numbers.items() if not fit(name, n)),
        *(f"keywords.{name}: too long" for name, found in coded.items() if any(len(code) > LONGEST_CODE for code in found)),
    ]
    if not 0 < size <= LONGEST_ID or forms.clean(document.id) != document.id:
        wrong.append("id")
    if not 0 <= document.version < 2**62:
        wrong.append("version")
    if document.where and not (-90 <= document.where[0] <= 90 and -180 <= document.where[1] <= 180):
        wrong.append("where")
    if wrong:
        raise ValueError(f"document {document.id!r} cannot be indexed: {', '.join(wrong)}")


def fit(name: str, number: float) -> bool:
    return bool(NUMBER_NAME.fullmatch(name)) and math.isfinite(number)

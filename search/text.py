"""Chinese text: width, simplified forms, pinyin, synonyms, tokens, marks on the original; pure, no engine needed."""

from search import forms
from search.forms import normalise
from search.marks import mark
from search.plan import read, relax

__all__ = ["mark", "normalise", "read", "relax", "tokens"]


def tokens(text: str) -> tuple[str, ...]:
    """The tokens a text is indexed by: overlapping pairs of its characters, stems of its Latin words, in order."""
    return tuple(forms.grams(normalise(text)))

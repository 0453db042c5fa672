"""The fields of a document, their weights and the facets: declared once, used by both engines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextField:
    """A searched text: `weight` in the ranking, `sound` when it is also found by pinyin and its initials."""

    name: str
    weight: float
    sound: bool = False


TEXT = (
    TextField("title", 8.0, sound=True),
    TextField("alias", 6.0, sound=True),  # other and former names, the English name
    TextField("code", 6.0),  # numbers people quote: inventory, project code
    TextField("subject", 4.0, sound=True),  # art form, type, tags, category
    TextField("people", 4.0, sound=True),  # creators, performers, bearers
    TextField("place", 3.0, sound=True),  # province, city, county, address
    TextField("centre", 2.0, sound=True),  # the owner's name and aliases
    TextField("body", 1.0),  # descriptions and everything else
)

# Made from the texts above: single characters, dictionary words (ranking only), syllables and their first letters.
DERIVED = {"chars": 0.5, "words": 2.0, "pinyin": 3.0, "initials": 2.0}

TEXT_NAMES = tuple(text.name for text in TEXT)
SOUND_NAMES = tuple(text.name for text in TEXT if text.sound)
WEIGHTS = {text.name: text.weight for text in TEXT} | DERIVED
COLUMNS = tuple(WEIGHTS)

FACETS = ("kind", "centre", "level", "area", "art_form", "audience", "fee", "type", "access", "decade")

# Known numbers; a document may carry more, under any name made of small letters, digits and underscores.
NUMBERS = ("hot", "rating", "created", "verified", "seats", "area_m2", "deck_m2", "fee_fen", "party", "year", "seconds")

HOT_WEIGHT = 0.1  # a score is multiplied by 1 + HOT_WEIGHT * log10(1 + hot)
WINDOW = 10_000  # hits further down than this are counted but not listed, as in Elasticsearch
MOST_ON_A_PAGE = 1_000
MOST_EXCLUDED = 65_536  # Elasticsearch refuses longer lists of terms

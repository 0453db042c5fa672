"""Plan -> an FTS5 MATCH expression; pure. Tokens hold neither quotes nor ASCII marks, so quoting them is enough."""

from search.mapping import TEXT_NAMES
from search.plan import Phrase, Plan, Unit, Units

COLUMNS = {
    "texts": "{" + " ".join(TEXT_NAMES) + "}",
    "chars": "chars",
    "pinyin": "pinyin",
    "initials": "initials",
    "title": "title",
    "words": "words",
}


def expression(plan: Plan) -> str:
    return " OR ".join(f"({every(units)})" for units in plan.wanted)


def every(units: Units) -> str:
    return " AND ".join(f"({either(unit)})" for unit in units)


def either(unit: Unit) -> str:
    return " OR ".join(one(phrase) for phrase in dict.fromkeys(unit))


def one(phrase: Phrase) -> str:
    tokens = quoted(phrase.tokens)
    if phrase.beside:
        tokens = f"NEAR({tokens} {quoted(phrase.beside)}, 1)"
    return f"{COLUMNS[phrase.where]} : {tokens}"


def quoted(tokens: tuple[str, ...]) -> str:
    return '"' + " ".join(tokens) + '"'

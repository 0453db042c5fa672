"""A request that is not finished: what of it holds, what does not yet, what is missing; all is kept as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from alliance.exchange import stops
from alliance.exchange.models import Leg, Terms
from alliance.exchange.request_form import RequestForm, given_by
from alliance.forms import faults

Typed = dict[str, Any]
LONGEST = 10_000
MOST = 50
DATES = ("starts_at", "ends_at")
TOGETHER = {"ends_at": "starts_at", "second_ends_at": "second_starts_at", "lng": "lat", "expedited_note": "expedited"}
"""What is at fault without having been filled in is so because of its companion."""
STAND_INS: Typed = {
    "title": "……",
    "activity_type": "performance",
    "place": "……",
    "division_code": "110101",
    "audience": 0,
    "contact_name": "…",
    "contact_phone": "00000",
    "pledge": True,
    "starts_at": "2000-01-01T00:00",
    "ends_at": "2000-01-01T01:00",
}


@dataclass(frozen=True)
class Draft:
    """`form` holds, with stand-ins for what is missing; `held` says what was typed; `wrong` are the fields that do not hold."""

    form: RequestForm
    typed: Typed
    held: frozenset[str]
    wrong: Mapping[str, str]

    @property
    def is_dated(self) -> bool:
        """Whether the first choice of dates was given."""
        return self.held.issuperset(DATES)

    @property
    def title(self) -> str:
        return self.form.title if "title" in self.held else ""

    @property
    def activity_type(self) -> str:
        return self.form.activity_type if "activity_type" in self.held else ""

    @property
    def purpose(self) -> str:
        return self.form.purpose

    @property
    def quantity(self) -> int:
        return self.form.quantity

    @property
    def note(self) -> str:
        return self.form.note

    @property
    def starts_at(self) -> datetime | None:
        return self.form.starts_at if self.is_dated else None

    @property
    def ends_at(self) -> datetime | None:
        return self.form.ends_at if self.is_dated else None

    def content(self) -> dict[str, Any]:
        """As it is kept in the terms, without what only stands in."""
        content = self.form.content()
        kept = {name: value for name, value in content.items() if name not in STAND_INS or name in self.held}
        return kept | ({} if self.is_dated else {"choices": []})


def sift(values: Mapping[str, Any]) -> Draft:
    """What of a form, as it was typed, holds; nothing is demanded of it."""
    typed, wrong = _bounded(stops.spread(values))
    given = {name: value for name, value in typed.items() if not _is_blank(name, value)}
    if not given.keys() >= set(DATES):
        given = _without(given, *DATES)
    while True:
        try:
            form = RequestForm.model_validate(STAND_INS | given)
        except ValidationError as error:
            left = given
            for name, sentence in faults(error).items():
                field = name.partition(".")[0]
                if not _is_blank(field, typed.get(field, "")):
                    wrong.setdefault(field, sentence)
                left = _without(left, field, TOGETHER.get(field, field), *(DATES if field in DATES else ()))
            if len(left) == len(given):
                raise  # a stand-in that does not hold would come back for ever
            given = left
        else:
            return Draft(form, typed, frozenset(given), wrong)


def missing(terms: Terms) -> dict[str, str]:
    """What submitting still demands of a draft, by field, each with its sentence."""
    try:
        RequestForm.model_validate(given_by(terms.content) if terms.typed is None else terms.typed)
    except ValidationError as error:
        return {name.partition(".")[0]: sentence for name, sentence in faults(error).items()}
    return {}


def is_bare(leg: Leg) -> bool:
    """Whether it is a draft that nobody else has seen: it was never sent, not even to the main centre."""
    return leg.state == "draft" and leg.submitted_by is None


def _bounded(values: Mapping[str, Any]) -> tuple[Typed, dict[str, str]]:
    """No more than can be kept of each, and a word where something was cut."""
    typed: Typed = {}
    cut: dict[str, str] = {}
    for name, value in values.items():
        typed[name] = [_cut(one) for one in value[:MOST]] if isinstance(value, list) else str(value)[:LONGEST]
        if isinstance(value, str) and len(value) > LONGEST:
            cut[name] = _("太长，只存下了前%(n)s个字。", n=f"{LONGEST:,}")
    return typed, cut


def _cut(one: Any) -> Any:
    """One of a list: words, or a stop, which holds already."""
    return dict(one) if isinstance(one, Mapping) else str(one)[:LONGEST]


def _is_blank(name: str, value: Any) -> bool:
    return not value or (isinstance(value, str) and (not value.strip() or (name == "pledge" and value == "0")))


def _without(given: Typed, *names: str) -> Typed:
    return {name: value for name, value in given.items() if name not in names}

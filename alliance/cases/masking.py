"""Phones, mail addresses and names in what people write."""

import re

from alliance.cases.models import Case

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DIGITS = re.compile(r"(?<![\d-])\+?\d(?:[ -]?\d){6,}(?!\d)")
HIDDEN = "＊＊＊"


def masked(text: str) -> str:
    """Without mail addresses and without numbers of seven digits or more."""
    return DIGITS.sub(HIDDEN, MAIL.sub(HIDDEN, text))


def personal(case: Case, text: str) -> str:
    """The first thing in `text` that names or reaches somebody of this case; empty when there is none."""
    for said in (case.name, case.who, case.contact):
        if said and said in text:
            return said
    found = MAIL.search(text) or DIGITS.search(text)
    return found[0] if found else ""

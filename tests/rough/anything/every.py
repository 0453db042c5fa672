"""Every route with every role: what is asked of all of them, some examples each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import quote
from zlib import crc32

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

GATE = pytest.mark.parametrize("rough", ["postgresql"], indirect=True)
"""The stricter one; on both databases there is more, at greater length."""
EITHER = pytest.mark.parametrize("rough", ["sqlite", "postgresql"], indirect=True)
ROLES = ("visitor", "owner_staff", "owner_handler", "owner_director", "owner_centre_admin", "near_staff", "admin")
Case = TypeVar("Case")


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Each rule with each of its methods."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(rule: Rule, values: Mapping[str, str]) -> str:
    """The address with these parts, whatever they are."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part: coded(values[part[1]]), rule.rule)


def coded(text: str) -> str:
    """As a program sends it: surrogates as their bytes."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def each(cases: Iterable[tuple[str, Case]], examples: int, check: Callable[[Case, st.DataObject], str], luck: int) -> list[str]:
    """Some examples of each named case; what was wrong with which. With the same luck they are the same at each run."""
    found: dict[str, None] = {}
    for name, case in cases:
        try:
            _examples(case, examples, check, crc32(name.encode()) ^ luck)
        except AssertionError as wrong:
            found[str(wrong).partition("\n")[0]] = None
    return list(found)


def _examples(case: Case, examples: int, check: Callable[[Case, st.DataObject], str], begin: int) -> None:
    @seed(begin)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        if wrong := check(case, data):
            raise AssertionError(wrong)

    holds()

"""Sharing scope: which centres a listing is meant for, as a rule and as words of the search index.

本县 ⊂ 本市 ⊂ 本省 ⊂ 全联盟 ⊂ 公开. A reader without a code is a visitor, who sees what is public.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

from alliance.places.distance import city_key, county_code, distance_class

Scope: TypeAlias = Literal["county", "city", "province", "alliance", "public"]

WITHIN = {
    "county": frozenset({"county"}),
    "city": frozenset({"county", "city"}),
    "province": frozenset({"county", "city", "province"}),
    "alliance": frozenset({"county", "city", "province", "across"}),
}
TOKENS: dict[str, Callable[[str], str]] = {
    "county": lambda code: f"county:{county_code(code)}",
    "city": lambda code: f"city:{city_key(code)}",
    "province": lambda code: f"province:{county_code(code)[:2]}",
    "alliance": lambda _: "alliance",
    "public": lambda _: "public",
}


def within_scope(scope: Scope, owner_code: str, reader_code: str | None) -> bool:
    """Whether a centre at `reader_code` (None: a visitor) is among those a listing of that scope is meant for."""
    if scope == "public":
        return True
    return reader_code is not None and distance_class(owner_code, reader_code) in WITHIN[scope]


def scope_tokens_for_owner(scope: Scope, owner_code: str) -> tuple[str, ...]:
    """What to store with a listing: it meets a reader's tokens exactly when `within_scope` is true."""
    return (TOKENS[scope](owner_code),)


def scope_tokens_for_reader(code: str | None, member: bool) -> tuple[str, ...]:
    """What to look for on behalf of a reader; who is no active member's staff looks for public listings only."""
    if code is None or not member:
        return ("public",)
    return tuple(token(code) for token in TOKENS.values())

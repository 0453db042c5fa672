"""Sharing scope: the rule, and the index words that must say the same."""

from itertools import pairwise, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.codes.catalogue import SCOPE
from alliance.places import Scope, scope_tokens_for_owner, scope_tokens_for_reader, within_scope

SCOPES: tuple[Scope, ...] = get_args(Scope)

# Few digits, so that two codes often share a county, a city or a province; houses, towns and villages among them.
provinces = st.sampled_from(("11", "12", "31", "50", "33", "42", "44", "65", "99"))
cities = st.sampled_from(("00", "01", "02", "90"))
counties = st.sampled_from(("00", "01", "02", "04"))
tails = st.sampled_from(("", "001", "001002"))
codes = st.builds("".join, st.tuples(provinces, cities, counties, tails))


@pytest.mark.parametrize(
    ("scope", "owner", "reader", "expected"),
    [
        ("county", "330102", "330102", True),
        ("county", "330102", "330102001", True),
        ("county", "330102", "330105", False),
        ("county", "330102", "330100", False),
        ("city", "330102", "330100", True),
        ("city", "330102", "330282", False),
        ("city", "110101", "110105", True),
        ("city", "500101", "500229", True),
        ("city", "429004", "429005", False),
        ("city", "429004", "429004", True),
        ("province", "429004", "420102", True),
        ("province", "330102", "330000", True),
        ("province", "330102", "320102", False),
        ("alliance", "330102", "650102", True),
        ("alliance", "330102", None, False),
        ("province", "330102", None, False),
        ("public", "330102", None, True),
        ("public", "330102", "650102", True),
    ],
)
def test_within_scope(scope: Scope, owner: str, reader: str | None, expected: bool) -> None:
    assert within_scope(scope, owner, reader) is expected


@given(st.sampled_from(SCOPES), codes, st.none() | codes)
def test_the_words_meet_exactly_when_the_rule_says_so(scope: Scope, owner: str, reader: str | None) -> None:
    stored = set(scope_tokens_for_owner(scope, owner))
    wanted = set(scope_tokens_for_reader(reader, member=True))
    assert bool(stored & wanted) is within_scope(scope, owner, reader)


def test_every_pair_of_a_small_world_agrees() -> None:
    world = ["".join(parts) for parts in product(("11", "33", "42"), ("00", "01", "90"), ("00", "01", "04"))]
    allowed = 0
    for scope, owner, reader in product(SCOPES, world, (*world, None)):
        met = not set(scope_tokens_for_owner(scope, owner)).isdisjoint(scope_tokens_for_reader(reader, member=True))
        assert met is within_scope(scope, owner, reader)
        allowed += met
    assert 0 < allowed < len(SCOPES) * len(world) * (len(world) + 1)


@given(codes, st.none() | codes)
def test_each_scope_holds_the_one_before(owner: str, reader: str | None) -> None:
    seen = [within_scope(scope, owner, reader) for scope in SCOPES]
    assert all(not narrow or wide for narrow, wide in pairwise(seen))


@given(codes)
def test_who_is_no_member_looks_for_public_listings_only(code: str) -> None:
    assert scope_tokens_for_reader(code, member=False) == ("public",)
    assert scope_tokens_for_reader(None, member=True) == ("public",)


def test_the_scopes_are_those_of_the_code_list() -> None:
    assert SCOPE.ids == SCOPES

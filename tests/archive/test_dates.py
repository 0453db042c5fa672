"""Dates as staff write them, as they are kept and as they are read."""

import pytest
from flask import Flask

from alliance.archive import dates


@pytest.mark.parametrize(
    ("typed", "kept", "year"),
    [
        ("1993", "1993", 1993),
        ("1993-04", "1993-04", 1993),
        ("1993-04-18", "1993-04-18", 1993),
        ("1993/04/18", "1993-04-18", 1993),
        ("1993.04.18", "1993-04-18", 1993),
        ("1993年", "1993", 1993),
        ("1993年4月", "1993-04", 1993),
        (" 1993 年 4 月 18 日 ", "1993-04-18", 1993),
        ("1980年代", "198X", 1980),
        ("1980s", "198X", 1980),
        ("198X", "198X", 1980),
        ("约1985年", "1985~", 1985),
        ("1985年左右", "1985~", 1985),
        ("1985?", "1985?", 1985),
    ],
)
def test_what_staff_write_is_kept_as_edtf(app: Flask, typed: str, kept: str, year: int) -> None:
    with app.test_request_context():
        assert dates.read(typed) == kept
        assert dates.read(kept) == kept
    assert dates.year(kept) == year


@pytest.mark.parametrize(
    "typed", ["昨天", "93年", "1993-13", "1993-02-30", "1993年13月", "0000", "1993-4-1-2", "２０２０年夏", "198Y", "-", "1993-04~~"]
)
def test_what_is_no_date_is_told(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match=r"请写成|没有这一天"):
        dates.read(typed)


@pytest.mark.parametrize(
    ("kept", "zh", "en"),
    [
        ("1993-04", "1993年4月", "April 1993"),
        ("1993-04-18", "1993年4月18日", "April 18, 1993"),
        ("198X", "1980年代", "1980s"),
        ("1985~", "约1985年", "about 1985"),
        ("", "", ""),
    ],
)
def test_a_date_is_told_in_the_readers_language(app: Flask, kept: str, zh: str, en: str) -> None:
    with app.test_request_context():
        assert dates.spoken(kept) == zh
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert dates.spoken(kept) == en

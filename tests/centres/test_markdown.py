"""What people write becomes safe HTML, soon."""

from time import perf_counter

import pytest

from alliance.centres.markdown import render

LONG = ["[" * 20_000, "![[" * 6_600, "[a](" * 5_000, "*a " * 6_600, "`a" * 10_000, "> " * 10_000, "- " * 10_000, "<a " * 6_600]


@pytest.mark.parametrize("text", LONG)
def test_a_text_made_to_keep_the_portal_busy_is_soon_shown(text: str) -> None:
    begun = perf_counter()
    render(text)
    assert perf_counter() - begun < 4


BAD = [
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/x.png)",
    "[x]: javascript:alert(1)\n\n[x]",
    "\x00<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", BAD)
def test_nothing_of_it_runs_or_loads(text: str) -> None:
    made = str(render(text))
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript:' not in made
    assert 'href="data:' not in made


def test_links_and_headings_are_kept() -> None:
    assert '<a href="https://a.example" rel="nofollow noopener">x</a>' in render("[x](https://a.example)")
    assert render("# 章程").startswith("<h2>章程</h2>")

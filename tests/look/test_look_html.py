"""The HTML of the frame and of every part: well formed, labelled, translated, free of inline code."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from .conftest import CHINESE, ROOT

# Every other element must be closed, also where HTML would let it be, so that a forgotten end shows.
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LABELLED = {"input", "select", "textarea"}
# Macros that other macros use.
INSIDE = {
    *("described", "notes", "opt", "frame", "options_of", "group", "tongue"),
    *("day_word", "weekday", "week", "access", "cell", "span_word"),
}
SPOKEN = ("aria-label", "placeholder", "content", "title")


class Page(HTMLParser):
    """Reads a page into a flat list of elements and complains about what does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.text: list[tuple[str, tuple[str, ...]]] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"never closed: <{tag}>" for tag, _ in self.open]

    def languages(self) -> tuple[str, ...]:
        return tuple(attrs["lang"] or "" for _, attrs in self.open if "lang" in attrs)

    def parents(self) -> tuple[str, ...]:
        return tuple(tag for tag, _ in self.open)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if len(found) != len(attrs):
            self.faults.append(f"attribute given twice: {self.get_starttag_text()}")
        self.elements.append((tag, found, self.parents()))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), self.parents()))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> at line {self.getpos()[0]} closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if data.strip():
            self.text.append((data.strip(), self.languages()))


PAGES = ["/styleguide?flash=1", "/styleguide?lang=en", "/styleguide?me=none&ground=work", "/error", "/error?lang=en"]


@pytest.fixture(params=PAGES)
def page(app, request) -> Page:
    response = app.test_client().get(request.param)
    assert response.status_code == 200
    return Page(response.text)


def test_elements_nest(page):
    assert page.faults == []


def test_no_paragraph_holds_a_block(page):
    blocks = {"p", "ul", "ol", "dl", "div", "table", "form", "section", "h2", "h3", "fieldset"}
    assert [tag for tag, _, parents in page.elements if tag in blocks and "p" in parents] == []


def test_ids_are_unique(page):
    ids = Counter(attrs["id"] for _, attrs, _ in page.elements if "id" in attrs)
    assert [name for name, times in ids.items() if times > 1] == []


def test_references_lead_somewhere(page):
    ids = {attrs["id"] for _, attrs, _ in page.elements if "id" in attrs}
    names = ["for", "aria-labelledby", "aria-describedby"]
    wanted = {word for _, attrs, _ in page.elements for name in names for word in (attrs.get(name) or "").split()}
    links = [attrs.get("href") or "" for tag, attrs, _ in page.elements if tag == "a"]
    anchors = {link[1:] for link in links if re.match("#.", link)}
    assert (wanted | anchors) - ids == set()


def test_every_control_has_a_label(page):
    bound = {attrs["for"] for tag, attrs, _ in page.elements if tag == "label" and "for" in attrs}
    bare = [
        attrs
        for tag, attrs, parents in page.elements
        if tag in LABELLED and attrs.get("type") != "hidden" and attrs.get("id") not in bound and "label" not in parents
    ]
    assert bare == []


def test_nothing_inline(page):
    for tag, attrs, _ in page.elements:
        assert tag != "style"
        assert tag != "script" or attrs.get("src"), "inline script"
        assert not [name for name in attrs if name == "style" or name.startswith("on")], (tag, attrs)


def test_post_forms_carry_the_token(page):
    forms = [attrs for tag, attrs, _ in page.elements if tag == "form" and attrs.get("method") == "post"]
    tokens = [attrs for tag, attrs, _ in page.elements if tag == "input" and attrs.get("name") == "csrf_token"]
    assert len(tokens) == len(forms)


def test_one_h1_and_no_level_skipped(page):
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", ["/styleguide?lang=en&flash=1", "/error?lang=en"])
def test_english_pages_hold_no_unmarked_chinese(app, path):
    page = Page(app.test_client().get(path).text)
    assert [text for text, languages in page.text if CHINESE.search(text) and not languages[-1].startswith("zh")] == []
    said = [attrs.get(name) or "" for _, attrs, _ in page.elements for name in SPOKEN]
    assert [words for words in said if CHINESE.search(words)] == []


def test_every_macro_is_shown():
    shown = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html") if "parts" not in path.parts)
    for path in sorted((ROOT / "templates/parts").glob("*.html")):
        for name in re.findall(r"macro (\w+)\(", path.read_text()):
            assert name in INSIDE or re.search(rf"\b{name}\(", shown), f"{path.name}: {name} is in no page"


def test_templates_are_short():
    folders = ["parts", "styleguide", "errors", "."]
    ours = [path for folder in folders for path in (ROOT / "templates" / folder).glob("*.html")]
    assert len(ours) > 30
    assert {path.name for path in ours if len(path.read_text().splitlines()) > 90} == set()

"""Text that people write with a few signs for headings and lists; their HTML and pictures stay text."""

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")

MOST_BRACKETS = 500
"""Each of them may open a link, and is looked at with all that follow: of more than any text needs, none does."""


def render(text: str) -> Markup:
    """Safe HTML; its headings stand one level below the page's own."""
    if text.count("[") > MOST_BRACKETS:
        text = text.replace("[", "\\[")
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        for child in token.children or ():
            _mark_link(child)
    renderer: RendererHTML = _parser.renderer  # type: ignore[assignment]
    return Markup(renderer.render(tokens, _parser.options, {}))  # noqa: S704


def _mark_link(token: Token) -> None:
    if token.type == "link_open" and str(token.attrGet("href")).startswith("http"):
        token.attrSet("rel", "nofollow noopener")

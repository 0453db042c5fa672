"""A long list a page at a time: which page is asked for, and the ways to the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import Session

from alliance.answers import kept_arguments

SIZE = 50
NEAR = 2


@dataclass(frozen=True)
class Page:
    """One page of a long list: what to skip, how many there are."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size


def page_number() -> int:
    """?page= as a number from 1 to 10,000; anything else is 1."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def page_of(total: int, size: int) -> Page:
    """The page that ?page= asks for; beyond the end the last one."""
    return Page(min(page_number(), Page(1, size, total).pages), size, total)


def here(**changed: Any) -> str:
    """The address of this page with some arguments changed; None takes one off."""
    values: dict[str, Any] = {**kept_arguments(), **changed}
    return url_for(request.endpoint or "portal.home", **{name: value for name, value in values.items() if value is not None})


def pager(page: Page, address: Callable[[int], str] = lambda number: here(page=number), *, most: int = 10_000) -> dict[str, Any]:
    """What parts/pager.html shows: the first page, those around this one, and the last (at most the page `most`)."""
    last = min(page.pages, most)
    near = sorted({1, last, *range(max(1, page.number - NEAR), min(last, page.number + NEAR) + 1)})
    links: list[tuple[int | str, str | None]] = []
    for before, number in zip([0, *near], near, strict=False):
        if number - before > 1:
            links.append(("…", None))
        links.append((number, None if number == page.number else address(number)))
    return {
        "previous": address(min(page.number - 1, last)) if page.number > 1 else None,
        "next": address(page.number + 1) if page.number < last else None,
        "links": links,
        "first": min(page.skip + 1, page.total),
        "last": min(page.skip + page.size, page.total),
        "total": page.total,
    }


def sheet(session: Session, query: sa.Select[Any], size: int = SIZE) -> tuple[list[Any], dict[str, Any]]:
    """The rows of ?page= of `query` and what the pager needs; two queries whatever the length."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    page = page_of(total, size)
    return list(session.scalars(query.limit(size).offset(page.skip)).unique()), pager(page)

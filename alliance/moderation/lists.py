"""One page of a long list on the secretariat's pages."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session

from alliance.moderation.routes import bp
from alliance.web import Page, kept_arguments, page_number
from alliance.worktime import spoken_date, spoken_moment

SIZE = 50


def sheet(session: Session, query: sa.Select[Any], size: int = SIZE) -> tuple[list[Any], dict[str, Any]]:
    """The rows of ?page= of `query` and what the pager needs; two queries whatever the length."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    page = Page(page_number(), size, total)
    rows = list(session.scalars(query.limit(size).offset(page.skip)).unique())
    return rows, pager(page, len(rows))


def pager(page: Page, shown: int) -> dict[str, Any]:
    """Links of the pager for `page`, keeping all other arguments of the address."""
    near = sorted({1, page.pages, *range(max(1, page.number - 2), min(page.pages, page.number + 2) + 1)})
    links: list[tuple[int | str, str | None]] = []
    for number in near:
        if links and isinstance(links[-1][0], int) and number > links[-1][0] + 1:
            links.append(("…", None))
        links.append((number, None if number == page.number else address(page=number)))
    return {
        "previous": address(page=min(page.number - 1, page.pages)) if page.number > 1 else None,
        "next": address(page=page.number + 1) if page.number < page.pages else None,
        "links": links,
        "first": page.skip + 1,
        "last": page.skip + shown,
        "total": page.total,
    }


def address(**changed: Any) -> str:
    """The address of this page with some arguments changed; None takes one off."""
    values: dict[str, Any] = {**kept_arguments(), **changed}
    return url_for(request.endpoint or "portal.home", **{name: value for name, value in values.items() if value is not None})


def place(kind: str, name: str) -> str:
    """The page of a listing, an agreement or a centre, whichever part serves it; notices keep the same addresses."""
    return f"/{kind}/{quote(name, safe='')}"


def moment(value: datetime | None) -> str:
    """Template filter: day and time as they are said in the language of the page."""
    return spoken_moment(value, str(get_locale())) if value is not None else ""


def day(value: date | None) -> str:
    """Template filter: a day as it is said in the language of the page."""
    return spoken_date(value, str(get_locale())) if value is not None else ""


bp.add_app_template_filter(moment, "moment")
bp.add_app_template_filter(day, "day")

"""Addresses and dates as the secretariat's pages show them."""

from datetime import date, datetime
from urllib.parse import quote

from flask_babel import get_locale

from alliance.moderation.routes import bp
from alliance.worktime import spoken_date, spoken_moment


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

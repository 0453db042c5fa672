"""The blueprint of the calendars; its views stand in a module a page."""

from flask import Blueprint

bp = Blueprint("calendars", __name__, url_prefix="/calendars")

"""The blueprint of the secretariat's pages; its views stand in a module a page."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

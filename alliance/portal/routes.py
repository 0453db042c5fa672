"""The blueprint of the public face and the desk; its views stand in a module a page."""

from flask import Blueprint

bp = Blueprint("portal", __name__)

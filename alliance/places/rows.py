"""The divisions this portal knows: the national list that the build made, and the rows an alliance added."""

import re
from functools import lru_cache
from typing import Annotated

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from alliance.config import ROOT
from alliance.db import db
from alliance.places.distance import city_key
from alliance.places.divisions import Division, Divisions
from alliance.places.models import Division as Row

FILE = ROOT / "static" / "dist" / "divisions.csv"
CODE = re.compile(r"[1-9]\d{5}(\d{3}){0,2}")
OFFERED = 4
ADDED = sa.select(Row.code, Row.name, Row.level).order_by(Row.code)


def divisions(session: Session) -> Divisions:
    """All divisions by code; the added ones are asked for once per session."""
    found: Divisions | None = session.info.get("divisions")
    if found is None:
        rows = session.execute(ADDED)
        changed = FILE.stat().st_mtime if FILE.exists() else 0.0
        found = session.info["divisions"] = _known(changed, tuple(Division(*row) for row in rows))
    return found


@lru_cache(maxsize=2)
def _known(_changed: float, added: tuple[Division, ...]) -> Divisions:
    return Divisions.read(FILE).extended(added)


def english(session: Session) -> dict[str, str]:
    """English names of added divisions, by code."""
    return {code: name for code, name in session.execute(sa.select(Row.code, Row.name_en)) if name}


def city_code(code: str) -> str:
    """The code of the city (or of the municipality, or county directly under its province) in which a place lies."""
    key = city_key(code)
    return key.ljust(6, "0")


def around(code: str) -> list[tuple[str, str]]:
    """Codes and whole names of the divisions beside that one, to choose from while typing."""
    names = divisions(db.session)
    above = names.parent(code)
    return [(one.code, "".join(names.path(one.code))) for one in names.children(above)] if above else []


def whole_name(code: object) -> str:
    """The names from the province down for a code of six, nine or twelve digits that is known; else nothing."""
    if not isinstance(code, str) or not CODE.fullmatch(code) or divisions(db.session).get(code) is None:
        return ""
    return "".join(divisions(db.session).path(code))


def code_of(typed: str) -> str:
    """The code for what was typed: its digits, or the name of one place, whole or short; ValueError with a sentence."""
    if CODE.fullmatch(typed):
        return typed
    if any(sign.isdigit() for sign in typed):
        raise ValueError(_("行政区划代码是6位数字，乡镇9位，村12位；也可以写县（区）名。"))
    names = divisions(db.session)
    found = names.named(typed)
    if len(found) == 1:
        return found[0].code
    if not found:
        raise ValueError(_("没有找到“%(name)s”，请写县（区）的全名，或填行政区划代码。", name=typed[:20]))
    offered = _("、").join(f"{''.join(names.path(one.code))} {one.code}" for one in found[:OFFERED])
    raise ValueError(_("叫这个名字的不止一处：%(places)s。请写明省、市，或填代码。", places=offered))


DivisionCode = Annotated[str, AfterValidator(code_of)]
"""A field of a form for a place: its code, or its name."""

"""What all papers share: the leg once there is something to print, the code to a page, setting by Typst."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Response, current_app, g, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from alliance.config import ROOT
from alliance.db import db
from alliance.errors import Conflict, Unavailable
from alliance.exchange.models import Leg
from alliance.exchange.routes import find_own
from alliance.storage.files import named
from alliance.web import me

FONTS = ROOT / "static" / "dist" / "fonts"
TEMPLATES = ROOT / "templates" / "exchange"


def printed(number: str) -> Leg:
    """The leg, once there is something to print of it."""
    leg = find_own(db.session, me(), number)
    if not leg.was_sent:
        back = ((_("看这份约定"), url_for("exchange.agreement", number=number)),)
        raise Conflict(_("申请还没有提交，暂时没有可打印的函。"), ways=back)
    return leg


def address(number: str, view: str = "exchange.agreement") -> str:
    """Where the code on the paper leads."""
    base: str = current_app.config["ALLIANCE"].address
    return base.rstrip("/") + url_for(view, number=number)


@contextmanager
def in_chinese() -> Iterator[None]:
    """What goes into a file is Chinese whatever the language of the page around it."""
    with force_locale("zh_Hans"):
        yield


class Code:
    """A QR code as one path on a square of `size` modules."""

    def __init__(self, text: str) -> None:
        made = segno.make(text, error="m", micro=False)
        runs = []
        for y, line in enumerate(made.matrix):
            x = 0
            while x < len(line):
                width = 1
                while x + width < len(line) and line[x + width] == line[x]:
                    width += 1
                if line[x]:
                    runs.append(f"M{x} {y}h{width}v1h-{width}z")
                x += width
        self.path = "".join(runs)
        self.size = len(made.matrix)

    @property
    def svg(self) -> str:
        """As a picture of its own."""
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}"><path d="{self.path}"/></svg>'


def code_of(text: str) -> Code:
    return Code(text)


def page(told: dict[str, Any], name: Any, pdf: str) -> str:
    """A paper as a page that prints; `pdf` is the endpoint of the same as a file."""
    g.here = "agreements"
    return render_template("exchange/printed.html", paper=told, name=name, pdf=pdf, qr=code_of(told["address"]))


def answer(told: dict[str, Any], name: str, template: str = "paper") -> Response:
    """A paper as PDF; what it says goes in as data, never as source."""
    told = told | {"qr": code_of(told["address"]).svg}
    db.session.rollback()
    made = Response(pdf(told, template), mimetype="application/pdf")
    made.headers["Content-Disposition"] = "inline" + named(f"{name}.pdf")
    return made


def pdf(told: dict[str, Any], template: str) -> bytes:
    """A paper set by Typst. Raises Unavailable where its fonts were not built."""
    if not any(FONTS.glob("*.ttf")):
        raise Unavailable(_("打印字体还没有安装，暂时不能生成PDF；请先用网页上的打印。"))
    picture = told.pop("qr")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.typ"
        source.write_text((TEMPLATES / f"{template}.typ").read_text(encoding="utf-8"), encoding="utf-8")
        (Path(folder) / "code.svg").write_text(picture, encoding="utf-8")
        made = typst.compile(
            str(source),
            root=folder,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(told, ensure_ascii=False)},
        )
    return bytes(made)

"""Each person's training days of a year against the fifteen of R-43, with the records behind them; for the centres concerned."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask_babel import get_locale

from alliance import permissions
from alliance.db import db
from alliance.exchange import present
from alliance.exchange.training import BAR, Ledger, ledgers
from alliance.figures import asked as asking
from alliance.figures.routes import bp
from alliance.moderation.lists import moment, place
from alliance.permissions import guarded
from alliance.web import Answer, me


@bp.get("/figures/training")
@guarded("balance.read")
def training() -> Answer:
    """Of one's own centres, as sender or as host; the secretariat sees all."""
    if not me().is_admin:
        permissions.require(me(), "balance.read", me().centre)
    g.here = "admin" if me().is_admin else "agreements"
    asked = asking.read(db.session, {"year": request.args.get("year", "")})
    ours = None if me().is_admin else [centre.id for centre in me().centres]
    rows = [_row(one) for one in ledgers(db.session, asked.span, ours)]
    return render_template("figures/training.html", asked=asked, rows=rows, bar=BAR)


def _row(one: Ledger) -> dict[str, Any]:
    locale = str(get_locale())
    return {
        "name": one.resource.title,
        "centre": present.called(one.resource.owner, locale),
        "days": f"{one.days:g}",
        "value": min(one.days, BAR),
        "reached": one.reached,
        "legs": [
            (place("agreements", leg.number), leg.number, present.called(leg.borrower, locale), moment(leg.ends_at), f"{days:g}")
            for leg, days in one.legs
        ],
    }

"""The drawn table in the docs is the table."""

from flask import Flask

from alliance.config import ROOT
from alliance.exchange import graph
from alliance.exchange.table import ACTIONS, SAME, STATES


def test_the_page_in_the_docs_is_made_from_the_table(app: Flask) -> None:
    with app.app_context():
        made = graph.markdown()
    assert (ROOT / "docs" / "exchange-table.md").read_text("utf-8") == made, (
        "python -m alliance.exchange.graph > docs/exchange-table.md"
    )


def test_every_state_and_every_way_is_drawn(app: Flask) -> None:
    with app.app_context():
        drawn = "\n".join(graph.graph())
    assert set(graph.ORDER) == STATES
    for action in ACTIONS.values():
        if action.targets - {SAME}:
            assert action.name in drawn, action.name

"""The table of the exchange drawn for people: `python -m alliance.exchange.graph > docs/exchange-table.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import force_locale

from alliance import codes
from alliance.exchange.table import ACTIONS, ENDED, OPEN, OUT, SAME, SYSTEM, Action

GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "open": ("Before it is fixed", OPEN),
    "fixed": ("Fixed, out and back", OUT | {"confirmed", "returned", "disputed"}),
    "ended": ("Ended", ENDED),
}
ORDER = (
    *("draft", "endorsing", "requested", "incomplete", "offered", "agreed"),
    *("confirmed", "handed_over", "in_use", "sent_back", "partly_returned", "returned", "disputed"),
    *("closed", "declined", "withdrawn", "expired", "cancelled", "no_show"),
)
HEAD = """# States and actions of a leg

Made from `alliance/exchange/table.py` by `python -m alliance.exchange.graph`; a test compares the two. The same table drives
the server, the buttons, the timeline and the tests. Arrows from a frame start at every state in it; what leaves the state as
it is stands only in the list below.
"""


def markdown() -> str:
    """The graph and the list of actions."""
    with force_locale("en"):
        return "\n".join([HEAD, "```mermaid", *graph(), "```", "", *listed(), ""])


def graph() -> Iterable[str]:
    """A flow chart in Mermaid: a frame for each group of states, one arrow for each way from one to the other."""
    yield "flowchart TD"
    for name, (title, states) in GROUPS.items():
        yield f'  subgraph {name}["{title}"]'
        yield from (f'    {state}["{_named(state)}"]' for state in ORDER if state in states)
        yield "  end"
    ways: dict[tuple[str, str], list[str]] = {}
    for action in ACTIONS.values():
        for source in _sources(action):
            for target in sorted(action.targets - {SAME}, key=ORDER.index):
                ways.setdefault((source, target), []).append(action.name)
    for (source, target), names in ways.items():
        yield f"  {source} -->|{', '.join(names)}| {target}"


def _sources(action: Action) -> list[str]:
    """The states from which it leads on, a whole group by its name."""
    left, found = set(action.sources), []
    for name in ("open", "fixed"):
        states = GROUPS[name][1]
        if states <= left:
            found.append(name)
            left -= states
    return found + sorted(left, key=ORDER.index)


def listed() -> Iterable[str]:
    """Every action with what it is called, where it leads, and who does it."""
    yield "| action | on the page | from | to | who |"
    yield "| --- | --- | --- | --- | --- |"
    for action in ACTIONS.values():
        sources = ", ".join(sorted(action.sources, key=ORDER.index))
        targets = ", ".join(sorted(action.targets - {SAME}, key=ORDER.index)) + (" (same)" if SAME in action.targets else "")
        who = ", ".join("the system" if role == SYSTEM else role.replace("_", " ") for role in sorted(action.roles))
        with force_locale("zh_Hans_CN"):
            chinese = str(action.label)
        yield f"| `{action.name}` | {chinese} {action.label} | {sources} | {targets.strip()} | {who} |"


def _named(state: str) -> str:
    return f"{codes.label('leg_state', state, 'zh')} {codes.label('leg_state', state, 'en')}"


if __name__ == "__main__":
    from alliance.app import create_app

    with create_app().app_context():
        print(markdown(), end="")

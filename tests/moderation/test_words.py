"""Whatever the trail and the list of jobs hold has words for people."""

import ast
import re
from pathlib import Path

from alliance import jobs
from alliance.app import LISTENERS, create_app
from alliance.exchange.table import ACTIONS
from alliance.journal import Event
from alliance.moderation import audit, changes
from alliance.moderation.actions import WORDS
from alliance.moderation.jobs import WORDS as JOB_WORDS
from alliance.permissions import TABLE

ROOT = Path(create_app.__code__.co_filename).parent
SUBJECTS = (
    r"(?:announcement|asset|calendar|case|centre|code|collection|import|invitation|job|leg|mail|person|resource|rules|upload)"
)


def recorded() -> set[str]:
    """Names of events as they stand in the code."""
    found = set(LISTENERS)
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and any(
                word in ast.unparse(node.func) for word in ("record", "move", "_again", "_changed")
            ):
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return {name for name in found if re.fullmatch(SUBJECTS + r"\.[a-z_]+", name)} - set(TABLE)


def test_every_event_has_words() -> None:
    names = recorded()
    assert {"resource.photo_added", "asset.published", "person.signed_in", "job.retried"} <= names
    legs = {f"leg.{action}" for action in ACTIONS} | {f"leg.{mark}" for mark in changes.MARKS}
    assert names - set(WORDS) - legs == set()


def test_every_job_has_words() -> None:
    assert set(jobs.handlers) == set(JOB_WORDS)


def test_changes_are_told_in_words_and_never_as_data() -> None:
    data = {
        "from": "requested",
        "to": "offered",
        "side": "owner",
        "handler": 7,
        "terms_version": 2,
        "items": ["rain_plan", "no such"],
        "dates": {"starts_at": "2026-12-09T01:00:00+00:00", "ends_at": "2026-12-10T07:00:00+00:00"},
        "outstanding": {"面光": 1},
        "conditions": [{"text": "须本馆驾驶员随行", "due_on": None}],
        "until": "2026-12-16",
        "hold_until": "no moment",
        "digest": "ffa9",
        "reason": "好" * 500,
    }
    told = dict(changes.spoken(Event(subject_type="leg", data=data), "zh_Hans", {7: "刘老师"}))
    assert told["原状态"] == "待答复"
    assert told["首问责任人"] == "刘老师"
    assert told["须补正"] == "雨天预案"
    assert told["日期"] == "12月9日（周三）09:00至12月10日（周四）15:00"
    assert told["未还"] == "面光 1"
    assert told["条件"] == "须本馆驾驶员随行"
    assert told["到"] == "12月16日（周三）"
    assert len(told["理由"]) == changes.LONGEST
    assert "暂留到" not in told
    assert not any("ffa9" in words or "no such" in words or "{" in words for words in told.values())


def test_the_filters_of_the_trail_are_those_of_its_events() -> None:
    assert {f"{name.partition('.')[0]}." for name in recorded()} - {"import.", "mail.", "rules."} <= {
        sort for sort, _word in audit.SORTS
    }

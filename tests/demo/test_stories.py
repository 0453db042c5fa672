"""The demo's loans fit beside one another on whatever day it is made."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from alliance.demo.loans import begins, office
from alliance.demo.stories import STORIES, Story

FREE = {
    "draft",
    "requested",
    "in_hand",
    "incomplete",
    "completed",
    "declined",
    "declined_road",
    "withdrawn",
    "expired",
    "endorsing",
    "transferred",
}
MOVING = timedelta(hours=12)


def span(story: Story, today: datetime) -> tuple[datetime, datetime]:
    first = begins(story, office(today - timedelta(days=story.asked), 0))
    longer = timedelta(days=2) if story.path == "extension" else timedelta(0)
    return first, first + timedelta(hours=story.hours) + longer


@pytest.mark.parametrize("day", range(7))
def test_no_two_loans_of_one_thing_meet(day: int) -> None:
    today = datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(days=day)
    for one, other in combinations([story for story in STORIES if story.path not in FREE], 2):
        if one.thing == other.thing:
            (first, last), (begin, end) = span(one, today), span(other, today)
            assert last + MOVING <= begin or end + MOVING <= first, (one.title, other.title)

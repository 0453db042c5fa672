"""The demo's licences: one that runs, one that ended; and who is asked is whoever shares a work with the members."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.demo.loans import Player, asked, office
from alliance.demo.stories import Move, Story, moves
from alliance.exchange.actions import act
from alliance.exchange.listing import why_not
from alliance.exchange.requests import start
from alliance.people.models import Person

USES = {
    "territory": "county",
    "channels": ["class", "on_site"],
    "use": "classroom",
    "second_starts_at": None,
    "second_ends_at": None,
}
GIVEN = moves("submit", "accept_handling", "approve*")


class Told(NamedTuple):
    """`thing` of the story empty: a work that somebody else shares; `windows`: what the system does at start and end."""

    story: Story
    more: Mapping[str, Any]
    moves: tuple[Move, ...]
    windows: tuple[str, ...] = ()


POST = {
    "way": "secondment", "post": "群文辅导部干事", "mentor": "石小岭", "mentor_role": "辅导部主任", "measure": "days",
    "learning": "跟班学群众合唱辅导和活动策划，教两次广场舞课。", "reports": "实习小结一份", "second_starts_at": None, "second_ends_at": None,
}  # fmt: skip
AT_WORK = (*GIVEN, *moves(("hand_over", {"items": "list"}, -1), ("receive", {"items": "list"}, 0.05)))
BACK = (*AT_WORK, *moves(("send_back", {"items": "list", "note": "跟班期满，小结已交。", "sessions": 0, "attendances": 0, "figures": {"training_days": 6}}, -2), ("check_in", {"items": "list"}, 0.1), ("owner:close", {}, 2)))  # fmt: skip
TOLD: tuple[Told, ...] = (
    Told(Story("", 24, 9, 24 * 60, "", "wangling", "冬令营民间美术课", "training", "望岭县馆培训教室", 45), USES, GIVEN, ("open_window",)),
    Told(Story("", 58, 8, 24 * 28, "", "linhu", "湖区村小美育课", "training", "临湖县湖东小学", 120), USES, GIVEN, ("open_window", "end_window")),
    Told(Story("", 12, 8, 24 * 12, "樊老师 声乐与指挥", "wangling", "到望岭县馆跟班轮训", "training", "望岭县文化馆", 0), POST, AT_WORK),
    Told(Story("", 48, 9, 24 * 8, "樊老师 声乐与指挥", "hefeng", "到禾丰县馆跟班轮训", "training", "禾丰县文化馆", 0), {**POST, "mentor": "刘春生"}, BACK),
)  # fmt: skip


def play(session: Session, people: Mapping[str, Person], told: Told, index: int, today: datetime) -> None:
    """From the request to where the story ends, each move by somebody who may make it."""
    moment = office(today - timedelta(days=told.story.asked), index)
    person = next(p for p in people.values() if p.centre is not None and p.centre.slug == told.story.borrower)
    story = told.story if told.story.thing else told.story._replace(thing=_shared(session, person, moment, index))
    player = Player(session, people, story, index, [])
    with clock.moved(moment):
        form = asked(story, player.resource, person, moment, **_way(player.resource), **told.more)
        leg = start(session, person, resource=player.resource, form=form).legs[0]
    for move in told.moves:
        moment = player.when(leg, moment, move[2])
        with clock.moved(moment):
            player.act(leg, move, form)
    for name in told.windows:
        at = leg.starts_at if name == "open_window" else leg.ends_at
        assert at is not None
        with clock.moved(at):
            leg = act(session, None, leg, name)


def _way(resource: Resource) -> dict[str, Any]:
    if resource.kind != "media":
        return {}
    return {"way": "licence", "credit": resource.details.get("credit_line") or resource.owner.name}


def _shared(session: Session, person: Person, moment: datetime, index: int) -> str:
    """The title of a work that another centre shared by then."""
    query = sa.select(Resource).where(Resource.kind == "media", Resource.state == "published", Resource.published_at < moment)
    assert person.centre is not None
    found = [one for one in session.scalars(query.order_by(Resource.id)).unique() if not why_not(one, person.centre)]
    return found[index % len(found)].title

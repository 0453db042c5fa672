"""The demo's swap of bought sessions for an exhibition, and what the owner played itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import own_use
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.demo.loans import Player, asked, begins, office
from alliance.demo.people import cast, writer
from alliance.demo.stories import Story
from alliance.exchange import joint
from alliance.exchange.request_form import RequestForm, given_by
from alliance.exchange.requests import revise, start
from alliance.people.models import Person

LANTERN = "小鱼灯儿童剧团"

EXHIBITION = Story(
    "", 4, 9, 20 * 24, "丁老师 剪纸", "qingze", "采购后互换：儿童剧两场换剪纸展二十天", "exhibition", "清泽市文化馆", 900
)
FEWER = "年底场地只排得开一天，先要一场，剪纸展照旧借给贵馆二十天。"


def use(today: datetime) -> None:
    """Its owner played two sessions itself."""
    for days, place in ((40, "本馆小剧场"), (26, "城南小学礼堂")):
        moment = today - timedelta(days=days)
        with clock.moved(moment), transaction() as session:
            lantern = session.scalars(sa.select(Resource).where(Resource.title == LANTERN)).one()
            person = writer(cast(session), "qingze")
            own_use.use(session, person, resource=lantern, sessions=1, used_on=clock.local(moment).date(), place=place)


def play(session: Session, people: Mapping[str, Person], story: Story, index: int, today: datetime) -> None:
    """Two sessions for an exhibition of twenty days; the other side wants one session only."""
    player = Player(session, people, story, index, [])
    moment = office(today - timedelta(days=story.asked), index)
    person = next(
        one
        for one in people.values()
        if one.centre is not None and "handler" in one.roles_in(one.centre.id) and one.centre.slug == "qingze"
    )
    with clock.moved(moment):
        agreement = start(
            session, person, resource=player.resource, form=asked(story, player.resource, person, moment), kind="swap"
        )
        given = joint.give(
            session, person, agreement, resource=session.scalars(sa.select(Resource).where(Resource.title == LANTERN)).one()
        )
        begin = begins(story, moment) + timedelta(days=6)
        said = given_by(given.terms[-1].content) | {
            "sessions": 2,
            "audience": 260,
            "place": "平渡市文化馆小剧场",
            "starts_at": begin,
            "ends_at": begin + timedelta(hours=30),
            "pledge": True,
        }
        said |= {"second_starts_at": None, "second_ends_at": None}
        revise(session, person, given, form=RequestForm.model_validate(said), expected_version=given.version)
        player.consent(given)
        joint.send(session, person, agreement, seen={leg.id: leg.version for leg in agreement.legs})
    with clock.moved(moment + timedelta(days=1)):
        player.act(given, ("counter", {"sessions_wanted": 1, "note": FEWER}, 1), asked(story, player.resource, person, moment))

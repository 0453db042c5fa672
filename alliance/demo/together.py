"""The demo's agreements of several legs: swaps, and projects with several owners."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.demo.loans import Player, asked, office
from alliance.demo.stories import Move, Story, moves
from alliance.exchange import joint
from alliance.exchange.requests import start
from alliance.people.models import Person

YES, TAKES = moves("approve*")[0], moves(("accept_offer", {"terms_version": "now"}))[0]
NO = moves(("decline", {"code": "03", "reason": "当天剧团在外地参加调演，人和道具都不在家，请另请一支队伍。"}, 0.4))[0]


class Told(NamedTuple):
    """`kind` swap: the second thing is what the borrower gives; `played`: the rank of a leg, and what happens to it."""

    kind: str
    story: Story
    also: tuple[str, ...]
    played: tuple[tuple[int, Move], ...] = ()


TOLD: tuple[Told, ...] = (
    Told("swap", Story("", 9, 26, 8, "平渡市馆剪纸展厅", "qingze", "文化走亲：清泽书画到平渡", "exhibition", "平渡市馆剪纸展厅", 300), ("清泽市馆一楼展厅",), ((1, YES), (2, TAKES))),
    Told("swap", Story("", 2, 31, 8, "临湖县馆音乐厅", "shiqiao", "互换场地：渔歌进城、曲艺下湖", "exchange_visit", "临湖县馆音乐厅", 220), ("石桥区馆小剧场",), ((2, TAKES),)),
    Told("bundle", Story("", 3, 33, 8, "鹤川市馆黑匣子剧场", "hefeng", "两市一县戏曲周", "performance", "鹤川市馆黑匣子剧场", 150), ("平渡木偶剧团", "鹤川市馆非遗展厅"), ((1, YES), (2, NO))),
    Told("bundle", Story("", 1, 37, 30, "临湖一号舞台车", "wangling", "山里的新年", "performance", "望岭县岭上村", 600), ("禾丰农民锣鼓队",)),
)  # fmt: skip


def play(session: Session, people: Mapping[str, Person], told: Told, index: int, today: datetime) -> None:
    """Begin it, add to it, send it, and let each leg have its answers."""
    player = Player(session, people, told.story, index, [])
    moment = office(today - timedelta(days=told.story.asked), index)
    person = next(p for p in people.values() if p.centre is not None and p.centre.slug == told.story.borrower and _sends(p))
    with clock.moved(moment):
        form = asked(told.story, player.resource, person, moment)
        agreement = start(session, person, resource=player.resource, form=form, kind=told.kind)
        things = session.scalars(sa.select(Resource).where(Resource.title.in_(told.also))).all()
        for thing in sorted(things, key=lambda one: told.also.index(one.title)):
            if told.kind == "swap":
                joint.give(session, person, agreement, resource=thing)
            else:
                joint.add(session, person, agreement, resource=thing)
        if told.played:
            joint.send(session, person, agreement, seen={leg.id: leg.version for leg in agreement.legs})
    by_rank = {leg.rank: leg for leg in agreement.legs}
    for rank, move in told.played:
        moment = moment + timedelta(days=move[2])
        with clock.moved(moment):
            player.resource = by_rank[rank].lines[0].resource
            player.act(by_rank[rank], move, form)


def _sends(person: Person) -> bool:
    return person.centre is not None and "handler" in person.roles_in(person.centre.id)

"""The demo's boards: what centres look for, and what they have free, in several states."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog

from alliance import clock
from alliance.boards import answering, service
from alliance.boards.forms import AnswerForm, NeedForm, SupplyForm
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.demo.loans import office
from alliance.demo.people import People, cast
from alliance.errors import Refusal
from alliance.exchange.actions import act
from alliance.people.models import Person

log = structlog.get_logger()


class Said(NamedTuple):
    """Whose, when (days before and after today), and what; `by` answers with those listings, the first is taken where `met`."""

    slug: str
    ago: int
    starts: int
    days: int
    wanted: dict[str, Any]
    by: tuple[str, ...] = ()
    met: bool = False
    state: str = "published"


NEEDS: tuple[Said, ...] = (
    Said("wangling", 3, 40, 3, {"title": "岭上元宵灯会要一处能排练的场地", "kind": "venue", "activity_type": "training", "place": "望岭县城关", "audience": 60, "facts": "木地板，能放三十面鼓，晚上能用到九点半。", "costs": "水电由我馆承担。"}, ("禾丰县影剧院", "清泽市馆一楼展厅")),
    Said("linhu", 2, 26, 2, {"title": "渔村年夜饭请一支曲艺队", "kind": "talent", "art_form": "quyi", "activity_type": "performance", "place": "临湖县望湖村文化广场", "audience": 400, "facts": "露天，有220 V 电，没有更衣室。", "costs": "路费、食宿由我馆承担，没有演出费。"}),
    Said("dukou", 4, 33, 1, {"title": "码头新年音乐会缺一台流动舞台车", "kind": "stage_truck", "activity_type": "performance", "place": "渡口县老码头", "audience": 800, "facts": "场地硬化，长30米宽14米，入口限高4.5米。", "costs": "油费由我馆承担。"}),
    Said("pingdu", 9, 30, 4, {"title": "木偶进校园周要一处小剧场", "kind": "venue", "activity_type": "performance", "place": "平渡市第二小学", "audience": 150}, ("石桥区馆小剧场",), met=True),
    Said("yunping", 20, 12, 2, {"title": "茶歌会请一位民歌老师", "kind": "talent", "art_form": "folk_song", "activity_type": "training", "place": "云坪县茶博园", "audience": 80}, state="lapsed"),
)  # fmt: skip
SUPPLIES: tuple[tuple[str, str, str, int, int, str], ...] = (
    ("hefeng", "禾丰农民锣鼓队", "锣鼓队腊月里空着两周，周边都能去", 28, 14, "三十六人，自带鼓；五十人以上的场面最合适，来回一天的地方不用管住。"),
    ("shiqiao", "石桥曲艺社", "曲艺社一月工作日可以下乡", 36, 20, "一场六十到九十分钟，要一块四米见方的台面。"),
)  # fmt: skip


def put_up(today: datetime) -> None:
    """Each in a transaction of its own: what does not fit the days is left out, as with loans."""
    for index, said in enumerate(NEEDS):
        _try(lambda said=said, index=index: _need(said, index, today), said.wanted["title"])
    for index, (slug, thing, title, starts, days, facts) in enumerate(SUPPLIES):
        _try(lambda s=slug, t=thing, w=(title, starts, days, facts), n=index: _supply(s, t, w, n, today), title)


def _try(step: Any, title: str) -> None:
    try:
        step()
    except Refusal as refusal:
        log.info("a story of the demo did not come about", story=title, why=str(refusal.sentence))


def _need(said: Said, index: int, today: datetime) -> None:
    moment = office(today - timedelta(days=said.ago), index)
    with transaction() as session:
        people = cast(session)
        who = _handler(people, said.slug)
        form = NeedForm.model_validate(_days(who, said, today) | said.wanted)
        with clock.moved(moment):
            need = service.begin(session, who, side="need", form=form, publish=True)
        legs = []
        for number, title in enumerate(said.by):
            thing = session.scalars(sa.select(Resource).where(Resource.title == title)).one()
            day = need.starts_on + timedelta(days=number)
            answer = {
                "resource": thing.code,
                "starts_at": f"{day}T13:00",
                "ends_at": f"{day}T21:00",
                "conditions": "谢幕后两小时内清场",
            }
            with clock.moved(office(moment + timedelta(days=1), number)):
                owner = _handler(people, thing.owner.slug)
                legs.append(answering.offer(session, owner, need, form=AnswerForm.model_validate(answer)))
        if said.met:
            with clock.moved(office(moment + timedelta(days=2), index)):
                leg = legs[0]
                act(session, who, leg, "accept_offer", expected_version=leg.version, terms_version=leg.terms_version)


def _supply(slug: str, thing: str, words: tuple[str, int, int, str], index: int, today: datetime) -> None:
    title, starts, days, facts = words
    with transaction() as session:
        who = _handler(cast(session), slug)
        code = session.scalars(sa.select(Resource.code).where(Resource.title == thing)).one()
        said = Said(slug, 3, starts, days, {"title": title, "resource": code, "facts": facts, "scope": "province"})
        form = SupplyForm.model_validate(_days(who, said, today) | said.wanted)
        with clock.moved(office(today - timedelta(days=3), index)):
            service.begin(session, who, side="supply", form=form, publish=True)


def _days(who: Person, said: Said, today: datetime) -> dict[str, Any]:
    assert who.centre is not None
    first = clock.local(today).date() + timedelta(days=said.starts)
    until = clock.local(today).date() + timedelta(days=-2 if said.state == "lapsed" else 6)
    days = {"starts_on": first, "ends_on": first + timedelta(days=said.days - 1), "answer_by": until}
    return days | {"division_code": who.centre.division_code, "contact_name": who.name, "contact_phone": who.phone}


def _handler(people: People, slug: str) -> Person:
    return next(
        p for p in people.values() if p.centre is not None and p.centre.slug == slug and "handler" in p.roles_in(p.centre.id)
    )

"""The demo's tours: a truck goes from place to place."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from alliance import clock
from alliance.demo.loans import Player, asked, begins, office
from alliance.demo.stories import PATHS, Story
from alliance.exchange.request_form import RequestForm
from alliance.exchange.requests import start
from alliance.people.models import Person


class At(NamedTuple):
    """One stop: so many days after the first, at that place; audience and lowest limit on the way in metres."""

    day: int
    place: str
    division: str
    lat: float
    lng: float
    kind: str
    audience: int
    road: float = 4.5


class Tour(NamedTuple):
    story: Story
    stops: tuple[At, ...]


TOURS: tuple[Tour, ...] = (
    Tour(Story("confirmed", 12, 24, 3, "云坪“山月”舞台车", "wangling", "山乡巡演五站行", audience=500), (
        At(0, "东岸镇渡头广场", "990123102", 27.744, 112.318, "square", 600),
        At(1, "下河村晒谷场", "990123102203", 27.771, 112.344, "culture_hall", 350),
        At(2, "岭上村小学操场", "990123", 27.835, 112.205, "campus", 280),
        At(4, "松关林场场部", "990123", 27.905, 112.121, "works", 220),
        At(5, "望岭县城河滨广场", "990123", 27.702, 112.251, "square", 900))),
    Tour(Story("requested", 1, 33, 3, "鹤川一号舞台车", "linhu", "环湖渔歌巡演", audience=700), (
        At(0, "临湖县渔歌广场", "990124", 27.388, 112.855, "square", 800),
        At(1, "西湾村码头", "990124", 27.352, 112.744, "scenic", 300),
        At(2, "东汊镇文化站", "990124", 27.421, 112.948, "community", 400),
        At(3, "芦苇村礼堂前", "990124", 27.366, 112.781, "culture_hall", 260))),
    Tour(Story("draft", 0, 40, 3, "禾丰一号舞台车", "qingze", "年货大集文艺专场", audience=900), (
        At(0, "清泽市东门集市", "990101", 27.536, 112.631, "square", 1200, 5),
        At(1, "梨花镇集市", "990122101", 27.262, 112.471, "square", 700, 4.3),
        At(2, "清泽市南站广场", "990101", 27.498, 112.602, "square", 1000, 5))),
)  # fmt: skip


def play(session: Session, people: Mapping[str, Person], told: Tour, index: int, today: datetime) -> None:
    """From the draft to where the story ends."""
    player = Player(session, people, told.story, index, [])
    moment = office(today - timedelta(days=told.story.asked), index)
    borrower = next(p for p in people.values() if p.centre is not None and p.centre.slug == told.story.borrower)
    with clock.moved(moment):
        form = _form(told, player, borrower, moment)
        leg = start(session, borrower, resource=player.resource, form=form, kind="tour").legs[0]
    for move in PATHS[told.story.path]:
        moment += timedelta(days=move[2])
        with clock.moved(moment):
            player.act(leg, move, form)


def _form(told: Tour, player: Player, borrower: Person, moment: datetime) -> RequestForm:
    """The request, and a stop for each place: the same hours on another day."""
    whole = asked(told.story, player.resource, borrower, moment)
    first = begins(told.story, moment)
    site = whole.model_dump(include={"ground", "site_length_m", "site_width_m", "overhead_m", "power_kw"})
    stops: list[dict[str, Any]] = [
        site
        | {
            "starts_at": first + timedelta(days=at.day),
            "ends_at": first + timedelta(days=at.day, hours=told.story.hours),
            "place": at.place,
            "division_code": at.division,
            "lat": at.lat,
            "lng": at.lng,
            "place_type": at.kind,
            "audience": at.audience,
            "road_height_m": at.road,
        }
        for at in told.stops
    ]
    return RequestForm.model_validate(whole.model_dump() | {"stops": stops})

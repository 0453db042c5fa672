"""Plays the stories: each move by somebody who may make it, at the time it was made."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.demo.harvested import Left
from alliance.demo.stories import NOTES, PATHS, PRAISE, REMARKS, REPLY, Move, Story
from alliance.exchange.actions import act, available
from alliance.exchange.models import Leg
from alliance.exchange.request_form import RequestForm
from alliance.exchange.requests import start
from alliance.people.models import Person
from alliance.storage import files

LISTS: dict[str, list[tuple[str, int]]] = {
    "stage_truck": [("外观", 1), ("液压支腿", 4), ("帕灯", 12), ("面光", 4), ("无线话筒", 4), ("随车工具", 1)],
    "venue": [("钥匙", 2), ("话筒", 4), ("座椅", 40), ("音响", 1)],
    "talent": [("到场人员", 1), ("教案或节目单", 1)],
}


def office(moment: datetime, index: int) -> datetime:
    """That day at ten; a Sunday becomes the Friday before."""
    local = clock.local(moment).replace(hour=10, minute=index % 50, second=0, microsecond=0)
    return local - timedelta(days=max(0, local.weekday() - 4))


def begins(story: Story, moment: datetime) -> datetime:
    """When what was asked for at that moment starts."""
    return clock.local(moment + timedelta(days=story.lead)).replace(hour=9, minute=0, second=0, microsecond=0)


def asked(story: Story, resource: Resource, borrower: Person, now: datetime, **more: Any) -> RequestForm:
    """The request as the borrower fills it in."""
    centre = borrower.centre
    assert centre is not None
    begin = begins(story, now)
    truck = resource.kind == "stage_truck"
    values: dict[str, Any] = {
        "title": story.title, "activity_type": story.activity, "starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=story.hours)).isoformat(),
        "second_starts_at": (begin + timedelta(days=7)).isoformat(), "second_ends_at": (begin + timedelta(days=7, hours=story.hours)).isoformat(),
        "place": story.place or centre.name, "division_code": centre.division_code, "audience": story.audience, "audiences": ["everyone"],
        "contact_name": f"{borrower.name[0]}老师", "contact_phone": centre.phone, "pledge": True, "rain_plan": "雨天改在礼堂或顺延一天。",
        "safety_plan": "现场设安全员四名，疏散口两处。", "transport_by": "borrower", "meals_by": "borrower", "sessions": 3 if truck else 1, "lat": centre.lat, "lng": centre.lng,
    }  # fmt: skip
    if truck:
        values |= {
            "ground": "paved",
            "site_length_m": 24,
            "site_width_m": 18,
            "overhead_m": 9,
            "road_height_m": 4.5,
            "power_kw": 60,
            "load_kw": 10,
            "fuel_by": "borrower",
        }
    return RequestForm.model_validate(values | more)


class Player:
    """Plays one story; remembers who may do what in the leg."""

    def __init__(self, session: Session, people: Mapping[str, Person], story: Story, index: int, left: Left) -> None:
        self.session, self.people, self.story, self.index = session, list(people.values()), story, index
        self.left = left
        self.resource = session.scalars(sa.select(Resource).where(Resource.title == story.thing)).one()

    def play(self, today: datetime) -> Leg:
        """From the draft to where the story ends; moves that would lie in the future are left out."""
        moment = office(today - timedelta(days=self.story.asked), self.index)
        borrower = next(p for p in self.people if p.centre is not None and p.centre.slug == self.story.borrower)
        with clock.moved(moment):
            form = asked(self.story, self.resource, borrower, moment)
            leg = start(self.session, borrower, resource=self.resource, form=form).legs[0]
        for name, inputs, days in PATHS[self.story.path]:
            moment = self.when(leg, moment, days)
            if moment > today:
                break
            with clock.moved(moment):
                self.act(leg, (name, inputs, days), form)
        return leg

    def when(self, leg: Leg, before: datetime, days: float) -> datetime:
        """Some days after the move before; -1 before it starts, -2 at its end, -3 after its start."""
        if days == -1 and leg.starts_at is not None:
            return leg.starts_at - timedelta(hours=2)
        if days == -2 and leg.ends_at is not None:
            return leg.ends_at
        if days == -3 and leg.starts_at is not None:
            return leg.starts_at + timedelta(hours=3)
        return before + timedelta(days=days)

    def act(self, leg: Leg, move: Move, form: RequestForm) -> None:
        """One move of the story, by somebody who may make it."""
        side, _, name = move[0].rpartition(":")
        if side == "system":
            act(self.session, None, leg, name, expected_version=None, key=None)
            return
        repeated = name.endswith("*")
        name = name.rstrip("*")
        if self.resource.kind == "talent" and name in ("approve", "offer"):
            self.consent(leg)
        first, source = name, leg.state
        while leg.state == source or first != name:
            person = self._who(leg, side, name)
            if person is None:
                if not repeated or name == "approve":
                    break
                name = "approve"
                continue
            act(
                self.session,
                person,
                leg,
                name,
                expected_version=leg.version,
                **self._inputs(leg, move[1] if name == first else {}, form, person),
            )
            if not repeated or leg.state != source:
                break
            name = "approve"

    def consent(self, leg: Leg) -> None:
        """Whoever is to come agrees."""
        handler = self._who(leg, "owner", "record_consent")
        if handler is not None:
            today = clock.local(clock.now()).date().isoformat()
            given = {"given_on": today, "how": "phone", "guardian": "家长代表", "note": "电话征得本人同意。"}
            act(self.session, handler, leg, "record_consent", expected_version=leg.version, **given)

    def _who(self, leg: Leg, side: str, name: str) -> Person | None:
        centre = {"owner": leg.owner_id, "borrower": leg.borrower_id}.get(side)
        for person in self._likely(leg):
            if centre is not None and not person.roles_in(centre):
                continue
            if any(action.name == name for action in available(self.session, leg, person, clock.now())):
                return person
        return None

    def _likely(self, leg: Leg) -> Sequence[Person]:
        """Those of the two sides first, then everybody else."""
        sides = {leg.owner_id, leg.borrower_id}
        return sorted(self.people, key=lambda p: p.centre is None or p.centre.id not in sides)

    def _inputs(self, leg: Leg, said: dict[str, Any], form: RequestForm, person: Person) -> dict[str, Any]:
        inputs = dict(said)
        if inputs.pop("form", None):
            inputs = form.model_dump(mode="json")
        if "items" in inputs and isinstance(inputs["items"], str):
            inputs["items"] = self._items(short=inputs["items"] == "short")
        if inputs.get("terms_version") == "now":
            inputs["terms_version"] = leg.terms_version
        if inputs.get("until") == "later" and leg.ends_at is not None:
            inputs["until"] = (leg.ends_at + timedelta(days=2)).isoformat()
        if inputs.get("to") == "colleague":
            others = [p for p in self.people if "handler" in p.roles_in(leg.owner_id) and p.id != person.id]
            inputs["to"] = (others or [person])[0].id
        if inputs.get("decision") == "first":
            inputs["decision"] = "resume"
        if inputs.get("note") == "told":
            inputs |= self._told(person)
        if inputs.get("comment") == "praise":
            inputs["comment"] = PRAISE[self.resource.kind][self.index % len(PRAISE[self.resource.kind])]
        if inputs.get("comment") == "remark":
            inputs["comment"] = REMARKS[self.resource.kind]
        if inputs.get("comment") == "reply":
            inputs["comment"] = REPLY[self.index % len(REPLY)]
        return inputs

    def _told(self, person: Person) -> dict[str, Any]:
        """The numbers and words of a return, and the files that come with it."""
        sessions, note = NOTES[self.resource.kind]
        told: dict[str, Any] = {
            "sessions": sessions,
            "attendances": self.story.audience,
            "note": note,
            "captions": {},
            "consents": {},
        }
        for one, received in self.left:
            number = files.keep(self.session, person, received).id
            told.setdefault(one.field, []).append(number)
            told["captions"][number], told["consents"][number] = one.caption, one.consent
        return told

    def _items(self, *, short: bool) -> list[dict[str, Any]]:
        rows = LISTS[self.resource.kind]
        return [{"item": item, "expected": n, "counted": n - (1 if short and n > 3 else 0)} for item, n in rows]

"""The alliance, its centres and people."""

from datetime import datetime
from functools import cache

from flask_security import hash_password
from sqlalchemy.orm import Session

from alliance import journal
from alliance.centres import membership
from alliance.centres import service as centres
from alliance.centres.forms import Application, CentreForm
from alliance.centres.models import Alliance, AllianceTerm, Centre, RuleDocument
from alliance.demo.centres import ADMINS, CENTRES, EVALUATORS, PEOPLE, DemoCentre
from alliance.demo.places import DIVISIONS, POINTS
from alliance.demo.rules import DISCLOSURES, RULES, RULES_EN
from alliance.people import accounts, duties, posts
from alliance.people.demo_accounts import DEMO_PASSWORD
from alliance.people.models import AlliancePost, Person
from alliance.places.models import Division
from alliance.worktime.rows import seed_calendar

SAME = ("name", "name_en", "short_name", "level", "role", "type", "address", "phone", "summary", "summary_en")
WEEK = "8:30–12:00，13:30–17:30，18:30–20:30"


def found(session: Session, since: datetime) -> Alliance:
    """The alliance itself, its rules, the names of its places, the official calendar."""
    for code, name, english, level in DIVISIONS:
        session.add(Division(code=code, name=name, name_en=english, level=level))
    seed_calendar(session)
    alliance = centres.the_alliance(session)
    alliance.phone, alliance.office_hours = "0900-555 0100", "工作日 8:30–12:00，13:30–17:30"
    session.flush()
    session.add(
        RuleDocument(
            alliance_id=alliance.id,
            version=1,
            title="联盟章程",
            title_en="Rules of the alliance",
            text=RULES,
            text_en=RULES_EN,
            published_at=since,
        )
    )
    return alliance


def appoint(session: Session, alliance: Alliance) -> dict[str, Person]:
    """The secretariat and who evaluates from outside, by the first part of their mail address."""
    made: dict[str, Person] = {}
    for role, people in (("alliance_admin", ADMINS), ("evaluator", EVALUATORS)):
        for mailbox, name in people:
            made[mailbox] = _person(session, mailbox, name, "0900-555 0100")
            session.add(AlliancePost(person=made[mailbox], alliance_id=alliance.id, role=role, since=posts.today()))
            journal.record(session, "person.appointed", made[mailbox], data={"role": role})
    session.flush()
    return made


def settle(session: Session, admin: Person, alliance: Alliance) -> dict[str, Centre]:
    """All centres by slug: entered, admitted, and what they disclose; one has only applied."""
    made: dict[str, Centre] = {}
    for entry in CENTRES:
        made[entry.slug] = _applicant(session, entry) if entry.membership == "applied" else _member(session, admin, entry, made)
    session.add(AllianceTerm(alliance_id=alliance.id, centre_id=made["qingze"].id, starts_on=posts.today()))
    return made


def _member(session: Session, admin: Person, entry: DemoCentre, made: dict[str, Centre]) -> Centre:
    lat, lng = POINTS[entry.division]
    former = [name.removeprefix("原") for name in entry.names if name.startswith("原")]
    typed = {
        **{name: getattr(entry, name) for name in SAME},
        **{f"hours_{day}": WEEK for day in range(1, 7)},
        "former_names": "\n".join(former),
        "aliases": "\n".join(name for name in entry.names if not name.startswith("原")),
        "grade": {"province": "grade_1", "city": "grade_1", "county": "grade_2"}.get(entry.level),
        "parent": made[entry.parent].id if entry.parent else None,
        "division_code": entry.division,
        "lat": lat,
        "lng": lng,
        "duty_hours": "工作日 8:30–12:00，13:30–17:30；周末值班 9:00–17:00",
        "endorsed": entry.role == "point",
    }
    centre = centres.create(session, admin, form=CentreForm.model_validate(typed))
    centre.slug = entry.slug
    membership.decide(session, admin, centre=centre, step=membership.STEPS["approve"])
    if entry.level in ("province", "city", "county"):
        texts = {heading: (text.format(name=entry.name, phone=entry.phone), "") for heading, text in DISCLOSURES}
        centres.disclose(session, admin, centre=centre, texts=texts)
    if entry.membership == "suspended":
        reason = "场馆改造，暂停馆际借用至改造完成。"
        membership.decide(session, admin, centre=centre, step=membership.STEPS["suspend"], reason=reason)
    return centre


def _applicant(session: Session, entry: DemoCentre) -> Centre:
    form = Application(
        name=entry.name,
        level=entry.level,
        type=entry.type,
        division_code=entry.division,
        address=entry.address,
        phone=entry.phone,
        contact_name="山春生",
        contact_email="shan@demo.example",
        note=entry.summary,
    )
    centre = membership.apply(session, None, form=form)
    centre.slug, centre.name_en, centre.short_name, centre.summary = entry.slug, entry.name_en, entry.short_name, entry.summary
    centre.lat, centre.lng = POINTS[entry.division]
    return centre


def staff(session: Session, admin: Person, settled: dict[str, Centre]) -> None:
    """Who works where; duty A and B of each centre."""
    by_centre: dict[str, list[Person]] = {}
    for mailbox, name, slug, roles, department in PEOPLE:
        centre = settled[slug]
        person = _person(session, mailbox, name, centre.phone)
        posts.take(session, centre, person, set(roles), department=department)
        data = {"roles": sorted(roles), "person": person.id}
        journal.record(session, "person.joined", person, person=person, centre_id=centre.id, data=data)
        by_centre.setdefault(slug, []).append(person)
    for slug, members in by_centre.items():
        able = [person.id for person in members if {"handler", "director"} & person.held_in(settled[slug].id)]
        a, b = (*able, None, None)[:2]
        duties.assign(session, admin, centre=settled[slug], a=a, b=b)


def _person(session: Session, mailbox: str, name: str, phone: str) -> Person:
    return accounts.create(session, email=f"{mailbox}@demo.example", name=name, password_hash=_hashed(), phone=phone)


@cache
def _hashed() -> str:
    """Of the one password of all demo accounts; hashing is slow on purpose."""
    return str(hash_password(DEMO_PASSWORD))

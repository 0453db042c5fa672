"""The demo's listings, typed in by their owners and reviewed by the secretariat as real ones are."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from itertools import chain, count
from typing import Any

import structlog
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import kinds, service
from alliance.catalogue.attachments import add_photo
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.demo import pictures
from alliance.demo.places import POINTS
from alliance.demo.purchases import terms
from alliance.demo.talents import TALENTS
from alliance.demo.trucks import TRUCKS
from alliance.demo.venues import POOLS, VENUES
from alliance.moderation.service import decide
from alliance.people.models import Person
from alliance.storage import files

Values = dict[str, Any]
log = structlog.get_logger()
PICTURE_KINDS = ("image/jpeg", "image/png", "image/webp")
TRUCK_PICTURES = (("truck-road", "truck-b", "truck-c", "truck-d"), ("truck-open",), ("truck-deck",))
ALTS = {"truck-open": "展开的舞台车，台口有底幕和灯光", "truck-deck": "空台面，可见台面边缘和支腿"}
VENUE_PICTURES = {
    "rehearsal": "rehearsal",
    "exhibition": "gallery",
    "old_stage": "oldstage",
    "ich_workshop": "cloth",
    "concert_hall": "choir",
}
ART_PICTURES = {
    "choral": "choir", "vocal": "teacher", "xiqu": "opera", "drumming": "drum", "dance": "dancer", "folk_dance": "dancer",
    "children_drama": "fishlantern", "folk_art": "fold", "chinese_instruments": "score", "street_dance": "rehearsal",
}  # fmt: skip


def truck(row: tuple[Any, ...], today: date, index: int) -> Values:
    """A truck's form, as its owner types it."""
    (
        _,
        title,
        vehicle,
        length,
        width,
        height,
        gross,
        licence,
        deck_w,
        deck_d,
        clear,
        opened_w,
        opened_h,
        setup,
        strike,
        crew,
        kw,
        amps,
        summary,
    ) = row
    power = ["generator"] if kw else []
    return {
        "title": title, "summary": summary, "vehicle_type": vehicle, "length_m": length, "width_m": width, "height_m": height, "gross_t": gross,
        "licence_class": licence, "driver_included": True, "crew": crew, "turning_radius_m": round(length * 1.05, 1), "max_km": 150 if length > 8 else 80,
        "deck_width_m": deck_w, "deck_depth_m": deck_d, "deck_area_m2": round(deck_w * deck_d, 1), "deck_height_m": 1.2, "clear_height_m": clear,
        "proscenium_width_m": round(deck_w - 0.4, 1), "opened_length_m": round(length + 1.5, 1), "opened_width_m": opened_w, "opened_height_m": opened_h,
        "setup_min": setup, "strike_min": strike, "rain_roof": length > 6, "wind_limit": 5, "power": [*power, "mains_380" if amps > 40 else "mains_220"],
        "generator_kw": kw or None, "outside_amps": amps, "lights": f"LED 帕灯 {12 + index * 2} 只，面光 {4 + index % 5} 只", "sound": "主扩 2 对，返听 2 只，无线话筒 4 支",
        "site_length_m": round(length + 4, 1), "site_width_m": round(opened_w + 2, 1), "ground": "paved", "slope_deg": 2, "overhead_m": round(opened_h + 1, 1),
        "plate_no": f"岚A·{40200 + index * 37}", "year": 2014 + index % 10, "model": f"LJ5{80 + index}XWT", "opens": {"stage_double": "both_sides", "stage_triple": "three_sides"}.get(vehicle, "one_side"),
        "insurance_until": (today + timedelta(days=18 if index == 11 else 70 + index * 41)).isoformat(), "inspection_until": (today + timedelta(days=80 + index * 33)).isoformat(),
        "public_liability": True, "public_liability_fen": 2000000, "inspection_km": 20000 + index * 4100, "acquired_by": "allocated" if index % 3 else "purchased",
        "audiences": ["everyone"], "tags": ["送戏下乡", "广场演出"], "fee_type": "cost" if index % 2 else "free", "lead_days": 5, "longest_days": 7,
        "costs": [{"what": "fuel", "fen": "3.50", "per": "km", "payer": "borrower"}] if index % 2 else [], "buffer_before": 60, "buffer_after": 60,
        "service_mode": "delivered", "share_scope": "public",
    }  # fmt: skip


def venue(row: tuple[Any, ...], _today: date, index: int) -> Values:
    """A venue's form."""
    (_, title, kind, area, seats, form, width, depth, power, piano, accessible, instant, summary) = row
    return {
        "title": title, "summary": summary, "venue_type": kind, "area_m2": area, "seats": seats, "stage_form": form, "proscenium_width_m": width,
        "stage_depth_m": depth, "power_kw": power, "piano": piano, "accessible_seats": accessible, "instant_confirmation": instant, "free_opening": True,
        "opening_hours": "每天 9:00–11:30、13:00–17:30、18:00–20:30，周一上午内部维护", "wifi": True, "blackout": kind in ("theatre", "black_box", "cinema_theatre"),
        "dressing_rooms": 2 if seats >= 200 else 0, "coach_parking": 1 if seats >= 150 else 0, "truck_parking": 1 if seats >= 300 else 0,
        "setup_min": 180 if seats >= 200 else 30, "strike_min": 120 if seats >= 200 else 20, "limits": ["no_open_fire"], "fee_type": "free",
        "lighting": "面光 12 只，侧光 8 只，调光台一台" if seats >= 150 else "", "sound": "主扩一对，话筒 4 支" if seats >= 40 else "", "audiences": ["everyone"],
        "lead_days": 0 if instant else 3, "longest_days": 15, "buffer_before": 30, "buffer_after": 30, "service_mode": "on_site", "share_scope": "public",
        "acquired_by": "self_made" if index % 4 else "allocated", "quantity": POOLS.get(title, 1), "one_crew": kind == "cinema_theatre",
    }  # fmt: skip


def talent(row: tuple[Any, ...], today: date, index: int) -> Values:
    """A teacher's or troupe's form; the children's troupe has no public page."""
    (_, title, kind, forms, rank, size, skills, summary) = row
    children = "children_dance" in forms
    return {
        "title": title, "summary": summary, "talent_kind": kind, "art_forms": list(forms), "title_rank": rank, "skills": skills,
        "troupe_size": size if kind == "troupe" else None, "travel_km": 60 + index % 5 * 40, "weekdays": ["thu", "fri", "sat", "sun"] if index % 2 else ["mon", "wed", "sat"],
        "languages": ["zh"], "heritage_item": "采茶戏" if "xiqu" in forms and rank == "bearer" else "", "bearer_level": "province" if rank == "bearer" else None,
        "repertoire": [{"title": "保留节目一组", "minutes": 60, "cast": size, "stage_width_m": 6, "stage_depth_m": 5}] if kind == "troupe" else [],
        "teaches": [{"subject": skills.split("、")[0], "level": _level(forms, rank), "group_size": 20 + index % 4 * 10}] if kind == "person" else [], "consent_on": (today - timedelta(days=200)).isoformat(), "consent_method": "written",
        "consent_scope": "alliance" if children else "public", "consent_until": (today + timedelta(days=530)).isoformat(), "minor": children,
        "guardian_name": "各家长（名单存馆）" if children else "", "guardian_consent_on": (today - timedelta(days=200)).isoformat() if children else None,
        "audiences": ["everyone"], "fee_type": "cost" if index % 3 == 0 else "free", "costs": [{"what": "transport", "fen": "2", "per": "km", "payer": "borrower"}] if index % 3 == 0 else [],
        "lead_days": 7, "longest_days": 10, "buffer_before": 60, "buffer_after": 60, "service_mode": "delivered", "share_scope": "alliance" if children else "public",
        "acquired_by": "self_made",
    } | terms(title, today)  # fmt: skip


def _level(forms: tuple[str, ...], rank: str) -> str:
    """Whom such a teacher teaches."""
    if rank == "research_fellow":
        return "advanced"
    return "intermediate" if {"theory", "stagecraft", "digital"} & set(forms) else "beginner"


Form = Callable[[tuple[Any, ...], date, int], Values]
ROWS: tuple[tuple[str, Form, tuple[tuple[Any, ...], ...]], ...] = (
    ("stage_truck", truck, TRUCKS),
    ("venue", venue, VENUES),
    ("talent", talent, TALENTS),
)


def all_rows() -> Iterable[tuple[str, Form, tuple[Any, ...]]]:
    """Every listing with its kind and its form."""
    return chain.from_iterable(((kind, form, row) for row in rows) for kind, form, rows in ROWS)


def type_in(session: Session, person: Person, centre: Centre, kind: str, values: Values, index: int) -> Resource:
    """A draft, filled in and submitted; raises if the form does not hold, so that the demo never ships a half listing."""
    resource = service.create(session, person, centre=centre, kind=kind)
    lat, lng = POINTS[centre.division_code]
    place = {"lat": round(lat + (index % 7 - 3) * 0.006, 5), "lng": round(lng + (index % 5 - 2) * 0.007, 5)}
    contact = {
        "contact_name": f"{person.name[0]}老师",
        "contact_phone": centre.phone,
        "division_code": centre.division_code,
        "address": centre.address,
    }
    faults = service.save(session, person, resource=resource, values=contact | place | values)
    if faults:
        raise RuntimeError(f"{values['title']}: {faults}")
    return service.submit(session, person, resource=resource)


def publish(session: Session, admin: Person, resource: Resource) -> None:
    """Every item of the checklist ticked."""
    marks = {key: {"ok": True, "note": ""} for key, _label in kinds.checklist(resource.kind)}
    decide(session, admin, resource=resource, outcome="published", marks=marks)


@cache
def received(name: str) -> files.Received:
    """A drawing, stored once; call it before the transaction."""
    return files.receive(pictures.picture(name), kinds=PICTURE_KINDS, limit_mb=20)


def pictures_of(kind: str, row: tuple[Any, ...], index: int) -> list[str]:
    """The names of the drawings that stand in for photographs."""
    if kind == "stage_truck":
        return [names[index % len(names)] for names in TRUCK_PICTURES]
    if kind == "venue":
        return [VENUE_PICTURES.get(row[2], "hall" if row[4] >= 100 else "rehearsal")]
    return [next((ART_PICTURES[form] for form in row[3] if form in ART_PICTURES), "teacher")]


def illustrate(session: Session, person: Person, resource: Resource, got: list[tuple[str, files.Received]]) -> None:
    """Put the stored drawings on the listing."""
    for name, stored in got:
        add_photo(session, person, resource=resource, received=stored, alt=ALTS.get(name, f"{resource.title}（示意图）"))


def spread(start: date, days: int) -> Callable[[], Any]:
    """Moments one after the other over some days, in office hours."""
    step = count()

    def next_moment() -> Any:
        number = next(step)
        noon = clock.now().replace(hour=2, minute=0, second=0, microsecond=0)
        return noon + timedelta(days=(start - noon.date()).days + number % max(days, 1), minutes=number * 3 % 400)

    return next_moment

"""One valid row of anything, so that a test says only what matters. All take the session first and flush."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive import checklist, cues, performers
from alliance.archive.models import Asset, Caption, Collection, CollectionMember, Performer
from alliance.catalogue.models import Occupancy, Resource, Unit
from alliance.centres.models import Alliance, Centre, Membership
from alliance.people.models import AlliancePost, Duty, Person, Post
from alliance.storage import files
from alliance.storage.models import File

numbers = count(1)
PASSWORD = "correct horse battery"


def alliance(session: Session) -> Alliance:
    """The one alliance."""
    found = session.scalar(sa.select(Alliance))
    return found or _add(session, Alliance(slug="lanjiang", name="岚江省文化馆联盟", name_en="Lanjiang Alliance"))


def centre(session: Session, *, membership: str | None = "active", **values: Any) -> Centre:
    """A county's main centre and active member."""
    n = next(numbers)
    values = {
        "slug": f"centre-{n}",
        "name": f"第{n}县文化馆",
        "short_name": f"第{n}县馆",
        "name_en": f"County {n} Cultural Centre",
        "level": "county",
        "role": "main",
        "division_code": f"9901{n % 90 + 10:02}",
        "lat": round(27.5 + n % 300 / 100, 2),
        "lng": 112.5,
        "phone": "0900-555 0100",
    } | values
    made = _add(session, Centre(**values))
    if membership:
        _add(session, Membership(alliance=alliance(session), centre=made, state=membership, joined_on=date(2024, 1, 1)))
    return made


def person(session: Session, at: Centre | None = None, *roles: str, **values: Any) -> Person:
    """Somebody with an account, with posts of `roles` (default staff) at a centre."""
    n = next(numbers)
    values = {
        "email": f"person{n}@example.org",
        "name": f"周{n}",
        "phone": "0900-555 0121",
        "fs_uniquifier": f"uniq-{n}",
    } | values
    made = _add(session, Person(**values))
    for role in (roles or ("staff",)) if at is not None else ():
        _add(session, Post(person=made, centre=at, role=role, since=date(2024, 1, 1)))
    return made


def admin(session: Session, **values: Any) -> Person:
    """Somebody of the secretariat, working for no centre."""
    made = person(session, **values)
    _add(
        session,
        AlliancePost(person=made, alliance_id=alliance(session).id, role="alliance_admin", since=date(2024, 1, 1)),
    )
    return made


def duty(session: Session, at: Centre, who: Person, rank: str = "A") -> Duty:
    """Duty A or B of a centre."""
    return _add(session, Duty(centre_id=at.id, person=who, rank=rank))


DETAILS: dict[str, dict[str, Any]] = {}


def resource(session: Session, owner: Centre, *, kind: str = "venue", units: int = 1, **values: Any) -> Resource:
    """A published listing open to the whole alliance, with a unit of its own."""
    n = next(numbers)
    values = {
        "code": f"{kind[:2].upper()}-{n:04}",
        "state": "published",
        "title": f"第{n}排练厅",
        "summary": "木地板，有镜墙和把杆。",
        "details": dict(DETAILS.get(kind, {})),
        "contact_name": "刘老师",
        "contact_phone": "0900-555 0142",
        "division_code": owner.division_code,
        "lat": owner.lat,
        "lng": owner.lng,
        "share_scope": "alliance",
        "who_may_ask": "in_scope",
        "service_mode": "on_site",
        "fee_type": "free",
        "lead_days": 0,
        "longest_days": 30,
        "verified_on": date(2026, 10, 1),
        "published_at": datetime(2026, 10, 1, tzinfo=UTC),
    } | values
    made = Resource(kind=kind, owner=owner, **values)
    if kind != "media" and not made.is_pool:
        made.units = [Unit(name="") for _ in range(units)]
    return _add(session, made)


def occupancy(
    session: Session, taken: Resource, starts_at: datetime, hours: float = 2, kind: str = "confirmed", **values: Any
) -> Occupancy:
    """The first unit of a resource, taken for some hours."""
    if kind == "hold":
        values.setdefault("expires_at", starts_at)
    row = Occupancy(
        unit_id=taken.units[0].id,
        resource=taken,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        kind=kind,
        **values,
    )
    return _add(session, row)


def file(session: Session, *, media_type: str = "image/png", **values: Any) -> File:
    """The row of a kept file; its bytes are nowhere."""
    n = next(numbers)
    values = {"key": f"files/{n}", "digest": f"{n:064x}", "size": 1000, "name": f"第{n}张.png"} | values
    return _add(session, File(media_type=media_type, **values))


def asset(session: Session, owner: Centre, **values: Any) -> Asset:
    """A published picture with complete record and settled rights, open to everybody."""
    n = next(numbers)
    values = {
        "code": f"DA-{n:05}",
        "state": "published",
        "title": f"第{n}届元宵灯会",
        "description": "一九九三年庙会的最后一晚，戏台是用门板和脚手架临时搭的，两位演员唱完全本，台下有人举着手电照谱。",
        "creator": "佚名",
        "art_forms": ["folk_art"],
        "created_text": "1993-04-18",
        "year": 1993,
        "type": "still_image",
        "rights_status": "own",
        "rights_uri": "http://rightsstatements.org/vocab/InC/1.0/",
        "record_visibility": "public",
        "file_access": "public",
        "published_at": datetime(2026, 10, 1, tzinfo=UTC),
        "public_at": datetime(2026, 10, 1, tzinfo=UTC),
        "details": {},
    } | values
    if "file" not in values:
        values["file"] = file(session)
    return _add(session, Asset(owner=owner, **values))


def performer(asset: Asset, **values: Any) -> Performer:
    """Somebody in an asset, with the consents summed up in it."""
    one = Performer(**{"name": "周阿婆", "rank": len(asset.performers), "is_minor": False} | values)
    asset.performers.append(one)
    performers.sum_up(asset)
    return one


def caption(session: Session, asset: Asset, text: str = "三月里来三月三", **values: Any) -> Caption:
    """What is said in an asset, one line, as a file that is in the store."""
    track = cues.read(f"WEBVTT\n\n00:01.000 --> 00:03.500\n{text}\n".encode(), "字幕.vtt")
    stored = files.the_store().put(f"files/vt/{next(numbers)}", io.BytesIO(track.content), size_limit=10**6)
    file = files.keep(session, None, files.Received(stored.key, stored.sha256, stored.size, "text/vtt", "字幕.vtt"))
    said = {"language": "zh", "kind": "captions", "cues": [[one.start, one.end, one.text] for one in track.cues]}
    one = Caption(file=file, **said | values)
    asset.captions.append(one)
    session.flush()
    return one


def ticked(asset: Asset) -> dict[str, dict[str, bool]]:
    """The reviewer's checklist with every item ticked."""
    return {key: {"ok": True} for key, _label in checklist.items(asset)}


def collection(session: Session, owner: Centre | None, *assets: Asset, **values: Any) -> Collection:
    """A published collection of these, in this order."""
    n = next(numbers)
    values = {"slug": f"shelf-{n}", "title": f"专题{n}", "text": "放在一起看。", "state": "published"} | values
    made: Collection = _add(session, Collection(owner=owner, **values))
    for rank, asset in enumerate(assets):
        session.add(CollectionMember(collection_id=made.id, asset_id=asset.id, rank=rank))
    session.flush()
    return made


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row

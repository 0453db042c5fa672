"""What is done with an asset: described, given its file, submitted, published or returned, withdrawn."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.archive import dates, rights
from alliance.archive.models import Asset, today
from alliance.archive.record import DETAILS, REQUIRED
from alliance.centres.models import Centre
from alliance.db import next_number
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.people.models import Person, Post
from alliance.permissions import may, require
from alliance.storage import renditions
from alliance.storage.models import File

WITHOUT_FILE = ("on_site", "on_request")
REACH = {"own_centre": 0, "on_site": 1, "on_request": 1, "members": 2, "public": 3}


def find(session: Session, code: str) -> Asset:
    """The asset of that code; raises NotFound. Who may see it is asked of `permissions`."""
    found = session.scalar(sa.select(Asset).where(Asset.code == code.upper()))
    if found is None:
        raise NotFound(_("没有编号为 %(code)s 的档案。", code=code[:20]))
    return found


def visible(session: Session, person: Person | None, code: str) -> Asset:
    """The asset when `person` may read its record or what is left of it; else NotFound: nobody learns of others' drafts."""
    asset = find(session, code)
    if not may(person, "asset.read", asset) and not is_tombstone(asset):
        raise NotFound(_("没有编号为 %(code)s 的档案。", code=code[:20]))
    return asset


def is_tombstone(asset: Asset) -> bool:
    """Withdrawn after it had been public, and still public when it was: its page says so to everybody."""
    return asset.state == "withdrawn" and asset.public_at is not None and asset.record_visibility == "public"


def create(session: Session, person: Person, *, owner: Centre, values: Mapping[str, Any]) -> Asset:
    """A draft of `owner` with the values of its record that hold."""
    require(person, "asset.edit", owner)
    asset = Asset(code=f"DA-{next_number(session, 'DA'):05}", owner=owner, created_by=person.id, state="draft", details={})
    session.add(asset)
    _fill(asset, values)
    journal.record(session, "asset.created", asset, person=person, centre_id=owner.id)
    return asset


def save(session: Session, person: Person, asset: Asset, *, values: Mapping[str, Any], expected_version: int) -> Asset:
    """Change the record; what then reaches further than it did while it was published goes back to review."""
    require(person, "asset.edit", asset)
    _unchanged(asset, expected_version)
    if asset.state == "withdrawn":
        raise Conflict(_("已撤下的档案不能再改；要重新发布，请先恢复为草稿。"))
    reach, before = _reach(asset), _picture(asset)
    _fill(asset, values)
    changed = sorted(name for name, value in _picture(asset).items() if value != before[name])
    if not changed:
        return asset
    if asset.state == "published":
        _demand_complete(asset)
    if asset.state == "published" and any(now > then for now, then in zip(_reach(asset), reach, strict=True)):
        _to_review(session, asset)
    elif asset.state == "in_review":
        asset.decided_above = _is_decided_above(session, asset)
    asset.version += 1
    journal.record(
        session,
        "asset.changed",
        asset,
        person=person,
        centre_id=asset.owner_id,
        data=_moved(before["state"], asset) | {"fields": changed},
    )
    return asset


def attach(session: Session, person: Person, asset: Asset, *, file: File) -> list[Asset]:
    """Make `file` the asset's file; returns the others that have the same bytes and that `person` may read."""
    require(person, "asset.edit", asset)
    if asset.state == "withdrawn":
        raise Conflict(_("已撤下的档案不能再换文件。"))
    twins = session.scalars(
        sa.select(Asset).join(File, Asset.file_id == File.id).where(File.digest == file.digest, Asset.id != asset.id).limit(5)
    )
    known = [twin for twin in twins if may(person, "asset.read", twin)]
    before = asset.state
    if asset.state == "published" and asset.file is not None and asset.file.digest != file.digest:
        _to_review(session, asset)
    asset.file = file
    renditions.plan(session, file)
    asset.version += 1
    data = _moved(before, asset) | {"digest": file.digest, "size": file.size, "media_type": file.media_type}
    journal.record(session, "asset.file_attached", asset, person=person, centre_id=asset.owner_id, data=data)
    return known


def submit(session: Session, person: Person, asset: Asset, *, expected_version: int) -> Asset:
    """Ask for publication; raises Invalid with everything that is missing, all at once."""
    require(person, "asset.edit", asset)
    _unchanged(asset, expected_version)
    if asset.state not in ("draft", "needs_work"):
        raise Conflict(_("只有草稿和退回的档案可以送审。"))
    if not asset.owner.is_active:
        raise Forbidden(_("贵馆现在不是联盟的有效成员，不能发布。"))
    _demand_complete(asset)
    _to_review(session, asset)
    asset.remarks = ""
    asset.version += 1
    journal.record(session, "asset.submitted", asset, person=person, centre_id=asset.owner_id)
    return asset


def decision_verb(asset: Asset) -> str:
    """The verb that whoever decides about it needs: to the public, or without a director of its own, it is decided above."""
    return "asset.publish_public" if asset.decided_above else "asset.publish_members"


def publish(session: Session, person: Person, asset: Asset, *, expected_version: int) -> Asset:
    """Put it out as its two axes say."""
    require(person, decision_verb(asset), asset)
    _waiting(asset, expected_version)
    _demand_complete(asset)
    now = clock.now()
    asset.state, asset.published_at = "published", asset.published_at or now
    if asset.seeks_public:
        asset.public_at = asset.public_at or now
    asset.version += 1
    journal.record(session, "asset.published", asset, person=person, centre_id=asset.owner_id)
    return asset


def send_back(session: Session, person: Person, asset: Asset, *, remarks: str, expected_version: int) -> Asset:
    """Return it for work with all remarks at once."""
    require(person, decision_verb(asset), asset)
    _waiting(asset, expected_version)
    if len(remarks.strip()) < 5:
        raise Invalid(_("请写明要改什么。"), {"remarks": _("请把要改的一次写全，至少 5 个字。")})
    asset.state, asset.remarks = "needs_work", remarks.strip()[:4000]
    asset.version += 1
    journal.record(session, "asset.returned", asset, person=person, centre_id=asset.owner_id, data={"remarks": asset.remarks})
    return asset


def withdraw(session: Session, person: Person, asset: Asset, *, why: str, expected_version: int) -> Asset:
    """Take it down for good; what was public leaves a page that says when and why."""
    require(person, "asset.withdraw", asset)
    _unchanged(asset, expected_version)
    if asset.state == "withdrawn":
        raise Conflict(_("这件档案已经撤下。"))
    if len(why.strip()) < 5:
        raise Invalid(_("请写明撤下的原因。"), {"why": _("请写明原因，至少 5 个字；公开过的档案，原因会显示给大家。")})
    asset.state, asset.withdrawn_at, asset.withdrawn_why = "withdrawn", clock.now(), why.strip()[:2000]
    asset.version += 1
    journal.record(session, "asset.withdrawn", asset, person=person, centre_id=asset.owner_id, data={"why": asset.withdrawn_why})
    return asset


def restore(session: Session, person: Person, asset: Asset, *, expected_version: int) -> Asset:
    """Make a withdrawn asset a draft again; it is reviewed anew."""
    require(person, "asset.edit", asset)
    _unchanged(asset, expected_version)
    if asset.state != "withdrawn":
        raise Conflict(_("只有撤下的档案可以恢复。"))
    asset.state, asset.withdrawn_at, asset.withdrawn_why = "draft", None, ""
    asset.version += 1
    journal.record(session, "asset.restored", asset, person=person, centre_id=asset.owner_id)
    return asset


def missing(asset: Asset) -> dict[str, str]:
    """What publication still demands, by field, each with its sentence."""
    faults = {name: str(sentence) for name, sentence in REQUIRED.items() if not getattr(asset, name)}
    if asset.file is None and asset.file_access not in WITHOUT_FILE:
        faults["file"] = _("请上传文件；只在馆内观摩或凭申请提供的，可以不传。")
    if not asset.rights_status:
        faults["rights_status"] = _("请选择版权状态。")
    if asset.rights_status == "licensed" and asset.licence_until is None:
        faults["licence_until"] = _("已获授权的，请填写授权到哪一天。")
    if asset.with_minors and asset.consent_until is None:
        faults["consent_until"] = _("有未成年人的，请填写监护人同意到哪一天。")
    return faults


def _demand_complete(asset: Asset) -> None:
    if faults := missing(asset):
        raise Invalid(_("发布还缺几项，补齐后再送。"), faults)


def _to_review(session: Session, asset: Asset) -> None:
    asset.state, asset.submitted_at = "in_review", clock.now()
    asset.decided_above = _is_decided_above(session, asset)


def _moved(before: str, asset: Asset) -> dict[str, Any]:
    return {"from": before, "to": asset.state}


def _is_decided_above(session: Session, asset: Asset) -> bool:
    """To the public always; else where its own centre has no director."""
    held = sa.and_(Post.since <= today(), sa.or_(Post.until.is_(None), Post.until >= today()))
    director = sa.exists().where(Post.centre_id == asset.owner.id, Post.role == "director", held)
    return asset.seeks_public or not session.scalar(sa.select(director))


def _reach(asset: Asset) -> tuple[int, int]:
    """How far record and file reach, in numbers that can be compared; rights that do not hold reach nobody."""
    record = REACH[asset.record_visibility]
    return record, min(REACH[asset.file_access], record) if asset.rights_hold else 0


def _unchanged(asset: Asset, expected_version: int) -> None:
    if asset.version != expected_version:
        raise Conflict(_("这件档案刚刚被别人改过，请核对后再保存。"))


def _waiting(asset: Asset, expected_version: int) -> None:
    _unchanged(asset, expected_version)
    if asset.state != "in_review":
        raise Conflict(_("这件档案不在待审，可能已有人审过。"))


def _fill(asset: Asset, values: Mapping[str, Any]) -> None:
    """Set the fields given; what has no column of its own goes into the details."""
    details = dict(asset.details or {})
    for name, value in values.items():
        if name in DETAILS:
            details[name] = value
        else:
            setattr(asset, name, value)
    asset.details = {name: value for name, value in details.items() if value not in (None, "", [])}
    asset.year = dates.year(asset.created_text or "")
    asset.rights_uri = rights.uri_for(asset.rights_status or "unknown", details.get("statement") or "")


def _picture(asset: Asset) -> dict[str, Any]:
    """All columns as they are now, to tell what a change has changed."""
    return {column.key: getattr(asset, column.key) for column in sa.inspect(Asset).column_attrs}

"""What is done with an asset: described, given its file, submitted, published or returned, withdrawn."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from alliance import clock, journal
from alliance.archive import checklist, dates, performers, reach, rights, versions
from alliance.archive.locking import claim, hold
from alliance.archive.models import Asset, Caption, Performer, today
from alliance.archive.record import DETAILS, REQUIRED
from alliance.centres.models import Centre
from alliance.db import next_number
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.people import locking as people
from alliance.people.models import Person, Post
from alliance.permissions import may, require
from alliance.storage import renditions
from alliance.storage.models import File

WITHOUT_FILE = ("on_site", "on_request")
EXCHANGE = "exchange"
"""The detail that says from which exchange the system made the draft: its performers are known, their consent is not."""
REFUSED = "file_refused"
"""The detail that says which file a table named that was not kept, and why: {"name", "why"}."""


_BY_CODE = sa.select(Asset).where(Asset.code == sa.bindparam("code"))
_OF_ASSET = sa.bindparam("asset", type_=sa.Integer)
_LISTS: dict[str, Any] = {
    "performers": sa.select(Performer).where(Performer.asset_id == _OF_ASSET).order_by(Performer.rank),
    "captions": sa.select(Caption).where(Caption.asset_id == _OF_ASSET).order_by(Caption.id),
}


def find(session: Session, code: str) -> Asset:
    """The asset of that code; raises NotFound. Who may see it is asked of `permissions`."""
    found = session.scalar(_BY_CODE, {"code": code.upper()})
    if found is None:
        raise NotFound(_("没有编号为 %(code)s 的档案。", code=code[:20]))
    return found


def visible(session: Session, person: Person | None, code: str) -> Asset:
    """The asset when `person` may read its record or what is left of it; else NotFound: nobody learns of others' drafts."""
    asset = find(session, code)
    if not may(person, "asset.read", asset) and not is_tombstone(asset):
        raise NotFound(_("没有编号为 %(code)s 的档案。", code=code[:20]))
    return asset


def with_lists(session: Session, asset: Asset) -> Asset:
    """The same with its performers and captions: statements built once take half of the time of those built at every reading."""
    for name, asked in _LISTS.items():
        set_committed_value(asset, name, list(session.scalars(asked, {"asset": asset.id})))
    return asset


def is_tombstone(asset: Asset) -> bool:
    """Withdrawn after it had been public, and still public when it was: its page says so to everybody; not of a child whose
    consent has ended."""
    public = asset.public_at is not None and asset.record_visibility == "public"
    return asset.state == "withdrawn" and public and not asset.minor_consent_lapsed


def create(session: Session, person: Person, *, owner: Centre, values: Mapping[str, Any], key: str | None = None) -> Asset:
    """A draft of `owner` with the values of its record that hold; `key` names the one form that it comes from."""
    require(person, "asset.edit", owner)
    return draft(session, person, owner=owner, created_by=person.id, values=values, key=key)


def draft(
    session: Session, person: Person | None, *, owner: Centre, created_by: int | None, values: Mapping[str, Any], key: str | None
) -> Asset:
    """The same for whoever may: `person` is None where the system makes it, and `created_by` is who it is told to."""
    asset = Asset(code=f"DA-{next_number(session, 'DA'):05}", owner=owner, created_by=created_by, state="draft", details={})
    session.add(asset)
    fill(asset, values)
    journal.record(session, "asset.created", asset, person=person, centre_id=owner.id, key=key)
    return asset


def begin(session: Session, person: Person, *, owner: Centre, values: Mapping[str, Any], key: str) -> Asset:
    """Make the draft of one form, or go on with the one that it made before; `key` names the form, empty for none."""
    name = f"asset-form:{person.id}:{key[:40]}" if key else None
    people.hold(session, person)
    if (made := journal.seen(session, name)) is None:
        return create(session, person, owner=owner, values=values, key=name)
    asset = session.get_one(Asset, made.subject_id)
    return save(session, person, asset, values=values, expected_version=asset.version)


def save(session: Session, person: Person, asset: Asset, *, values: Mapping[str, Any], expected_version: int) -> Asset:
    """Change the record; what then reaches further than it did while it was published goes back to review."""
    require(person, "asset.edit", asset)
    claim(session, asset, expected_version)
    if asset.state == "withdrawn":
        raise Conflict(_("已撤下的档案不能再改；要重新发布，请先恢复为草稿。"))
    reached, before, state = reach.of(asset), versions.record_of(asset), asset.state
    fill(asset, values)
    changed = versions.changed(before, versions.record_of(asset))
    if not changed:
        return asset
    if state == "published":
        _demand_complete(asset)
    if state == "published" and reach.is_wider(reach.of(asset), reached):
        _to_review(session, asset)
    elif state == "in_review":
        asset.decided_above = _is_decided_above(session, asset)
    versions.keep(session, person, asset, before, action="asset.changed")
    asset.version += 1
    journal.record(
        session,
        "asset.changed",
        asset,
        person=person,
        centre_id=asset.owner_id,
        data=_moved(state, asset) | {"fields": changed},
    )
    return asset


def attach(session: Session, person: Person, asset: Asset, *, file: File, name: str = "") -> list[Asset]:
    """Make `file` the asset's file, under its name here; returns the others that have the same bytes and that `person` may read."""
    require(person, "asset.edit", asset)
    hold(session, asset)
    if asset.state == "withdrawn":
        raise Conflict(_("已撤下的档案不能再换文件。"))
    known = twins(session, person, file.digest, but=asset)
    put_file(session, person, asset, file=file, name=name)
    return known


def put_file(session: Session, person: Person | None, asset: Asset, *, file: File, name: str = "") -> None:
    """Write that it is the file, whoever may; None is the system, which gives new drafts theirs."""
    before, record = asset.state, versions.record_of(asset)
    if asset.state == "published" and asset.file is not None and asset.file.digest != file.digest:
        _to_review(session, asset)
    asset.file, asset.file_name = file, name or file.name
    asset.details = {name: value for name, value in asset.details.items() if name != REFUSED}
    renditions.plan(session, file)
    if person is not None:
        versions.keep(session, person, asset, record, action="asset.file_attached")
    asset.version += 1
    data = _moved(before, asset) | {"digest": file.digest, "size": file.size, "media_type": file.media_type}
    journal.record(session, "asset.file_attached", asset, person=person, centre_id=asset.owner_id, data=data)


def twins(session: Session, person: Person, digest: str, *, but: Asset | None = None) -> list[Asset]:
    """The assets that have these bytes and that `person` may read."""
    found = sa.select(Asset).join(File, Asset.file_id == File.id).where(File.digest == digest).order_by(Asset.id).limit(20)
    return [twin for twin in session.scalars(found) if twin is not but and may(person, "asset.read", twin)][:5]


def submit(session: Session, person: Person, asset: Asset, *, expected_version: int) -> Asset:
    """Ask for publication; raises Invalid with everything that is missing, all at once."""
    require(person, "asset.edit", asset)
    claim(session, asset, expected_version)
    if asset.state not in ("draft", "needs_work"):
        raise Conflict(_("只有草稿和退回的档案可以送审。"))
    _demand_member(asset)
    _demand_complete(asset)
    _to_review(session, asset)
    asset.remarks = ""
    asset.version += 1
    journal.record(session, "asset.submitted", asset, person=person, centre_id=asset.owner_id)
    return asset


def decision_verb(asset: Asset) -> str:
    """The verb that whoever decides about it needs: to the public, or without a director of its own, it is decided above."""
    return "asset.publish_public" if asset.decided_above else "asset.publish_members"


def publish(session: Session, person: Person, asset: Asset, *, marks: checklist.Marks, expected_version: int) -> Asset:
    """Put it out as its two axes say, every item of the checklist ticked."""
    require(person, decision_verb(asset), asset)
    _waiting(session, person, asset, expected_version)
    _demand_member(asset)
    checked = checklist.demand_ticked(asset, marks)
    _demand_complete(asset)
    now = clock.now()
    asset.state, asset.published_at = "published", asset.published_at or now
    if asset.seeks_public:
        asset.public_at = asset.public_at or now
    asset.version += 1
    journal.record(session, "asset.published", asset, person=person, centre_id=asset.owner_id, data={"checked": sorted(checked)})
    return asset


def send_back(
    session: Session, person: Person, asset: Asset, *, remarks: str, expected_version: int, marks: checklist.Marks | None = None
) -> Asset:
    """Return it for work with all remarks at once, those beside the items of the checklist included."""
    require(person, decision_verb(asset), asset)
    _waiting(session, person, asset, expected_version)
    asset.state, asset.remarks = "needs_work", checklist.demand_words(asset, marks or {}, remarks)
    asset.version += 1
    journal.record(session, "asset.returned", asset, person=person, centre_id=asset.owner_id, data={"remarks": asset.remarks})
    return asset


def withdraw(session: Session, person: Person, asset: Asset, *, why: str, expected_version: int) -> Asset:
    """Take it down for good; what was public leaves a page that says when and why."""
    require(person, "asset.withdraw", asset)
    claim(session, asset, expected_version)
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
    claim(session, asset, expected_version)
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
    if any(one.is_minor and one.consent_until is None for one in asset.performers):
        faults["performers"] = _("有未成年人的，请填写监护人同意到哪一天。")
    if asset.details.get(EXCHANGE) and any(not one.consent_scope for one in asset.performers):
        faults["performers"] = _("表演者是从往来带进来的，还没有谁的同意；请逐人问过，记下同意的范围。")
    if performers.beyond_consent(asset):
        faults["file_access"] = _("文件的开放范围超过了表演者同意的范围。")
    if asset.embargo_until is not None and asset.lease_until is not None and asset.lease_until < asset.embargo_until:
        faults["lease_until"] = _("收回的日子早于开放的日子。")
    return faults


def _demand_member(asset: Asset) -> None:
    if not asset.owner.is_active:
        raise Forbidden(_("贵馆现在不是联盟的有效成员，不能发布。"))


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


def _waiting(session: Session, person: Person, asset: Asset, expected_version: int) -> None:
    """Lock it, and ask again who decides: it may have been made public until the lock was there."""
    claim(session, asset, expected_version)
    if asset.state != "in_review":
        raise Conflict(_("这件档案不在待审，可能已有人审过。"))
    require(person, decision_verb(asset), asset)


def fill(asset: Asset, values: Mapping[str, Any]) -> None:
    """Set the fields given; what has no column of its own goes into the details."""
    details = dict(asset.details or {})
    for name, value in values.items():
        if name == "performers":
            performers.arrange(asset, value)
        elif name in DETAILS:
            details[name] = value
        else:
            setattr(asset, name, value)
    asset.details = {name: value for name, value in details.items() if value not in (None, "", [])}
    asset.year = dates.year(asset.created_text or "")
    asset.rights_uri = rights.uri_for(asset.rights_status or "unknown", details.get("statement") or "")

"""Reviewing listings: one standard for all, returned at most once for each submission, with all remarks at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from alliance import clock, permissions
from alliance.catalogue import kinds, rules
from alliance.catalogue import service as catalogue
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import LISTED, Resource, Review
from alliance.centres.models import Centre
from alliance.errors import Conflict, Forbidden, Invalid

SHORTEST = 10
Marks = Mapping[str, Mapping[str, Any]]
"""Item of the checklist -> {"ok": bool, "note": str}."""


@dataclass(frozen=True)
class Queue:
    """What waits for this reviewer: submitted, and changed after it was published; oldest first."""

    submitted: tuple[Resource, ...]
    changed: tuple[Resource, ...]


def queue(session: Session, person: Any) -> Queue:
    """All listings that `person` may review, never those of a centre that they work for."""
    permissions.require(person, "review.queue")
    whole = (selectinload(Resource.openings), selectinload(Resource.asset))
    asked = sa.select(Resource).join(Resource.owner).options(*whole)
    asked = asked.where(Resource.owner_id.not_in([centre.id for centre in person.centres]))
    if not person.is_admin:
        mains = [centre.id for centre in person.directed]
        asked = asked.where(Centre.parent_id.in_(mains), Centre.role.in_(("branch", "point")))
    submitted = session.scalars(asked.where(Resource.state == "in_review").order_by(Resource.submitted_at, Resource.id)).unique()
    changed = asked.where(Resource.state.in_(LISTED), Resource.changed_since_review).order_by(Resource.id).limit(200)
    return Queue(tuple(submitted), tuple(session.scalars(changed).unique()))


def require_reviewer(person: Any, resource: Resource) -> None:
    """The secretariat, or the director of the main centre for its branches and points; never for one's own centre."""
    permissions.require(person, "resource.review", resource)
    if person.roles_in(resource.owner_id):
        raise Forbidden(_("本馆的资源要由别的馆或联盟秘书处审核。"))
    if not person.is_admin and resource.owner.role not in ("branch", "point"):
        raise Forbidden(_("总馆只审核自己的分馆和服务点，这条由联盟秘书处审核。"))


def decide(
    session: Session,
    person: Any,
    *,
    resource: Resource,
    outcome: str,
    marks: Marks,
    remarks: str = "",
    expected_version: int | None = None,
) -> Review:
    """Publish it, or return it for work. Publishing wants every item ticked; returning wants remarks on what is wrong."""
    require_reviewer(person, resource)
    _claim(session, resource, expected_version)
    if resource.state != "in_review":
        raise Conflict(_("这条资源已不在待审之列，可能刚由别人审过，或由本馆撤回。"))
    checked = _checked(resource, marks)
    words = " ".join(remarks.replace("\x00", "").split())[:2000]
    _hold(resource, outcome, checked, words)
    review = Review(person_id=person.id, outcome=outcome, checklist=checked, remarks=words, at=clock.now())
    resource.reviews.append(review)
    if outcome == "published":
        _publish(resource)
    action = "resource.published" if outcome == "published" else "resource.returned"
    catalogue.move(session, person, resource, outcome, action, review=_remarks(checked, words))
    return review


def acknowledge(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> None:
    """Say that what changed since the review is seen and holds."""
    require_reviewer(person, resource)
    _claim(session, resource, expected_version)
    if not resource.changed_since_review:
        raise Conflict(_("这条资源的改动刚才已经有人看过。"))
    resource.changed_since_review = False
    catalogue.move(session, person, resource, resource.state, "resource.change_seen")


def _claim(session: Session, resource: Resource, expected_version: int | None) -> None:
    current = session.scalar(sa.select(Resource.version).where(Resource.id == resource.id).with_for_update())
    if current != resource.version:
        session.refresh(resource)
    if expected_version is not None and current != expected_version:
        raise Conflict(_("您打开之后内容有了变化，请看最新的一版再审。"))


def _checked(resource: Resource, marks: Marks) -> dict[str, Any]:
    """The checklist of the kind as marked; what was not marked is not ticked."""
    checked = {}
    for key, _label in kinds.checklist(resource.kind):
        mark = marks.get(key, {})
        checked[key] = {"ok": bool(mark.get("ok")), "note": " ".join(str(mark.get("note", "")).replace("\x00", "").split())[:300]}
    return checked


def _hold(resource: Resource, outcome: str, checked: dict[str, Any], words: str) -> None:
    """Raise Invalid unless the outcome goes with what was marked and said."""
    unticked = [key for key, mark in checked.items() if not mark["ok"]]
    if outcome == "published":
        if unticked:
            fault = _("没有勾选，不能上架。核对无误请勾选，否则写明后退回。")
            raise Invalid(_("逐项核对之后才能上架。"), {f"ok.{key}": fault for key in unticked})
        if wrong := rules.faults(resource):
            raise Invalid(_("必填的内容还不完整，请退回补充。"), dict.fromkeys(("remarks",), "；".join(wrong.values())))
    elif outcome == "needs_work":
        said = words + "".join(mark["note"] for mark in checked.values())
        if len(said) < SHORTEST:
            fault = _("写明要改什么，至少%(n)s个字；一次说全，不分几次退。", n=SHORTEST)
            raise Invalid(_("退回要写明意见。"), {"remarks": fault})
    else:
        raise Invalid(_("请选择“上架”或“退回”。"), {"outcome": _("请选择“上架”或“退回”。")})


def _publish(resource: Resource) -> None:
    resource.published_at = resource.published_at or clock.now()
    resource.verified_on = today()
    resource.changed_since_review = False


def _remarks(checked: dict[str, Any], words: str) -> dict[str, Any]:
    notes = {key: mark["note"] for key, mark in checked.items() if mark["note"]}
    return {"remarks": words, "notes": notes} if words or notes else {}

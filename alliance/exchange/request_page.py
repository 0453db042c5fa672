"""The request form as a page: its groups of questions, the checks beside it, what a colleague did meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, contains_eager

from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.exchange import completing, joint, stops
from alliance.exchange.checking import checked, promise
from alliance.exchange.controls import Control, Typed, request_controls, summary
from alliance.exchange.guards import must_be_endorsed
from alliance.exchange.labels import GROUPS, REQUEST
from alliance.exchange.models import Agreement, Leg, Line
from alliance.exchange.request_form import OF_WAY, RequestForm
from alliance.exchange.routes import fresh_key, kept, key_given, news, saving_given
from alliance.exchange.sending import Sheet, into_given
from alliance.web import me


def version_of(leg: Leg) -> str:
    """What a form of it was drawn from; of a completion with the last saving behind the version."""
    return f"{leg.version}.{completing.newest(db.session, leg)}" if leg.state == "incomplete" else str(leg.version)


def page(
    sheet: Sheet,
    values: Typed,
    wrong: Mapping[str, Any] | None = None,
    sentence: Any = "",
    *,
    anew: bool = False,
    against: Leg | None = None,
) -> str:
    """The form as it stands, with what can be said about it; `anew`: it is another form than the one that was sent; `against`:
    the leg on which somebody was faster."""
    g.here = "agreements" if sheet.leg is not None else "search"
    session, wrong = db.session, wrong or {}
    resource, leg = sheet.resource, sheet.leg
    groups = _groups(sheet, values, wrong)
    return render_template(
        "exchange/request.html",
        resource=resource,
        leg=leg,
        borrower=sheet.borrower,
        number=sheet.number,
        completes=sheet.completes,
        deficiency=leg.deficiencies[-1] if leg is not None and leg.deficiencies else None,
        groups=groups,
        pledge=request_controls(["pledge"], RequestForm, values, wrong, resource.kind)[0],
        wrong=summary(wrong, REQUEST),
        sentence=sentence if not wrong else "",
        checks=checked(session, sheet.borrower, resource=resource, values=values),
        lacking=_lacking(leg, groups) if leg is not None else {},
        unrouted=sheet.tours and len(sheet.stops) < 2,
        promise=promise(session, resource, sheet.borrower, values),
        endorsed=must_be_endorsed(sheet.borrower, resource.owner_id) and not sheet.is_given,
        given=sheet.is_given,
        gathers=sheet.gathers,
        stops=stops.of(values),
        widens=sheet.may_widen and not sheet.completes and resource.kind != "media",
        into=into_given(),
        projects=joint.begun_by(session, me().centre) if sheet.may_widen and me().centre else [],
        like=sheet.before.number if sheet.before is not None else "",
        kept=kept(session, me(), leg or sheet.before, values, "files", sheet.filed),
        **_news(session, against, values),
        key=fresh_key() if anew else key_given() or fresh_key(),
        version=_version_shown(leg, fresh=against is not None or request.method == "GET"),
        drafts=_drafts_of(session, resource) if leg is None and request.method == "GET" else [],
    )


Groups = list[tuple[str, Any, list[Control]]]


def _groups(sheet: Sheet, values: Typed, wrong: Mapping[str, Any]) -> Groups:
    """The questions by subject, without the subjects of which nothing is asked."""
    kind, joint_part = sheet.resource.kind, sheet.leg is not None and sheet.leg.agreement.is_joint
    return [
        (id_, _("授权期") if id_ == "when" and kind == "media" else label, controls)
        for id_, label, names in GROUPS
        if not (id_ == "way" and joint_part)
        if (controls := request_controls(_asked_here(names, values, sheet.resource), RequestForm, values, wrong, kind))
    ]


def _lacking(leg: Leg, groups: Groups) -> dict[str, str]:
    """What is to be completed, with the question of this form that answers to it."""
    asked = {one.name for *_head, controls in groups for one in controls}
    return {what: name for what, name in completing.asked_for(leg).items() if name in asked}


def _news(session: Session, against: Leg | None, values: Typed) -> dict[str, Any]:
    """What a faster colleague did meanwhile, beside what was typed here."""
    if against is None:
        return {"against": None, "news": [], "changes": []}
    changes = completing.differences(against, values, str(get_locale()))
    return {"against": against, "news": news(session, against, "borrower"), "changes": changes}


def _asked_here(names: Sequence[str], values: Typed, resource: Resource) -> list[str]:
    """The questions of the form itself: what each stop of a tour says is asked there; how many, only where there are several;
    a troupe is seconded to nobody."""
    elsewhere = {"weekly", *stops.OWN} if stops.of(values) else set()
    elsewhere |= set() if resource.is_pool else {"quantity"}
    if resource.details.get("talent_kind") == "troupe":
        elsewhere |= {"way", *OF_WAY["secondment"]}
    return [name for name in names if name not in elsewhere]


def _version_shown(leg: Leg | None, *, fresh: bool) -> str:
    """A completion that comes back for its faults keeps the saving that it knows of: what a colleague saved since is still news."""
    if leg is None:
        return ""
    return version_of(leg) if fresh or leg.state != "incomplete" else f"{leg.version}.{saving_given()}"


def _drafts_of(session: Session, resource: Resource) -> list[Leg]:
    """Requests for the same thing that this person began and did not send."""
    query = sa.select(Leg).join(Line).join(Leg.agreement).where(Line.resource_id == resource.id, Leg.state == "draft")
    mine = query.where(Agreement.created_by == me().id, Leg.borrower_id.in_([centre.id for centre in me().centres]))
    return list(session.scalars(mine.options(contains_eager(Leg.agreement)).order_by(Leg.id.desc()).limit(3)).unique())

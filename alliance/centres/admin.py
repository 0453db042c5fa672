"""What the secretariat does with centres and rules: admit, suspend, restore, publish."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance.centres import forms, membership, rules, service
from alliance.centres.markdown import render
from alliance.centres.membership import STEPS, Step
from alliance.centres.models import Centre, Membership
from alliance.centres.routes import bp, edit_page, shown
from alliance.codes.centres import MEMBERSHIP_STATE
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, Refusal
from alliance.forms import read_form
from alliance.journal import history
from alliance.paging import page_number
from alliance.permissions import guarded
from alliance.web import Answer, me

PER_PAGE = 50


@bp.get("/admin/centres")
@guarded("membership.decide")
def manage() -> Answer:
    """All centres by standing, applications first."""
    state = request.args.get("state", "")
    per_state = sa.select(Membership.state, sa.func.count()).group_by(Membership.state)
    counts: dict[str, int] = {name: count for name, count in db.session.execute(per_state).all()}  # noqa: C416
    query = sa.select(Centre).join(Membership, Membership.centre_id == Centre.id)
    if state in MEMBERSHIP_STATE:
        query = query.where(Membership.state == state)
    waiting_first = sa.case((Membership.state == "applied", 0), else_=1)
    skip = (page_number() - 1) * PER_PAGE
    rows = db.session.scalars(query.order_by(waiting_first, Centre.division_code, Centre.id).offset(skip).limit(PER_PAGE + 1)).all()
    return render_template(
        "centres/manage.html", centres=rows[:PER_PAGE], counts=counts, state=state, more=len(rows) > PER_PAGE, page=page_number()
    )


@bp.get("/admin/centres/new")
@guarded("membership.decide")
def new() -> Answer:
    """Add a centre."""
    return edit_page(None, {"level": "county", "role": "main", "type": "centre"})


@bp.post("/admin/centres/new")
@guarded("membership.decide")
def create() -> Answer:
    """Keep it; admitting it is the next step."""
    try:
        form = read_form(forms.CentreForm)
        with transaction() as session:
            slug = service.create(session, me(), form=form).slug
    except (Invalid, Conflict) as error:
        return edit_page(None, request.form, error)
    flash(_("已建好，下一步请决定是否同意入盟。"), "ok")
    return redirect(url_for("centres.managed", slug=slug))


@bp.get("/admin/centres/<slug>")
@guarded("membership.decide")
def managed(slug: str) -> Answer:
    """One centre's standing, what can be decided now, and what was."""
    centre = service.by_slug(db.session, slug)
    events, asked = history(db.session, centre)[::-1], membership.asked(db.session, centre)
    shown_here = {"events": events, "asked": asked, "causes": membership.causes(db.session, centre)}
    return render_template("centres/managed.html", centre=centre, steps=membership.steps(centre), **shown_here)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound(_("没有这一步。"))
    return STEPS[name]


@bp.get("/admin/centres/<slug>/<name>")
@guarded("membership.decide")
def step(slug: str, name: str) -> Answer:
    """What will happen, before it does."""
    return _step_page(service.by_slug(db.session, slug), _step(name), {})


def _step_page(centre: Centre, chosen: Step, typed: Any, wrong: Refusal | None = None) -> Answer:
    page = render_template(
        "centres/step.html",
        centre=centre,
        step=chosen,
        possible=chosen in membership.steps(centre),
        touched=membership.consequences(db.session, centre),
        causes=membership.causes(db.session, centre),
        typed=typed,
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
    )
    return page, wrong.status if wrong else 200


@bp.post("/admin/centres/<slug>/<name>")
@guarded("membership.decide")
def decide(slug: str, name: str) -> Answer:
    """Take the step."""
    centre, chosen = service.by_slug(db.session, slug), _step(name)
    try:
        said = read_form(forms.Reason) if chosen.reason else None
        with transaction() as session:
            reason, until = (said.reason, said.until) if said is not None else ("", None)
            membership.decide(session, me(), centre=centre, step=chosen, reason=reason, until=until)
    except (Invalid, Conflict) as error:
        return _step_page(centre, chosen, request.form, error)
    flash(_("已办理。"), "ok")
    return redirect(url_for("centres.managed", slug=slug))


# Rules -------------------------------------------------------------------


@bp.get("/admin/rules")
@guarded("rules.edit")
def edit_rules() -> Answer:
    """The rules in force, to be made into a new version."""
    newest = next(iter(rules.versions(db.session)), None)
    fields = ("title", "title_en", "text", "text_en")
    typed = {name: getattr(newest, name) for name in fields} | {"based_on": newest.version} if newest else {"based_on": 0}
    return _rules_page(typed)


def _rules_page(typed: Any, wrong: Refusal | None = None, preview: forms.Rules | None = None) -> Answer:
    page = render_template(
        "centres/rules.html",
        typed=typed,
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
        preview=preview,
        text=render(preview.text) if preview else "",
        text_en=render(preview.text_en) if preview else "",
    )
    return page, wrong.status if wrong else 200


@bp.post("/admin/rules")
@guarded("rules.edit")
def publish_rules() -> Answer:
    """Show how it will look, or put it in force."""
    try:
        form = read_form(forms.Rules)
    except Invalid as error:
        return _rules_page(request.form, error)
    if request.form.get("do") != "publish":
        return _rules_page(request.form, preview=form)
    try:
        with transaction() as session:
            version = rules.publish(session, me(), form=form).version
    except Conflict as refusal:
        return _rules_page(request.form, refusal)
    flash(_("第%(n)s版已发布，即日起施行。", n=version), "ok")
    return redirect(url_for("portal.rules"))

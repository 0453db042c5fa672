"""Who works in a centre: the list, roles, duties, invitations and their acceptance."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance import permissions
from alliance.centres.models import Centre
from alliance.centres.service import by_slug
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, Refusal
from alliance.forms import read_form
from alliance.people import accounts, duties, forms, invitations, passwords, posts, security
from alliance.people.models import Invitation, Person, Post
from alliance.people.routes import bp, rate, shown
from alliance.permissions import guarded
from alliance.web import Answer, limiter, me


@bp.get("/people")
@guarded("self.edit")
def my_people() -> Answer:
    """The list of the centre for which one acts."""
    if me().centre is None:
        raise NotFound(_("您目前不在任何成员馆任职。"))
    return redirect(url_for("people.people", slug=me().centre.slug))


@bp.get("/people/<slug>")
@guarded("people.read")
def people(slug: str) -> Answer:
    """Everybody who works in a centre, with roles, duties and days of absence."""
    return _people_page(_centre(slug, "people.read"))


def _centre(slug: str, verb: str) -> Centre:
    centre = by_slug(db.session, slug)
    permissions.require(me(), verb, centre)
    return centre


def _people_page(centre: Centre, wrong: Refusal | None = None, part: str = "") -> Answer:
    session, typed = db.session, request.form if part else {}
    invites = permissions.may(me(), "people.invite", centre)
    page = render_template(
        "people/people.html",
        centre=centre,
        members=posts.members(session, centre),
        former=posts.former(session, centre),
        duties=duties.of(session, centre),
        today=posts.today(),
        open_invitations=invitations.open_ones(session, centre) if invites else [],
        typed=typed,
        typed_roles=request.form.getlist("roles") if part == "invite" else ["staff"],
        part=part,
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
    )
    return page, wrong.status if wrong else 200


@bp.post("/people/<slug>/duties")
@guarded("centre.edit")
def assign(slug: str) -> Answer:
    """Set duties A and B."""
    centre = _centre(slug, "centre.edit")
    try:
        form = read_form(forms.Duties)
        with transaction() as session:
            duties.assign(session, me(), centre=centre, a=form.a, b=form.b)
    except (Invalid, Conflict) as error:
        return _people_page(centre, error, "duties")
    flash(_("值守已定好。"), "ok")
    return redirect(url_for("people.people", slug=slug))


# Inviting ----------------------------------------------------------------


@bp.post("/people/<slug>/invite")
@guarded("people.invite")
@limiter.limit(rate)
def invite(slug: str) -> Answer:
    """Send a link by mail."""
    centre = _centre(slug, "people.invite")
    try:
        form = read_form(forms.Invited)
        with transaction() as session:
            invitations.invite(session, me(), centre=centre, email=form.email, name=form.name, roles=set(form.roles))
    except (Invalid, Conflict) as error:
        return _people_page(centre, error, "invite")
    flash(_("邀请已发往 %(email)s，14天内有效。", email=form.email), "ok")
    return redirect(url_for("people.people", slug=slug))


def _invitation(slug: str, number: int) -> Invitation:
    centre = _centre(slug, "people.invite")
    found = db.session.get(Invitation, number)
    if found is None or found.centre_id != centre.id:
        raise NotFound(_("没有这份邀请。"))
    return found


@bp.post("/people/<slug>/invitations/<int:number>/resend")
@guarded("people.invite")
@limiter.limit(rate)
def resend(slug: str, number: int) -> Answer:
    """A new link; the earlier one no longer works."""
    invitation = _invitation(slug, number)
    with transaction() as session:
        invitations.resend(session, me(), invitation=invitation)
    flash(_("邀请已重新发送，以前的链接不再有效。"), "ok")
    return redirect(url_for("people.people", slug=slug))


@bp.post("/people/<slug>/invitations/<int:number>/withdraw")
@guarded("people.invite")
def withdraw(slug: str, number: int) -> Answer:
    """Take an invitation back."""
    invitation = _invitation(slug, number)
    with transaction() as session:
        invitations.withdraw(session, me(), invitation=invitation)
    flash(_("邀请已收回。"), "ok")
    return redirect(url_for("people.people", slug=slug))


# Roles -------------------------------------------------------------------


@bp.get("/people/<slug>/<int:number>")
@guarded("people.invite")
def member(slug: str, number: int) -> Answer:
    """One person's roles in the centre."""
    centre = _centre(slug, "people.invite")
    return _member_page(centre, posts.member(db.session, centre, number))


def _member_page(centre: Centre, who: Person, wrong: Refusal | None = None) -> Answer:
    held = next(post for post in who.posts if post.centre_id == centre.id and post.is_held(posts.today()))
    kept: dict[str, Any] = {"department": held.department, "title": held.title, "roles": sorted(who.held_in(centre.id))}
    typed = request.form.to_dict() | {"roles": request.form.getlist("roles")} if wrong else kept
    page = render_template(
        "people/member.html",
        centre=centre,
        who=who,
        typed=typed,
        since=db.session.scalar(sa.select(sa.func.min(Post.since)).where(Post.person_id == who.id, Post.centre_id == centre.id)),
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
    )
    return page, wrong.status if wrong else 200


@bp.post("/people/<slug>/<int:number>")
@guarded("people.invite")
def set_roles(slug: str, number: int) -> Answer:
    """Change roles, department and title."""
    centre = _centre(slug, "people.invite")
    who = posts.member(db.session, centre, number)
    try:
        form = read_form(forms.Posts)
        with transaction() as session:
            roles = set(form.roles)
            posts.set_roles(session, me(), centre=centre, who=who, roles=roles, department=form.department, title=form.title)
    except (Invalid, Conflict) as error:
        return _member_page(centre, who, error)
    flash(_("已存好。"), "ok")
    return redirect(url_for("people.people", slug=slug))


@bp.post("/people/<slug>/<int:number>/leave")
@guarded("people.invite")
def leave(slug: str, number: int) -> Answer:
    """End somebody's posts in the centre."""
    centre = _centre(slug, "people.invite")
    who = posts.member(db.session, centre, number)
    with transaction() as session:
        posts.leave(session, me(), centre=centre, who=who)
        name = who.name
    flash(_("%(name)s已不在本馆任职，手上的事转给A角。", name=name), "ok")
    return redirect(
        url_for("people.people", slug=slug) if permissions.may(me(), "people.read", centre) else url_for("people.profile")
    )


# Accepting ---------------------------------------------------------------


@bp.get("/invitations/<secret>")
@guarded("sign_in")
def invitation(secret: str) -> Answer:
    """Where the link of an invitation leads."""
    return _invitation_page(secret, {})


def _invitation_page(secret: str, typed: dict[str, Any], wrong: Invalid | None = None) -> Answer:
    found = invitations.of_secret(db.session, secret)
    page = render_template(
        "people/invitation.html",
        invitation=found,
        secret=secret,
        known=accounts.by_email(db.session, found.email) is not None,
        typed=typed or {"name": found.name},
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
    )
    return page, wrong.status if wrong else 200


@bp.post("/invitations/<secret>")
@guarded("sign_in")
@limiter.limit(rate)
def accept(secret: str) -> Answer:
    """A newcomer's account, and signed in."""
    found = invitations.of_secret(db.session, secret)
    try:
        form = read_form(forms.Joining)
        kept = passwords.hashed(passwords.check(form.password, form.again, email=found.email))
    except Invalid as error:
        return _invitation_page(secret, request.form.to_dict(), error)
    given = form.model_dump(exclude={"password", "again"})
    with transaction() as session:
        person = invitations.accept(session, secret=secret, given=given, password_hash=kept)
    security.begin(person)
    flash(_("欢迎加入。请先看看本馆的资料和待办。"), "ok")
    return redirect(url_for("portal.desk"))


@bp.post("/invitations/<secret>/join")
@guarded("self.edit")
def join(secret: str) -> Answer:
    """Who has an account adds the posts to it."""
    with transaction() as session:
        invitations.accept_as(session, me(), secret=secret)
    flash(_("已加入，现在代表%(centre)s办事。", centre=me().centre.short_name), "ok")
    return redirect(url_for("portal.desk"))

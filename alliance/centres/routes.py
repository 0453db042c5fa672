"""A centre asks to join, keeps its own data and what it discloses."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance import permissions
from alliance.centres import forms, hours, membership, service, words
from alliance.centres.models import Centre, Disclosure
from alliance.codes.centres import DISCLOSURE_HEADING
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, Refusal
from alliance.forms import printable, read_form
from alliance.permissions import guarded
from alliance.web import Answer, limiter, me

bp = Blueprint("centres", __name__)
words.register(bp)


def rate() -> str:
    """The setting of how many writes one address has."""
    settings: Settings = current_app.config["ALLIANCE"]
    return settings.sign_in_rate


def shown(error: Refusal) -> list[tuple[str, Any]]:
    """What is wrong, for the summary above a form."""
    return [("" if name == "form" else name, text) for name, text in error.fields.items()] or [("", error.sentence)]


# Joining -----------------------------------------------------------------


@bp.get("/centres/join")
@guarded("membership.apply")
def join() -> Answer:
    """How a centre becomes a member, and the form."""
    return render_template("centres/join.html", typed={}, wrong={}, summary=[], sent=False)


@bp.post("/centres/join")
@guarded("membership.apply")
@limiter.limit(rate)
def apply() -> Answer:
    """Hand the application in."""
    try:
        form = read_form(forms.Application)
        with transaction() as session:
            membership.apply(session, me(), form=form)
    except (Invalid, Conflict) as error:
        page = render_template("centres/join.html", typed=request.form, wrong=error.fields, summary=shown(error), sent=False)
        return page, error.status
    return render_template("centres/join.html", typed=form.model_dump(), wrong={}, summary=[], sent=True)


# Editing -----------------------------------------------------------------


def values(centre: Centre) -> dict[str, Any]:
    """What the form of a centre shows before anything is typed."""
    plain = {name: getattr(centre, name) for name in (*service.PLAIN, "summary", "summary_en", "endorsed", "version")}
    return (
        plain
        | {f"hours_{day}": hours.line(centre.opening_hours, day) for day in range(1, 8)}
        | {
            "parent": centre.parent_id,
            "lat": None if centre.approximate else centre.lat,
            "lng": None if centre.approximate else centre.lng,
            "hours_note": centre.opening_hours.get("note", ""),
            "former_names": "\n".join(name.name for name in centre.names if name.kind == "former"),
            "aliases": "\n".join(name.name for name in centre.names if name.kind == "alias"),
        }
    )


def parents(centre: Centre | None) -> list[tuple[int, str]]:
    """Centres that may stand above another: all but service points and itself."""
    query = sa.select(Centre.id, Centre.name).where(Centre.role != "point").order_by(Centre.division_code, Centre.name)
    return [(number, name) for number, name in db.session.execute(query) if centre is None or number != centre.id]


def edit_page(centre: Centre | None, typed: Any, wrong: Refusal | None = None) -> Answer:
    """The form of a centre, for its own people and for the secretariat."""
    page = render_template(
        "centres/edit.html",
        centre=centre,
        typed=typed,
        parents=parents(centre),
        wrong=wrong.fields if wrong else {},
        summary=shown(wrong) if wrong else [],
    )
    return page, wrong.status if wrong else 200


def _own(slug: str) -> Centre:
    centre = service.by_slug(db.session, slug)
    permissions.require(me(), "centre.edit", centre)
    return centre


@bp.get("/centres/<slug>/edit")
@guarded("centre.edit")
def edit(slug: str) -> Answer:
    """Everything that is known about a centre, to be changed."""
    centre = _own(slug)
    return edit_page(centre, values(centre))


@bp.post("/centres/<slug>/edit")
@guarded("centre.edit")
def save(slug: str) -> Answer:
    """Keep what was changed; its place in the tree is left to the secretariat."""
    centre = _own(slug)
    position = {} if me().is_admin else {name: values(centre)[name] for name in ("level", "role", "parent", "endorsed")}
    try:
        form = read_form(forms.CentreForm, **position)
        with transaction() as session:
            service.edit(session, me(), centre=centre, form=form)
    except (Invalid, Conflict) as error:
        seen = {"version": centre.version} if isinstance(error, Conflict) else {}
        return edit_page(centre, request.form.to_dict() | position | seen, error)
    flash(_("已存好。"), "ok")
    return redirect(url_for("portal.centre", slug=slug))


# Disclosure --------------------------------------------------------------


@bp.get("/centres/<slug>/disclosure/edit")
@guarded("centre.edit")
def edit_disclosure(slug: str) -> Answer:
    """The eight headings, to be written."""
    centre = _own(slug)
    rows = {row.heading: row for row in db.session.scalars(sa.select(Disclosure).where(Disclosure.centre_id == centre.id))}
    typed = {key: row.text for key, row in rows.items()} | {f"{key}_en": row.text_en for key, row in rows.items()}
    return render_template(
        "centres/disclosure.html", centre=centre, typed=typed, wrong={}, summary=[], headings=DISCLOSURE_HEADING.ids
    )


@bp.post("/centres/<slug>/disclosure/edit")
@guarded("centre.edit")
def disclose(slug: str) -> Answer:
    """Keep what is written under them."""
    centre = _own(slug)
    typed = {name: printable(request.form.get(name, "")) for key in DISCLOSURE_HEADING.ids for name in (key, f"{key}_en")}
    try:
        long = {name: _("最多 %(n)s 个字。", n=20_000) for name, text in typed.items() if len(text) > 20_000}
        if long:
            raise Invalid(_("有几处需要改正，已填的内容都还在。"), long)
        with transaction() as session:
            texts = {key: (typed[key], typed[f"{key}_en"]) for key in DISCLOSURE_HEADING.ids}
            service.disclose(session, me(), centre=centre, texts=texts)
    except Invalid as error:
        page = render_template(
            "centres/disclosure.html",
            centre=centre,
            typed=typed,
            wrong=error.fields,
            summary=shown(error),
            headings=DISCLOSURE_HEADING.ids,
        )
        return page, error.status
    flash(_("已存好。"), "ok")
    return redirect(url_for("portal.disclosure", slug=slug))

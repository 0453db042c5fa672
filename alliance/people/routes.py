"""Signing in and out, the password, one's own profile."""

from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import refresh

from alliance import clock
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, Refusal, TooMany
from alliance.forms import read_form
from alliance.people import accounts, backoff, demo_accounts, forms, letters, passwords, security, words
from alliance.permissions import guarded
from alliance.web import Answer, limiter, me, safe_next

bp = Blueprint("people", __name__)
words.register(bp)


def rate() -> str:
    """The setting of how many tries one address has."""
    settings: Settings = current_app.config["ALLIANCE"]
    return settings.sign_in_rate


def shown(error: Refusal) -> list[tuple[str, Any]]:
    """What is wrong, for the summary above a form."""
    return [("" if name == "form" else name, text) for name, text in error.fields.items()] or [("", error.sentence)]


# Signing in --------------------------------------------------------------


@bp.get("/sign-in")
@guarded("sign_in")
def sign_in() -> Answer:
    """Mail address and password."""
    if me() is not None:
        return redirect(safe_next(request.args.get("next", "/")))
    return _sign_in_page({"next": request.args.get("next", "/")})


@bp.post("/sign-in")
@guarded("sign_in")
@limiter.limit(rate)
def do_sign_in() -> Answer:
    """Look who it is; the session starts anew."""
    try:
        form = read_form(forms.SignIn)
        person = accounts.identify(form.email, form.password)
    except (Invalid, TooMany) as error:
        return _refused_page(error)
    security.begin(person, remember=form.remember)
    return redirect(safe_next(form.next or "/"))


def _refused_page(error: Invalid | TooMany) -> Answer:
    answer = make_response(_sign_in_page(request.form.to_dict(), str(_told(error))), error.status)
    if isinstance(error, TooMany):
        until = backoff.waiting(db.session, accounts.plain(request.form.get("email", "")))
        answer.headers["Retry-After"] = str(max(1, round((until - clock.now()).total_seconds())) if until else 60)
    return answer


def _told(error: Invalid | TooMany) -> Any:
    return next(iter(error.fields.values()), error.sentence) if isinstance(error, Invalid) else error.sentence


def _sign_in_page(typed: dict[str, Any], wrong: str = "") -> str:
    settings: Settings = current_app.config["ALLIANCE"]
    demo = demo_accounts.accounts(db.session) if settings.demo else []
    return render_template(
        "people/sign_in.html",
        typed=typed | {"next": safe_next(typed.get("next", "/"))},
        wrong=wrong,
        demo=demo,
        demo_password=demo_accounts.DEMO_PASSWORD if demo else "",
    )


@bp.post("/sign-out")
@guarded("self.edit")
def sign_out() -> Answer:
    """End the session."""
    security.end()
    flash(_("已退出登录。"), "ok")
    return redirect(url_for("portal.home"))


# A forgotten password ----------------------------------------------------


@bp.get("/sign-in/forgotten")
@guarded("sign_in")
def forgotten() -> Answer:
    """Ask for a link by mail."""
    return render_template("people/forgotten.html", typed={"email": request.args.get("email", "")[:254]}, wrong={}, sent=False)


@bp.post("/sign-in/forgotten")
@guarded("sign_in")
@limiter.limit(rate)
def ask_link() -> Answer:
    """The same answer whether there is such an account or not."""
    try:
        form = read_form(forms.Forgotten)
    except Invalid as error:
        return render_template("people/forgotten.html", typed=request.form, wrong=error.fields, sent=False), error.status
    with transaction() as session:
        letters.ask_reset(session, form.email)
    return render_template("people/forgotten.html", typed={"email": form.email}, wrong={}, sent=True)


@bp.get("/sign-in/new-password/<token>")
@guarded("sign_in")
def new_password(token: str) -> Answer:
    """Where the link of the mail leads."""
    person = accounts.of_reset_token(db.session, token)
    return render_template("people/new_password.html", token=token, email=person.email, wrong={})


@bp.post("/sign-in/new-password/<token>")
@guarded("sign_in")
@limiter.limit(rate)
def set_new_password(token: str) -> Answer:
    """Keep the new password; the link does not work again, all sessions end."""
    person = accounts.of_reset_token(db.session, token)
    try:
        form = read_form(forms.NewPassword)
        kept = passwords.hashed(passwords.check(form.password, form.again, email=person.email))
    except Invalid as error:
        return render_template("people/new_password.html", token=token, email=person.email, wrong=error.fields), error.status
    with transaction() as session:
        person = accounts.of_reset_token(session, token, lock=True)
        accounts.set_password(session, person, hashed=kept, how="reset")
        letters.tell_changed(session, person)
    security.end()
    flash(_("新密码已存好，请用它登录。"), "ok")
    return redirect(url_for("people.sign_in"))


# One's own profile -------------------------------------------------------


@bp.get("/profile")
@guarded("self.edit")
def profile() -> Answer:
    """One's own name, phone, language, centres, days of absence and password."""
    return _profile_page()


def _profile_page(wrong: Refusal | None = None, part: str = "", status: int = 200) -> Answer:
    person = me()
    page = render_template(
        "people/profile.html",
        person=person,
        typed=request.form if part else {},
        part=part,
        wrong=wrong.fields or {"form": wrong.sentence} if wrong else {},
        summary=shown(wrong) if wrong else [],
        today=clock.local(clock.now()).date(),
    )
    return page, status


@bp.post("/profile")
@guarded("self.edit")
def save_profile() -> Answer:
    """Change name, phone, language."""
    try:
        form = read_form(forms.Profile)
    except Invalid as error:
        return _profile_page(error, "profile", error.status)
    with transaction() as session:
        accounts.edit_profile(session, me(), given=form.model_dump())
    answer = redirect(url_for("people.profile"))
    settings: Settings = current_app.config["ALLIANCE"]
    language, secure = form.locale.replace("_", "-"), settings.address.startswith("https")
    answer.set_cookie("lang", language, max_age=31536000, samesite="Lax", secure=secure)
    refresh()
    flash(_("已存好。"), "ok")
    return answer


@bp.post("/profile/centre")
@guarded("self.edit")
def act_for() -> Answer:
    """Choose for which centre one acts."""
    form = read_form(forms.ActingCentre)
    with transaction() as session:
        centre = accounts.act_for(session, me(), centre_id=form.centre)
        name = centre.short_name
    flash(_("现在代表%(centre)s办事。", centre=name), "ok")
    return redirect(safe_next(request.form.get("next", url_for("people.profile"))))


@bp.post("/profile/absences")
@guarded("self.edit")
def away() -> Answer:
    """Announce days of absence."""
    try:
        form = read_form(forms.Away)
        with transaction() as session:
            accounts.away(session, me(), **form.model_dump())
    except (Invalid, Conflict) as error:
        return _profile_page(error, "away", error.status)
    flash(_("已登记，这几天的事由B角接手。"), "ok")
    return redirect(url_for("people.profile"))


@bp.post("/profile/absences/<int:number>/remove")
@guarded("self.edit")
def back(number: int) -> Answer:
    """Take an absence back."""
    with transaction() as session:
        accounts.back(session, me(), absence_id=number)
    flash(_("已取消。"), "ok")
    return redirect(url_for("people.profile"))


@bp.post("/profile/password")
@guarded("self.edit")
@limiter.limit(rate)
def change_password() -> Answer:
    """The current password, then the new one twice; other sessions end, this one goes on."""
    person = me()
    try:
        form = read_form(forms.ChangedPassword)
        wanted = passwords.check(form.password, form.again, email=person.email)
        backoff.count(person.email)
        if not passwords.fits(form.current, person.password):
            raise Invalid(_("现在的密码不对。"), {"current": _("现在的密码不对。")})
        kept = passwords.hashed(wanted)
    except Invalid as error:
        return _profile_page(error, "password", error.status)
    except TooMany as error:
        return _profile_page(Invalid(error.sentence, {"current": error.sentence}), "password", error.status)
    with transaction() as session:
        accounts.set_password(session, person, hashed=kept, how="changed")
        letters.tell_changed(session, person)
    security.begin(person)
    flash(_("密码已修改，别处的登录都已失效。"), "ok")
    return redirect(url_for("people.profile"))

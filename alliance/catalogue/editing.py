"""The form of one listing: shown, saved as one goes, submitted, moved from state to state."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.catalogue import forms, kinds, rules, service
from alliance.catalogue.models import LISTED, Resource
from alliance.catalogue.routes import bp, crumbs_of, own, state_of, version_given
from alliance.db import db, transaction
from alliance.errors import BadRequest, Conflict, Invalid
from alliance.permissions import guarded
from alliance.web import Answer, me, wants_json

OPEN = ("draft", "needs_work", "withdrawn")
ACTIONS: dict[str, tuple[Any, str, tuple[str, ...], Callable[..., Any], Any]] = {
    # name: label, tone, states in which it is offered, what does it, what is said afterwards
    "take_back": (_l("撤回提交"), "quiet", ("in_review",), service.take_back, _l("已撤回，可以继续修改。")),
    "verify": (_l("核实无误"), "quiet", LISTED, service.verify, _l("已记下：今天核实过。")),
    "maintenance": (_l("转维护"), "quiet", ("published", "paused"), service.set_maintenance, _l("已转维护，暂不外借。")),
    "pause": (_l("停借"), "quiet", ("published", "maintenance"), service.pause, _l("已停借；看得到，暂时不能申请。")),
    "republish": (_l("恢复外借"), "primary", ("maintenance", "paused"), service.republish, _l("已恢复外借。")),
    "withdraw": (_l("下架"), "stop", (*LISTED, "needs_work"), service.withdraw, _l("已下架；已经谈妥的借用照常进行。")),
    "withdraw_consent": (_l("本人撤回同意"), "stop", (*LISTED, "in_review"), service.withdraw_consent, _l("已撤下，不再显示。")),
    "remove": (_l("删除草稿"), "stop", ("draft",), service.remove_draft, _l("草稿已删除。")),
}


@bp.get("/<code>/edit")
@guarded("resource.edit")
def edit(code: str) -> Answer:
    """The form of a listing."""
    resource = own(db.session, code)
    return page(resource, forms.shown(kinds.kind_of(resource), resource), {})


@bp.post("/<code>/edit")
@guarded("resource.edit")
def save(code: str) -> Answer:
    """Save; then submit where that was asked for. What holds is kept, what does not is told."""
    typed: dict[str, Any] = {}
    try:
        with transaction() as session:
            resource = own(session, code)
            typed = forms.typed(kinds.kind_of(resource), request.form)
            faults = service.save(session, me(), resource=resource, values=typed, expected_version=version_given())
    except Invalid as refused:
        return again(code, typed, refused.fields, refused.sentence, all_typed=True)
    except Conflict as refused:
        return collided(code, typed, refused)
    if faults:
        return again(code, typed, faults, _("其余的内容已存好，下面几处要改正。"))
    if request.form.get("more"):
        resource = own(db.session, code)
        return page(resource, forms.shown(kinds.kind_of(resource), resource), {}, more=request.form["more"][:40])
    return submitted(code) if request.form.get("action") == "submit" else saved(code)


def saved(code: str) -> Answer:
    """Back to the form, with a word."""
    resource = own(db.session, code)
    words = {"in_review": _("已保存。共享范围或本人同意有了变化，需要重新审核。"), "withdrawn": _("已保存。")}
    flash(words.get(resource.state, _("已保存，立即生效。") if resource.is_listed else _("草稿已存好。")), "ok")
    return redirect(url_for("catalogue.edit", code=code), 303)


def submitted(code: str) -> Answer:
    """Hand over what was just saved, or say what is missing."""
    try:
        with transaction() as session:
            service.submit(session, me(), resource=own(session, code))
    except Invalid as refused:
        return again(code, {}, refused.fields, refused.sentence)
    flash(_("已提交审核。审核结果会通知您。"), "ok")
    return redirect(url_for("catalogue.edit", code=code), 303)


@bp.post("/<code>/draft")
@guarded("resource.edit")
def autosave(code: str) -> Answer:
    """Keep a draft as one goes; answers with a sentence (or JSON) on what does not hold yet."""
    with transaction() as session:
        resource = own(session, code)
        if resource.state not in OPEN:
            raise Conflict(_("只有草稿边填边存；已上架的资源请点“保存”。"))
        kind = kinds.kind_of(resource)
        values = forms.typed(kind, request.form)
        faults = service.save(session, me(), resource=resource, values=values, expected_version=version_given())
        version = resource.version
    if wants_json():
        answer = make_response(jsonify({"version": version, "faults": faults}))
    else:
        answer = make_response(_kept(kind, faults))
        answer.mimetype = "text/plain"
    answer.headers["Draft-Version"] = str(version)
    return answer


def _kept(kind: kinds.Kind, faults: Mapping[str, str]) -> str:
    if not faults:
        return str(_("草稿已存好"))
    labels = dict.fromkeys(str(kind.by_name[name.split(".")[0]].label) for name in faults)
    joined = kinds.comma(str(get_locale())).join(labels)
    return str(_("草稿已存好；填得不对、没有存上的：%(fields)s", fields=joined))


@bp.post("/<code>/state")
@guarded("resource.edit")
def change(code: str) -> Answer:
    """One of the actions."""
    name = request.form.get("action", "")
    if name not in ACTIONS:
        raise BadRequest(_("没有这个操作。"))
    _label, _tone, _states, act, said = ACTIONS[name]
    try:
        with transaction() as session:
            given = {} if name == "withdraw_consent" else {"expected_version": version_given()}
            act(session, me(), resource=own(session, code), **given)
    except Invalid as refused:
        return again(code, {}, refused.fields, refused.sentence)
    flash(said, "ok")
    gone = name == "remove"
    return redirect(url_for("catalogue.mine") if gone else url_for("catalogue.edit", code=code), 303)


# The page ------------------------------------------------------------------


def again(code: str, typed: Mapping[str, Any], faults: Mapping[str, str], sentence: Any, *, all_typed: bool = False) -> Answer:
    """The form once more, with what was typed and what is wrong."""
    resource = own(db.session, code)
    stored = forms.shown(kinds.kind_of(resource), resource)
    values = forms.kept(stored, typed, faults, all_typed=all_typed)
    return page(resource, values, faults, sentence=sentence), 422


def collided(code: str, typed: Mapping[str, Any], refused: Conflict) -> Answer:
    """Somebody else saved in between: show what was typed over the newest version, and name what differs."""
    resource = own(db.session, code)
    kind = kinds.kind_of(resource)
    stored = forms.shown(kind, resource)
    other = [kind.by_name[name] for name, value in typed.items() if _said(value) != _said(stored.get(name))]
    return page(resource, {**stored, **typed}, {}, sentence=refused.sentence, differs=other), 409


def _said(value: Any) -> Any:
    """The same whatever the order of boxes or the empty cells of rows."""
    if isinstance(value, list):
        return [{name: cell for name, cell in one.items() if cell} if isinstance(one, dict) else one for one in value if one]
    return str(value or "").strip()


def page(
    resource: Resource,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
    *,
    sentence: Any = "",
    more: str = "",
    differs: list[kinds.Field] | None = None,
) -> str:
    """The form of a listing, with what stands beside it."""
    g.here = "mine"
    kind, locale = kinds.kind_of(resource), str(get_locale())
    missing = kinds.missing(resource)
    return render_template(
        "catalogue/edit.html",
        resource=resource,
        kind=kind,
        state=state_of(resource, locale),
        sections=forms.sections(kind, values, faults, frozenset(field.name for field in missing), locale, more),
        faults=faults,
        sentence=sentence,
        differs=[(field, kinds.shown(field, field.of(resource), locale)) for field in differs or ()],
        missing=missing,
        warnings=rules.warnings(resource),
        facts=kinds.facts(resource, locale),
        returned=resource.reviews[-1] if resource.state == "needs_work" and resource.reviews else None,
        checklist=dict(kind.checklist),
        is_open=resource.state in OPEN,
        actions=offered(resource),
        openings=kinds.shown(kind.by_name["openings"], [(o.weekday, o.opens, o.closes) for o in resource.openings], locale)
        if "openings" in kind.by_name
        else "",
        crumbs=crumbs_of(resource, url_for("catalogue.mine")),
    )


def offered(resource: Resource) -> list[tuple[str, Any, str]]:
    """The actions that fit the state: (name, label, tone)."""
    never = {"withdraw_consent"} if resource.kind != "talent" else set()
    if resource.submitted_at is not None or resource.reviews:
        never.add("remove")
    return [
        (name, label, tone)
        for name, (label, tone, states, _act, _said) in ACTIONS.items()
        if resource.state in states and name not in never
    ]

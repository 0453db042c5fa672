"""How files come in parts: announced, sent to where the store wants them, finished; any break costs one part at most."""

from typing import Annotated, Any

from flask import current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field

from alliance import receiving
from alliance.answers import in_json
from alliance.archive import assembly, card, service, uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.archive.routes import bp, centre_of_mine, own
from alliance.db import db, transaction
from alliance.errors import BadRequest, Conflict, Invalid, TooLarge
from alliance.forms import read_form
from alliance.permissions import guarded, require
from alliance.storage import files
from alliance.storage.store import Damaged
from alliance.web import Answer, me, wants_json

SECONDS = 3600
"""How long a browser may take for one part."""
STATES: dict[str, tuple[Any, str]] = {
    "open": (_l("没有传完"), "act"),
    "assembling": (_l("正在核对"), "wait"),
    "done": (_l("已收好"), "ok"),
    "filed": (_l("已随清单存下"), "ok"),
    "refused": (_l("没有收"), "stop"),
    "cancelled": (_l("已取消"), ""),
}

receiving.UNCOUNTED.update(("archive.part_address", "archive.part"))


class Announced(BaseModel):
    """What a browser says about a file before it sends it."""

    name: Annotated[str, Field(max_length=1000)]
    size: Annotated[int, Field(ge=0, le=2**50)]
    modified: Annotated[int, Field(ge=0, le=2**50)] | None = None
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    asset: Annotated[str, Field(max_length=20)] = ""
    again: bool = False


@bp.post("/uploads")
@guarded("upload.begin")
def begin_upload() -> Answer:
    """Announce a file: 201 and where its parts go, or 200 and who has it already; 413 where the centre has no room for it."""
    require(me(), "upload.begin", centre_of_mine())
    said = read_form(Announced)
    owner_id = own(db.session, said.asset).owner_id if said.asset else centre_of_mine().id
    if said.sha256 and not said.again and (known := service.twins(db.session, me(), said.sha256)):
        return jsonify({"twins": _twins(known)})
    settings = current_app.config["ALLIANCE"]
    name = uploads.announced(said.name, size=said.size, limit_mb=settings.archive_mb)
    uploads.demand(db.session, me(), centre_id=owner_id, name=name, size=said.size, gigabytes=settings.centre_gb)
    code, draft = uploads.reserve(said.size)
    try:
        with transaction() as session:
            asset = own(session, said.asset) if said.asset else None
            given: dict[str, Any] = {
                "centre": centre_of_mine(),
                "code": code,
                "draft": draft,
                "name": name,
                "modified": said.modified,
                "gigabytes": settings.centre_gb,
            }
            upload = uploads.begin(session, me(), asset=asset, **given)
    except BaseException:
        assembly.clear(draft)
        raise
    return jsonify(_told(upload) | {"direct": _direct(upload)}), 201


@bp.get("/uploads/<code>")
@guarded("upload.continue")
def arrival(code: str) -> Answer:
    """How far a file is: for programs with the numbers of its parts, for people as a page that looks again by itself."""
    upload = uploads.find(db.session, me(), code)
    if wants_json():
        return jsonify(_told(upload))
    answer = make_response(render_template("archive/arrival.html", upload=upload, told=_told(upload), state=STATES[upload.state]))
    if upload.state in ("open", "assembling"):
        answer.headers["Refresh"] = "5"
    return answer


@bp.post("/uploads/<code>/parts/<int:number>")
@guarded("upload.continue")
def part_address(code: str, number: int) -> Answer:
    """Where the browser sends that part, with which headers; the store's own address or ours."""
    upload = _open_part(code, number)
    sha256 = request.form.get("sha256", "")
    if sha256 and (len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef")):
        raise BadRequest(_("校验码不对，应为64位十六进制数。"))
    if uploads.is_quiet(upload):
        with transaction() as session:
            uploads.heard_of(session, uploads.find(session, me(), code))
        upload = uploads.find(db.session, me(), code)
    with files.spoken(upload.name):
        sending = files.the_store().part_url(upload.draft, number, seconds=SECONDS, sha256=sha256)
    if sending is not None:
        return jsonify({"method": "PUT", "url": sending.url, "headers": dict(sending.headers)})
    here = url_for("archive.part", code=code, number=number)
    return jsonify({"method": "PUT", "url": here, "headers": {"X-Part-SHA256": sha256} if sha256 else {}})


@bp.put("/uploads/<code>/parts/<int:number>")
@guarded("upload.continue")
def part(code: str, number: int) -> Answer:
    """Take one part in; its number is its ETag."""
    upload = _open_part(code, number)
    if (request.content_length or 0) > upload.part:
        raise TooLarge(_("这一段太长。"))
    draft, name = upload.draft, upload.name
    db.session.rollback()  # no reading transaction stays open while the bytes come
    try:
        with files.spoken(name):
            files.the_store().part(draft, number, request.stream, sha256=request.headers.get("X-Part-SHA256", ""))  # type: ignore[arg-type]
    except Damaged as error:
        raise Invalid(_("“%(name)s”的第 %(n)s 段没有传对，请再传这一段。", name=name, n=number)) from error
    answer = make_response("", 204)
    answer.headers["ETag"] = f'"{number}"'
    return answer


@bp.post("/uploads/<code>/finish")
@guarded("upload.continue")
def finish_upload(code: str) -> Answer:
    """All parts were sent: have the file examined. 409 names the parts that are missing."""
    upload = uploads.find(db.session, me(), code)
    if upload.state == "open" and (gaps := uploads.missing(upload)):
        sentence = _("“%(name)s”还缺 %(n)s 段，请接着传。", name=upload.name, n=len(gaps))
        return in_json(Conflict(sentence), missing=gaps)
    with transaction() as session:
        upload = uploads.finish(session, me(), uploads.find(session, me(), code))
    return jsonify(_told(upload)), 202


@bp.post("/uploads/<code>/cancel")
@guarded("upload.continue")
def cancel_upload(code: str) -> Answer:
    """Give a file up, and clear away what has arrived of it."""
    with transaction() as session:
        upload = uploads.cancel(session, me(), uploads.find(session, me(), code))
    assembly.clear(upload.draft)
    if wants_json():
        return jsonify(_told(upload))
    flash(_("“%(name)s”已取消。", name=upload.name), "ok")
    return redirect(url_for("archive.arrivals"))


def _open_part(code: str, number: int) -> Upload:
    upload = uploads.still_open(uploads.find(db.session, me(), code))
    if number not in upload.draft.numbers:
        raise BadRequest(_("“%(name)s”没有第 %(n)s 段。", name=upload.name, n=number))
    return upload


def _direct(upload: Upload) -> str:
    """Where all parts go by their numbers, if it is the portal that takes them; else each is asked for."""
    with files.spoken(upload.name):
        elsewhere = files.the_store().part_url(upload.draft, 1, seconds=SECONDS)
    return "" if elsewhere is not None else url_for("archive.arrival", code=upload.code) + "/parts/"


def _told(upload: Upload) -> dict[str, Any]:
    """The state for programs; only what is open is asked of the store."""
    asset = upload.asset
    twins = service.twins(db.session, me(), upload.digest, but=asset) if upload.state == "done" else []
    return {
        "id": upload.code,
        "url": url_for("archive.arrival", code=upload.code),
        "state": upload.state,
        "name": upload.name,
        "size": upload.size,
        "part": upload.part,
        "parts": sorted(uploads.there(upload)) if upload.state == "open" else [],
        "sha256": upload.digest,
        "error": upload.error,
        "asset": _twins([asset])[0] if asset is not None else None,
        "twins": _twins(twins),
    }


def _twins(assets: list[Asset]) -> list[dict[str, str]]:
    return [{"code": one.code, "title": card.title(one), "url": url_for("portal.asset", code=one.code)} for one in assets]

"""The jobs of the worker: what waits, what runs, what gave up and why."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from alliance import jobs as worker
from alliance import journal, permissions
from alliance.db import db, transaction
from alliance.errors import Conflict, NotFound
from alliance.jobs import Job
from alliance.moderation.lists import sheet
from alliance.moderation.routes import bp
from alliance.permissions import guarded
from alliance.storage import renditions
from alliance.storage.models import Rendition
from alliance.web import Answer, me

STATES = {
    "waiting": (_l("等候"), "wait"),
    "running": (_l("正在办"), "go"),
    "failed": (_l("没办成"), "stop"),
    "done": (_l("已办完"), "ok"),
}
MADE = {
    "waiting": (_l("等候生成"), "wait"),
    "running": (_l("正在生成"), "go"),
    "failed": (_l("没做成"), "stop"),
    "done": (_l("已生成"), "ok"),
}
MOST_FAILED = 50


@bp.get("/jobs")
@guarded("jobs.read")
def jobs() -> Answer:
    """Jobs by state and kind, newest first."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    query = sa.select(Job).order_by(Job.id.desc())
    if state in STATES:
        query = query.where(Job.state == state)
    if kind:
        query = query.where(Job.kind == kind)
    found, page = sheet(db.session, query)
    counts = {row[0]: row[1] for row in db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state))}
    kinds = list(db.session.scalars(sa.select(Job.kind).distinct().order_by(Job.kind)))
    options = {"states": [(name, label) for name, (label, _tone) in STATES.items()], "kinds": [(name, name) for name in kinds]}
    return render_template(
        "moderation/jobs.html",
        jobs=found,
        page=page,
        state=state,
        kind=kind,
        states=STATES,
        counts=counts,
        options=options,
        renditions=_renditions(),
    )


def _renditions() -> dict[str, Any]:
    """How many things are made of files or wait for it, and the newest files of which something could not be made."""
    session = db.session
    counted = {row[0]: row[1] for row in session.execute(sa.select(Rendition.state, sa.func.count()).group_by(Rendition.state))}
    failed = sa.select(Rendition).where(Rendition.state == "failed").order_by(Rendition.id.desc()).limit(MOST_FAILED)
    rows = list(session.scalars(failed.options(joinedload(Rendition.source))))
    return {
        "counts": [(label, counted.get(name, 0)) for name, (label, _tone) in MADE.items()],
        "failed": [(row, renditions.REASONS.get(row.error, row.error)) for row in rows],
    }


@bp.post("/jobs/<int:number>/retry")
@guarded("jobs.read")
def retry(number: int) -> Answer:
    """Put a job that gave up back in the queue."""
    permissions.require(me(), "jobs.read")
    with transaction() as session:
        job = session.get(Job, number)
        if job is None:
            raise NotFound(_("没有这项任务，可能已办完并清除。"))
        if job.state != "failed":
            raise Conflict(_("这项任务没有停下，不必再放回。"))
        worker.retry(job)
        journal.record(session, "job.retried", job, person=me(), data={"kind": job.kind})
    flash(_("已放回，马上再办一次。"), "ok")
    return redirect(url_for("admin.jobs", state=request.args.get("state") or None))


@bp.post("/jobs/renditions/<int:number>/again")
@guarded("jobs.read")
def remake(number: int) -> Answer:
    """Try once more what could not be made of a file."""
    permissions.require(me(), "jobs.read")
    with transaction() as session:
        row = session.get(Rendition, number)
        if row is None:
            raise NotFound(_("没有这份浏览版，可能已换过文件。"))
        if not renditions.again(session, row.source):
            raise Conflict(_("这份文件没有没做成的，不必再试。"))
        journal.record(session, "file.made_again", row.source, person=me(), data={"name": row.name})
    flash(_("已放回，马上再做一次。"), "ok")
    return redirect(url_for("admin.jobs"))

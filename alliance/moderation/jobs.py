"""The jobs of the worker: what waits, what runs, what gave up and why."""

from typing import Any, Final

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from sqlalchemy.orm import joinedload

from alliance import jobs as worker
from alliance import journal, permissions
from alliance.db import db, transaction
from alliance.errors import Conflict, NotFound
from alliance.jobs import Job
from alliance.moderation.routes import bp
from alliance.paging import sheet
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

WORDS: Final = {
    "archive.assemble": _p("job", "核对上传的文件"),
    "archive.lapse": _p("job", "授权与同意到期"),
    "archive.remind": _p("job", "授权与同意将到期"),
    "archive.sweep_uploads": _p("job", "清理没传完的文件"),
    "cases.forget": _p("job", "抹去办结事项的个人信息"),
    "cases.redate": _p("job", "公众事项的时限"),
    "cases.suspended": _p("job", "停用后的公众事项"),
    "cases.sweep": _p("job", "到期的公众事项"),
    "catalogue.import": _p("job", "导入表格"),
    "catalogue.import_check": _p("job", "核对导入的表格"),
    "catalogue.import_undo": _p("job", "撤销导入"),
    "catalogue.reminders": _p("job", "核实与证照提醒"),
    "exchange.balance": _p("job", "补记往来账"),
    "exchange.hot": _p("job", "计算热度"),
    "exchange.archive": _p("job", "往来材料存档"),
    "exchange.redate": _p("job", "按历法重算时限"),
    "boards.let_fall": _p("job", "需求有着落后放开其余应答"),
    "catalogue.sessions": _p("job", "剩余场次变动"),
    "exchange.rivals": _p("job", "同档期的其他申请"),
    "exchange.suspended": _p("job", "停用后的往来"),
    "exchange.sweep": _p("job", "到期的往来"),
    "figures.forget": _p("job", "删去过期的统计计数"),
    "files.sweep": _p("job", "清理无主文件"),
    "index": _p("job", "更新索引"),
    "jobs.prune": _p("job", "清理旧任务"),
    "mail": _p("job", "发邮件"),
    "mail.again": _p("job", "重发邮件"),
    "mail.forget": _p("job", "删去过期的邮件"),
    "notices.digest": _p("job", "汇总通知"),
    "notify": _p("job", "写通知"),
    "people.first_invitation": _p("job", "首次邀请"),
    "people.prune": _p("job", "清理过期的邀请"),
    "people.sessions": _p("job", "清理结束的登录"),
    "people.reset": _p("job", "重设密码的邮件"),
    "renditions.film": _p("job", "做录像的浏览版"),
    "renditions.paper": _p("job", "做文档的浏览版"),
    "renditions.picture": _p("job", "做图片的浏览版"),
    "renditions.sound": _p("job", "做录音的浏览版"),
    "renditions.sweep": _p("job", "清理没做完的浏览版"),
    "renditions.words": _p("job", "做文字的浏览版"),
}


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
    options = {
        "states": [(name, label) for name, (label, _tone) in STATES.items()],
        "kinds": [(name, spoken(name)) for name in kinds],
    }
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
        spoken=spoken,
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


def spoken(kind: str) -> str:
    """What the worker does, in words."""
    return str(WORDS.get(kind, kind))


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

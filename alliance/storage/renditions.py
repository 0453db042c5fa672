"""What is made of kept files so that they can be shown: planned when a file is taken in, made by the worker, asked for by pages."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.db import alone
from alliance.jobs import Job
from alliance.storage.models import File, Rendition

PLANS = {
    "picture": ("card", "page", "zoom"),
    "film": ("poster", "card", "video"),
    "sound": ("audio",),
    "paper": ("cover", "card", "text"),
    "words": ("text",),
}
"""What is made of each kind of file; of a paper `pages/1` and on as well."""
JOBS = tuple(f"renditions.{kind}" for kind in PLANS)
SMALL = ("card", "page")
"""All that a photo needs that is nobody's archive."""
UNFINISHED = ("waiting", "running")
REASONS: dict[str, Any] = {
    "encrypted": _l("文件加了密码，打不开。请上传没有密码的版本。"),
    "broken": _l("文件已损坏或不完整，读不出来。请从原件重新复制。"),
    "codec": _l("文件用了这里还不能读的编码，请另存为常见的格式。"),
    "empty": _l("文件里没有可以显示的内容。"),
    "pixels": _l("画面太大，超过能处理的像素数。请另存一份小一些的。"),
    "long": _l("时间太长，超过能处理的长度。请分成几段。"),
    "output": _l("做出来的文件太大，没有保留。"),
    "memory": _l("处理它要用的内存超过上限。请另存一份小一些的。"),
    "time": _l("处理超过了时间上限。请另存一份小一些的。"),
    "crashed": _l("处理程序几次意外中断。"),
    "storage": _l("文件存储多次没有应答。"),
}


def kind_of(media_type: str) -> str | None:
    """Which maker is asked; None where nothing can be made."""
    if media_type == "application/pdf":
        return "paper"
    if media_type == "text/plain":
        return "words"
    if media_type == "image/svg+xml":
        return None
    return {"image": "picture", "video": "film", "audio": "sound"}.get(media_type.partition("/")[0])


def plan(session: Session, file: File, *, only: tuple[str, ...] = ()) -> None:
    """Have made what can be made of a flushed file (or `only` some of it); what is planned or made already stays."""
    kind = kind_of(file.media_type)
    alone(session, f"renditions of {file.id}")
    known = set(session.scalars(sa.select(Rendition.name).where(Rendition.source_id == file.id)))
    new = [name for name in PLANS.get(kind or "", ()) if name not in known and (not only or name in only)]
    if kind is not None and new:
        session.add_all(Rendition(source_id=file.id, name=name, data={}) for name in new)
        _call(session, file, kind)


def again(session: Session, file: File) -> bool:
    """Try once more what failed, and plan what never was; tells whether there was anything."""
    plan(session, file)
    failed = sa.update(Rendition).where(Rendition.source_id == file.id, Rendition.state == "failed")
    cleared = {"state": "waiting", "progress": 0, "error": "", "tries": 0, "data": {}, "started_at": None, "finished_at": None}
    found = session.scalars(failed.values(**cleared).returning(Rendition.id)).all()
    kind = kind_of(file.media_type)
    if found and kind is not None:
        _call(session, file, kind)
    return bool(found)


def _call(session: Session, file: File, kind: str) -> None:
    """One waiting job per file and kind; a running one may have read its list already, so another follows it."""
    key = f"renditions:{kind}:{file.id}"
    job = session.scalar(sa.select(Job).where(Job.key == key))
    if job is None:
        jobs.later(session, f"renditions.{kind}", {"file": file.id}, key=key)
    elif job.state == "running":
        jobs.later(session, f"renditions.{kind}", {"file": file.id})
    elif job.state != "waiting":
        jobs.retry(job)


_IS_OF_ONE = Rendition.source_id == sa.bindparam("file", type_=sa.Integer)
_IS_MADE_OF_MANY = sa.and_(
    Rendition.source_id.in_(sa.bindparam("files", expanding=True)),
    Rendition.name.in_(sa.bindparam("names", expanding=True)),
    Rendition.state == "done",
)
_OF_ONE = sa.select(Rendition).where(_IS_OF_ONE).order_by(Rendition.id)
_MADE_OF_MANY = sa.select(Rendition).where(_IS_MADE_OF_MANY)
_OF_ONE_AND_OTHERS = sa.select(Rendition).where(sa.or_(_IS_OF_ONE, _IS_MADE_OF_MANY)).order_by(Rendition.id)


def of(session: Session, file: File) -> dict[str, Rendition]:
    """All renditions of a file by name, in whatever state."""
    return {row.name: row for row in session.scalars(_OF_ONE, {"file": file.id})}


def beside(session: Session, file: int | None, others: Iterable[int], name: str) -> dict[int, dict[str, Rendition]]:
    """All renditions of a file in whatever state, and the named one of others where it is made, by the file's number; one query."""
    found: dict[int, dict[str, Rendition]] = {}
    for row in session.scalars(_OF_ONE_AND_OTHERS, {"file": file, "files": list(others), "names": [name]}):
        found.setdefault(row.source_id, {})[row.name] = row
    return found


def of_all(session: Session, files: Iterable[int], *names: str) -> dict[int, dict[str, Rendition]]:
    """The named renditions that are made, of many files, by the file's number; one query."""
    wanted = set(files)
    if not wanted:
        return {}
    found: dict[int, dict[str, Rendition]] = {}
    for row in session.scalars(_MADE_OF_MANY, {"files": list(wanted), "names": names}):
        found.setdefault(row.source_id, {})[row.name] = row
    return found


def is_made(source: Any, name: str) -> sa.ColumnElement[bool]:
    """Whether a Rendition is the made one of that name of the file numbered `source`: the condition of a join."""
    return sa.and_(Rendition.source_id == source, Rendition.name == name, Rendition.state == "done")


def made(session: Session, file_id: int | None, name: str) -> File | None:
    """The file that was made under that name, once it is."""
    joined = sa.select(File).join(Rendition, Rendition.made_id == File.id)
    return session.scalar(joined.where(Rendition.source_id == file_id, Rendition.name == name))


def pages(found: dict[str, Rendition]) -> list[tuple[int, Rendition]]:
    """The pages of a paper among its renditions, in their order."""
    numbered = [(int(name.removeprefix("pages/")), row) for name, row in found.items() if name.startswith("pages/")]
    return sorted(numbered, key=lambda pair: pair[0])


def minutes_left(row: Rendition) -> int | None:
    """About how many minutes a running one still takes; None while that cannot be told."""
    if row.state != "running" or row.started_at is None or row.progress < 5:
        return None
    gone = (clock.now() - row.started_at).total_seconds()
    return max(1, round(gone * (100 - row.progress) / row.progress / 60))

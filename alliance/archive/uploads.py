"""What is done with a file on its way in: begun, finished, cancelled; the bytes go from the browser to the store."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.archive import media, room
from alliance.archive.arriving import PLACE, Upload
from alliance.archive.models import Asset
from alliance.centres.models import Centre
from alliance.errors import Conflict, Invalid, NotFound, TooLarge, UnsupportedFile
from alliance.people import locking as people
from alliance.people.models import Person
from alliance.permissions import may, require
from alliance.storage import files
from alliance.storage.store import Draft

PART = 8 * 1024 * 1024
MOST = 100
"""Files that one person may have on the way at once."""
QUIET = timedelta(hours=1)
GIVEN_UP = timedelta(days=7)
REFUSED_ENDINGS = frozenset(
    "exe dll msi bat cmd com scr sh js vbs jar apk html htm xhtml svg swf zip rar 7z gz tar m3u m3u8".split()  # noqa: SIM905
)


def announced(name: str | None, *, size: int, limit_mb: int) -> str:
    """The name under which it may come; raises Invalid, TooLarge, UnsupportedFile before a byte is sent."""
    clean = files.clean_name(name)
    if size <= 0:
        raise Invalid(_("“%(name)s”是空文件，没有内容。", name=clean))
    if size > limit_mb * 1024 * 1024:
        raise TooLarge(_("“%(name)s”有 %(size)s，超过 %(mb)s MB，不能收。", name=clean, size=media.size_label(size), mb=limit_mb))
    if clean.rpartition(".")[2].lower() in REFUSED_ENDINGS and "." in clean:
        raise UnsupportedFile(_("“%(name)s”的内容不是能收的类型。可以收图片、录音、录像、PDF 和纯文本。", name=clean))
    return clean


def demand(session: Session, person: Person, *, centre_id: int, name: str, size: int, gigabytes: int) -> None:
    """That the person has not too many on the way, and the centre room for one more; raises Conflict, TooLarge."""
    on_the_way = sa.select(sa.func.count()).where(Upload.person_id == person.id, Upload.state.in_(room.ON_THE_WAY))
    if (session.scalar(on_the_way) or 0) >= MOST:
        raise Conflict(_("您已有 %(n)s 个文件没有传完，请先传完或取消几个。", n=MOST))
    room.demand(session, centre_id, name=name, size=size, gigabytes=gigabytes)


def reserve(size: int) -> tuple[str, Draft]:
    """A code that cannot be guessed, and room in the store; before the transaction. Raises Unavailable."""
    code = secrets.token_hex(16)
    with files.spoken(code):
        return code, files.the_store().begin(PLACE + code, size=size, part=PART)


def begin(
    session: Session,
    person: Person,
    *,
    centre: Centre,
    code: str,
    draft: Draft,
    name: str,
    modified: int | None = None,
    asset: Asset | None = None,
    gigabytes: int = 0,
) -> Upload:
    """Write down that a file is on its way, to an asset or still to be described; `gigabytes` are a centre's, 0 for no end.
    Raises Conflict, TooLarge: of two that begin at once, the second knows of the first."""
    require(person, "upload.begin", asset or centre)
    centre_id = asset.owner_id if asset is not None else centre.id
    people.hold(session, person)
    room.hold(session, centre_id)
    demand(session, person, centre_id=centre_id, name=name, size=draft.size, gigabytes=gigabytes)
    upload = Upload(
        code=code,
        person_id=person.id,
        centre_id=centre_id,
        asset=asset,
        name=name,
        size=draft.size,
        part=draft.part,
        mark=draft.mark,
        modified=modified,
        state="open",
    )
    session.add(upload)
    told = {"name": name, "size": draft.size} | ({"asset": asset.code} if asset is not None else {})
    journal.record(session, "upload.begun", upload, person=person, centre_id=upload.centre_id, data=told)
    return upload


def find(session: Session, person: Person | None, code: str) -> Upload:
    """One's own upload; else NotFound: nobody learns of others'."""
    found = session.scalar(sa.select(Upload).where(Upload.code == code))
    if found is None or not may(person, "upload.continue", found):
        raise NotFound(_("没有这次上传，可能已经取消。"))
    return found


def still_open(upload: Upload) -> Upload:
    """The upload, if parts of it may still come; raises Conflict."""
    if upload.state != "open":
        raise Conflict(_("“%(name)s”已不再接收，请看它的状态。", name=upload.name))
    return upload


def unfinished(session: Session, person: Person) -> Sequence[Upload]:
    """What the person has begun and not finished, newest first."""
    mine = sa.select(Upload).where(Upload.person_id == person.id, Upload.state == "open")
    return session.scalars(mine.order_by(Upload.id.desc()).limit(MOST)).all()


def recent(session: Session, person: Person) -> Sequence[Upload]:
    """What the person has lately sent: being checked, refused, or kept."""
    since = clock.now() - timedelta(days=2)
    mine = sa.select(Upload).where(Upload.person_id == person.id, Upload.state.in_(("assembling", "refused", "done")))
    mine = mine.where(sa.or_(Upload.state == "assembling", Upload.finished_at > since))
    return session.scalars(mine.order_by(Upload.id.desc()).limit(MOST)).all()


def undescribed(session: Session, person: Person, centre: Centre) -> Sequence[Upload]:
    """What the person has sent, or is sending, for that centre and has not described yet; oldest first."""
    mine = sa.select(Upload).where(Upload.person_id == person.id, Upload.centre_id == centre.id, Upload.asset_id.is_(None))
    mine = mine.where(Upload.state.in_(("open", "assembling", "done")))
    return session.scalars(mine.order_by(Upload.id).limit(MOST)).all()


def is_undescribed(session: Session, upload: Upload) -> bool:
    """Lock the row; whether it still waits to be described, or was by somebody else just now, or was given up."""
    session.refresh(upload, with_for_update={"of": Upload})
    return upload.asset_id is None and upload.state in ("open", "assembling", "done")


def missing(upload: Upload) -> list[int]:
    """The numbers of the parts that are not there yet, as the store says; raises Conflict where it has forgotten them."""
    return sorted(set(upload.draft.numbers) - there(upload))


def there(upload: Upload) -> frozenset[int]:
    """The numbers of the parts that are there, as the store says; raises Conflict where it has forgotten them."""
    try:
        with files.spoken(upload.name):
            return files.the_store().parts(upload.draft)
    except NotFound as error:
        raise Conflict(_("“%(name)s”已传的部分不在了，请取消后重新上传。", name=upload.name)) from error


def heard_of(session: Session, upload: Upload) -> None:
    """Note that something was heard of it."""
    upload.touched_at = clock.now()
    session.flush()


def is_quiet(upload: Upload) -> bool:
    """Whether nothing was heard of it for an hour."""
    return clock.now() - upload.touched_at > QUIET


def finish(session: Session, person: Person, upload: Upload) -> Upload:
    """All parts are there: have them assembled, once."""
    require(person, "upload.continue", upload)
    session.refresh(upload, with_for_update={"of": Upload})
    if upload.state in ("assembling", "done"):
        return upload
    still_open(upload)
    upload.state, upload.touched_at = "assembling", clock.now()
    jobs.later(session, "archive.assemble", {"upload": upload.id}, key=f"assemble:{upload.id}")
    session.flush()
    return upload


def named(session: Session, person: Person, codes: Sequence[str]) -> Sequence[Upload]:
    """One's own uploads by their codes, filed ones too; oldest first."""
    if not codes:
        return ()
    mine = sa.select(Upload).where(Upload.person_id == person.id, Upload.code.in_(codes[:MOST]))
    return session.scalars(mine.order_by(Upload.id)).all()


def file_away(session: Session, upload: Upload) -> None:
    """It was filed with a hand-over: nothing is left to describe. What it was filed with keeps the bytes."""
    session.refresh(upload, with_for_update={"of": Upload})
    if upload.state == "done":
        upload.state = "filed"


def cancel(session: Session, person: Person, upload: Upload) -> Upload:
    """Give it up; what has arrived is cleared away. A kept file that an asset names stays."""
    require(person, "upload.continue", upload)
    session.refresh(upload, with_for_update={"of": Upload})
    if upload.state == "cancelled":
        return upload
    if upload.state == "assembling":
        raise Conflict(_("“%(name)s”正在核对，稍后再试。", name=upload.name))
    if upload.state == "filed" or (upload.state == "done" and upload.asset_id is not None):
        raise Conflict(_("“%(name)s”已存进档案，请在档案里处理。", name=upload.name))
    upload.state, upload.finished_at = "cancelled", clock.now()
    if upload.file is not None:
        file, upload.file = upload.file, None
        session.flush()
        files.let_go(session, file)
    journal.record(session, "upload.cancelled", upload, person=person, centre_id=upload.centre_id, data={"name": upload.name})
    return upload


def refuse(session: Session, upload: Upload, sentence: str) -> None:
    """Say why the file was not kept: the system does so, and its sender is told."""
    upload.state, upload.error, upload.finished_at = "refused", sentence, clock.now()
    told = {"name": upload.name, "why": sentence}
    journal.record(session, "upload.refused", upload, centre_id=upload.centre_id, data=told)

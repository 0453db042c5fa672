"""What the archive's pages list and count, in as many queries whatever the number of rows."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset, AssetRelation, today
from alliance.archive.visibility import listed, openable_by, visible_to
from alliance.centres.models import Centre
from alliance.codes.arts import ART_FORM

FROM_EXCHANGE = sa.exists().where(AssetRelation.asset_id == Asset.id, AssetRelation.agreement_id.is_not(None))
TOLD = 40  # an item is told only when its description has this many signs


def total(session: Session, person: Any) -> int:
    """How many records `person` may find."""
    return session.scalar(sa.select(sa.func.count()).select_from(Asset).where(visible_to(person))) or 0


def latest(session: Session, person: Any, *, count: int) -> list[Asset]:
    """The newest published, newest first."""
    query = sa.select(Asset).where(visible_to(person)).order_by(Asset.published_at.desc(), Asset.id.desc())
    return list(session.scalars(query.limit(count)))


def told(session: Session) -> Asset | None:
    """The one item of the day, the same for everybody: public, open, and with something to tell."""
    fit = sa.and_(listed(), openable_by(None), sa.func.length(Asset.description) >= TOLD)
    count = session.scalar(sa.select(sa.func.count()).select_from(Asset).where(fit)) or 0
    query = sa.select(Asset).where(fit).order_by(Asset.id)
    return session.scalar(query.offset(today().toordinal() % count).limit(1)) if count else None


def by_art_form(session: Session, person: Any) -> list[tuple[str, int]]:
    """First-level art forms that have records, with their number; one record counts once for each of its forms."""
    rows = session.execute(sa.select(Asset.art_forms, sa.func.count()).where(visible_to(person)).group_by(Asset.art_forms))
    counts: dict[str, int] = {}
    for forms, number in rows:
        for root in {ART_FORM.path(form)[0] for form in forms}:
            counts[root] = counts.get(root, 0) + number
    return [(code.id, counts[code.id]) for code in ART_FORM.children(None) if code.id in counts]


def by_decade(session: Session, person: Any) -> list[tuple[int, int]]:
    """First years of decades that have records, oldest first, with their number."""
    decade = (Asset.year // 10) * 10
    query = sa.select(decade, sa.func.count()).where(visible_to(person), Asset.year.is_not(None)).group_by(decade).order_by(decade)
    return [(first, number) for first, number in session.execute(query) if first is not None]


def by_place(session: Session, person: Any) -> list[tuple[str, int]]:
    """Six-digit codes of the places that have records, in their order, with their number; where none is said, the owner's."""
    place = sa.func.substr(sa.func.coalesce(sa.func.nullif(Asset.place_code, ""), Centre.division_code), 1, 6).label("place")
    places = sa.select(place).select_from(Asset).join(Centre, Centre.id == Asset.owner_id).where(visible_to(person)).subquery()
    query = sa.select(places.c.place, sa.func.count()).where(places.c.place != "").group_by(places.c.place)
    return [(code, number) for code, number in session.execute(query.order_by(places.c.place))]


def by_centre(session: Session, person: Any) -> list[tuple[Centre, int]]:
    """Centres that have records, the richest first."""
    number = sa.func.count().label("n")
    counts = sa.select(Asset.owner_id, number).where(visible_to(person)).group_by(Asset.owner_id).subquery()
    query = sa.select(Centre, counts.c.n).join(counts, counts.c.owner_id == Centre.id).order_by(counts.c.n.desc(), Centre.id)
    return [(centre, number) for centre, number in session.execute(query)]


def of_centre(session: Session, centre: Centre, *, state: str, skip: int, count: int, from_exchange: bool = False) -> list[Asset]:
    """A centre's own assets in one state, or all for an empty one, or those that an exchange left; the last changed first."""
    query = sa.select(Asset).where(Asset.owner_id == centre.id).order_by(Asset.id.desc())
    query = query.where(FROM_EXCHANGE) if from_exchange else query
    return list(session.scalars((query.where(Asset.state == state) if state else query).offset(skip).limit(count)))


def last_of(session: Session, centre: Centre, code: str) -> Asset | None:
    """The centre's asset of that code; its last one for the word last."""
    query = sa.select(Asset).where(Asset.owner_id == centre.id).order_by(Asset.id.desc()).limit(1)
    return session.scalar(query if code == "last" else query.where(Asset.code == code.upper()))


def left_by_exchanges(session: Session, centre: Centre, *, state: str = "") -> int:
    """How many of the centre's assets an exchange left, in that state or in any."""
    query = sa.select(sa.func.count()).select_from(Asset).where(Asset.owner_id == centre.id, FROM_EXCHANGE)
    return session.scalar(query.where(Asset.state == state) if state else query) or 0


def to_describe(session: Session, centres: Iterable[Centre], *, count: int) -> list[Asset]:
    """Drafts that exchanges left to these centres and that nobody has sent to review; the oldest first."""
    mine = Asset.owner_id.in_([centre.id for centre in centres])
    query = sa.select(Asset).where(mine, Asset.state.in_(("draft", "needs_work")), FROM_EXCHANGE).order_by(Asset.id)
    return list(session.scalars(query.limit(count)))


def states_of_centre(session: Session, centre: Centre) -> dict[str, int]:
    """How many assets the centre has in each state."""
    query = sa.select(Asset.state, sa.func.count()).where(Asset.owner_id == centre.id).group_by(Asset.state)
    return dict(iter(session.execute(query)))


def waiting_for(session: Session, person: Any) -> list[Asset]:
    """What waits for a review by `person`, the oldest first."""
    directs = [centre.id for centre in person.centres if centre.is_active and "director" in person.roles_in(centre.id)]
    own = [centre.id for centre in person.centres]
    below = sa.and_(Asset.owner.has(Centre.parent_id.in_(directs)), Asset.owner_id.not_in(own))
    above = sa.true() if "alliance_admin" in person.standing else below
    mine = sa.or_(sa.and_(Asset.decided_above, above), sa.and_(~Asset.decided_above, Asset.owner_id.in_(directs)))
    query = sa.select(Asset).where(Asset.state == "in_review", mine).order_by(Asset.submitted_at, Asset.id)
    return list(session.scalars(query.limit(200)))

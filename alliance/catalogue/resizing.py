"""What another quantity means for a listing: one of its kind stands on a unit, several are a pool without."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import occupancy
from alliance.catalogue.gaps import most_taken
from alliance.catalogue.models import Occupancy, Resource, Unit
from alliance.catalogue.taken import sharing, standing
from alliance.errors import Invalid


def resized(session: Session, resource: Resource) -> None:
    """Give it a unit or take it away, as its quantity says; Invalid where what is lent ahead would not fit."""
    occupancy.lock(session, [resource])
    ahead = list(session.scalars(select(Occupancy).where(standing([resource.id]), Occupancy.ends_at > clock.now())))
    if resource.is_pool == bool(resource.units):
        if ahead:
            _refuse(_("今后还有占用，现在不能在“一间”和“多件”之间改；等用完了再改。"))
        if resource.units and len(session.execute(sharing([resource.id])).all()) > 1:
            _refuse(_("它和别的场地是整体与部分的关系，不能按数量出借。"))
        resource.units = [] if resource.is_pool else [Unit(name="")]
    elif resource.is_pool and ahead:
        first, last = min(row.starts_at for row in ahead), max(row.ends_at for row in ahead)
        most = most_taken(ahead, first, last)
        if most > resource.quantity:
            _refuse(_("今后同时借出的最多有 %(n)s 件，不能少于这个数。", n=most))
    session.flush()


def _refuse(sentence: str) -> None:
    raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"quantity": sentence})

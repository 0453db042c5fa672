"""One change to several of one's own drafts at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive import collections, service
from alliance.archive.models import Asset, Collection
from alliance.centres.models import Centre
from alliance.errors import Invalid
from alliance.people.models import Person
from alliance.permissions import require

FIELDS = ("art_forms", "place_code", "place_text", "rights_status", "rights_holder", "record_visibility", "file_access")
OPEN = ("draft", "needs_work")
MOST = 100


@dataclass(frozen=True)
class Done:
    """What was changed, and the codes of what is no draft any more and stayed as it was."""

    changed: list[Asset]
    skipped: list[str]


def change(
    session: Session,
    person: Person,
    centre: Centre,
    *,
    codes: Iterable[str],
    values: Mapping[str, Any],
    collection: Collection | None = None,
) -> Done:
    """Give these drafts of `centre` the values that are given, and put them into a collection."""
    require(person, "asset.edit", centre)
    wanted = list(dict.fromkeys(code.upper() for code in codes))
    given = {name: value for name, value in values.items() if name in FIELDS and value not in ("", None, [])}
    if not wanted or len(wanted) > MOST:
        sentence = _("请勾选要改的草稿，一次最多 %(n)s 件。", n=MOST)
        raise Invalid(sentence, {"code": sentence})
    if not given and collection is None:
        raise Invalid(_("请选择要改成什么。"), {"art_forms": _("请至少填一项。")})
    own = session.scalars(sa.select(Asset).where(Asset.code.in_(wanted), Asset.owner_id == centre.id).order_by(Asset.id)).all()
    drafts = [asset for asset in own if asset.state in OPEN]
    for asset in drafts:
        service.save(session, person, asset, values=given, expected_version=asset.version)
    if collection is not None:
        collections.put(session, person, collection, assets=drafts)
    changed = {asset.code for asset in drafts}
    return Done(drafts, [code for code in wanted if code not in changed])

"""How an asset is cited: GB/T 7714-2015 for electronic resources, and one plain sentence."""

from alliance import clock
from alliance.archive import dates
from alliance.archive.models import Asset

# GB/T 7714-2015, table A: type of document and carrier; a recording is audiovisual, a picture an image, all online.
MARKS = {"text": "M/OL", "dataset": "DB/OL", "still_image": "Z/OL", "interactive_resource": "EB/OL"}


def national(asset: Asset, *, alliance: str, address: str) -> str:
    """By GB/T 7714-2015, 4.6: who. what[type/OL]. where: publisher, when[cited on]. address."""
    mark = MARKS.get(asset.type, "A/OL" if asset.type in ("moving_image", "sound") else "EB/OL")
    year = asset.created_text.rstrip("~?") or "n.d."
    cited = clock.local(clock.now()).date().isoformat()
    publisher = f"{asset.owner.name}, {year}"
    return f"{asset.creator}. {asset.title}[{mark}]. {publisher}[{cited}]. {alliance}数字档案, {asset.code}. {address}."


def plain(asset: Asset, *, alliance: str, address: str) -> str:
    """In one sentence for people who follow no standard."""
    when = dates.spoken(asset.created_text)
    return f"{asset.creator}《{asset.title}》，{when}，{asset.owner.name}藏，{alliance}数字档案 {asset.code}，{address}"

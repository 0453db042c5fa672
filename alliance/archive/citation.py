"""How an asset is cited: GB/T 7714-2015 for electronic resources, one plain sentence, BibTeX and RIS for reference managers."""

from collections.abc import Callable

from alliance import clock
from alliance.archive import dates
from alliance.archive.models import Asset
from alliance.codes.arts import ART_FORM

# GB/T 7714-2015, table A: type of document and carrier; a recording is audiovisual, a picture an image, all online.
MARKS = {"text": "M/OL", "dataset": "DB/OL", "still_image": "Z/OL", "interactive_resource": "EB/OL"}
# RIS (Research Information Systems, 2011): types of references.
RIS_TYPES = {"moving_image": "VIDEO", "sound": "SOUND", "still_image": "ART", "text": "UNPB", "dataset": "DATA"}
# BibTeX counts braces without minding a backslash before them, so that one alone would end the field: they are named instead.
SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "$": r"\$",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def national(asset: Asset, *, alliance: str, address: str) -> str:
    """By GB/T 7714-2015, 4.6: who. what[type/OL]. where: publisher, when[cited on]. address."""
    mark = MARKS.get(asset.type, "A/OL" if asset.type in ("moving_image", "sound") else "EB/OL")
    year = asset.created_text.rstrip("~?") or "n.d."
    publisher = f"{asset.owner.name}, {year}"
    return f"{asset.creator}. {asset.title}[{mark}]. {publisher}[{cited_on()}]. {alliance}数字档案, {asset.code}. {address}."


def plain(asset: Asset, *, alliance: str, address: str) -> str:
    """In one sentence for people who follow no standard."""
    when = dates.spoken(asset.created_text)
    return f"{asset.creator}《{asset.title}》，{when}，{asset.owner.name}藏，{alliance}数字档案 {asset.code}，{address}"


def bibtex(asset: Asset, *, alliance: str, address: str) -> str:
    """One @misc entry; names in braces are never taken apart."""
    fields = {
        "author": f"{{{asset.creator.translate(SPECIAL)}}}",
        "title": f"{{{asset.title.translate(SPECIAL)}}}",
        "year": str(asset.year or ""),
        "date": asset.created_text if asset.created_text.replace("-", "").isdigit() else "",
        "publisher": asset.owner.name.translate(SPECIAL),
        "howpublished": f"{alliance}数字档案, {asset.code}".translate(SPECIAL),
        "note": asset.rights_uri,
        "url": address,
        "urldate": cited_on(),
    }
    lines = [f"  {name} = {{{_line(value)}}}," for name, value in fields.items() if value and value != "{}"]
    return "\n".join([f"@misc{{{asset.code},", *lines, "}", ""])


def ris(asset: Asset, *, alliance: str, address: str) -> str:
    """One reference; each field a line that ends with CR LF."""
    parts = asset.created_text.split("-") if asset.created_text.replace("-", "").isdigit() else []
    rows = [
        ("TY", RIS_TYPES.get(asset.type, "ELEC")),
        ("AU", asset.creator),
        *(("A2", name) for name in asset.contributors),
        ("TI", asset.title),
        ("TT", asset.title_en),
        ("PY", str(asset.year or "")),
        ("DA", "/".join([*parts, "", "", ""][:3]) + "/" if parts else ""),
        ("PB", asset.owner.name),
        ("DB", f"{alliance}数字档案"),
        ("AN", asset.code),
        ("AB", asset.description),
        *(("KW", ART_FORM.label(form, "zh")) for form in asset.art_forms),
        ("CY", asset.place_text),
        ("N1", asset.rights_uri),
        ("UR", address),
        ("Y2", cited_on().replace("-", "/") + "/"),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def cited_on() -> str:
    """This day in China."""
    return clock.local(clock.now()).date().isoformat()


def _line(text: str) -> str:
    return " ".join(text.split())


STYLES: dict[str, tuple[Callable[..., str], str]] = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
}

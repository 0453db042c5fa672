"""One work of the demo's archive: its record, its file, who performs, how far it is; days count from today."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Made:
    """A file: which maker makes it, from what."""

    maker: str
    ending: str
    given: dict[str, Any]


def photo(scene: str, seed: int, **more: Any) -> Made:
    return Made("photo", "jpg", {"scene": scene, "seed": seed, **more})


def poster(title: str, *lines: str, scene: str, seed: int, style: str) -> Made:
    return Made("poster", "jpg", {"title": title, "lines": lines, "scene": scene, "seed": seed, "style": style})


def film(scene: str, title: str, under: str, **more: Any) -> Made:
    return Made("film", "mp4", {"scene": scene, "title": title, "under": under, **more})


def tune(kind: str, seed: int, seconds: float, ending: str = "mp3") -> Made:
    return Made("tune", ending, {"kind": kind, "seed": seed, "seconds": seconds, "ending": ending})


def sheet(title: str, **more: Any) -> Made:
    return Made("sheet", "pdf", {"title": title, **more})


def words(title: str, head: tuple[str, ...], *lines: str) -> Made:
    return Made("words", "txt", {"title": title, "head": head, "lines": lines})


@dataclass(frozen=True)
class Cast:
    """Somebody who performs; `until` is the consent's last day, `taken_back` the day on which it was taken back."""

    name: str
    name_en: str
    role: str
    scope: str = "online"
    until: int | None = None
    minor: bool = False
    taken_back: int | None = None


Cue = tuple[float, float, str, str]
"""From, to (seconds), what is said in Chinese and in English."""


@dataclass(frozen=True)
class Work:
    """`key` names it among the others; the owner's place and rights are usual."""

    key: str
    owner: str
    title: str
    title_en: str
    type: str
    genre: str
    arts: tuple[str, ...]
    dated: str
    text: str
    text_en: str
    made: Made | None
    posted: int
    creator: tuple[str, str] = ("", "")
    contributors: tuple[str, ...] = ()
    cast: tuple[Cast, ...] = ()
    place: tuple[str, str] = ("", "")
    place_code: str = ""
    period: tuple[str, str] = ("", "")
    language: str = "zh"
    theme: str = "showcase"
    heritage: str = ""
    award: tuple[str, str, int] | None = None
    original: str = ""
    source: str = ""
    pages: int | None = None
    rights: str = "own"
    statement: str = ""
    holder: tuple[str, str] = ("", "")
    uses: tuple[str, ...] = ("classroom", "research")
    licence: int | None = None
    shown: str = "public"
    opened: str = "public"
    embargo: int | None = None
    lease: int | None = None
    state: str = "published"
    why: str = field(default="", kw_only=True)
    shared: bool = False
    cues: tuple[Cue, ...] = ()

    @property
    def face(self) -> Made | None:
        """The picture of its listing where it is shared and moves: the scene, as if taken on the spot."""
        if not self.shared or self.made is None or self.made.maker != "film":
            return None
        return photo(self.made.given["scene"], self.made.given["seed"], wide=1000)

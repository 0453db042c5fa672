"""The captions of a clip: in the language in which it is sung or told, and in English; kept as staff would upload them."""

import io
from typing import NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance.archive import captions, cues
from alliance.archive.models import Asset
from alliance.demo.works.work import Work
from alliance.people.models import Person
from alliance.storage import files


class Said(NamedTuple):
    """One track, its file stored and its row still to be written."""

    language: str
    kind: str
    received: files.Received
    cues: list[cues.Cue]


def take_in(work: Work) -> list[Said]:
    """What is said in the clip, read and stored; call it before the transaction. Nothing where nothing is said."""
    told = []
    spoken = "zh" if work.language == "zxx" else work.language
    for language, kind in ((spoken, "captions"), ("en", "subtitles")) if work.cues else ():
        name = f"{work.key}.{language}.vtt"
        track = cues.read(webvtt(work, language).encode(), name)
        upload = FileStorage(io.BytesIO(track.content), name)
        told.append(Said(language, kind, files.receive(upload, kinds=(), limit_mb=1, media_type=captions.VTT), track.cues))
    return told


def attach(session: Session, person: Person, asset: Asset, told: list[Said]) -> None:
    """Give the asset its captions."""
    for one in told:
        file = files.keep(session, person, one.received)
        captions.add(session, person, asset, language=one.language, kind=one.kind, file=file, cues=one.cues)


def webvtt(work: Work, language: str = "zh") -> str:
    """What is said in the clip, with its times; empty where nothing is."""
    if not work.cues:
        return ""
    told = (
        f"{_time(start)} --> {_time(end)}\n{english if language == 'en' else chinese}\n"
        for start, end, chinese, english in work.cues
    )
    return "WEBVTT\n\n" + "\n".join(told)


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"

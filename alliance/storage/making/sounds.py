"""Sound: an MP3 or M4A that every browser plays, and how loud it is from beginning to end."""

from array import array
from pathlib import Path
from typing import Any

import av

from alliance.storage.making import boxes, streams
from alliance.storage.making.bench import Refused, Task, run

SECONDS = 2 * 3600
LONGEST = 12 * 3600
MOST_BITS = 330_000
WINDOW = 400  # samples: a twentieth of a second
RATE = 8000
BARS = 400
HARMLESS = {"title", "artist", "album", "album_artist", "composer", "date", "genre", "track", "copyright", "encoder", "language"}
HARMLESS |= {"major_brand", "minor_version", "compatible_brands", "creation_time", "handler_name", "vendor_id"}


def make(task: Task) -> None:
    """`audio`."""
    if task.wants("audio"):
        hear(task)


def hear(task: Task) -> None:
    """The sound as it is where every browser plays it, else as M4A; both with their peaks."""
    task.progress("audio", 0)
    with streams.opened(task.source, task.media_type) as container:
        sound = streams.sound_in(container)
        if sound is None:
            raise Refused("empty")
        length = streams.seconds_of(container)
        if length > LONGEST:
            raise Refused("long", seconds=round(length))
        seconds, bars = loudness(task, container, sound, length)
    facts = {"seconds": round(seconds, 1), "peaks": bars}
    with streams.opened(task.source, task.media_type) as container:
        sound = streams.sound_in(container)
        if is_fit(task, container, sound):
            task.as_it_is("audio", **facts)
            return
        taken = is_played(sound)
        kind, target = ("mp3", "audio.mp3") if taken and sound.codec_context.name.startswith("mp3") else ("mp4", "audio.m4a")
        convert(task, container, sound, task.folder / target, kind, taken, seconds)
    task.made("audio", task.folder / target, **facts)


def convert(task: Task, container: Any, sound: Any, target: Path, kind: str, taken: bool, seconds: float) -> None:
    with av.open(str(target), "w", format=kind, options={"movflags": "+faststart"} if kind == "mp4" else {}) as out:
        for key in ("title", "artist", "copyright"):
            if container.metadata.get(key):
                out.metadata[key] = container.metadata[key][:300]
        way: streams.Way = streams.Taken(out, sound) if taken else streams.Sound(out, sound, streams.moment(container))
        for packet in streams.packets(container, sound):
            way.take(packet)
            if seconds and packet.dts is not None:
                task.progress("audio", 0.3 + 0.7 * float(packet.dts * packet.time_base) / seconds)
        way.end()


def is_played(sound: Any) -> bool:
    """Whether every browser plays the stream as it is."""
    context = sound.codec_context
    few = context.channels <= 2 and (context.bit_rate or 0) <= MOST_BITS
    return few and (context.name in ("mp3", "mp3float") or (context.name == "aac" and context.profile == "LC"))


def is_fit(task: Task, container: Any, sound: Any) -> bool:
    """Whether the file itself may be played by everybody."""
    said = {key.lower() for one in (container, *container.streams) for key in one.metadata}
    mp3 = task.media_type == "audio/mpeg"
    return (
        is_played(sound)
        and (mp3 or (task.media_type == "audio/mp4" and boxes.ready_to_play(task.source)))
        and len(container.streams) == 1
        and said <= HARMLESS
    )


def loudness(task: Task, container: Any, sound: Any, length: float) -> tuple[float, list[int]]:
    """Seconds by the samples themselves, and at most BARS peaks from 0 to 100."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    peaks, rest, count = [], array("h"), 0
    for frame in streams.decoded(container, sound):
        for ready in resampler.resample(frame):
            rest.frombytes(bytes(ready.planes[0])[: ready.samples * 2])
            count += ready.samples
        if count > LONGEST * RATE:
            raise Refused("long", seconds=LONGEST)
        whole = len(rest) // WINDOW * WINDOW
        peaks += [max(max(part), -min(part)) for at in range(0, whole, WINDOW) if (part := rest[at : at + WINDOW])]
        rest = rest[whole:]
        if length:
            task.progress("audio", 0.3 * count / RATE / length)
    if rest:
        peaks.append(max(max(rest), -min(rest)))
    return count / RATE, bars(peaks)


def bars(peaks: list[int]) -> list[int]:
    """The peaks drawn together to at most BARS."""
    wide = -(-len(peaks) // BARS) or 1
    return [min(100, round(max(peaks[at : at + wide]) / 327.67)) for at in range(0, len(peaks), wide)]


if __name__ == "__main__":
    run(make, seconds=SECONDS)

"""Films: a still as poster and card, and an MP4 (H.264, AAC, index first) that every browser plays."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pyvips
from PIL import Image

from alliance.storage.making import boxes, sounds, streams
from alliance.storage.making.bench import GIGABYTE, Refused, Task, run
from alliance.storage.making.pictures import SIZES, small_copy

SECONDS = 8 * 3600
POSTER = 1280
EDGE = 1280
LARGEST_TAKEN = 1920
MOST_BITS = 8_000_000  # a second, of what is taken over as it is
LONGEST = 6 * 3600
MOST_PIXELS = 8192 * 8192
PLAYED = {"Baseline", "Constrained Baseline", "Main", "High"}
# What a film may say about itself in public; where and with what it was taken is not among it.
HARMLESS = {"major_brand", "minor_version", "compatible_brands", "encoder", "creation_time", "handler_name", "language"}
HARMLESS |= {"vendor_id", "title", "copyright", "duration", "bps", "number_of_frames", "number_of_bytes"}


def make(task: Task) -> None:
    """`poster`, `card`, `video`; what turns out to hold no moving picture becomes `audio`."""
    with streams.opened(task.source, task.media_type) as container:
        film = streams.film_in(container)
        if film is not None and film.codec_context.width * film.codec_context.height > MOST_PIXELS:
            raise Refused("pixels", width=film.codec_context.width, height=film.codec_context.height)
        heard = streams.sound_in(container) is not None
    if film is None and heard:
        for name in ("poster", "card", "video"):
            task.needless(name)
        sounds.hear(task)
        return
    if film is None:
        raise Refused("empty")
    if task.wants("poster") or task.wants("card"):
        stills(task)
    if task.wants("video"):
        play(task)


def stills(task: Task) -> None:
    """The most eventful of a few frames."""
    with streams.opened(task.source, task.media_type) as container:
        film = streams.film_in(container)
        found = [still for share in (0.1, 0.3, 0.5) if (still := still_at(container, film, share, task.folder)) is not None]
    if not found:
        raise Refused("broken")
    best = max(found, key=lambda path: path.stat().st_size)
    for name, edge in (("poster", POSTER), ("card", SIZES["card"])):
        if task.wants(name):
            task.made(name, task.folder / f"{name}.webp", **small_copy(best, task.folder / f"{name}.webp", edge))


def still_at(container: Any, film: Any, share: float, folder: Path) -> Path | None:
    """The frame at that share of the film, upright, in square pixels, as JPEG."""
    at = int(streams.seconds_of(container) * share * av.time_base)
    try:
        container.seek(at + (container.start_time or 0))
        frame = next(streams.decoded(container, film))
    except (av.error.FFmpegError, Refused, StopIteration):
        return None
    picture = frame.to_image()
    shape = film.sample_aspect_ratio or Fraction(1)
    if shape != 1:
        picture = picture.resize((max(1, round(picture.width * shape)), picture.height))
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True, resample=Image.Resampling.BILINEAR)
    path = folder / f"still-{int(share * 100)}.jpg"
    picture.convert("RGB").save(path, "JPEG", quality=92)
    return path


def play(task: Task) -> None:
    """The film as it is where it is fit, in a new container where its streams are, else encoded anew."""
    with streams.opened(task.source, task.media_type) as container:
        film, sound = streams.film_in(container), streams.sound_in(container)
        length = streams.seconds_of(container)
        if length > LONGEST:
            raise Refused("long", seconds=round(length))
        keep_film = is_played(container, film, task.media_type)
        keep_sound = sound is None or is_aac(sound)
        facts = {"seconds": round(length, 1), "sound": sound is not None}
        if keep_film and keep_sound and is_fit(task, container):
            task.as_it_is("video", **facts, width=film.codec_context.width, height=film.codec_context.height)
            return
        target = task.folder / "video.mp4"
        with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
            if container.metadata.get("copyright"):
                out.metadata["copyright"] = container.metadata["copyright"][:300]
            start = streams.moment(container)
            ways: dict[int, Any] = {
                film.index: streams.Taken(out, film) if keep_film else streams.Picture(out, film, EDGE, start),
            }
            if sound is not None:
                ways[sound.index] = streams.Taken(out, sound) if keep_sound and keep_film else streams.Sound(out, sound, start)
            convert(task, "video", container, ways, length)
        task.made("video", target, **facts | measured(target, length))


def convert(task: Task, name: str, container: Any, ways: dict[int, Any], length: float) -> None:
    """Send each packet its way, and tell how far that is."""
    chosen = [stream for stream in container.streams if stream.index in ways]
    task.progress(name, 0)
    for packet in streams.packets(container, *chosen):
        ways[packet.stream.index].take(packet)
        if length and packet.dts is not None:
            task.progress(name, float(packet.dts * packet.time_base) / length)
    for way in ways.values():
        way.end()
    if any(isinstance(way, streams.Encoded) and not way.count for way in ways.values()):
        raise Refused("broken")


def measured(target: Path, length: float) -> dict[str, Any]:
    """What has come out; `cut` where the source broke off long before its end."""
    with av.open(str(target), format="mov") as made:
        context, seconds = made.streams.video[0].codec_context, streams.seconds_of(made)
        facts = {"width": context.width, "height": context.height, "seconds": round(seconds, 1)}
        return facts | ({"cut": True} if seconds < 0.9 * length else {})


def is_played(container: Any, film: Any, media_type: str) -> bool:
    """Whether every browser plays the pictures as they are."""
    context = film.codec_context
    return (
        streams.FORMATS[media_type] in ("mov", "matroska")
        and context.name == "h264"
        and context.pix_fmt in ("yuv420p", "yuvj420p")
        and context.profile in PLAYED
        and max(context.width, context.height) <= LARGEST_TAKEN
        and (container.bit_rate or 0) <= MOST_BITS
        and bool(context.extradata)
    )


def is_aac(sound: Any) -> bool:
    context = sound.codec_context
    return bool(context.name == "aac" and context.profile == "LC" and context.channels <= 2)


def is_fit(task: Task, container: Any) -> bool:
    """Whether the file itself may be played by everybody: an MP4 with its index first and nothing in it but film and sound."""
    said = {key.lower() for one in (container, *container.streams) for key in one.metadata}
    return (
        task.media_type == "video/mp4"
        and boxes.ready_to_play(task.source)
        and len(container.streams) == len(container.streams.video) + len(container.streams.audio)
        and len(container.streams.video) == 1
        and len(container.streams.audio) <= 1
        and said <= HARMLESS
    )


if __name__ == "__main__":
    pyvips.block_untrusted_set(True)
    run(make, seconds=SECONDS, output=4 * GIGABYTE)

"""Films and sound: opened without following a reference, and taken over or encoded anew, packet by packet."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import av.error
import av.filter
from av.stream import Disposition

from alliance.storage.making.bench import Refused

# One demuxer per type, never guessed: none of them is a playlist.
FORMATS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "audio/webm": "matroska",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpeg",
    "video/ogg": "ogg",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/aiff": "aiff",
}
# The bytes come from the opened file alone; what an index in it names elsewhere is never opened.
CLOSED = {"protocol_whitelist": "none", "enable_drefs": "0", "use_absolute_path": "0"}
BAD_PACKETS = 200
FASTEST = 60
SOUND_RATE = 48_000


@contextmanager
def opened(source: Path, media_type: str) -> Iterator[Any]:
    """The container, read by the demuxer of its type."""
    if media_type not in FORMATS:
        raise Refused("codec", what=media_type)
    with source.open("rb") as stream:
        try:
            container = av.open(stream, format=FORMATS[media_type], options=dict(CLOSED), metadata_errors="replace")
        except (av.error.FFmpegError, ValueError) as error:
            raise Refused("broken") from error
        with container:
            yield container


def film_in(container: Any) -> Any:
    """The first moving picture; a cover glued to a sound is none."""
    moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    return decodable(moving[0]) if moving else None


def sound_in(container: Any) -> Any:
    return decodable(container.streams.audio[0]) if container.streams.audio else None


def decodable(stream: Any) -> Any:
    """The stream, if there is a decoder for it."""
    if stream.codec_context is None:
        raise Refused("codec")
    return stream


def seconds_of(container: Any) -> float:
    """As the container says; 0 where it does not."""
    return float(container.duration or 0) / av.time_base


def moment(container: Any) -> Fraction:
    """Where its time begins, in seconds."""
    return Fraction(container.start_time or 0, av.time_base)


def decoded(container: Any, stream: Any) -> Iterator[Any]:
    """The frames of one stream; damaged packets are passed over, up to a number."""
    bad, seen = 0, False
    for packet in packets(container, stream):
        try:
            for frame in packet.decode():
                seen = True
                yield frame
        except av.error.FFmpegError:
            bad += 1
            if bad > BAD_PACKETS:
                break
    if not seen:
        raise Refused("broken")


def packets(container: Any, *streams: Any) -> Iterator[Any]:
    """All packets; where the container breaks off, the film is over."""
    with suppress(av.error.FFmpegError):
        yield from container.demux(*streams)


class Way(Protocol):
    """What becomes of the packets of one stream."""

    def take(self, packet: Any) -> None: ...

    def end(self) -> None: ...


class Taken:
    """A stream that is taken over as it is."""

    def __init__(self, out: Any, stream: Any) -> None:
        self.out, self.to = out, out.add_stream_from_template(stream)
        self.to.metadata.clear()
        self.held: list[Any] | None = []

    def take(self, packet: Any) -> None:
        """Matroska tells no decoding time of the first packets: they wait for the first that has one."""
        if not packet.size:
            return
        if self.held is None:
            self.put(packet)
            return
        self.held.append(packet)
        if packet.dts is not None:
            self.release()

    def put(self, packet: Any) -> None:
        packet.stream = self.to
        self.out.mux(packet)

    def release(self) -> None:
        """Give each held packet the time of its turn: early enough to be shown when it must be."""
        held, self.held = self.held or [], None
        shown = sorted(packet.pts for packet in held if packet.pts is not None)
        late = max((turn - packet.pts for turn, packet in zip(shown, held, strict=False) if packet.pts is not None), default=0)
        last = next((packet.dts for packet in held if packet.dts is not None), None)
        if last is not None and shown:
            late = max(late, shown[-1] - last)
        for turn, packet in zip(shown, held, strict=False):
            packet.dts = packet.dts if packet.dts is not None else turn - late
            self.put(packet)

    def end(self) -> None:
        if self.held:
            self.release()


class Encoded(ABC):
    """A stream that is decoded and encoded anew; `frames` turns a decoded frame (None at the end) into those to encode."""

    def __init__(self, out: Any, to: Any) -> None:
        self.out, self.to, self.bad, self.count = out, to, 0, 0

    @abstractmethod
    def frames(self, frame: Any) -> Iterator[Any]: ...

    def take(self, packet: Any) -> None:
        try:
            found = packet.decode()
        except av.error.FFmpegError:
            self.bad += 1
            if self.bad > BAD_PACKETS:
                raise Refused("broken") from None
            return
        for frame in found:
            self.encode(frame)

    def encode(self, frame: Any) -> None:
        for ready in self.frames(frame):
            self.count += 1
            self.out.mux(self.to.encode(ready))

    def end(self) -> None:
        if self.count:
            self.encode(None)
            self.out.mux(self.to.encode(None))


class Picture(Encoded):
    """H.264 in square pixels, upright, without interlacing, at most `edge` wide or high."""

    def __init__(self, out: Any, stream: Any, edge: int, start: Fraction) -> None:
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        self.rate = min(Fraction(rate), Fraction(FASTEST)) if 1 <= rate <= 1000 else Fraction(25)
        to = out.add_stream("libx264", rate=self.rate)
        super().__init__(out, to)
        self.source, self.edge, self.start = stream, edge, start
        self.graph: Any = None
        self.shape: tuple[int, int, str] = (0, 0, "")
        self.last: Fraction | None = None

    def begin(self, frame: Any) -> None:
        turn = round(frame.rotation / 90) * 90 % 360
        shape = self.source.sample_aspect_ratio or Fraction(1)
        wide, high = frame.width * shape, Fraction(frame.height)
        if turn in (90, 270):
            wide, high = high, wide
        scale = min(Fraction(1), self.edge / max(wide, high))
        width, height = (max(2, int(one * scale) // 2 * 2) for one in (wide, high))
        turned = {90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}.get(turn, [])
        self.graph = av.filter.Graph()
        nodes = [
            self.graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 1000)
            ),
            self.graph.add("yadif", "deint=interlaced"),
            *(self.graph.add("transpose", f"dir={way}") for way in turned),
            self.graph.add("scale", f"{width}:{height}"),
            self.graph.add("setsar", "1"),
            self.graph.add("format", "pix_fmts=yuv420p"),
            self.graph.add("buffersink"),
        ]
        self.graph.link_nodes(*nodes).configure()
        self.shape = (frame.width, frame.height, frame.format.name)
        self.to.width, self.to.height, self.to.pix_fmt = width, height, "yuv420p"
        self.to.codec_context.time_base = Fraction(1, 90_000)
        self.to.codec_context.gop_size = int(self.rate * 2)
        self.to.options = {"preset": "veryfast", "crf": "23", "maxrate": "4M", "bufsize": "8M", "profile": "high"}

    def frames(self, frame: Any) -> Iterator[Any]:
        if frame is not None:
            if self.graph is None:
                self.begin(frame)
            if (frame.width, frame.height, frame.format.name) != self.shape:
                frame = frame.reformat(*self.shape)
            if frame.pts is None:
                return
        self.graph.vpush(frame)
        while True:
            try:
                ready = self.graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            at = Fraction(ready.pts) * ready.time_base - self.start
            # An encoder wants rising times, an old phone no more than it can show.
            if self.last is not None and at - self.last < Fraction(1, FASTEST + 2):
                continue
            self.last = at
            ready.pts, ready.time_base, ready.pict_type = round(at * 90_000), Fraction(1, 90_000), 0
            yield ready


class Sound(Encoded):
    """AAC, in one or two channels."""

    def __init__(self, out: Any, stream: Any, start: Fraction) -> None:
        to = out.add_stream("aac", rate=SOUND_RATE)
        self.layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        to.layout, to.format = self.layout, "fltp"
        to.bit_rate = 80_000 if self.layout == "mono" else 128_000
        super().__init__(out, to)
        self.start, self.next = start, 0
        self.resampler = av.AudioResampler(format="fltp", layout=self.layout, rate=SOUND_RATE, frame_size=1024)

    def frames(self, frame: Any) -> Iterator[Any]:
        if frame is not None and frame.pts is not None:
            frame.pts = round((frame.pts * frame.time_base - self.start) * frame.sample_rate)
            frame.time_base = Fraction(1, frame.sample_rate)
        for ready in self.resampler.resample(frame):
            said = self.next if ready.pts is None else ready.pts * (ready.time_base or Fraction(1, SOUND_RATE)) * SOUND_RATE
            # Containers with coarse clocks say it roughly; only a gap that can be heard is a gap.
            ready.pts = round(said) if said - self.next > SOUND_RATE // 10 else self.next
            ready.time_base = Fraction(1, SOUND_RATE)
            self.next = ready.pts + ready.samples
            yield ready

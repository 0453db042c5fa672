"""Sound made from nothing: pentatonic tunes on a few instruments, drums, the murmur of speech; as MP3, M4A or WAV."""

import io
import random
import wave
from collections.abc import Iterable
from functools import cache

import av
import pyvips

RATE = 32_000
SCALE = (0, 2, 4, 7, 9)
"""Semitones of 宫商角徵羽 above the keynote."""
VOICES: dict[str, tuple[tuple[float, ...], float, float, float]] = {
    "zheng": ((1, 0.55, 0.35, 0.22, 0.12), 2.6, 0.004, 0.0),
    "pipa": ((1, 0.8, 0.5, 0.4, 0.3, 0.2), 5.0, 0.003, 0.0),
    "flute": ((1, 0.22, 0.08), 0.5, 0.06, 0.35),
    "erhu": ((1, 0.62, 0.44, 0.3, 0.22, 0.15, 0.1), 0.35, 0.07, 0.6),
    "voice": ((0.9, 1, 0.65, 0.3, 0.12, 0.2, 0.1), 0.4, 0.08, 0.5),
    "choir": ((1, 0.7, 0.5, 0.22, 0.12), 0.3, 0.12, 0.4),
}
"""Partials, how fast it dies away, seconds until it is there, trembling in per cent."""
Strike = tuple[float, pyvips.Image]


def melody(seed: int, bars: int) -> list[tuple[int, float]]:
    """(step of the scale, beats): a phrase, its answer, and home."""
    rng, step, notes = random.Random(seed), 5, []  # noqa: S311
    for bar in range(bars):
        for beats in rng.choice(((1, 1, 1, 1), (1.5, 0.5, 1, 1), (1, 0.5, 0.5, 2), (2, 1, 1))):
            step = min(10, max(1, step + rng.choice((-2, -1, -1, 0, 1, 1, 2))))
            notes.append((step, beats))
        if bar % 2:
            notes[-1] = (5, notes[-1][1])
    return notes


def pitch(step: int, key: float) -> float:
    """Hertz of a step of the scale above `key`."""
    octave, degree = divmod(step, len(SCALE))
    return float(key * 2 ** (octave + SCALE[degree] / 12))


@cache
def note(voice: str, hertz: float, seconds: float) -> pyvips.Image:
    """One sound, a line of numbers between -1 and 1."""
    partials, dying, attack, trembling = VOICES[voice]
    time = pyvips.Image.xyz(int(RATE * seconds), 1)[0] / RATE
    phase = time * (360 * hertz)
    if trembling:
        phase = phase + (time * (360 * 5.4)).math("sin") * (trembling * hertz / 100 / 5.4 * 57)
    sound = (phase * 1).math("sin") * partials[0]
    for number, loud in enumerate(partials[1:], 2):
        sound = sound + (phase * number).math("sin") * loud
    rises, falls = (time * (-5 / attack)).math("exp") * -1 + 1, ((time - seconds) * 60).math("exp") * -1 + 1
    return (sound * (time * -dying).math("exp") * rises * falls / sum(partials)).copy_memory()


@cache
def beat(kind: str) -> pyvips.Image:
    """A stroke: a drum, a gong, a clapper."""
    hertz, dying, seconds, noise = {"drum": (82, 11, 0.6, 0.25), "gong": (196, 2.2, 1.8, 0.05), "clap": (900, 60, 0.12, 0.5)}[kind]
    time = pyvips.Image.xyz(int(RATE * seconds), 1)[0] / RATE
    sound = ((time * (360 * hertz)) - (time * -30).math("exp") * 160).math("sin")
    for part in (2.76, 5.4) if kind == "gong" else (1.6,):
        sound = sound + (time * (360 * hertz * part)).math("sin") * 0.5
    sound = sound + pyvips.Image.gaussnoise(time.width, 1, sigma=1, mean=0, seed=hertz) * noise * (time * -40).math("exp")
    return (sound * (time * -dying).math("exp") * 0.6).copy_memory()


def played(voice: str, seed: int, seconds: float, *, key: float = 196, pace: float = 0.42) -> Iterable[Strike]:
    """A tune for so long."""
    at = 0.15
    for step, beats in melody(seed, 12):
        length = beats * pace
        if at + length > seconds - 0.3:
            break
        yield at, note(voice, round(pitch(step, key), 2), round(length * (1.6 if voice in ("zheng", "pipa") else 1.05), 3))
        at += length


def drummed(seed: int, seconds: float) -> Iterable[Strike]:
    """Drums, answered by the gong."""
    rng, at = random.Random(seed), 0.1  # noqa: S311
    while at < seconds - 0.7:
        for n, pause in enumerate(rng.choice(((0.3, 0.3, 0.15, 0.15, 0.3), (0.3, 0.15, 0.15, 0.3, 0.3), (0.2, 0.2, 0.2, 0.6)))):
            if at < seconds - 0.7:
                yield at, beat("gong" if n == 0 and rng.random() < 0.6 else "drum")
            at += pause


def spoken(seed: int, seconds: float) -> Iterable[Strike]:
    """The rise and fall of somebody who tells something; what is said stands in the transcript."""
    rng, at = random.Random(seed), 0.25  # noqa: S311
    base = rng.choice((112.0, 128.0, 190.0))
    while at < seconds - 0.4:
        for _syllable in range(rng.randint(4, 9)):
            length = rng.choice((0.16, 0.2, 0.24))
            if at < seconds - 0.4:
                yield at, note("voice", round(base * rng.choice((0.88, 0.94, 1, 1.08, 1.2)), 1), length) * 0.8
            at += length * 0.95
        at += rng.uniform(0.25, 0.5)


def sound(kind: str, seed: int, seconds: float) -> bytes:
    """Mono samples of 16 bits: `kind` is an instrument, drums, or speech."""
    if kind in ("drums", "speech"):
        strikes = list(drummed(seed, seconds) if kind == "drums" else spoken(seed, seconds))
    elif kind == "choir":
        strikes = [
            one
            for n, key in enumerate((98.0, 147.0, 196.0))
            for one in played("choir", seed + (n == 0), seconds, key=key, pace=0.6)
        ]
    else:
        strikes = [*played(kind, seed, seconds, key=147 if kind in ("voice", "erhu") else 196)]
        strikes += [(0.15 + n * 1.68, beat("clap") * 0.3) for n in range(int(seconds / 1.68))] if kind == "pipa" else []
    return mixed(strikes, seconds, seed)


def mixed(strikes: list[Strike], seconds: float, seed: int) -> bytes:
    """All of it together, in a small room, with the hiss of a tape."""
    wide = int(RATE * seconds)
    line = pyvips.Image.gaussnoise(wide, 1, sigma=0.002, mean=0, seed=seed)
    for at, one in strikes:
        line = (line + one.embed(int(at * RATE), 0, wide, 1)).copy_memory()
    for echo, loud in ((0.07, 0.22), (0.13, 0.13)):
        line = line + line.embed(int(echo * RATE), 0, wide, 1) * loud
    line = line.copy_memory()
    most = max(line.max(), -line.min(), 0.01)
    return bytes((line * (26_000 / most)).cast("short").write_to_memory())


def encoded(samples: bytes, ending: str) -> bytes:
    """The samples as a file: wav, mp3 or m4a."""
    out = io.BytesIO()
    if ending == "wav":
        with wave.open(out, "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(samples)
        return out.getvalue()
    with av.open(out, "w", format="mp3" if ending == "mp3" else "ipod") as container:
        stream = container.add_stream("libmp3lame" if ending == "mp3" else "aac", rate=RATE, layout="mono")
        stream.bit_rate = 64_000
        container.mux(stream.encode(heard(samples)))
        container.mux(stream.encode(None))
    return out.getvalue()


def heard(samples: bytes) -> av.AudioFrame:
    """The samples as one frame."""
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
    frame.planes[0].update(samples)
    frame.sample_rate = RATE
    return frame


def tune(kind: str, seed: int, seconds: float, ending: str = "mp3") -> bytes:
    """A sound file of so many seconds."""
    return encoded(sound(kind, seed, seconds), ending)

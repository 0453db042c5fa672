"""Plain text: in UTF-8 whatever it was written in, without control signs."""

import codecs

from alliance.storage.making.bench import Refused, Task, run

SECONDS = 60
MOST = 4 * 1024 * 1024
START = 1200
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "gb18030", "big5")


def make(task: Task) -> None:
    """`text`, with its beginning among the facts."""
    if not task.wants("text"):
        return
    with task.source.open("rb") as stream:
        content, more = stream.read(MOST), bool(stream.read(1))
    text, encoding = read(content, cut=more)
    text = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign in "\n\t" or sign.isprintable())
    if not text.strip():
        raise Refused("empty")
    path = task.folder / "text.txt"
    path.write_text(text, encoding="utf-8")
    task.made("text", path, signs=len(text), encoding=encoding, start=text[:START], cut=more or len(text) > START)


def read(content: bytes, *, cut: bool) -> tuple[str, str]:
    """The text and in what it was written; a sign that the limit cut in two is dropped."""
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for name in (marked,) if marked else ENCODINGS:
        try:
            return codecs.getincrementaldecoder(name)("strict").decode(content, not cut), name
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", errors="replace"), "utf-8"


if __name__ == "__main__":
    run(make, seconds=SECONDS)

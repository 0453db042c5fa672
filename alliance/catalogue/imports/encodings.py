"""In which encoding a text table is written; nobody who exports one says so."""

import codecs
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

import charset_normalizer
from flask_babel import gettext as _

from alliance.errors import UnsupportedFile

PIECE = 65_536
SAMPLE = 262_144
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN = frozenset({"big5", "big5hkscs", "cp950", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"})
"""What is believed of a guess; one-byte encodings decode anything."""
USUAL = 0.6
"""Share of the Chinese signs that are among the 3,755 usual ones (GB 2312, level 1) in any real text."""


def encoding_of(stream: BinaryIO) -> str:
    """The encoding of the whole stream, by its mark, by its zeros, by what decodes. Raises UnsupportedFile."""
    stream.seek(0)
    head = stream.read(SAMPLE)
    for mark, name in MARKS:
        if head.startswith(mark) and name and _decodes(stream, name):
            return name
    if b"\x00" in head:
        wide = [name for name in _byte_orders(head) if _decodes(stream, name) and _is_text(head, name)]
        if wide:
            return wide[0]
        raise UnsupportedFile(_("这个文件不是表格：里面有不能识别的字节。请另存为 .xlsx 或 CSV（UTF-8）后再传。"))
    if _decodes(stream, "utf-8"):
        return "utf-8"
    national = _decodes(stream, "gb18030")
    if national and _usual(head.decode("gb18030", "ignore")) >= USUAL:
        return "gb18030"
    guess = charset_normalizer.from_bytes(head[:PIECE]).best()
    foreign = guess.encoding if guess is not None and guess.encoding in FOREIGN else ""
    for name in filter(None, (foreign, "gb18030" if national else "")):
        if _decodes(stream, name) and _is_text(head, name):
            return name
    raise UnsupportedFile(_("看不出这个文件的文字编码，或者它不是表格。请用 Excel 打开，另存为 .xlsx 或 CSV（UTF-8）后再传。"))


def _byte_orders(head: bytes) -> tuple[str, ...]:
    """UTF-16 by where the zeros of digits, commas and ends of lines stand."""
    little = head[1::2].count(0) >= head[0::2].count(0)
    return ("utf-16-le", "utf-16-be") if little else ("utf-16-be", "utf-16-le")


def _decodes(stream: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for piece in _pieces(stream):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except (UnicodeError, ValueError):
        return False
    return True


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(PIECE):
        yield piece


def _is_text(head: bytes, name: str) -> bool:
    """No control signs and hardly any that nobody assigned."""
    text = codecs.getincrementaldecoder(name)("ignore").decode(head)
    strange = sum(1 for sign in text if unicodedata.category(sign) in ("Cn", "Co", "Cs") or (sign < " " and sign not in "\t\r\n"))
    return bool(text) and strange * 100 <= len(text)


def _usual(text: str) -> float:
    """The share of usual signs among the Chinese ones; 0 without any."""
    signs = [sign for sign in text if "㐀" <= sign <= "鿿" or sign > "\uffff" or "\ue000" <= sign <= "\uf8ff"]
    usual = sum(1 for sign in signs if (code := sign.encode("gb2312", "ignore")) and 0xB0 <= code[0] <= 0xD7)
    return usual / len(signs) if signs else 0.0

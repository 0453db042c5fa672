"""Small files of every kind that the archive takes, and hostile ones, made on the spot."""

import io
import struct
import wave
import zipfile
import zlib

import pyvips


def png(width: int = 40, height: int = 30, shade: int = 90) -> bytes:
    return bytes((pyvips.Image.black(width, height, bands=3) + shade).cast("uchar").write_to_buffer(".png"))


def jpeg(width: int = 40, height: int = 30) -> bytes:
    return bytes((pyvips.Image.gaussnoise(width, height, mean=128) + 0).cast("uchar").write_to_buffer(".jpg"))


def webp() -> bytes:
    return bytes(pyvips.Image.black(40, 30, bands=3).write_to_buffer(".webp"))


def gif() -> bytes:
    header = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return header + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00" + b";"


def wav(seconds: float = 0.1) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return stream.getvalue()


def flac() -> bytes:
    return b"fLaC\x80\0\0\x22" + struct.pack(">HH", 4096, 4096) + b"\0" * 6 + b"\x0a\xc4\x40\xf0\0\0\0\0" + b"\0" * 16


def ogg() -> bytes:
    page = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 44100, 0, 96000, 0, 0xB8, 1)
    return b"OggS\0\x02" + b"\0" * 8 + struct.pack("<III", 1, 0, 0) + bytes([1, len(page)]) + page


def mp3() -> bytes:
    return b"ID3\x04\0\0\0\0\0\0" + (b"\xff\xfb\x90\x64" + b"\0" * 413) * 4


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def mp4(brand: bytes = b"isom", size: int = 64) -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand + b"mp41") + box(b"moov", b"\0" * 32) + box(b"mdat", b"\0" * size)


def webm() -> bytes:
    head = b"\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02"
    return b"\x1a\x45\xdf\xa3\x9f" + head


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def packed() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../唱词.txt", "三月里来")
    return stream.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><body><script>alert(document.cookie)</script></body></html>"

GOOD = {
    "灯会.png": (png(), "image/png"),
    "灯会.JPG": (jpeg(), "image/jpeg"),
    "灯会.webp": (webp(), "image/webp"),
    "灯会.gif": (gif(), "image/gif"),
    "号子.wav": (wav(), "audio/wav"),
    "号子.flac": (flac(), "audio/flac"),
    "号子.ogg": (ogg(), "audio/ogg"),
    "号子.mp3": (mp3(), "audio/mpeg"),
    "号子.m4a": (mp4(b"M4A "), "audio/mp4"),
    "采茶戏.mp4": (mp4(), "video/mp4"),
    "采茶戏.webm": (webm(), "video/webm"),
    "节目单.pdf": (pdf(), "application/pdf"),
    "唱词.txt": ("三月里来三月三，岭上茶芽尖尖翻。\n".encode(), "text/plain"),
    "唱词（旧）.txt": ("三月里来三月三".encode("gb18030"), "text/plain"),
    "没有后缀": (png(), "image/png"),
    "采茶戏.第一集": (mp4(), "video/mp4"),
}


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb() -> bytes:
    """A PNG of a few bytes that claims 60,000 by 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9000)) + chunk(b"IEND", b"")


def gif_bomb() -> bytes:
    return gif()[:6] + struct.pack("<HH", 65_535, 65_535) + gif()[10:]


HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"

BAD = {
    "清单.m3u8": (HLS, "播放列表"),
    "清单.mp4": (HLS, "播放列表"),
    "清单.txt": (b"\xef\xbb\xbf" + HLS, "播放列表"),
    "拼接.txt": (b"ffconcat version 1.0\nfile /etc/passwd\n", "播放列表"),
    "图里有包.png": (png() + packed(), "另一个文件"),
    "图里有包.jpg": (jpeg() + packed(), "另一个文件"),
    "片里有包.mp4": (mp4() + packed(), "另一个文件"),
    "图里有文.jpg": (jpeg()[:2] + b"\xff\xfe\0\x40%PDF-1.7" + b" " * 53 + jpeg()[2:], "另一个文件"),
    "炸弹.png": (bomb(), "大得打不开"),
    "炸弹.gif": (gif_bomb(), "大得打不开"),
    "空.png": (b"", "空文件"),
    "画.svg": (SVG, "矢量图"),
    "画.png": (SVG, "矢量图"),
    "页.html": (HTML, "网页"),
    "页.jpg": (HTML, "网页"),
    "页.txt": ("唱词：".encode() + HTML, "网页"),
    "脚本.sh": (b"#!/bin/sh\nrm -rf /\n", "脚本"),
    "包.zip": (packed(), "压缩包"),
    "病毒.jpg": (b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0", "不是能收的类型"),
    "其实是图.pdf": (png(), "名称与内容不符"),
    "其实是图.html": (png(), "名称与内容不符"),
    "其实是录像.png": (mp4(), "名称与内容不符"),
    "其实是文本.mp4": (b"just some words\n", "名称与内容不符"),
    "双面.gif": (gif()[:-1] + b"<script>alert(1)</script>;", "网页代码"),
    "双面头.gif": (b"GIF89a=1/*\0\0\0" + HTML + b"*/;", "网页代码"),
    "双面.jpg": (jpeg()[:-2] + HTML + b"\xff\xd9", "网页代码"),
    "断.png": (png()[:-20], "不完整"),
    "断.jpg": (jpeg(400, 300)[:-200], "不完整"),
    "断.gif": (gif()[:-3], "不完整"),
    "断.webp": (webp()[:-10], "不完整"),
    "断.wav": (wav()[:-400], "不完整"),
    "断.mp4": (mp4(size=5000)[:-100], "不完整"),
    "没有索引.mp4": (box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"\0" * 64), "不完整"),
    "断.pdf": (pdf()[:-8], "不完整"),
}

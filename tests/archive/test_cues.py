"""Captions as they are brought: read, cleaned, or refused with the line at fault."""

import pytest

from alliance.archive import cues
from alliance.archive.cues import Cue
from alliance.errors import UnsupportedFile

GOOD = """WEBVTT - 双下山

STYLE
::cue { color: red }

NOTE 校对：三位老艺人

1
00:00:00.000 --> 00:00:02.500 align:start
<v 王一>三月里来 &amp; 三月三
第二行

00:02.000 --> 00:03.000
<i>岭上</i>茶芽
"""
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<b>三月里来</b>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n三月三\r\n"


@pytest.fixture(autouse=True)
def _speaking(app):
    with app.test_request_context():
        yield


def test_webvtt_is_read_and_written_clean():
    track = cues.read(GOOD.encode(), "双下山.vtt")
    assert track.cues == [Cue(0, 2500, "王一：三月里来 & 三月三 第二行"), Cue(2000, 3000, "岭上茶芽")]
    written = track.content.decode()
    assert written.startswith("WEBVTT\n")
    assert "STYLE" not in written
    assert "color" not in written
    assert "00:00:02.000 --> 00:00:03.000" in written
    assert cues.read(track.content, "again.vtt") == cues.Track(track.cues, track.content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_srt_is_turned_into_webvtt_in_whatever_encoding(encoding):
    track = cues.read(SRT.encode(encoding), "唱词.SRT")
    assert track.cues == [Cue(1000, 2500, "三月里来"), Cue(3000, 4000, "三月三")]
    assert track.content.startswith(b"WEBVTT\n")
    assert b"00:00:01.000 --> 00:00:02.500" in track.content


def test_signs_that_turn_the_direction_are_dropped():
    (cue,) = cues.read("WEBVTT\n\n00:01.000 --> 00:02.000\n甲\u202e乙\x07\n".encode(), "a.vtt").cues
    assert cue.text == "甲乙"


@pytest.mark.parametrize("turned", ["&#x202e;", "&#8238;", "&#x202Exyz", "&rlm;"])
def test_they_are_dropped_as_well_where_they_are_named(turned):
    track = cues.read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n甲{turned} &lt; 乙\n".encode(), "a.vtt")
    assert track.cues[0].text.replace("xyz", "") == "甲 < 乙"
    assert turned not in track.content.decode()


def lines(*cues_: str) -> bytes:
    return ("WEBVTT\n\n" + "\n\n".join(cues_) + "\n").encode()


FIRST = "00:00:01.000 --> 00:00:02.000\n好"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", lines(FIRST, "00:00:03 --> 00:00:04\n坏"), "“a.vtt”第 6 行：时间写得不对"),
        ("a.vtt", lines(FIRST, "00:00:05.000 --> 00:00:04.000\n坏"), "“a.vtt”第 6 行：结束不晚于开始"),
        ("a.vtt", lines(FIRST, FIRST.replace("01.000", "00.500")), "“a.vtt”第 6 行：开始得比上一句还早"),
        ("a.vtt", lines(FIRST, "25:00:01.000 --> 25:00:02.000\n坏"), "“a.vtt”第 6 行：结束不晚于开始，或超过24小时"),
        ("a.vtt", lines(FIRST, "00:00:03.000 --> 00:00:04.000\n" + "长" * 1001), "“a.vtt”第 6 行：一句超过 1000 个字"),
        ("a.vtt", FIRST.encode(), "“a.vtt”第 1 行：第一行应当是 WEBVTT"),
        ("a.vtt", b"WEBVTTX\n\n" + FIRST.encode(), "“a.vtt”第 1 行：第一行应当是 WEBVTT"),
        ("a.srt", SRT.replace("00:00:03,000", "00:0x:03,000").encode(), "“a.srt”第 6 行：时间写得不对"),
        ("a.vtt", b"WEBVTT\n", "“a.vtt”里没有一句字幕"),
        ("a.txt", "只有字".encode(), "“a.txt”里没有一句字幕"),
        ("a.vtt", b"WEBVTT\n\n\0\0", "“a.vtt”不是文字"),
        ("a.vtt", b"\xff\xfe\xff", "“a.vtt”不是文字"),
        ("a.vtt", lines(*[FIRST] * 5001), "“a.vtt”超过 5000 句"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_line(name, content, said):
    with pytest.raises(UnsupportedFile) as refusal:
        cues.read(content, name)
    assert said in str(refusal.value.sentence)

"""Chinese text: what is typed in one form is found in another, and marked where it stands."""

import pytest

from search import forms, pinyin, synonyms
from search.plan import read, relax
from search.text import mark, normalise, tokens


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("京劇", "京剧"),
        ("ＡＢＣ　１２", "abc 12"),
        ("Ⅰ-1", "i-1"),
        ("12㎡", "12m2"),
        ("Café", "cafe"),
        ("a\x00b\ud800c", "a b c"),
        ("流動舞臺車", "流动舞台车"),
    ],
)
def test_normalise(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


def test_tokens_are_overlapping_pairs_and_stems() -> None:
    assert tokens("舞臺車 Trucks, 車") == ("舞台", "台车", "truck", "车")
    assert tokens('"*():^🎭') == ()


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("harps", "harp"),
        ("centres", "centre"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("cities", "city"),
        ("boxes", "box"),
        ("is", "is"),
    ],
)
def test_stem(word: str, stemmed: str) -> None:
    assert forms.stem(word) == stemmed


def test_every_substring_of_a_text_is_made_of_its_tokens() -> None:
    text = "禾丰县文化馆流动舞台车下乡演出"
    indexed = " ".join(tokens(text))
    for start in range(len(text) - 2):
        for end in range(start + 2, len(text) + 1):
            assert " ".join(tokens(text[start:end])) in indexed


def test_pinyin_readings() -> None:
    assert pinyin.readings("xian") == [("xian",), ("xi", "an")]
    assert pinyin.readings("jingju") == [("jing", "ju")]
    assert pinyin.readings("stage") == []
    assert pinyin.readings("a" * 1000) == []
    assert pinyin.initials("whg") == ("w", "h", "g")
    assert pinyin.initials("wuhan") == ()
    assert forms.syllables("重庆") == ("chong", "qing")


def test_synonyms_know_what_is_the_same_and_what_is_near() -> None:
    near = {other.tokens: other.nearness for other in synonyms.of(tokens("文化馆"))}
    assert near[tokens("cultural centre")] > near[tokens("群众艺术馆")]
    assert tokens("大篷车") in {other.tokens for other in synonyms.of(tokens("舞台车"))}
    assert synonyms.of(tokens("无此词")) == ()


def units(words: str) -> list[list[tuple[str, ...]]]:
    return [[phrase.tokens for phrase in unit] for unit in read(words).wanted[0]]


def test_a_long_sentence_asks_for_its_meaningful_words_only() -> None:
    assert [unit[0] for unit in units("请帮我找周末能用的舞台车")] == [("周末",), ("舞台", "台车")]
    assert [unit[0] for unit in units("的")] == [("的",)]


def test_a_plan_joins_what_belongs_together() -> None:
    assert [unit[0] for unit in units("Peking opera 舞台监督")] == [("peking", "opera"), ("舞台", "台监", "监督")]
    assert units("Ⅰ-1") == [[("i", "1")]]
    assert ("dong", "zu", "da", "ge") in units("dong zu da ge")[0]
    assert ("j", "j") in units("jj")[0]
    assert [unit[0] for unit in units("流动武台车")] == [("流动",), ("台车",)]
    assert [unit[0] for unit in units("车")] == [("车",)]


def test_nothing_searchable_wants_nothing() -> None:
    for words in ("", "  ", '"*():^', "🎭", "\x00"):
        assert read(words).wanted == ()
        assert relax(words).wanted == ()


def test_a_huge_query_is_cut() -> None:
    assert len(read("文化馆流动舞台车" * 2000).wanted[0]) <= 12
    assert [unit[0] for unit in units("京剧 " * 38 + "concert halls and more")][-1] == ("京剧",)


def marked(text: str, words: str) -> list[str]:
    return [text[start:end] for start, end in mark(text, words)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("舞台车", ["舞臺車"]),
        ("京剧", ["京劇", "Peking Opera"]),
        ("zhejiang", ["浙江"]),
        ("群艺馆", ["群众艺术馆"]),
        ("jj", ["京劇"]),
        ("省", ["省"]),
        ("無此", []),
        ("", []),
    ],
)
def test_marks_stand_on_the_original(words: str, found: list[str]) -> None:
    assert marked("浙江省舞臺車（12㎡）京劇 Peking Opera，群众艺术馆", words) == found


def test_marks_of_neighbours_are_joined_and_of_near_misses_shown() -> None:
    assert marked("流动舞台车", "流动 舞台") == ["流动舞台"]
    assert marked("流动舞台和车", "流动舞台") == ["流动舞台"]
    assert marked("皮影戏演出", "皮移戏") == ["皮影戏"]
    assert marked("ﬁlm Ⅳ京劇", "京剧") == ["京劇"]

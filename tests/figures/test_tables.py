"""What is withheld, and where the bars stand."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from alliance.figures import drawing, needs
from alliance.figures.tables import FEWEST, Table, counted, discreet, withheld


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ([9, 8, 7], set()),
        ([9, 2, 1, 0], {1, 2}),
        ([9, 2, 5, 0], {1, 2}),  # one alone could be reckoned from the sum: the next smallest goes with it
        ([0, 1, 0], {1}),
        ([None, 3, 2, 40], {1, 2}),
        ([9, 1, 1, 5], {1, 2, 3}),  # two that make 2 are 1 each, and two that make 4 are 2 each
        ([9, 2, 2, 0], {0, 1, 2}),
        ([2, 2], {0, 1}),
    ],
)
def test_small_numbers_are_withheld(numbers: list[int | None], hidden: set[int]) -> None:
    assert withheld(numbers) == hidden


@given(st.lists(st.integers(0, 50)))
def test_no_small_number_can_be_reckoned_from_the_sum(numbers: list[int]) -> None:
    hidden = withheld(numbers)
    assert all(at in hidden for at, number in enumerate(numbers) if 0 < number < FEWEST)
    told = {numbers[at] for at in hidden}
    assert len(told) != 1 or not [number for at, number in enumerate(numbers) if number and at not in hidden]


def table(*numbers: int, shape: str = "bars") -> Table:
    rows = [counted(f"第{at}行", n, urls=("/somewhere",), short=str(at)) for at, n in enumerate(numbers)]
    return Table("t", "题", ["甲", "乙"], rows, shape=shape)  # type: ignore[arg-type]


def test_the_public_gets_no_ways_and_no_small_numbers(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        shown = discreet(table(12, 2, 1))
        assert [row.cells[0].url for row in shown.rows] == ["", "", ""]
        assert shown.lines() == [["第0行", 12], ["第1行", "略"], ["第2行", "略"]]
        assert table(12, 0).rows[0].cells[0].url == "/somewhere"
        assert table(12, 0).rows[1].cells[0].url == "", "nothing to open behind a zero"


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=12))
def test_columns_stand_on_the_base_and_in_proportion(numbers: list[int]) -> None:
    drawn = drawing.columns(table(*numbers, shape="columns"))
    assert len(drawn.bars) == sum(n > 0 for n in numbers)
    assert all(bar.y >= drawing.TOP - 0.2 and abs(bar.y + bar.height - drawn.base) <= 0.11 for bar in drawn.bars)
    assert all(bar.x >= drawing.LEFT and bar.x + bar.width <= drawing.WIDTH for bar in drawn.bars)
    heights = {n: bar.height for n, bar in zip(filter(None, numbers), drawn.bars, strict=True)}
    assert [heights[n] for n in sorted(heights)] == sorted(heights.values())


def test_what_is_empty_is_a_sentence_and_stays_in_downloads(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        rows = [counted(f"{n}月", *numbers) for n, numbers in enumerate([(0, 0, 0), (5, 0, 1), (0, 0, 0), (2, 0, 0), (0, 0, 0)], 1)]
        whole = Table("t", "题", ["月份", "甲", "乙", "丙"], rows, shape="columns", series=2, note="注。")
        told = whole.folded
        assert [row.label for row in told.rows] == ["2月", "3月", "4月"], "a month between others stays"
        assert (told.heads, told.series) == (["月份", "甲", "丙"], 1)
        assert [[cell.value for cell in row.cells] for row in told.rows] == [[5, 1], [0, 0], [2, 0]]
        assert told.note == "注。 没有列出的月份都是0。 “乙”都是0，没有列出。"
        assert len(whole.lines()) == 5
        assert table(3, 0, 1).folded.lines() == [["第0行", 3], ["第2行", 1]]
        assert discreet(table(12, 2, 0)).folded.has_withheld, "what is withheld is not nothing"
        assert table(3, 1).folded == table(3, 1)


def test_small_shares_are_drawn_as_parts_of_a_line_that_is_told(app: Flask) -> None:
    def drawn(*shares: float) -> tuple[str, list[float]]:
        rows = [counted(str(share), share, unit="%") for share in shares]
        found = drawing.lines(Table("t", "题", ["甲", "乙"], rows, shape="bars"))
        return found.whole, [bar.width for *_, bar in found.rows if bar is not None]

    with app.test_request_context("/"):
        assert drawn(0.7, 0.01) == ("2%", [112.0, drawing.LEAST])
        assert drawn(50, 20) == ("100%", [160.0, 64.0])
        assert drawing.lines(table(7, 1)).whole == ""


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (61, 80), (101, 200), (99_999, 100_000)])
def test_the_axis_ends_evenly(most: int, top: int) -> None:
    assert drawing.top_of(most) == top


def test_long_lists_are_cut_in_the_drawing_and_say_so(app: Flask) -> None:
    with app.test_request_context("/"):
        drawn = drawing.lines(table(*range(20, 0, -1)))
    assert (len(drawn.rows), drawn.more, drawn.height) == (8, 12, 8 * drawing.LINE)
    longest = drawn.rows[0][3]
    assert longest is not None
    assert longest.width == drawing.WIDTH


@pytest.mark.parametrize(
    ("label", "drawn"),
    [
        ("禾丰县文化馆", "禾丰县文化馆"),
        ("白塔县非物质文化遗产保护中心", "白塔县非物质文化遗产保护中…"),
        ("Baita County Intangible Heritage Centre", "Baita County Intangible Her…"),
    ],
)
def test_labels_leave_room_for_their_numbers(label: str, drawn: str) -> None:
    assert drawing.brief(label) == drawn


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  黄梅戏　老师 ", "黄梅戏 老师"),
        ("ＤＶＤ", "dvd"),
        ("张三 13800138000", ""),
        ("张三 138 0013 8000", ""),
        ("０５７１-8765 4321", ""),
        ("3301 0219 9001 011X", ""),
        ("2026-10-15 合唱", "2026-10-15 合唱"),
        ("1949—1979 老照片", "1949—1979 老照片"),
        ("someone@example.org", ""),
        ("https://example.org/x", ""),
        ("1984 年", "1984 年"),
        ("很" * 90, "很" * 40),
    ],
)
def test_what_is_kept_of_words(typed: str, kept: str) -> None:
    assert needs.plain(typed) == kept


@pytest.mark.parametrize(("words", "form"), [("请合唱老师", "music"), ("黄梅戏", "xiqu"), ("舞台车", ""), ("广场舞比赛", "dance")])
def test_the_art_form_that_words_name(words: str, form: str) -> None:
    assert needs.art_form_in(words) == form


def test_what_was_lent_more_stands_right_of_the_middle_and_what_was_borrowed_more_left(app: Flask) -> None:
    with app.test_request_context():
        rows = [counted("甲馆", 6), counted("乙馆", 0), counted("丙馆", -3)]
        drawn = drawing.nets(Table("net", "净借出", ["馆", "净借出"], rows, shape="net"))
    bars = [(label, told, bar.x, bar.width, bar.series) for _y, label, told, bar in drawn.rows]
    assert bars == [("甲馆", "+6", 160, 160.0, 1), ("丙馆", "−3", 80.0, 80.0, 2)]
    assert drawn.more == 0


def test_of_many_the_largest_either_way_are_drawn(app: Flask) -> None:
    with app.test_request_context():
        rows = [counted(f"{n}馆", n) for n in range(12, -12, -1)]
        drawn = drawing.nets(Table("net", "净借出", ["馆", "净借出"], rows, shape="net"))
    assert [told for _y, _label, told, _bar in drawn.rows] == ["+12", "+11", "+10", "+9", "+8", "−9", "−10", "−11"]
    assert drawn.more == len(rows) - 1 - drawing.MOST_BARS


def test_of_a_pair_the_first_stands_right_of_one_middle_and_the_second_left(app: Flask) -> None:
    with app.test_request_context():
        rows = [counted("甲馆", 6, 3, 3), counted("乙馆", 0, 6, -6)]
        heads = ["馆", "借出", "借入", "净借出"]
        drawn = drawing.pairs(Table("both", "往来", heads, rows, shape="pairs", series=2))
        alone = drawing.pairs(
            Table("one", "往来", [heads[0], heads[1], heads[3]], [counted("甲馆", 6, 6)], shape="pairs", series=1)
        )
    half = drawing.HALF
    sides = [(label, told, bar.x, bar.width, anchor) for _y, label, bars in drawn.rows for told, bar, _x, anchor in bars]
    assert sides == [
        ("甲馆", "6", 160, half, "start"),
        ("甲馆", "3", 160 - half / 2, half / 2, "end"),
        ("乙馆", "6", 160 - half, half, "end"),
    ]
    assert [len(bars) for _y, _label, bars in alone.rows] == [1]

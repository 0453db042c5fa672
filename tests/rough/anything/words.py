"""What people, programs and mischief put into addresses, questions and forms."""

from __future__ import annotations

from hypothesis import strategies as st

TEXT = """
    0 -1 1 00 +1 1.0 1e309 -1e309 NaN inf -Infinity 0x10 1_000 1,000 -0.0 ² ½ １２ ٣

    0000-00-00 0001-01-01 9999-12-31 2024-02-29 2025-02-29 2025-13-01 2025-06-31 10000-01-01 -1-01-01 9999-12-31T23:59
    0001-01-01T00:00 2025-02-29T09:00 2025-03-01T24:00 2025-03-01T09:00+14:00 2025-03-01T09:00Z 24:00 23:59:60 00:00
    2025-W10 20250301 1e9 9999-12 0000-01 2025-3 明天

    abc 字 None null true .. ../.. ....// / // \\ % %00 %2e%2e%2f ? # &= ; ' " {{7*7}} ${7*7} [] {} [1] {"a":1}
    * AND NEAR( - ^ : a:b @ a@b javascript:alert(1) //example.org/ https://example.org <script>alert(1)</script>
"""
NUMBERS = ("9" * 10, "9" * 18, "9" * 30, "9" * 5000, *map(str, (2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64)))
SIGNS = (
    *(
        "\x00",
        "a\x00b",
        "\ud800",
        "a\udfffb",
        "\ufeff",
        "\u200b",
        "\u202eabc",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\u2028",
        "😀",
        "e\u0301",
    ),
    *("e\u0301", "\ufffe", "\U0010ffff", "𠮷", "İ", "ß", "ﷺ", "\r\nX-Odd: 1", "a\tb\r\nc\rd", " ", "\u3000", "　字　"),
)
LONG = ("", "' OR 1=1 --", "a" * 3000, "字" * 3000)
ANY = (*TEXT.split(), *NUMBERS, *SIGNS, *LONG)

odd = st.sampled_from(ANY) | st.text(max_size=40)
"""Anything that a field may hold."""
plausible = {
    "number": st.sampled_from(("1", "3", "200", "12.5")),
    "date": st.sampled_from(("2026-12-01", "2027-01-15", "2027-02-28", "2024-02-29")),
    "datetime-local": st.sampled_from(("2027-01-15T09:00", "2027-01-15T17:00", "2027-01-16T09:00")),
    "time": st.sampled_from(("09:00", "17:30")),
    "email": st.sampled_from(("who@example.org", "owner.staff@example.org")),
    "tel": st.just("0900-555 0121"),
    "url": st.just("https://example.org/"),
}
"""What fits a control of that type."""
sentence = st.sampled_from(("重阳节下乡演出", "下河村文化礼堂前的空场", "An outdoor stage, near the river.", "第一行\n第二行"))
long = st.sampled_from(("字" * 200, "字" * 2_001, "a" * 20_001, "字" * 60_000, "\U0001f600" * 5_000))

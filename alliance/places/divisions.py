"""Names of provinces, cities and counties, from the list the build makes and rows an alliance adds."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alliance.places.distance import MUNICIPALITIES, county_code

LEVELS = {"province": 0, "city": 1, "county": 2}


@dataclass(frozen=True, slots=True)
class Division:
    """One place of GB/T 2260; `level` is province, city or county."""

    code: str
    name: str
    level: str


def level_of(code: str) -> str:
    """Province, city or county, from the zeros a six-digit code ends with."""
    county = county_code(code)
    if county.endswith("0000"):
        return "province"
    return "city" if county.endswith("00") else "county"


class Divisions:
    """Look-up of divisions by code and by name."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self._by_code = {division.code: division for division in divisions}

    @classmethod
    def read(cls, path: Path | None, extra: Mapping[str, str] | None = None) -> "Divisions":
        """The build's list where it exists, with `extra` names by code added to it or put in its place."""
        rows: list[Division] = []
        if path is not None and path.exists():
            with path.open(encoding="utf-8", newline="") as lines:
                rows = [Division(row["code"], row["name"], row["level"]) for row in csv.DictReader(lines)]
        rows.extend(Division(county_code(code), name, level_of(code)) for code, name in (extra or {}).items())
        return cls(rows)

    def extended(self, divisions: Iterable[Division]) -> "Divisions":
        """These and `divisions`, which take the place of those with the same code."""
        return Divisions([*self._by_code.values(), *divisions])

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Division | None:
        """The division of that code, of a town or village its county."""
        return self._by_code.get(county_code(code))

    def name(self, code: str) -> str:
        """The name alone, or the digits where the list does not know them."""
        division = self.get(code)
        return division.name if division else county_code(code)

    def parent(self, code: str) -> str | None:
        """The code one level up: a county's city, or its province where there is no city between them."""
        county = county_code(code)
        if county.endswith("0000"):
            return None
        city = county[:4] + "00"
        direct = county[:2] in MUNICIPALITIES or county[2:4] == "90" or (city not in self and county != city)
        return county[:2] + "0000" if direct or county == city else city

    def codes(self, code: str) -> tuple[str, ...]:
        """Codes from the province down: ("330000", "330100", "330102")."""
        above = self.parent(code)
        return (*(self.codes(above) if above else ()), county_code(code))

    def path(self, code: str) -> tuple[str, ...]:
        """Names from the province down: ("浙江省", "杭州市", "上城区")."""
        return tuple(self.name(one) for one in self.codes(code))

    def children(self, code: str | None) -> list[Division]:
        """The divisions right below one, the provinces for None, by code."""
        return sorted((one for one in self._by_code.values() if self.parent(one.code) == code), key=lambda one: one.code)

    def search(self, text: str, limit: int = 20) -> list[Division]:
        """Divisions whose code starts with the text or whose name holds it; every word has to be met by the path.

        Names that start with the last word come first, larger divisions before smaller ones.
        """
        words = text.split()
        if not words:
            return []
        if words[0].isdecimal() and len(words) == 1:
            found = [one for one in self._by_code.values() if one.code.startswith(words[0][:6])]
        else:
            found = [one for one in self._by_code.values() if self._matches(one, words)]
        return sorted(found, key=lambda one: (not one.name.startswith(words[-1]), LEVELS[one.level], one.code))[:limit]

    def named(self, text: str) -> list[Division]:
        """The divisions that a name means: those called so, else those whose path it shortens, by code."""
        wanted = "".join(text.split())
        if not wanted:
            return []
        exact = [one for one in self._by_code.values() if wanted == one.name or wanted == "".join(self.path(one.code))]
        return sorted(exact or self._abbreviated(wanted), key=lambda one: one.code)

    def _abbreviated(self, wanted: str) -> list[Division]:
        """Those whose path the text shortens: 清泽禾丰 for 岚江省清泽市禾丰县."""
        ends = [one for one in self._by_code.values() if wanted[-2:] in one.name]
        return [one for one in ends if _in_order(wanted, "".join(self.path(one.code)))]

    def _matches(self, division: Division, words: list[str]) -> bool:
        if words[-1] not in division.name:
            return False
        whole = "".join(self.path(division.code))
        return all(word in whole for word in words)


def _in_order(wanted: str, path: str) -> bool:
    """Whether all signs stand in the path, in this order."""
    rest = iter(path)
    return all(sign in rest for sign in wanted)

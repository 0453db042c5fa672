"""One closed list of the field: ids that are stored, labels that are shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace


class UnknownCodeError(KeyError):
    """A list or a code that does not exist was asked for by name."""


def language(locale: str) -> str:
    """ "en" for every English locale, else "zh": the product speaks these two."""
    return "en" if locale.lower().startswith("en") else "zh"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry; a retired one is no longer offered but still has its label."""

    id: str
    zh: str
    en: str
    parent: str | None = None
    retired: bool = False

    def label(self, locale: str) -> str:
        return self.en if language(locale) == "en" else self.zh


@dataclass(frozen=True)
class CodeList:
    """Codes in the order staff expect them, a tree where codes name a parent."""

    name: str
    zh: str
    en: str
    codes: tuple[Code, ...]
    shipped: tuple[Code, ...] = field(init=False, repr=False, compare=False)
    _by_id: dict[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {code.id: code for code in self.codes}
        if len(by_id) != len(self.codes):
            raise ValueError(f"{self.name}: an id occurs twice")
        seen: set[str] = set()
        for code in self.codes:
            if code.parent is not None and code.parent not in seen:
                raise ValueError(f"{self.name}: {code.id} stands before its parent {code.parent}")
            seen.add(code.id)
        object.__setattr__(self, "shipped", self.codes)
        object.__setattr__(self, "_by_id", by_id)

    def relabel(self, own: Mapping[str, tuple[str, str]]) -> None:
        """Take an alliance's own labels, id -> (zh, en); what is empty or not named keeps the label it came with."""
        codes = tuple(self._own(code, *own.get(code.id, ("", ""))) for code in self.shipped)
        if codes != self.codes:
            object.__setattr__(self, "_by_id", {code.id: code for code in codes})
            object.__setattr__(self, "codes", codes)

    @staticmethod
    def _own(code: Code, zh: str, en: str) -> Code:
        return replace(code, zh=zh or code.zh, en=en or code.en) if zh or en else code

    def __contains__(self, code_id: object) -> bool:
        return code_id in self._by_id

    def __getitem__(self, code_id: str) -> Code:
        try:
            return self._by_id[code_id]
        except KeyError:
            raise UnknownCodeError(f"{self.name}: {code_id}") from None

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, retired ones too: what the database may hold."""
        return tuple(self._by_id)

    def title(self, locale: str) -> str:
        return self.en if language(locale) == "en" else self.zh

    def label(self, code_id: str, locale: str) -> str:
        """Raises UnknownCodeError for an id that is not of this list."""
        return self[code_id].label(locale)

    def choices(self, locale: str, *, keep: str | None = None) -> list[tuple[str, str]]:
        """Pairs for a form in tree order, without retired codes except `keep`, the value a record already has."""
        return [(code.id, code.label(locale)) for code in self._walk(None) if not code.retired or code.id == keep]

    def groups(self, locale: str) -> list[tuple[Code, str, list[tuple[str, str]]]]:
        """First level with its label and the choices below it, for grouped selects and checkboxes."""
        return [
            (
                root,
                root.label(locale),
                [(c.id, c.label(locale)) for c in self.children(root.id) if not c.retired],
            )
            for root in self.children(None)
            if not root.retired
        ]

    def children(self, code_id: str | None) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.parent == code_id)

    def path(self, code_id: str) -> tuple[str, ...]:
        """The ids from the first level down to this one: what an indexed record is found under."""
        parent = self[code_id].parent
        return (*(self.path(parent) if parent else ()), code_id)

    def within(self, code_id: str) -> tuple[str, ...]:
        """This id and all below it: what a chosen facet stands for."""
        return (self[code_id].id, *(code.id for code in self._walk(code_id)))

    def _walk(self, code_id: str | None) -> Iterator[Code]:
        for child in self.children(code_id):
            yield child
            yield from self._walk(child.id)

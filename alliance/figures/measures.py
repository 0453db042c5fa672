"""The columns of the scorecard: what is known of a centre, and how each number is reckoned from it, in words too."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from alliance.figures.tables import figure, percent

PRIOR = 3
"""As if each centre had so many more ratings, each as good as the alliance's mean."""
DAMAGES = {"reported": _l("上报异常%(n)s次"), "lost": _l("遗失%(n)s件"), "damaged": _l("损坏%(n)s件")}


@dataclass
class Facts:
    """The loans of one centre by what they are to it, by their numbers."""

    lent: list[int] = field(default_factory=list)
    borrowed: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    red: list[int] = field(default_factory=list)
    breached: list[int] = field(default_factory=list)
    damaged: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    stars: dict[int, int] = field(default_factory=dict)
    mean: float | None = None
    trained: dict[int, float] = field(default_factory=dict)
    staff: int = 0
    waited: dict[int, int] = field(default_factory=dict)
    shared: int = 0
    days: dict[int, int] = field(default_factory=dict)
    filed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def on_time(self) -> list[int]:
        return [leg for leg in self.answered if leg not in self.red]

    def total(self, name: str) -> int:
        """Of a figure of the return, over what was lent."""
        return sum(int(self.filed.get(leg, {}).get(name) or 0) for leg in self.lent)

    def days_of(self, legs: list[int]) -> int:
        return sum(self.days.get(leg, 0) for leg in legs)

    @property
    def weighted(self) -> float | None:
        """The mean of the stars, drawn towards that of the alliance the more the fewer they are."""
        if not self.stars or self.mean is None:
            return None
        return round((sum(self.stars.values()) + PRIOR * self.mean) / (len(self.stars) + PRIOR), 2)

    @property
    def training_days(self) -> float:
        return round(sum(self.trained.values()), 2)


@dataclass(frozen=True)
class Measure:
    """A column: how it is reckoned in words, its number, the loans behind it; `listings`: it counts the listings of the centre.

    `each`: what a loan adds to it; `reckoned`: the formula with the centre's numbers.
    """

    name: str
    label: Any
    formula: Any
    of: Callable[[Facts], float | None]
    legs: Callable[[Facts], list[int]]
    unit: str = ""
    listings: bool = False
    each: Callable[[Facts, int], str] | None = None
    reckoned: Callable[[Facts], str] | None = None


def _damage(one: Facts, leg: int) -> str:
    """What was reported or agreed to be lost or damaged."""
    return str(_("、")).join(str(DAMAGES[what]) % {"n": number} for what, number in one.damaged[leg].items())


def _stars(one: Facts, leg: int) -> str:
    return str(ngettext("%(num)s星", "%(num)s星", one.stars[leg]))


def _spent(one: Facts, leg: int) -> str:
    return str(ngettext("%(num)s天", "%(num)s天", one.days.get(leg, 0)))


def _balance(one: Facts, leg: int) -> str:
    """Its days, taken off where it was borrowed."""
    days = one.days.get(leg, 0)
    signed = figure(-days if leg in one.borrowed else days, "+,")
    return str(ngettext("%(days)s天", "%(days)s天", days, days=signed))


def _waited(one: Facts, leg: int) -> str:
    return str(ngettext("%(num)s个工作日", "%(num)s个工作日", one.waited[leg]))


def _filed(name: str) -> Callable[[Facts, int], str]:
    return lambda one, leg: figure(int(one.filed.get(leg, {}).get(name) or 0))


def _village(one: Facts, leg: int) -> str:
    return f"{_filed('village_sessions')(one, leg)} ÷ {_filed('sessions')(one, leg)}"


def _days(one: Facts, leg: int) -> str:
    return str(ngettext("%(days)s天", "%(days)s天", ceil(one.trained[leg]), days=figure(one.trained[leg])))


def _drawn(one: Facts) -> str:
    said = {"stars": sum(one.stars.values()), "n": PRIOR, "mean": figure(round(one.mean or 0, 2)), "count": len(one.stars)}
    return str(_("（%(stars)s + %(n)s × %(mean)s）÷（%(count)s + %(n)s），%(mean)s是期内全联盟的平均", **said))


def _per_head(one: Facts) -> str:
    return str(_("%(days)s天 ÷ %(staff)s人", days=figure(one.training_days), staff=one.staff))


MEASURES: tuple[Measure, ...] = (
    Measure(
        "shared",
        _l("共享资源数"),
        _l("现在上架、登记核实过的人才、场馆和舞台车，不论期别"),
        lambda one: one.shared,
        lambda _one: [],
        listings=True,
    ),
    Measure("lent", _l("借出次数"), _l("期内开始使用并办成的、本馆借出的借用"), lambda one: len(one.lent), lambda one: one.lent),
    Measure(
        "lent_days",
        _l("借出天数"),
        _l("这些借用占用的天数，逐笔相加"),
        lambda one: one.days_of(one.lent),
        lambda one: one.lent,
        each=_spent,
    ),
    Measure(
        "borrowed",
        _l("借入次数"),
        _l("期内开始使用并办成的、本馆借入的借用"),
        lambda one: len(one.borrowed),
        lambda one: one.borrowed,
    ),
    Measure(
        "borrowed_days",
        _l("借入天数"),
        _l("这些借用占用的天数，逐笔相加"),
        lambda one: one.days_of(one.borrowed),
        lambda one: one.borrowed,
        each=_spent,
    ),
    Measure(
        "net",
        _l("净贡献（天）"),
        _l("借出天数 − 借入天数"),
        lambda one: one.days_of(one.lent) - one.days_of(one.borrowed),
        lambda one: [*one.lent, *one.borrowed],
        each=_balance,
    ),
    Measure(
        "on_time",
        _l("按期答复率"),
        _l("没有亮过红灯的 ÷ 期内由本馆答复的申请"),
        lambda one: percent(len(one.on_time), len(one.answered)),
        lambda one: one.answered,
        "%",
    ),
    Measure(
        "answer_days",
        _l("平均答复（工作日）"),
        _l("从提交到第一次答复的工作日，提交当天不算，等补正的日子照算，取平均"),
        lambda one: round(sum(one.waited.values()) / len(one.waited), 1) if one.waited else None,
        lambda one: list(one.waited),
        each=_waited,
    ),
    Measure(
        "refused",
        _l("否定率"),
        _l("不同意的 ÷ 期内由本馆答复的申请"),
        lambda one: percent(len(one.refused), len(one.answered)),
        lambda one: one.refused,
        "%",
    ),
    Measure("red", _l("红灯数"), _l("期内超期未答、亮了红灯的申请；补答以后仍然计"), lambda one: len(one.red), lambda one: one.red),
    Measure(
        "rating",
        _l("满意度（星）"),
        _l("期内对方给本馆的评价，取平均"),
        lambda one: round(sum(one.stars.values()) / len(one.stars), 2) if one.stars else None,
        lambda one: list(one.stars),
        each=_stars,
    ),
    Measure(
        "weighted",
        _l("满意度（加权）"),
        _l("（期内评价的星数合计 + %(n)s × 全联盟平均）÷（评价条数 + %(n)s）；评价越少，越靠向全联盟平均", n=PRIOR),
        lambda one: one.weighted,
        lambda one: list(one.stars),
        each=_stars,
        reckoned=_drawn,
    ),
    Measure(
        "breached",
        _l("爽约和临时取消"),
        _l("开始日期在期内、由本馆爽约或临时取消的借用"),
        lambda one: len(one.breached),
        lambda one: one.breached,
    ),
    Measure(
        "damaged",
        _l("损坏和遗失"),
        _l("开始日期在期内、本馆借入时上报过异常，或双方认定有遗失、损坏的借用；一笔只算一次，不论是谁的责任"),
        lambda one: len(one.damaged),
        lambda one: list(one.damaged),
        each=_damage,
    ),
    Measure(
        "sessions",
        _l("场次"),
        _l("借出的借用，送还时填报的场次"),
        lambda one: one.total("sessions"),
        lambda one: one.lent,
        each=_filed("sessions"),
    ),
    Measure(
        "attendances",
        _l("人次"),
        _l("借出的借用，送还时填报的人次"),
        lambda one: one.total("attendances"),
        lambda one: one.lent,
        each=_filed("attendances"),
    ),
    Measure(
        "village",
        _l("下沉村级场次占比"),
        _l("到村（社区）场次 ÷ 场次"),
        lambda one: percent(one.total("village_sessions"), one.total("sessions")),
        lambda one: one.lent,
        "%",
        each=_village,
    ),
    Measure(
        "training",
        _l("人均培训天数"),
        _l("本馆人员期内结束、已办结的轮训挂职天数（6课时为1天）÷ 现在在岗的账号数"),
        lambda one: round(one.training_days / one.staff, 2) if one.staff else None,
        lambda one: list(one.trained),
        each=_days,
        reckoned=_per_head,
    ),
)

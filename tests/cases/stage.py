"""A stage for public cases: a centre with its people, its main centre, the secretariat, works and a visitor's forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive.models import Asset
from alliance.cases import filing
from alliance.cases.actions import act
from alliance.cases.forms import KIND_FORMS
from alliance.cases.models import Case
from alliance.cases.table import ACTIONS, DESK
from alliance.centres.models import Centre
from alliance.people.models import Person
from alliance.worktime import rows
from tests import make

NOW = datetime(2025, 3, 10, 2, tzinfo=UTC)
"""Monday, ten in the morning in China."""
keys = count(1)
PHONE = "0900-888 7777"
MAIL = "liushi@example.org"
NAME = "刘十八"
ANSWER = "已经核实，按您说的改好了，谢谢。"
TYPED: dict[str, dict[str, Any]] = {
    "use": {"text": "小学四年级音乐课上播放。", "name": NAME, "until": "2025-06-30", "contact": PHONE},
    "removal": {"text": "照片第二排是我，不愿公开。", "name": NAME, "relation": "self", "contact": PHONE},
    "correction": {"text": "演唱者应为陆小凤。"},
    "question": {"text": "周末开放到几点？", "public": True},
    "complaint": {"text": "约好的时间没有人开门。", "contact": PHONE, "public": True},
    "suggestion": {"text": "希望增加戏曲班的名额。", "public": True},
}
INPUTS: dict[str, dict[str, Any]] = {
    "transfer": {"to": "", "reason": "这件事由秘书处统一答复。"},
    "ask_back": {"text": "请说明是第几张照片。"},
    "reply": {"text": "是第三张照片的右边。"},
    "grant": {"until": "2025-06-30", "conditions": "注明出处。"},
    "settle": {"measure": "withdraw", "why": "应当事人申请", "answer": ANSWER},
    "finish": {"answer": ANSWER, "public_text": "能不能改一改？"},
    "explain": {"answer": ANSWER, "public_text": "能不能说明一下？"},
    "refuse": {"code": "03", "answer": "请补充证明材料后再申请。"},
    "revoke": {"reason": "权利人撤回了授权。"},
    "rate": {"stars": 4},
    "follow_up": {"solved": False},
}


@dataclass
class Stage:
    """Everybody around a county's branch; `now` is when things happen."""

    session: Session
    main: Centre
    owner: Centre
    point: Centre
    work: Asset
    people: dict[str, Person] = field(default_factory=dict)
    now: datetime = NOW

    def file(self, kind: str, *, at: datetime | None = None, thing: Any = None, **typed: Any) -> Case:
        """A case of that kind that the branch handles, as a visitor files it: about the work, a complaint about its point."""
        form = KIND_FORMS[kind].model_validate(TYPED[kind] | typed)
        usual = filing.About(centre=self.point) if kind == "complaint" else filing.About(asset=self.work, centre=self.owner)
        about = thing or usual
        with clock.moved(at or self.now):
            return filing.file(self.session, None, kind=kind, form=form, thing=about, key=f"key{next(keys)}")

    def act(self, who: str, case: Case, name: str, *, at: datetime | None = None, role: str = DESK, **inputs: Any) -> Case:
        """`who` does it, having seen the case as it is."""
        needs = ACTIONS[name].needs
        with clock.moved(at or self.now):
            form = needs.model_validate(INPUTS.get(name, {}) | inputs) if needs is not None else None
            return act(self.session, self.people.get(who), case, name, role=role, form=form, expected_version=case.version)


def build(session: Session) -> Stage:
    """A branch with staff, handlers A and B and a director, below a main centre; the calendar has its rows."""
    if not session.scalar(sa.select(sa.func.count()).select_from(rows.CalendarDay)):
        rows.seed_calendar(session)
    main = make.centre(session, division_code="990101")
    owner = make.centre(session, role="branch", parent=main, division_code="990101")
    point = make.centre(session, role="point", parent=owner, division_code="990101")
    people = {
        "staff": make.person(session, owner, "staff"),
        "handler": make.person(session, owner, "handler", phone="0900-555 0121"),
        "deputy": make.person(session, owner, "handler"),
        "director": make.person(session, owner, "director"),
        "keeper": make.person(session, owner, "centre_admin"),
        "main_handler": make.person(session, main, "handler"),
        "main_director": make.person(session, main, "director"),
        "stranger": make.person(session, make.centre(session), "director"),
        "admin": make.admin(session),
    }
    make.duty(session, owner, people["handler"], "A")
    make.duty(session, owner, people["deputy"], "B")
    work = make.asset(session, owner, file_access="on_request", published_at=datetime(2024, 1, 1, tzinfo=UTC))
    return Stage(session, main, owner, point, work, people)


def local(text: str) -> datetime:
    """A moment written as on the wall in China."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)

"""Who comes second is told so on the same page, with everything that was typed still there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.centres.models import Alliance, RuleDocument
from alliance.people.models import Absence
from alliance.places.models import Division
from alliance.worktime.models import CalendarDay
from tests import make
from tests.conftest import BOTH

CENTRE = {
    "short_name": "县馆",
    "level": "county",
    "role": "main",
    "type": "centre",
    "division_code": "990101",
    "phone": "0900-555 0121",
    "version": "1",
}
DAY = date(2031, 5, 1)


@dataclass(frozen=True)
class Late:
    """What somebody posts, of which `kept` is to be seen again, and what they are told."""

    to: str
    form: dict[str, str]
    kept: str
    told: str
    status: int = 409


def soon(days: int) -> str:
    return str(clock.local(clock.now()).date() + timedelta(days=days))


LATE = {
    "a centre that somebody else changed": Late(
        "/centres/ours/edit", CENTRE | {"name": "甲县文化馆", "summary": "新写的简介。"}, "新写的简介。", "别人刚改过"
    ),
    "a centre of a name that is there": Late(
        "/admin/centres/new", CENTRE | {"name": "乙县文化馆", "summary": "新馆的简介。"}, "新馆的简介。", "已有同名的馆。", 422
    ),
    "rules on top of rules that were replaced": Late(
        "/admin/rules",
        {"title": "章程", "text": "# 总则\n自愿加入，平等相待。", "change_note": "改了总则", "based_on": "0", "do": "publish"},
        "改了总则",
        "别人刚发布了新的一版",
    ),
    "a holiday that was entered": Late(
        "/admin/holidays",
        {"day": str(DAY), "working": "0", "name": "劳动节", "source": "国办发明电〔2030〕9号", "sure": "yes"},
        "国办发明电〔2030〕9号",
        "这一天已有记录",
    ),
    "days of absence that overlap": Late(
        "/profile/absences",
        {"starts_on": soon(3), "ends_on": soon(5), "note": "去省馆培训"},
        "去省馆培训",
        "与已登记的外出日子重叠",
    ),
}


@BOTH
@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_what_was_typed_is_still_there(
    app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], late: Late
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    def build(session: Session) -> int:
        admin = make.admin(session)
        session.add(Division(code="990101", name="石桥区", level="county"))
        make.centre(session, slug="ours", name="甲县文化馆", division_code="990101", version=2)
        make.centre(session, name="乙县文化馆", division_code="990102")
        alliance: Alliance = make.alliance(session)
        session.add(RuleDocument(alliance_id=alliance.id, version=1, title="章程", text="# 总则", published_at=clock.now()))
        session.add(CalendarDay(day=DAY, working=False, name="劳动节", source="国办发明电〔2030〕1号"))
        today = clock.local(clock.now()).date()
        session.add(Absence(person_id=admin.id, starts_on=today + timedelta(days=4), ends_on=today + timedelta(days=4)))
        return admin.id

    browser = signed_in(write(build))
    answer = browser.post(late.to, data=late.form)
    assert answer.status_code == late.status
    assert late.told in answer.text
    assert late.kept in answer.text
    wanted = browser.post(late.to, data=late.form, headers={"Accept": "application/json"})
    assert (wanted.status_code, wanted.json["error"]["status"]) == (late.status, late.status)  # type: ignore[index]

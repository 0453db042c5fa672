"""What handing over and giving back are called where no thing goes out: halls, people, secondments."""

from typing import Any

from flask_babel import lazy_gettext as _l

from alliance.exchange.models import Leg

VENUE_WORDS = {"confirmed": _l("开放场地"), "handed_over": _l("进场确认"), "sent_back": _l("验收场地")}
TALENT_WORDS = {"confirmed": _l("派出人员"), "handed_over": _l("确认到场"), "sent_back": _l("确认返回")}
SECONDED_WORDS = {
    "confirmed": _l("派出到岗"),
    "handed_over": _l("确认到岗"),
    "in_use": _l("带教，期满办离岗"),
    "sent_back": _l("确认离岗"),
}
SECONDED: dict[str, tuple[Any, Any]] = {
    "hand_over": (_l("派出到岗"), _l("派出馆写明带去的材料。")),
    "receive": (_l("确认到岗"), _l("接收馆确认人已到岗。")),
    "send_back": (_l("办离岗"), _l("填轮训的天数或课时，计入本人当年的15天。")),
    "check_in": (_l("确认离岗"), _l("派出馆确认人已回来，天数属实。")),
}


def doing(leg: Leg) -> dict[str, Any]:
    """What is to be done in a state, where it is called otherwise than for a thing that goes out."""
    if leg.agreement.is_secondment:
        return SECONDED_WORDS
    return {"venue": VENUE_WORDS, "talent": TALENT_WORDS}.get(leg.lines[0].resource.kind, {})

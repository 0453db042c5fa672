"""What a template is: a head, a sentence, and which facts are listed after it; rendered in the reader's language when read."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l


class Template:
    """`head` is the title and the subject of its mail; `shows` are facts listed after `text` when there are any."""

    head: Any
    text: Any
    shows: tuple[str, ...]

    def __init__(self, head: Any, text: Any, *shows: str) -> None:
        self.head, self.text, self.shows = head, text, shows


WHEN = ("starts_at", "ends_at")
LABELS: Final[dict[str, Any]] = {
    "due_at": _l("最迟"),
    "over": _l("时限"),
    "hold_at": _l("暂留到"),
    "starts_at": _l("开始"),
    "ends_at": _l("结束"),
    "until_at": _l("时间"),
    "until_on": _l("日期"),
    "visit_at": _l("到场不晚于"),
    "visit_on": _l("到场日期"),
    "handler": _l("首问责任人"),
    "now_with": _l("现在办理"),
    "code": _l("理由"),
    "case_code": _l("理由"),
    "reason": _l("说明"),
    "condition": _l("条件"),
    "note": _l("附言"),
    "items": _l("需补齐"),
    "conditions": _l("条件"),
    "alternatives": _l("同类资源在该时段可用"),
    "item": _l("物品"),
    "quantity": _l("数量"),
    "substitute": _l("换成"),
    "outcome": _l("处理"),
    "stars": _l("星级"),
    "reply": _l("回应"),
    "paper": _l("证照"),
    "sessions_left": _l("剩余场次"),
    "place": _l("地点"),
    "works": _l("草稿"),
    "refused": _l("没有存进的文件"),
}

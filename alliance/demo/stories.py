"""The demo's loans: who asked whom for what, and how far it came."""

from typing import Any, NamedTuple

Move = tuple[str, dict[str, Any], float]  # action (may be prefixed by the side that acts), inputs, days after the move before


def moves(*parts: Any) -> tuple[Move, ...]:
    """Moves from 'action', ('action', inputs) or ('action', inputs, days)."""
    return tuple(
        (part, {}, 0.2) if isinstance(part, str) else (part[0], part[1], part[2] if len(part) > 2 else 0.2) for part in parts
    )


ASKED = moves("submit")
IN_HAND = (*ASKED, *moves("accept_handling"))
AGREED = (*IN_HAND, *moves("approve*"))
HANDED = (*AGREED, *moves(("hand_over", {"items": "list"}, -1)))
USED = (*HANDED, *moves(("receive", {"items": "list"}, 0.05)))
BACK = (*USED, *moves(("send_back", {"items": "list", "note": "told"}, -2)))
RETURNED = (*BACK, *moves(("check_in", {"items": "list"}, 0.1)))
CLOSED = (*RETURNED, *moves(("owner:close", {}, 2)))
PRAISE: dict[str, tuple[str, ...]] = {
    "stage_truck": ("师傅到得早，装台比说的还快。", "交接清楚，东西和清单一样。", "音响够用，几场下来没有出过毛病。"),
    "venue": ("场地干净，钥匙和音响都交代得清楚。", "灯光音响提前试好了，一进场就能走台。", "值班的老师一直在，临时加排也配合。"),
    "talent": ("到得早，准备充分，和大家处得好。", "有耐心，结束以后还留下来答问。", "节奏带得好，老人孩子都跟得上。"),
}
REMARKS = {
    "stage_truck": "音响够用，灯杆偏低，跳长袖舞要提醒演员。",
    "venue": "设备好用，空调声音略大，录音时要先关。",
    "talent": "教得好，时间排得紧了些，下次想多留半天。",
}
"""What a borrower says who gives four stars."""
NOTES = {
    "stage_truck": (3, "三场顺利，观众热情，台前秩序好。"),
    "venue": (1, "活动顺利，场地已打扫，灯和门都关好了。"),
    "talent": (1, "活动顺利，大家都说还想再请一次。"),
}
"""How many sessions there were and what the borrower says of them when it sends back."""
REPLY = ("归还时打扫得干净，人次数字齐全。", "联系人随叫随到，场地准备到位。", "回执单当天就交了，照片清楚。")

PATHS: dict[str, tuple[Move, ...]] = {
    "draft": (),
    "requested": ASKED,
    "in_hand": IN_HAND,
    "incomplete": (*IN_HAND, *moves(("return_for_completion", {"items": ["rain_plan", "site_photo"], "note": "请补雨天预案和现场电源照片。"}))),
    "completed": (*IN_HAND, *moves(("return_for_completion", {"items": ["rain_plan"]}), ("complete", {"form": "again"}, 1))),
    "offered": (*IN_HAND, *moves(("offer*", {"conditions": [{"text": "须本馆驾驶员随行，油料由申请方承担"}], "note": "同意借用，请确认条件。"}))),
    "offer_accepted": (*IN_HAND, *moves(("offer*", {"conditions": [{"text": "演出前一天到场装台"}]}), ("accept_offer", {"terms_version": "now"}, 0.5))),
    "countered": (*IN_HAND, *moves(("offer*", {"conditions": [{"text": "只能借两天"}]}), ("counter", {"note": "村里庙会连着三天，能否多留一天？"}, 0.5))),
    "confirmed": AGREED,
    "handed_over": HANDED,
    "in_use": USED,
    "extension": (*USED, *moves(("ask_extension", {"until": "later", "reason": "邻村也想看一场。"}, 0.3))),
    "damaged": (*USED, *moves(("report_damage", {"note": "右侧面光一只不亮，已停用，附照片另交。"}, 0.3))),
    "sent_back": BACK,
    "partly_returned": (*BACK, *moves(("check_in", {"items": "short"}, 0.1))),
    "returned": RETURNED,
    "closed": (*CLOSED, *moves(("borrower:rate", {"stars": 5, "comment": "praise"}, 1), ("owner:rate", {"stars": 5, "comment": "reply"}, 0.5))),
    "closed_so_so": (*CLOSED, *moves(("borrower:rate", {"stars": 4, "comment": "remark"}, 1), ("owner:reply", {"reply": "谢谢提醒，已经记下，下次来之前一定改好。"}, 1))),
    "closed_unrated": CLOSED,
    "declined": (*IN_HAND, *moves(("decline", {"code": "03", "reason": "当天本馆有全市合唱节，场地和人员都已排满，请另选日期。"}))),
    "declined_road": (*IN_HAND, *moves(("decline", {"code": "04", "reason": "入村道路限高低于车高，大车进不去，建议借望岭二号舞台车。"}))),
    "withdrawn": (*ASKED, *moves(("withdraw", {"note": "活动改期，先撤回。"}, 0.5))),
    "cancelled": (*AGREED, *moves(("borrower:ask_cancel", {"reason": "主办单位通知活动取消，实在抱歉。"}, 0.5), ("owner:agree_cancel", {}, 0.3))),
    "cancel_asked": (*AGREED, *moves(("borrower:ask_cancel", {"reason": "可能遇上暴雨预警，想取消这一场。"}, 0.3))),
    "no_show": (*AGREED, *moves(("owner:report_no_show", {"note": "等到中午无人来取，电话未接。"}, -3))),
    "disputed": (*RETURNED, *moves(("owner:dispute", {"reason": "归还后发现两只话筒头网变形，对方不认可，请秘书处裁定。"}, 0.5), ("borrower:state_view", {"statement": "演出当天收场时两只话筒头网完好，我馆文书在场清点；装车由贵馆驾驶员经手。"}, 1), ("owner:state_view", {"statement": "次日开箱验收时发现头网变形，箱子一路未打开，验收清单已写明。"}, 1))),
    "settled": (*RETURNED, *moves(("owner:dispute", {"reason": "台面一角划伤，双方对是否旧伤看法不一，请裁定。"}, 0.5), ("settle", {"decision": "first", "reason": "交出时照片已见划痕，属旧伤，借方不承担。"}, 2))),
    "expired": (*ASKED, *moves(("system:expire", {}, 20))),
    "endorsing": moves("ask_endorsement"),
    "endorsed": (*moves("ask_endorsement", ("endorse", {"note": "情况属实，请支持。"}, 0.4)), *moves("accept_handling", "approve*")),
    "transferred": (*IN_HAND, *moves(("transfer", {"to": "colleague", "reason": "本周下乡，转同事办理。"}))),
    "surveyed": (*IN_HAND, *moves(("survey", {}))),
}  # fmt: skip


class Story(NamedTuple):
    """One loan: `asked` days ago, starting `lead` days after asking, for `hours`."""

    path: str
    asked: int
    lead: int
    hours: int
    thing: str
    borrower: str
    title: str
    activity: str = "performance"
    place: str = ""
    audience: int = 200


STORIES: tuple[Story, ...] = (
    Story("closed", 118, 12, 60, "禾丰一号舞台车", "wangling", "春耕送戏下乡三场", place="东岸镇渡头广场", audience=900),
    Story("closed", 104, 10, 8, "石桥区馆小剧场", "linhu", "渔歌合唱汇报演出", place="石桥区馆小剧场", audience=240),
    Story("closed", 96, 15, 8, "周老师 合唱与声乐", "lihua", "梨花合唱队集训", "coaching", "梨花镇文化站排练室", 26),
    Story("closed", 90, 9, 30, "临湖一号舞台车", "shiqiao", "江堤露天音乐会", place="石桥江堤", audience=700),
    Story("closed", 84, 14, 8, "平渡木偶剧团", "meixi", "木偶进校园", place="梅溪小学", audience=320),
    Story("closed_so_so", 80, 8, 6, "渡口区馆录音棚", "yunping", "茶歌录音", "training", "渡口区馆录音棚", 10),
    Story("closed", 76, 12, 8, "下河村古戏台", "hefeng", "花鼓小戏交流", "exchange_visit", "下河村古戏台", 400),
    Story("closed", 70, 10, 9, "丁老师 剪纸", "dongan", "村小剪纸课", "training", "东岸镇中心小学", 45),
    Story("closed", 66, 11, 30, "望岭二号舞台车", "songguan", "林场慰问演出", place="松关林场", audience=300),
    Story("closed", 62, 9, 8, "清泽市馆小剧场", "shiqiao", "曲艺专场", place="清泽市馆小剧场", audience=250),
    Story("closed_so_so", 60, 10, 8, "武老师 街舞", "dukou", "校园街舞工作坊", "training", "渡口区第二中学", 60),
    Story("closed", 55, 8, 8, "临湖县馆音乐厅", "qingze", "室内乐普及音乐会", place="临湖县馆音乐厅", audience=280),
    Story("closed", 52, 12, 56, "清泽二号音乐车", "linhu", "湖滨音乐周", place="湖滨公园", audience=1200),
    Story("closed_unrated", 44, 9, 8, "禾丰农民锣鼓队", "qingze", "元宵预演开场", place="文庙广场", audience=800),
    Story("closed", 40, 10, 8, "鹤川弦乐四重奏", "baita", "塔下音乐会", place="白塔广场", audience=200),
    Story("closed", 38, 9, 8, "蓝师傅 蓝印花布", "donghe", "非遗进社区", "ich_show", "东河社区中心", 80),
    Story("closed_unrated", 34, 8, 6, "渡口区馆直播间", "wangling", "山歌直播", "online", "渡口区馆直播间", 8),
    Story("returned", 20, 12, 30, "云坪“山月”舞台车", "meixi", "梅花节开幕", place="梅溪文化广场", audience=1000),
    Story("returned", 18, 11, 8, "东河街舞车", "pingdu", "校园快闪", place="平渡一中", audience=500),
    Story("partly_returned", 17, 10, 50, "平渡锣鼓车", "yunping", "茶乡巡游", place="茶亭老街", audience=600),
    Story("sent_back", 15, 12, 40, "鹤川一号舞台车", "songguan", "工业园慰问", place="松关工业园", audience=800),
    Story("disputed", 30, 9, 8, "石桥老年大学书画教室", "lihua", "书画联谊", "exhibition", "石桥老年大学", 40),
    Story("settled", 33, 8, 8, "禾丰县馆排练厅", "shiqiao", "广场舞集训", "training", "禾丰县馆排练厅", 40),
    Story("in_use", 12, 11, 96, "禾丰一号舞台车", "linhu", "湖区村晚选拔", place="临湖县湖东村", audience=900),
    Story("in_use", 10, 9, 72, "平渡流动展览车", "dukou", "剪纸进校园", "exhibition", "渡口区第三小学", 600),
    Story("extension", 11, 10, 60, "渡口放映车", "meixi", "露天电影周", "film", "梅溪溪口村", 300),
    Story("damaged", 9, 8, 72, "临湖一号舞台车", "hefeng", "稻香文艺晚会", place="禾丰稻香广场", audience=700),
    Story("handed_over", 8, 8, 40, "望岭二号舞台车", "qingze", "山区巡演首站", place="望岭县岭上村", audience=350),
    Story("confirmed", 9, 16, 8, "清泽市馆小剧场", "pingdu", "儿童剧交流演出", "exchange_visit", "清泽市馆小剧场", 250),
    Story("confirmed", 8, 14, 30, "梨花小巧舞台车", "wangling", "入冬送戏进山", place="下河村", audience=280),
    Story("confirmed", 7, 20, 8, "陈老师 广场舞", "linhu", "赛前集训", "coaching", "临湖县馆舞蹈教室", 30),
    Story("confirmed", 6, 15, 8, "湖滨露天剧场", "qingze", "跨年音乐会彩排", place="湖滨露天剧场", audience=500),
    Story("endorsed", 9, 21, 30, "禾丰一号舞台车", "xiahe", "村庙会三天戏", place="下河村晒谷场", audience=400),
    Story("cancel_asked", 7, 18, 8, "石桥广场露天舞台", "hefeng", "锣鼓邀请赛", "contest", "石桥广场", 600),
    Story("offer_accepted", 8, 19, 30, "清泽大篷车", "linhu", "新年音乐会", place="湖滨广场", audience=1500),
    Story("offered", 3, 24, 30, "清泽大篷车", "hefeng", "丰收答谢演出", place="稻香广场", audience=1200),
    Story("countered", 4, 18, 60, "云坪“山月”舞台车", "dukou", "老街新年戏", place="渡口老街", audience=400),
    Story("in_hand", 2, 16, 8, "吴老师 钢琴与即兴伴奏", "shiqiao", "合唱节伴奏", "performance", "石桥区馆小剧场", 240),
    Story("in_hand", 2, 12, 8, "石桥区馆小剧场", "wangling", "采茶戏进城", "exchange_visit", "石桥区馆小剧场", 240),
    Story("requested", 1, 13, 8, "石桥区馆小剧场", "linhu", "渔歌新作首演", place="石桥区馆小剧场", audience=240),
    Story("requested", 1, 22, 30, "禾丰一号舞台车", "qingze", "迎新春巡演", place="清泽市四个街道", audience=1600),
    Story("requested", 6, 25, 8, "禾丰县影剧院", "shiqiao", "区合唱节决赛", "contest", "禾丰县影剧院", 700),
    Story("requested", 9, 30, 9, "莫老师 书法", "songguan", "写春联下乡", "outreach", "松关林场", 200),
    Story("incomplete", 5, 18, 30, "望岭二号舞台车", "lihua", "村晚两场", place="禾丰县梨花镇", audience=300),
    Story("completed", 5, 17, 8, "清泽采茶剧社", "hefeng", "庙会专场", place="禾丰稻香广场戏台", audience=500),
    Story("transferred", 2, 15, 8, "清泽市馆一楼展厅", "linhu", "渔村老照片展", "exhibition", "清泽市馆一楼展厅", 300),
    Story("surveyed", 3, 24, 60, "鹤川一号舞台车", "meixi", "古镇年货节", "folk_event", "梅溪古镇", 900),
    Story("endorsing", 1, 18, 30, "梨花小巧舞台车", "xiahe", "祠堂落成演出", place="下河村祠堂", audience=200),
    Story("draft", 1, 20, 8, "樊老师 声乐与指挥", "qingze", "群星奖合唱集训", "coaching", "清泽市馆合唱排练厅", 60),
    Story("declined", 24, 12, 8, "平渡大剧院小厅", "meixi", "少儿戏剧展演", place="平渡大剧院小厅", audience=300),
    Story("declined_road", 26, 14, 30, "清泽大篷车", "wangling", "山村音乐会", place="望岭县岭上村", audience=300),
    Story("withdrawn", 22, 15, 8, "望岭庙会采茶班", "pingdu", "庙会交流", "exchange_visit", "平渡市馆广场", 300),
    Story("cancelled", 28, 20, 30, "松关林场流动舞台", "donghe", "厂区慰问", place="东河机械厂", audience=300),
    Story("expired", 46, 18, 8, "梅溪县馆美术馆", "dukou", "区老年书画展", "exhibition", "梅溪县馆美术馆", 400),
    Story("no_show", 21, 10, 8, "鹤川市馆黑匣子剧场", "donghe", "街舞专场", place="鹤川市馆黑匣子剧场", audience=120),
)  # fmt: skip

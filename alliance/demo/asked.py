"""The public's cases of the demo: what was asked, when, about what, and what was done then."""

from typing import Any, NamedTuple

Step = tuple[str, dict[str, Any], float]
"""Action of the cases' table, what is filled in, days after the step before."""


class Asked(NamedTuple):
    """One case, filed so many days ago; `about` is the key of a work, a listing's title, a centre's slug, or nothing.

    Days among what is filled in count from the moment of filling in.
    """

    kind: str
    ago: float
    about: str
    form: dict[str, Any]
    steps: tuple[Step, ...] = ()


def _who(name: str, contact: str, organisation: str = "", place: str = "") -> dict[str, Any]:
    return {"name": name, "contact": contact, "organisation": organisation, "place": place}


CASES: tuple[Asked, ...] = (
    Asked("use", 62, "hechang98", {**_who("叶小荷", "yexiaohe@example.com", "清泽师范附属小学", "990101"), "text": "五年级音乐课讲本地合唱的由来，课堂上放一遍，不外传。", "until": 150},
        (("take", {}, 0.2), ("grant", {"until": 200, "conditions": "只在课堂播放，注明“临湖老年大学合唱团”，不转录。", "answer": "同意课堂使用，祝上课顺利。"}, 1.1), ("rate", {"stars": 5, "note": "第二天就批了，链接直接能放。"}, 6))),
    Asked("use", 88, "piyingying", {**_who("佟若谷", "tongruogu@example.com", "岚江大学戏剧研究所"), "text": "研究生课程研究影人造型，需要大图比对刻工。", "until": 120},
        (("take", {}, 0.3), ("grant", {"until": 180, "conditions": "研究使用，发表时注明馆藏号。", "answer": "已开放大图，请按馆藏号引用。"}, 1), ("revoke", {"reason": "影人送修，捐赠家庭希望修好前暂停外借图像，修好后请再申请。"}, 40))),
    Asked("use", 40, "lunwen", {**_who("柳经纶", "0900-555 0171", "上江文化传播公司"), "text": "拟收入付费有声课程，面向全国销售。", "until": 300},
        (("take", {}, 0.2), ("refuse", {"code": "02", "answer": "作者家属只同意公益性的研究使用，付费课程不在授权之内，请直接与家属商谈。"}, 1.2), ("rate", {"stars": 4, "note": "说得清楚，给了联系办法。"}, 2))),
    Asked("use", 0.2, "hechang98", {**_who("谷雨生", "guyusheng@example.com", "临湖县广播站", "990124"), "text": "县广播站“老歌新听”栏目想用三十秒片花。", "until": 30}),
    Asked("use", 5, "piyingying", {**_who("裘远帆", "0902-555 0182", "鹤川市第二中学", "990300"), "text": "校本教材插图一幅。", "until": 365},
        (("take", {}, 0.3), ("ask_back", {"text": "请说明教材是否公开出版、印数多少；公开出版要另签协议。"}, 0.5))),
    Asked("use", 4.5, "lanyinhua", {**_who("苗青青", "miaoqq@example.com", "", "990322"), "text": "毕业设计想用纹样线稿，愿到馆临摹。", "until": 90},
        (("take", {}, 0.3), ("ask_back", {"text": "请说明线稿是否用于成衣销售。"}, 0.6), ("reply", {"text": "只做毕业展，不销售，展后交一份给传习所。"}, 1.2))),
    Asked("removal", 54, "laotai", {**_who("关树根", "0900-555 0163", "", "990123"), "relation": "family", "text": "照片里是我祖父，家里不愿放在网上，请撤下。"},
        (("take", {}, 0.1), ("settle", {"measure": "withdraw", "why": "应照片中人物家属申请撤下。", "answer": "已核对捐赠登记，照片撤下，原件照旧保存在馆里，您可来馆查看。"}, 0.8), ("rate", {"stars": 5, "note": "当天就撤了，谢谢。"}, 1))),
    Asked("removal", 33, "zhufu", {**_who("卫晓月", "weixiaoyue@example.com", "", "990301"), "relation": "guardian", "text": "孩子在第一排左二，当时没有签网络公开的同意书。"},
        (("take", {}, 0.2), ("settle", {"measure": "restrict", "file_access": "own_centre", "record_visibility": "public", "answer": "照片已收回，只限馆内使用；结业合影的同意书以后开班时一次签齐。"}, 0.9))),
    Asked("removal", 20, "denghui", {**_who("茅大川", "0900-555 0155"), "relation": "other", "text": "我家店铺招牌拍进去了，要求撤下。"},
        (("take", {}, 0.4), ("refuse", {"code": "04", "answer": "照片摄于公共街道，招牌不构成个人信息；如有权属证明，请补充后再提出。"}, 1.5))),
    Asked("removal", 1, "hechang20", {**_who("乐素琴", "0900-555 0167", "", "990124"), "relation": "self", "text": "第二排右三是我，已退团，不想继续公开。"}),
    Asked("correction", 24, "chuntai", {"text": "照片右侧举灯的人是傅保山，望岭馆第一任馆长，我是他女儿。", **_who("傅小满", "fuxiaoman@example.com", "", "990123")},
        (("take", {}, 0.3), ("finish", {"answer": "已请两位老同志辨认，情况属实，著录已改，您的话记在版本说明里。谢谢！"}, 2.2), ("rate", {"stars": 5, "note": ""}, 1))),
    Asked("correction", 28, "gongchang", {"text": "松关林场一九五七年还没有三工区，年代可能有误。", **_who("", "", "", "")},
        (("take", {}, 0.2), ("refuse", {"code": "05", "answer": "查林场场志，三工区设于 1956 年冬，照片背面铅笔日期与放映记录相符，年代不改。"}, 2))),
    Asked("question", 45, "qingze", {"text": "周末琴房开到几点？老人能不能不用手机预约？", "public": True, **_who("", "", "", "990101")},
        (("take", {}, 0.2), ("explain", {"answer": "周六、周日 9:00 到 20:30。七十岁以上可直接到服务台登记，不用手机。", "public_text": "周末琴房开到几点？老人能不能不用手机预约？"}, 0.7), ("rate", {"stars": 5, "note": "我妈第二天就去了。"}, 3), ("look_back", {}, 30), ("follow_up", {"solved": True}, 1))),
    Asked("question", 16, "禾丰一号舞台车", {"text": "我们村想办丰收节，村委会能直接借舞台车吗？", "public": True, **_who("", "0900-555 0149", "", "990122")},
        (("take", {}, 0.3), ("explain", {"answer": "舞台车在成员馆之间借用。请先到镇综合文化站登记，由镇站提出申请，三个工作日内答复，不收费，油料按公里计。", "public_text": "村委会能不能直接借舞台车办丰收节？"}, 1.4))),
    Asked("question", 215, "meixi", {"text": "少儿美术班秋季什么时候报名？", "public": True, **_who("夏知秋", "xiazhiqiu@example.com", "", "990223")},
        (("take", {}, 0.2), ("explain", {"answer": "八月最后一周周末现场报名，名额三十六个，满了排候补。", "public_text": "少儿美术班秋季什么时候报名？"}, 0.5))),
    Asked("complaint", 70, "shiqiao", {"text": "约好周六上午排练厅，到了没人开门，等了四十分钟。", "public": True, **_who("", "0900-555 0158", "桥东广场舞队", "990101")},
        (("take", {}, 0.1), ("finish", {"answer": "情况属实：值班员换班没有交接。已当面致歉，排练厅钥匙改为双人保管，值班电话贴在门上。", "public_text": "约好的排练厅没有人开门，等了四十分钟。"}, 1.6), ("rate", {"stars": 4, "note": "道歉到位，希望别再有。"}, 2), ("look_back", {}, 30), ("follow_up", {"solved": True}, 2))),
    Asked("complaint", 20, "dukou", {"text": "老街活动室连着三个晚上提前关门，说好开到八点半。", "public": True, **_who("", "0901-555 0176", "", "990201"), "who": "活动室值班员"},
        (("take", {}, 0.4),)),
    Asked("complaint", 2, "linhu", {"text": "合唱排练占了舞蹈教室，通知是当天早上才贴的。", "public": True, **_who("", "wangchao@example.com", "", "990124")},
        (("take", {}, 0.3),)),
    Asked("suggestion", 36, "yunping", {"text": "建议茶歌每首配拼音和大字歌词，老人孩子都能跟着学。", "public": True},
        (("take", {}, 0.5), ("finish", {"answer": "好主意。先给《三月采茶》配了字幕和大字歌词，其余十一首年内配齐。", "public_text": "建议茶歌每首配拼音和大字歌词，老人孩子都能跟着学。"}, 3), ("rate", {"stars": 5, "note": "已经看到字幕了！"}, 2))),
    Asked("suggestion", 0.3, "", {"text": "希望档案首页能按年代听一遍，从五十年代听到现在。", "public": True}),
    Asked("question", 1, "", {"text": "外省的文化馆能加入联盟吗？需要什么手续？", "public": True, **_who("", "songyuan@example.com", "邻省某县文化馆")},
        (("transfer", {"to": "lanjiang", "reason": "入盟条件由省馆业务指导部统一答复。"}, 0.2),)),
    Asked("correction", 1.4, "luoguzhao", {"text": "照片里打头鼓的不是队长，是副队长伍大鼓。", **_who("伍小鼓", "0900-555 0144", "", "990122")},
        (("take", {}, 0.3),)),
)  # fmt: skip

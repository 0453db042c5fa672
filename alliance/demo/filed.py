"""What the demo's borrowers file when they send back: drawn photos and programmes, with a caption and a word on consent."""

from typing import Any, NamedTuple

from alliance.demo.works.work import Made, photo, sheet


class Filed(NamedTuple):
    """A file of one return: `field` is where it stands on the form, `name` what the borrower calls it."""

    key: str
    field: str
    name: str
    made: Made
    caption: str
    consent: str


FILED: dict[str, tuple[Filed, ...]] = {
    "春耕送戏下乡三场": (
        Filed("filed_chungeng", "photos", "渡头广场.jpg", photo("opera", 811), "渡头广场第一场，开演前", "台上两位演员书面同意发布，台下没有正脸。"),
        Filed("filed_chungeng_jmd", "programmes", "节目单.pdf", sheet("春耕送戏下乡", over="节 目 单", under="东岸镇三个村，连演三场", by="望岭县文化馆", dated="舞台车：禾丰县文化馆", colour="#4a5d23", parts=(
            {"head": "节目", "rows": (("1", "锣鼓《开犁》", "东岸镇锣鼓队"), ("2", "采茶戏《卖杂货》", "望岭庙会采茶班"), ("3", "山歌对唱", "望岭山歌联唱队"), ("4", "小品《借锄》", "县馆业务干部"))},
            {"head": "告示", "text": ("雨天改在镇礼堂。台前三米请勿站人。",)})), "", "演员名单经本人看过。"),
    ),
    "渔歌合唱汇报演出": (
        Filed("filed_yuge", "photos", "合唱.jpg", photo("choir", 812), "全体合唱《渔光曲》", "合唱团员报名时都签过肖像同意书。"),
    ),
    "木偶进校园": (
        Filed("filed_muou", "photos", "操场.jpg", photo("shadow", 813), "操场上的小戏台", "孩子都背对镜头，学校同意只在联盟内看。"),
    ),
    "村小剪纸课": (
        Filed("filed_jianzhi", "photos", "作品.jpg", photo("papercut", 814), "五年级学生的窗花", "只拍作品，没有人。"),
    ),
    "梅花节开幕": (
        Filed("filed_meihua", "photos", "开幕.jpg", photo("square", 815), "开幕式上的广场舞", ""),
    ),
}  # fmt: skip
"""By the title of the loan; that of the last is not closed yet."""

OUT: dict[str, dict[str, Any]] = {
    "filed_chungeng": {
        "title_en": "Opera for the spring ploughing: before the first show",
        "description_en": "The square of Dutou before the first of three village shows, on a stage truck lent by the Hefeng centre.",
        "creator_en": "Wangling County Cultural Centre",
        "art_forms": ["xiqu"],
        "theme": "activity",
        "language": "zxx",
        "rights_status": "own",
        "record_visibility": "public",
        "file_access": "public",
    },
}
"""What its centre writes into the draft before it is published, by the key of the file."""

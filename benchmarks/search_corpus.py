"""Documents to search in: invented ones of any number, and the tables of the data folder where there is one."""

import csv
import math
import os
import random
from collections.abc import Iterator
from pathlib import Path

from search.types import Document

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("talent", "venue", "stage_truck", "media")
LEVELS = ("province", "city", "county", "town", "village")
FORMS = {
    "music": "音乐",
    "dance": "舞蹈",
    "xiqu": "戏曲",
    "quyi": "曲艺",
    "fine_art": "美术",
    "ich": "非遗",
    "film_tv": "影视",
}
AUDIENCES = {
    "public": "公众",
    "children": "少年儿童",
    "elderly": "中老年",
    "students": "在校学生",
    "disabled": "残疾人",
}
FEES = ("free", "cost", "paid")
COUNTIES = (
    "禾丰", "望岭", "清泽", "平渡", "云溪", "石桥", "临江", "长宁", "松阳", "青田",
    "龙泉", "景宁", "庆元", "遂昌", "缙云", "白水", "东岸", "梨花", "南浦", "北川",
)  # fmt: skip
THINGS = {
    "talent": "声乐老师 舞蹈编导 京剧演员 二胡演奏员 合唱指挥 舞台监督 灯光师 剪纸传承人 书法教师 主持人 相声演员",
    "venue": "大剧院 多功能厅 排练厅 黑匣子剧场 展览厅 音乐厅 文化礼堂 古戏台 录音棚 报告厅 文化广场 琴房",
    "stage_truck": "大型流动舞台车 小型流动舞台车 图书车 放映车 音响设备车 发电车 展览车 直播车",
    "media": "民歌录音 皮影戏纪录片 越剧全本视频 广场舞教学慕课 年画图集 非遗讲座 昆曲选段 老照片数据库",
}
PHRASES = (
    "可容纳三百人，配有灯光音响和化妆间", "适合送戏下乡和节庆演出", "需提前五个工作日预约", "周末和节假日可用",
    "有无障碍通道与轮椅席位", "由专职司机随车服务", "曾获省级群星奖", "Suitable for chamber concerts and workshops",
    "提供声乐、器乐与合唱辅导", "可在村文化礼堂前的广场展开", "含录音录像与网络直播", "馆际免费互借，不收押金",
    "適合兒童劇與戲曲演出",
)  # fmt: skip


def invented(count: int, *, seed: int = 7, prefix: str = "D") -> Iterator[Document]:
    """Believable resources of one province; the same count and seed give the same documents."""
    rng = random.Random(seed)
    for number in range(count):
        yield resource(rng, f"{prefix}{number:06d}", 1 + number % 3)


def resource(rng: random.Random, name: str, version: int) -> Document:
    kind, county, level = rng.choice(KINDS), rng.choice(COUNTIES), rng.choice(LEVELS)
    form, audiences = rng.choice(list(FORMS)), rng.sample(list(AUDIENCES), rng.randint(0, 3))
    code = f"99{COUNTIES.index(county) % 5 + 1:02d}{COUNTIES.index(county) + 1:02d}"
    thing, centre = rng.choice(THINGS[kind].split()), f"{county}县文化馆"
    numbers = {"created": 1.6e9 + rng.randrange(10**8), "rating": rng.randint(10, 50) / 10}
    numbers |= {"hot": float(rng.randint(0, 500))} if rng.random() < 0.8 else {}
    numbers |= {"seats": float(rng.randrange(20, 1500))} if kind == "venue" else {}
    numbers |= {"deck_m2": float(rng.randrange(15, 90))} if kind == "stage_truck" else {}
    return Document(
        id=name,
        version=version,
        kind=kind,
        title=f"{county}{rng.choice(('', '县', '老街', '新城'))}{thing}{rng.randint(1, 99)}号",
        text={
            "alias": rng.choice(("", f"{county}的{thing}")),
            "subject": f"{FORMS[form]} {' '.join(AUDIENCES[a] for a in audiences)}",
            "place": f"丰和省{county}县",
            "centre": centre,
            "body": "。".join(rng.sample(PHRASES, rng.randint(1, 5))),
        },
        keywords={
            "centre": (f"C{COUNTIES.index(county):02d}-{level}",),
            "level": (level,),
            "area": (code[:2], code[:4], code),
            "art_form": (form,),
            "audience": tuple(audiences),
            "fee": (rng.choice(FEES),),
            "type": (f"{kind}-{rng.randint(1, 6)}",),
        },
        numbers=numbers,
        where=(27 + rng.random() * 4, 118 + rng.random() * 4) if rng.random() < 0.9 else None,
        scopes=rng.choice((("public",), ("public", "members"), ("members",), (f"centre:{county}",))),
        stored={"title": thing, "centre": centre},
    )


def folder() -> Path | None:
    """The data folder: ALLIANCE_TEST_DATA, else `shared/data` beside the project's parent folders, else none."""
    named = os.environ.get("ALLIANCE_TEST_DATA")
    places = [Path(named)] if named else [parent / "shared" / "data" for parent in ROOT.parents]
    return next((place for place in places if (place / "search_qrels.csv").exists()), None)


def rows(data: Path, table: str) -> list[dict[str, str]]:
    with (data / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# table -> (kind, id column, title column, field of the index -> columns)
TABLES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "ich_items": ("ich", "item_id", "name_zh", {
        "code": "project_code", "subject": "category_zh category_en", "place": "declared_region province",
        "centre": "protection_unit"}),
    "centres": ("org", "org_id", "name_zh", {
        "alias": "alias_zh full_name_zh", "place": "province division_name", "body": "ich_items"}),
    "events": ("event", "event_id", "title_zh_hant", {
        "alias": "title_en", "subject": "genre_guess", "people": "presenter_zh presenter_en",
        "body": "desc_zh desc_en"}),
    "venues": ("venue", "venue_id", "name_zh_hant", {
        "alias": "name_en hall_en", "subject": "venue_type", "place": "building_zh_hant building_en"}),
    "media_metadata": ("media", "asset_id", "title", {
        "alias": "title_zh", "people": "creator", "subject": "media_type classification tags medium",
        "body": "description"}),
    "talent_fictional": ("talent", "talent_id", "name_zh", {
        "alias": "name_en", "subject": "discipline_zh discipline_en ich_category grade", "centre": "org_zh",
        "body": "bio_zh languages"}),
    "stage_trucks_synthetic": ("truck", "truck_id", "name_zh", {
        "alias": "name_en", "subject": "type_zh type_en", "centre": "owner_zh", "code": "plate_no_fake"}),
}  # fmt: skip


def real(data: Path) -> Iterator[Document]:
    """The tables of the data folder as public documents of the kinds the judgements name."""
    for table, (kind, key, title, fields) in TABLES.items():
        for row in rows(data, table):
            where = place(row.get("lat") or "", row.get("lon") or "")
            text = {field: " | ".join(row.get(c) or "" for c in columns.split()) for field, columns in fields.items()}
            area = row.get("division_code") or row.get("base_division") or ""
            yield Document(
                row[key], 1, kind, row[title], text=text, where=where, scopes=("public",), stored={"title": row[title]},
                keywords={"area": (area[:2], area[:4], area) if area else ()},
            )  # fmt: skip


def place(lat: str, lng: str) -> tuple[float, float] | None:
    try:
        return float(lat), float(lng)
    except ValueError:
        return None


def judged(data: Path) -> list[tuple[dict[str, str], set[str]]]:
    """Each query of the judgements with the ids that answer it."""
    relevant: dict[str, set[str]] = {}
    for row in rows(data, "search_qrels"):
        relevant.setdefault(row["query_id"], set()).add(row["doc_id"])
    return [(row, relevant[row["query_id"]]) for row in rows(data, "search_queries")]


def ndcg(found: list[str], relevant: set[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first ten, each relevant document worth the same."""
    gain = sum(1 / math.log2(place + 2) for place, name in enumerate(found[:depth]) if name in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(depth, len(relevant))))

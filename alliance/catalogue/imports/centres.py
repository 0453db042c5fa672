"""A centre as a table tells it, declared like a kind, so that it is read, matched and shown the same way."""

from flask_babel import lazy_gettext as _l

from alliance.catalogue.kinds.field import Field, Group, Kind

CENTRE = Kind(
    "centre",
    _l("成员馆名录"),
    "centre",
    "",
    (
        Group(
            "centre",
            _l("成员馆名录"),
            (
                Field(
                    name="title",
                    label=_l("机构全称"),
                    required=True,
                    longest=120,
                    columns=("馆名", "名称", "机构名称", "单位名称", "全称"),
                ),
                Field(
                    name="aliases",
                    label=_l("别名"),
                    type="words",
                    longest=120,
                    columns=("曾用名", "简称", "alias_zh", "full_name_zh"),
                ),
                Field(name="name_en", label=_l("英文馆名"), longest=160, columns=("英文名称",)),
                Field(
                    name="division_code",
                    label=_l("所在县（区）"),
                    type="division",
                    required=True,
                    columns=("区划代码", "行政区划"),
                ),
                Field(name="level", label=_l("层级"), type="code", codes="centre_level", columns=("级别",)),
                Field(name="type", label=_l("机构类型"), type="code", codes="centre_type", required=True, columns=("类型",)),
                Field(name="grade", label=_l("评估定级"), type="code", codes="centre_grade", columns=("等级",)),
                Field(name="address", label=_l("地址"), longest=200, columns=("详细地址",)),
                Field(name="lat", label=_l("纬度"), type="decimal", unit="°", least=-90, most=90, places=6, columns=("lat",)),
                Field(name="lng", label=_l("经度"), type="decimal", unit="°", least=-180, most=180, places=6, columns=("lng",)),
                Field(name="phone", label=_l("联系电话"), type="phone", longest=40, columns=("电话", "咨询电话")),
            ),
        ),
    ),
    lambda _resource, _locale: [],
    lambda _resource: {},
    (),
)

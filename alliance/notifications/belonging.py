"""Wording of notices: Listings, the archive and membership."""

from typing import Final

from flask_babel import lazy_gettext as _l

from alliance.notifications.template import Template

BELONGING: Final[dict[str, Template]] = {
    # catalogue
    "listing_waits": Template(
        _l("请审核资源：%(resource)s"), _l("%(owner)s的%(resource)s（%(code_shown)s）已送审，请按核对单审核。")
    ),
    "listing_returned": Template(
        _l("请修改后再送审：%(resource)s"), _l("%(resource)s（%(code_shown)s）退回修改，意见已一次列全。"), "reason"
    ),
    "listing_published": Template(_l("已上架：%(resource)s"), _l("%(resource)s（%(code_shown)s）已通过审核上架。")),
    "listing_stale": Template(
        _l("请核实：%(resource)s"), _l("%(resource)s（%(code_shown)s）已满一年没有核实，请看过后按“已核实”。")
    ),
    "paper_ending": Template(
        _l("证照将到期：%(resource)s"),
        _l("%(resource)s（%(code_shown)s）有证照将到期。保险、年检到期后自动停借。"),
        "paper",
        "until_on",
    ),
    "sessions_ending": Template(
        _l("采购场次将到期：%(resource)s"),
        _l("%(resource)s（%(code_shown)s）的采购合同快到期，还有场次没有用。可以借给别的馆，或发布供给。"),
        "sessions_left",
        "until_on",
    ),
    "paper_ended": Template(
        _l("证照已到期：%(resource)s"), _l("%(resource)s（%(code_shown)s）有证照已到期，请更新。"), "paper", "until_on"
    ),
    "listing_paused": Template(_l("已停借：%(resource)s"), _l("%(resource)s（%(code_shown)s）已暂停外借，已确定的约定照常办理。")),
    # archive
    "asset_waits": Template(_l("请审核档案：%(work)s"), _l("%(owner)s的档案“%(work)s”（%(code_shown)s）已送审，请审核。")),
    "asset_returned": Template(
        _l("请修改后再送审：%(work)s"), _l("档案“%(work)s”（%(code_shown)s）退回修改，意见已一次列全。"), "reason"
    ),
    "asset_published": Template(_l("档案已发布：%(work)s"), _l("档案“%(work)s”（%(code_shown)s）已通过审核发布。")),
    "asset_withdrawn": Template(_l("档案已撤下：%(work)s"), _l("档案“%(work)s”（%(code_shown)s）已撤下，不再显示。"), "reason"),
    "asset_lapsed": Template(
        _l("档案已关闭：%(work)s"),
        _l("档案“%(work)s”（%(code_shown)s）的授权或同意已到期，文件不再对外开放；续签后请改期限。"),
        "paper",
        "until_on",
    ),
    "asset_ending": Template(
        _l("档案将到期：%(work)s"),
        _l("档案“%(work)s”（%(code_shown)s）的授权、同意或开放期限将到期，过后文件自动不再对外开放；续签后请改期限。"),
        "paper",
        "until_on",
    ),
    "upload_refused": Template(_l("没有收下：%(file)s"), _l("您传的“%(file)s”核对后没有收下，没有存进档案。"), "reason"),
    "asset_restricted": Template(
        _l("档案已收窄公开范围：%(work)s"), _l("按公众的申请，档案“%(work)s”（%(code_shown)s）的公开范围已收窄。")
    ),
    "asset_opened": Template(
        _l("档案已到开放日：%(work)s"), _l("档案“%(work)s”（%(code_shown)s）的文件从今天起按原定范围开放。"), "until_on"
    ),
    "asset_consent_withdrawn": Template(
        _l("表演者撤回同意：%(work)s"),
        _l(
            "档案“%(work)s”（%(code_shown)s）有表演者撤回了同意，文件已关闭；涉及未成年人的，条目也已关闭。请核对并换下文件或撤下档案。"
        ),
    ),
    # membership
    "membership_applied": Template(_l("申请加入联盟：%(centre)s"), _l("%(centre)s申请加入联盟，请审核。")),
    "membership_admitted": Template(_l("已加入联盟"), _l("%(centre)s已成为联盟成员，可以共享和借用资源。")),
    "membership_refused": Template(_l("加入申请未获同意"), _l("%(centre)s加入联盟的申请没有获得同意。"), "reason"),
    "membership_suspended": Template(
        _l("成员资格已暂停"), _l("%(centre)s的成员资格已暂停：不能提出新申请，资源不再显示，已确定的约定照常办理。"), "reason"
    ),
    "membership_warned": Template(
        _l("联盟警示：%(centre)s"), _l("因爽约、临时取消等，联盟对%(centre)s提出警示。再有同样情况，可能暂停借入。"), "reason"
    ),
    "membership_barred": Template(
        _l("暂停借入：%(centre)s"),
        _l("%(centre)s到写明的日期为止不能提出新的借用；已确定的约定照常办理，借出不受影响。"),
        "reason",
        "until_on",
    ),
    "membership_unbarred": Template(_l("恢复借入：%(centre)s"), _l("%(centre)s可以照常提出借用了。"), "reason"),
    "membership_restored": Template(_l("成员资格已恢复"), _l("%(centre)s的成员资格已恢复，一切照旧。")),
    "membership_withdrawn": Template(_l("已退出联盟"), _l("%(centre)s已退出联盟，进行中的约定办完为止。"), "reason"),
    "membership_left": Template(_l("退出联盟：%(centre)s"), _l("%(centre)s退出联盟，进行中的约定办完为止。"), "reason"),
}

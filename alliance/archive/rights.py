"""From where a centre stands with the rights to what is said in public: statement, sentence, who may open, from when."""

from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance.archive import dates
from alliance.archive.models import UNSETTLED, Asset
from alliance.codes.rights import ALLOWED_USE, RIGHTS_STATUS
from alliance.codes.statements import RightsStatement, statement, statement_by_uri

USUAL = {
    "own": "rs_inc",
    "licensed": "rs_inc",
    "performer_pending": "rs_inc",
    "public_domain": "pdm",
    "unknown": "rs_cne",
}


def usual(status: str) -> str:
    """The statement that goes with a status unless another is chosen; a Creative Commons status is its own."""
    return USUAL.get(status, status)


def uri_for(status: str, chosen: str) -> str:
    """The URI of the chosen statement, else of the usual one; none while the status is not said."""
    if not status:
        return ""
    return statement(status if status.startswith("cc_") else chosen or usual(status)).uri


def statement_of(asset: Asset) -> RightsStatement:
    """What the asset's page says one may do."""
    return statement_by_uri(asset.rights_uri) or statement(usual(asset.rights_status or "unknown"))


def uses_label(asset: Asset) -> str:
    """The uses that the rights allow, in the words of the page; empty where none is named."""
    return str(_("、").join(ALLOWED_USE.label(use, str(get_locale())) for use in asset.allowed_uses))


def status_label(asset: Asset) -> str:
    return RIGHTS_STATUS.label(asset.rights_status or "unknown", str(get_locale()))


def opens_on(asset: Asset) -> str:
    """The day on which an embargoed file opens, in words; empty when there is none to come or it then opens to nobody else."""
    return day(asset.embargo_until) if asset.is_embargoed and asset.file_access != "own_centre" else ""


def day(when: date | None) -> str:
    return dates.spoken(when.isoformat()) if when is not None else ""


def closed_why(asset: Asset) -> str:
    """Why the file is closed to those whom its axis names: embargo, rights, lease; empty when it is open to them."""
    if opens := opens_on(asset):
        return str(_("文件从%(day)s起开放。", day=opens))
    if asset.rights_status in UNSETTLED:
        return str(_("版权还没有查清，文件暂不开放。"))
    if asset.consent_lapsed:
        return str(_("表演者的同意已到期或已撤回，文件暂不开放。"))
    if not asset.rights_hold:
        return str(_("使用授权已到期，文件暂不开放。"))
    if asset.lease_over:
        return str(_("开放的期限到%(day)s为止，文件已收回，只限本馆使用。", day=day(asset.lease_until)))
    return ""

"""From where a centre stands with the rights to what is said in public: statement, sentence, who may open."""

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance.archive.models import UNSETTLED, Asset
from alliance.codes.rights import RIGHTS_STATUS
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


def status_label(asset: Asset) -> str:
    return RIGHTS_STATUS.label(asset.rights_status or "unknown", str(get_locale()))


def closed_why(asset: Asset) -> str:
    """Why the rights close the file to the public; empty when they hold."""
    if asset.rights_status in UNSETTLED:
        return str(_("版权还没有查清，文件暂不开放。"))
    if asset.consent_lapsed:
        return str(_("表演者的授权已到期，文件暂不开放。"))
    if not asset.rights_hold:
        return str(_("使用授权已到期，文件暂不开放。"))
    return ""

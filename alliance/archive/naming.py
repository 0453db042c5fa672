"""How a citation calls the alliance, and the address of a work that stays."""

from flask import current_app, url_for

from alliance.archive.models import Asset


def alliance_name() -> str:
    """As it is called in Chinese, whoever reads: a citation does not change with the reader."""
    return str(current_app.config["ALLIANCE"].alliance_name)


def address_of(found: Asset) -> str:
    """The address that stays."""
    return str(current_app.config["ALLIANCE"].address + url_for("portal.asset", code=found.code))

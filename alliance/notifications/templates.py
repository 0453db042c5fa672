"""All templates of notices by name."""

from typing import Final

from alliance.notifications.asking import ASKING
from alliance.notifications.belonging import BELONGING
from alliance.notifications.public import PUBLIC_CASES
from alliance.notifications.returning import RETURNING
from alliance.notifications.template import Template

TEMPLATES: Final[dict[str, Template]] = ASKING | RETURNING | BELONGING | PUBLIC_CASES

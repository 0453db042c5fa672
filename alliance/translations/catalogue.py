"""The translations of a request, looked up once instead of for each of its hundreds of strings."""

from typing import Any

from flask import Flask, g, has_app_context
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def language() -> str:
    """The language in force, zh or en; asked for each name on a page, hence where Flask-Babel keeps it, before asking it."""
    try:
        found = g._flask_babel.babel_locale
    except (AttributeError, RuntimeError):  # nothing asked for yet, or outside any application
        found = None
    found = found or get_locale()
    return found.language if found is not None else ""


class Catalogue(Domain):  # type: ignore[misc]
    """Remembers what was found for the locale in force where Flask-Babel's `force_locale` and `refresh` forget it."""

    def get_translations(self) -> Any:
        """The translations of the locale in force."""
        try:
            found = g._flask_babel.babel_translations
        except (AttributeError, RuntimeError):  # nothing asked for yet, or outside any application
            found = None
        if found is None:
            found = super().get_translations()
            if has_app_context():
                g._flask_babel.babel_translations = found
        return found

    def speak(self, app: Flask) -> None:
        """Let the templates of `app` ask here directly, not by way of the extension's state for each string."""
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=self.gettext,
            ngettext=lambda one, many, count: self.get_translations().ungettext(one, many, count),
            newstyle=True,
            pgettext=lambda context, text: self.get_translations().upgettext(context, text),
            npgettext=lambda context, one, many, count: self.get_translations().unpgettext(context, one, many, count),
        )
        app.jinja_env.globals |= {"_": self.said, "gettext": self.said}

    @pass_eval_context
    def said(self, context: EvalContext, text: str, /, **values: Any) -> str:
        """What stands most often on a page: at one step, where Jinja's own way to it takes three."""
        found: str = self.get_translations().ugettext(text)
        found = Markup(found) if context.autoescape else found  # noqa: S704 - our own words; values are escaped
        return found % values if "%" in found else found

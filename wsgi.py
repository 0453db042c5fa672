"""For gunicorn: `gunicorn wsgi:app`."""

import atexit

from alliance import tally
from alliance.app import create_app

app = create_app()
atexit.register(tally.flush, app)

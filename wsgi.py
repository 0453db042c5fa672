"""For gunicorn: `gunicorn wsgi:app`."""

from alliance.app import create_app

app = create_app()

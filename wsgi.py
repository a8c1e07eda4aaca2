"""The site for a WSGI server: `waitress-serve wsgi:app` or `gunicorn wsgi:app`."""

from __future__ import annotations

from sop_assess import create_app

app = create_app()

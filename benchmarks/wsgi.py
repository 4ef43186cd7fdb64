"""The hall as gunicorn serves it, with the floors beside it (`public_schedule`)."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
settings.ROOT_URLCONF = "benchmarks.urls"

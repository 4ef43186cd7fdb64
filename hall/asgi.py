"""The door for an ASGI server, for those who prefer one; the hall itself is served through hall.wsgi."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")

application = get_asgi_application()

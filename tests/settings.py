"""The settings, with a state directory of the tests' own beside the real one, fast and disposable.

A process that a test starts (a worker, a web server) gets this module too, and the test's own database
through HALL_TEST_DATABASE; see the fixture `process_env`.
"""

import os

from hall import embedded

if "HALL_EMBEDDED_FAST" not in os.environ:  # set: a process started by a test run, which has moved already
    os.environ["HALL_STATE_DIR"] = str(embedded.state_dir() / "test")
    os.environ["HALL_EMBEDDED_FAST"] = "1"

from hall.settings import *  # noqa: F403
from hall.settings import CACHES, DATABASES, REDIS_URL

if "HALL_TEST_DATABASE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["HALL_TEST_DATABASE"]

# Test processes run side by side: each has its own database, and its own of Redis's sixteen.
_number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
REDIS_URL = f"{REDIS_URL}?db={_number}"
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CACHES["counts"] |= {"LOCATION": REDIS_URL}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

HALL_PAGE_SHELF = False
"""Tests roll back what the pages said; the shelf has tests of its own, which turn it on and clear it."""

HALL_STEP_UP_MINUTES = 0
"""A session that a test makes was never confirmed; tests/staffing/test_confirm_session.py turns it on."""

SECURE_SSL_REDIRECT = False
"""With a DATABASE_URL of one's own the settings are a city's; in the tests nobody speaks TLS."""

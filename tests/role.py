"""The role of web and worker, which owns nothing: made and granted in a transaction that is given up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.management import call_command
from django.db import connection

ROLE = f"hall_part_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"


def grant() -> None:
    """Made with a password, and granted twice: the second time changes nothing."""
    with mock.patch.dict(os.environ, {"HALL_ROLE_PASSWORD": "einhundert' Wörter"}):
        call_command("grant_role", ROLE, verbosity=0)
    call_command("grant_role", ROLE, verbosity=0)


@contextmanager
def as_role() -> Iterator[None]:
    """What is done in the block may be done by the role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")

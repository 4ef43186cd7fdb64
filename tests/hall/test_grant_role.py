"""The role of web and worker can take no guard away; what it can do: `tests/architecture/test_role`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from tests.role import ROLE, grant

pytestmark = pytest.mark.django_db
FORBIDDEN = (
    "ALTER TABLE hall_journalentry DISABLE TRIGGER ALL",
    "DROP TABLE hall_journalentry",
    "TRUNCATE cases_case CASCADE",
    "CREATE TABLE beside (id int)",
    "CREATE FUNCTION beside() RETURNS int LANGUAGE sql RETURN 1",
    "UPDATE hall_journalentry SET verb = 'nothing'",
    "DELETE FROM hall_journalentry",
    "DELETE FROM hall_issueddocument",
    "UPDATE cases_material SET name = 'another'",
    "UPDATE cases_triage SET outcome = 'accepted'",
    "DELETE FROM cases_case",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
)


@pytest.fixture(scope="module", autouse=True)
def granted(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """In one transaction for the whole module, given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        grant()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_guard_stays_whatever_the_role_says(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{hall_journalentry:append_only}', true)")
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_role_that_is_more_than_a_role_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owner itself"):
        call_command("grant_role", owner)
    with pytest.raises(CommandError, match="HALL_ROLE_PASSWORD"):
        call_command("grant_role", f"{ROLE}_unknown")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {ROLE} CREATEROLE")
    with pytest.raises(CommandError, match="powers over the whole server"):
        call_command("grant_role", ROLE)

"""The role of web and worker does everything that the house does, and can take no guard away."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accountability.actions import verify_journal
from hall.access import SYSTEM
from tests.architecture.world import world
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROLE = f"hall_part_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
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


def as_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")


@pytest.fixture
def granted(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Made in a transaction that is given up, and granted twice: the second time changes nothing."""
    monkeypatch.setenv("HALL_ROLE_PASSWORD", "einhundert' Wörter")
    call_command("grant_role", ROLE, verbosity=0)
    monkeypatch.delenv("HALL_ROLE_PASSWORD")
    call_command("grant_role", ROLE, verbosity=0)
    yield


def test_the_whole_house_is_built_by_the_role(granted: None) -> None:
    """Every room's actions, from the first user to a hearing and a finding; and the journal is checked."""
    as_role()
    now = timezone.now()
    here = world(now)
    assert here.cases
    assert verify_journal(actor=SYSTEM, now=now).is_whole


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_guard_stays_whatever_the_role_says(granted: None, cast: Cast, statement: str) -> None:
    as_role()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{hall_journalentry:append_only}', true)")
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_role_that_is_more_than_a_role_is_refused(granted: None, monkeypatch: pytest.MonkeyPatch) -> None:
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

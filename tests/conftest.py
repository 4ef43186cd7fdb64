"""What every test may ask for: the real services, started when the first test needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from hall import embedded
from tests.cast import Cast, yunxi


@pytest.fixture(scope="session")
def services() -> Iterator[embedded.Lease]:
    """PostgreSQL and Redis of the test state directory; a pure test never pays for them."""
    lease = embedded.ensure()
    yield lease
    lease.release()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    services: embedded.Lease, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment of a real process that works on this test's database: worker, web server, command."""
    name = str(connection.settings_dict["NAME"])
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "HALL_TEST_DATABASE": name}


@pytest.fixture
def cast(db: None) -> Cast:
    """The hall of Yunxi with everybody at their post."""
    return yunxi()

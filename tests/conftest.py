"""What every test may ask for: the real services, started when the first test needs them."""

from __future__ import annotations

import copy
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

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
    """pytest-django asks for this before it makes the test database, which then is a copy of a migrated one."""
    if not os.environ.get("DATABASE_URL"):
        connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_database(services)


def _migrated_database(services: embedded.Lease) -> str:
    """A database with today's migrations, kept between runs: applying them all costs more than most test files."""
    files = [*sorted(settings.BASE_DIR.glob("*/migrations/*.py")), settings.BASE_DIR / "requirements" / "dev.lock"]
    name = "migrated_" + hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    url = services.place.database_url("postgres")
    with embedded.exclusive(services.place, "template"), psycopg.connect(url, autocommit=True) as server:
        known = [row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ^@ 'migrated_'")]
        if name not in known:
            for outdated in known:
                server.execute(f"DROP DATABASE {outdated}")
            server.execute(f"CREATE DATABASE {name}_new")
            command = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"]
            env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "HALL_TEST_DATABASE": f"{name}_new"}
            subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True)
            server.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment of a real process that works on this test's database: worker, web server, command."""
    name = str(connection.settings_dict["NAME"])
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "HALL_TEST_DATABASE": name}


_built: tuple[Cast, dict[str, bytes]] | None = None


@pytest.fixture
def cast(db: None) -> Cast:
    """The hall of Yunxi with everybody at their post: built once by the real actions, then its rows are copied in.

    Built anew each time where the role may not write rows without their triggers.
    """
    global _built
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return yunxi()
        if _built is None:
            empty = _tables(cursor, filled=False)
            here = yunxi()
            _built = here, {table: _rows(cursor, table) for table in empty & _tables(cursor, filled=True)}
            return copy.deepcopy(here)
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _built[1].items():
            with cursor.cursor.copy(f'COPY "{table}" FROM STDIN') as stream:
                stream.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
        return copy.deepcopy(_built[0])


def _tables(cursor: CursorWrapper, *, filled: bool) -> set[str]:
    names = connection.introspection.table_names(cursor)
    asked = " UNION ALL ".join(f"SELECT '{name}', EXISTS (SELECT FROM \"{name}\")" for name in names)
    cursor.execute(asked)
    return {name for name, has_rows in cursor.fetchall() if has_rows == filled}


def _rows(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
        return b"".join(bytes(part) for part in stream)

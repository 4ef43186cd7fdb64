"""What every test may ask for: the real services, started when the first test needs them."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signals import setting_changed
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.utils import translation

from hall import embedded
from tests import kept
from tests.cast import Cast, yunxi


def pytest_configure(config: pytest.Config) -> None:
    """English pages are judged by today's catalogue: an old one is compiled anew, once, before the workers start.

    While the workers gather the tests, the database that theirs are copied from is made.
    """
    catalogue = settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES" / "django.po"
    made = catalogue.with_suffix(".mo")
    is_old = not made.exists() or made.stat().st_mtime < catalogue.stat().st_mtime
    if is_old and not hasattr(config, "workerinput"):
        command = [sys.executable, "manage.py", "translations", "--compile"]
        subprocess.run(command, cwd=settings.BASE_DIR, check=True)
    has_workers = getattr(config.option, "numprocesses", 0) and not hasattr(config, "workerinput")
    if has_workers and not os.environ.get("DATABASE_URL"):
        Thread(target=lambda: _migrated_database(embedded.ensure())).start()


FIRST = (
    "journeys/test_accessibility.py", "journeys/test_accessibility_in_english.py",
    "architecture/test_doors.py", "hall/test_soak.py", "accountability/test_load_demo.py", "hall/test_hall_run.py",
    "accountability/test_simulation_findings.py", "accountability/test_simulate.py", "hall/test_backup.py",
    "hall/test_deploy_check.py", "hall/test_outages.py", "hall/test_embedded.py", "cases/test_sweep_deadlines.py",
    "architecture/test_hostile_words.py", "architecture/test_pages.py", "architecture/test_machine_bodies.py",
)  # fmt: skip
"""What takes longest, or waits for other processes: at the end a worker would sit alone with it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {file: place for place, file in enumerate(FIRST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(FIRST)))


def pytest_collection_finish() -> None:
    """What stands when the first test begins stays: looking through it for waste took a twentieth of the time."""
    gc.freeze()


def pytest_runtest_setup() -> None:
    """Every test begins in the house's language: a page asked for in English leaves its language to the thread."""
    translation.deactivate()
    kept.forget()


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
    files = [
        *sorted(settings.BASE_DIR.glob("*/migrations/*.py")),
        settings.BASE_DIR / "requirements" / "dev.lock",
    ]
    name = "migrated_" + hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    url = services.place.database_url("postgres")
    with embedded.exclusive(services.place, "template"), psycopg.connect(url, autocommit=True) as server:
        known = [
            row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ^@ 'migrated_'")
        ]
        if name not in known:
            for outdated in known:
                server.execute(f"DROP DATABASE {outdated}")
            server.execute(f"CREATE DATABASE {name}_new")
            command = [sys.executable, "-m", "tests.template"]
            env = os.environ | {
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "HALL_TEST_DATABASE": f"{name}_new",
            }
            subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True)
            server.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def _empty(test: TransactionTestCase) -> None:
    """Takes away what a test committed: only the tables that have rows are touched.

    Django truncates all of them, which here are a hundred and mostly empty, and then makes the content types and
    permissions anew, which are still there: half a second for each test with two connections.
    """
    if not kept.may_write_anything():
        return _flush(test)
    with transaction.atomic(), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - STANDING
        names = ", ".join(f'"{table}"' for table in sorted(tables))
        cursor.execute(
            f"LOCK TABLE {names} IN EXCLUSIVE MODE"
        )  # whoever is still writing comes to an end first
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        )
        filled = [f'"{name}"' for (name,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")  # the journal, for one, refuses
        for name in filled:
            cursor.execute(f"DELETE FROM {name}")
    if filled:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {', '.join(filled)}")
    return None


STANDING = {"django_migrations", "django_content_type", "auth_permission"}
_flush = TransactionTestCase._fixture_teardown
TransactionTestCase._fixture_teardown = _empty


class _Chain:
    """The middleware of the test clients, made once until a setting changes, as a server makes it once.

    Each client would build its own: with whitenoise, which looks at every static file, a twentieth of a second.
    Settings of the house's own are read at each request.
    """

    made: dict[str, Any] | None = None
    build = ClientHandler.load_middleware

    @classmethod
    def load(cls, handler: ClientHandler, is_async: bool = False) -> None:
        if cls.made is None:
            maker = ClientHandler()
            cls.build(maker, is_async)
            cls.made = {name: value for name, value in vars(maker).items() if "middleware" in name}
        vars(handler).update(cls.made)

    @classmethod
    def forget(cls, setting: str = "", **_changed: Any) -> None:
        if not setting.startswith("HALL_"):
            cls.made = None


ClientHandler.load_middleware = lambda self, is_async=False: _Chain.load(self, is_async)
setting_changed.connect(_Chain.forget)


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment of a real process that works on this test's database: worker, web server, command."""
    name = str(connection.settings_dict["NAME"])
    return os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "HALL_TEST_DATABASE": name}


@pytest.fixture
def cast(db: None) -> Cast:
    """The hall of Yunxi with everybody at their post: built once by the real actions, then put back."""
    return yunxi()


@pytest.fixture
def categories(db: None) -> None:
    """The content categories as an installation has them, copied in like the cast."""
    kept.once("categories", lambda: call_command("load_categories", verbosity=0))

#!/usr/bin/env python3
"""Django's command line; starts the embedded services and migrates where a command needs it."""

from __future__ import annotations

import os
import signal
import sys
import warnings

# These work on files alone, or start what they need themselves.
WITHOUT_SERVICES = {
    "help", "version", "hall_run", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic",
    "generated_docs", "makemessages", "makemigrations", "startapp", "startproject", "translations",
}  # fmt: skip
# These are about the state of the schema and must find it as it is.
WITHOUT_MIGRATING = {
    "dbshell", "inspectdb", "migrate", "restore", "optimizemigration", "showmigrations", "sqlflush", "sqlmigrate",
    "sqlsequencereset", "squashmigrations", "test", "testserver",
}  # fmt: skip


def main(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    # A command that is told to stop gives its share in the services back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        import psycopg
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError

        from hall import embedded
    except ModuleNotFoundError as error:
        return fail(f"{error.name} is not installed. Run `make install`, then .venv/bin/python manage.py …")
    errors = (ImproperlyConfigured, embedded.Unavailable, OperationalError, psycopg.OperationalError)
    try:
        prepare(argv)
        execute_from_command_line(argv)
    except errors as error:
        # Only what befell the connection itself is a matter of configuration; that has no SQLSTATE.
        if "--traceback" in argv or getattr(error.__cause__ or error, "sqlstate", None):
            raise
        return fail(" ".join(str(error).split()))
    return 0


def prepare(argv: list[str]) -> None:
    """Services and schema for the command that comes; nothing for `help`, `--help` and the like."""
    command = argv[1] if len(argv) > 1 else "help"
    if command in WITHOUT_SERVICES or command.startswith("-") or {"-h", "--help", "--version"} & set(argv):
        # Without a database makemigrations can't compare with what was applied, and need not.
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        return
    from hall import embedded

    lease = embedded.ensure()
    if command not in WITHOUT_MIGRATING and not os.environ.get("DATABASE_URL"):
        with embedded.exclusive(lease.place, "migrate"):
            migrate()


def migrate() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Bringing the database up to date …", file=sys.stderr, flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def fail(message: str) -> int:
    print(f"manage.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))

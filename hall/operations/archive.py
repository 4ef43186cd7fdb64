"""What a backup is: a folder with the database, the files, their hashes, and a manifest that was written last.

manifest.json     what is in it: when, which migrations, rows of each table, hashes; which keys it needs (not the keys)
database.dump     pg_dump's custom format, of one snapshot
files.tar         everything under HALL_PRIVATE_ROOT, taken after the snapshot
files.sha256      the hash of each file, as `sha256sum` writes it
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from hall.operations.sealing import Sealer, Sink, Unsealer

MANIFEST, DATABASE, FILES, HASHES = "manifest.json", "database.dump", "files.tar", "files.sha256"
FORMAT = 1
CHUNK = 1 << 20
LEFT = ".restoring-"
"""Begins the name of a folder that an interrupted restore left in the private root."""


class Spoilt(RuntimeError):
    """The backup is incomplete, changed, or not for this house; the text says in what."""


class Hashing:
    """A sink that knows the hash of what went through."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.digest = out, hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        return self._out.write(data)


@contextmanager
def written(path: Path, key: bytes | None, hashes: dict[str, str]) -> Iterator[Sink]:
    """A member of the backup while it is written; on the disk when this ends, its hash in `hashes`."""
    with path.open("xb") as file:
        path.chmod(0o600)
        hashing = Hashing(file)
        sealer = Sealer(hashing, key) if key else None
        yield sealer or hashing
        if sealer:
            sealer.close()
        file.flush()
        os.fsync(file.fileno())
    hashes[path.name] = hashing.digest.hexdigest()


@contextmanager
def opened(path: Path, key: bytes | None) -> Iterator[Any]:
    with path.open("rb") as file:
        yield Unsealer(file, key) if key else file


def copied(source: Any, out: Any, digest: Any = None) -> None:
    while data := source.read(CHUNK):
        if digest:
            digest.update(data)
        out.write(data)


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(key: str) -> str:
    """Names a key without giving it away: it is 256 bits of chance."""
    return hashlib.sha256(b"backup-names-key" + key.encode()).hexdigest()[:16]


def fingerprints() -> dict[str, Any]:
    """Which keys the personal data of this house needs."""
    return {
        "fields": [fingerprint(key) for key in settings.HALL_FIELD_KEYS],
        "index": fingerprint(settings.HALL_INDEX_KEY),
    }


def tables() -> list[str]:
    """Every table there is, whether a model knows it or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def rows_of(names: list[str]) -> dict[str, int]:
    """How many rows each table has, seen by the transaction at hand."""
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = int(cursor.fetchone()[0])
    return found


def migrations() -> dict[str, list[str]]:
    """Applied migrations of each app."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        for app, name in cursor.fetchall():
            found.setdefault(app, []).append(name)
    return found


def named_files() -> Iterator[tuple[str, str]]:
    """(name, hash) of each file that a row names; the hash is "" where the row does not say it."""
    for model in apps.get_models():
        fields = {field.name: field for field in model._meta.local_concrete_fields}
        for name in ("file", "photo"):
            if isinstance(fields.get(name), models.CharField):
                columns = [name, "sha256"] if "sha256" in fields else [name]
                rows = model._base_manager.exclude(**{name: ""}).values_list(*columns)
                for row in rows.iterator(chunk_size=5000):
                    yield str(row[0]), str(row[1]) if len(row) > 1 else ""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Raises Spoilt when there is none: a backup that was interrupted has none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Spoilt(f"{folder} is no complete backup: it has no {MANIFEST}") from error
    except ValueError as error:
        raise Spoilt(f"{folder / MANIFEST} can't be read: {error}") from error
    if manifest.get("format") != FORMAT:
        raise Spoilt(f"{folder} has format {manifest.get('format')}; this version reads {FORMAT}")
    return manifest


def read_hashes(folder: Path) -> dict[str, str]:
    lines = (folder / HASHES).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}

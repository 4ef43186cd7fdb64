"""Take a backup: database and files as of one moment, whole or not at all.

The folder appears under its name when all of it is on the disk; until then it is called `.partial` and has no manifest.
Files are only ever added, under names that say what is in them, so those copied after the snapshot hold all that its
rows name; the one exception, files of drafts that were given up, is a day old at least when it goes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hall.operations import archive
from hall.operations.archive import DATABASE, FILES, HASHES, MANIFEST, Spoilt, copied, written
from hall.operations.programs import address, program, server_version


def check_apart(keys: Path, folder: Path) -> None:
    """Whoever gets the backup must not get the keys with it. Raises Spoilt."""
    if keys.resolve().is_relative_to(folder.resolve().parent):
        raise Spoilt(f"{keys} lies with the backup: keep the keys on another disk, in other hands")


def check_free(keys: Path) -> None:
    if keys.exists():
        raise Spoilt(f"{keys} is there already: keys are never written over")


def write_keys(path: Path) -> None:
    """The secrets of this installation, readable by its owner alone; never over another file."""
    text = "".join(
        f"{name}={value}\n"
        for name, value in (
            ("HALL_FIELD_KEYS", ",".join(settings.HALL_FIELD_KEYS)),
            ("HALL_INDEX_KEY", settings.HALL_INDEX_KEY),
            ("HALL_SECRET_KEY", settings.SECRET_KEY),
        )
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def back_up(folder: Path, *, key: bytes | None, now: dt.datetime) -> tuple[dict[str, Any], list[str]]:
    """The manifest, and the files that a row names but that are not there (or not what they were). Raises Spoilt."""
    if folder.exists():
        raise Spoilt(f"{folder} is there already: each backup has a folder of its own")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{folder.name}.partial")
    try:
        unfinished.mkdir(mode=0o700)
    except FileExistsError as error:
        raise Spoilt(
            f"{unfinished} is there: another backup is running, or one was interrupted; then remove it"
        ) from error
    try:
        manifest, lost = _fill(unfinished, key, now)
        _sync(unfinished)
        unfinished.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest, lost


def _fill(folder: Path, key: bytes | None, now: dt.datetime) -> tuple[dict[str, Any], list[str]]:
    hashes: dict[str, str] = {}
    with _snapshot() as name:
        manifest: dict[str, Any] = {
            "format": archive.FORMAT, "at": now.isoformat(), "sealed": key is not None, "keys": archive.fingerprints(),
            "postgres": server_version(), "migrations": archive.migrations(),
            "rows": archive.rows_of(archive.tables()), "journal": _journal(),
        }  # fmt: skip
        _dump(folder, key, name, hashes)
        there = _pack(folder, key, hashes)
        lost = sorted(
            {
                file
                for file, digest in archive.named_files()
                if there.get(file, "-") != (digest or there.get(file))
            }
        )
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(there.items()))
    with written(folder / HASHES, None, hashes) as out:
        out.write(lines.encode())
    manifest |= {"files": len(there), "lost": len(lost), "sha256": hashes}
    with written(folder / MANIFEST, None, {}) as out:
        out.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return manifest, lost


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name of a moment of the database that pg_dump sees as well; it stands still as long as this lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _journal() -> dict[str, Any]:
    """How many chains, and one hash over all their ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), encode(sha256(convert_to("
            "coalesce(string_agg(stream || seq || hash, ',' ORDER BY stream), ''), 'UTF8')), 'hex')"
            " FROM hall_journalhead"
        )
        streams, ends = cursor.fetchone()
    return {"streams": streams, "ends": ends}


def _dump(folder: Path, key: bytes | None, snapshot: str, hashes: dict[str, str]) -> None:
    argv = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with written(folder / DATABASE, key, hashes) as out:
        dump = subprocess.Popen(argv, env=address(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with dump:
            try:
                copied(dump.stdout, out)
                said = dump.stderr.read().decode(errors="replace") if dump.stderr else ""
            except BaseException:
                dump.kill()
                raise
        if dump.returncode:
            raise Spoilt(f"pg_dump failed: {said.strip() or dump.returncode}")


def _pack(folder: Path, key: bytes | None, hashes: dict[str, str]) -> dict[str, str]:
    """Everything in the private root into one archive; the hash of each."""
    root, there = Path(settings.HALL_PRIVATE_ROOT), {}
    with written(folder / FILES, key, hashes) as out, tarfile.open(fileobj=out, mode="w|") as tar:  # type: ignore[call-overload]
        for path in sorted(root.rglob("*")) if root.is_dir() else []:
            name = str(path.relative_to(root))
            if (
                path.is_symlink()
                or not path.is_file()
                or path.suffix == ".part"
                or name.startswith(archive.LEFT)
            ):
                continue
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(data), int(path.stat().st_mtime), 0o600
            tar.addfile(entry, io.BytesIO(data))
            there[name] = hashlib.sha256(data).hexdigest()
    return there


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Bring a backup back, into an empty place only, and prove that it is what it was.

Everything is looked at before anything is touched. The database comes in one transaction, the files are laid beside and
moved in after it: a restore that was interrupted is begun again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from hall import journal
from hall.fields import BlindIndexField, EncryptedTextField, Undecryptable, blind_index, decrypt
from hall.operations import archive
from hall.operations.archive import DATABASE, FILES, HASHES, Spoilt, copied, opened
from hall.operations.programs import address, program


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back and was looked through."""

    tables: int
    rows: int
    files: int
    entries: int
    streams: int
    columns: int
    behind: bool


def restore(folder: Path, *, key: bytes | None) -> Restored:
    """Raises Spoilt: before anything was touched, or with what is wrong in what came back."""
    manifest = archive.read_manifest(folder)
    _check_whole(folder, manifest, key)
    _check_fits(manifest)
    _check_empty()
    root = Path(settings.HALL_PRIVATE_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in root.glob(f"{archive.LEFT}*"):
        shutil.rmtree(left)
    beside = root / f"{archive.LEFT}{manifest['sha256'][FILES][:12]}"
    beside.mkdir(mode=0o700)
    known = archive.read_hashes(folder)
    _unpack(folder, key, beside, known)
    _fill_database(folder, key)
    for path in list(beside.iterdir()):
        path.rename(root / path.name)
    beside.rmdir()
    return _proved(manifest, len(known))


# -- before anything is touched --------------------------------------------------------------------------------------


def _check_whole(folder: Path, manifest: dict[str, Any], key: bytes | None) -> None:
    if manifest["sealed"] and key is None:
        raise Spoilt("the backup is sealed: name the file of its key with --key")
    for name in (DATABASE, FILES, HASHES):
        path = folder / name
        if not path.is_file() or archive.hash_of(path) != manifest["sha256"][name]:
            raise Spoilt(f"{path} is missing or is not what was written: take another copy of this backup")
    if key:
        with opened(folder / FILES, key) as source:
            source.read(1)  # whether it is the key


def _check_fits(manifest: dict[str, Any]) -> None:
    """Its keys are set here, and its tables are none that this version does not know."""
    here = archive.fingerprints()
    missing = [name for name in manifest["keys"]["fields"] if name not in here["fields"]]
    if missing:
        raise Spoilt(
            f"HALL_FIELD_KEYS lacks {len(missing)} key(s) of the backup: put them all in, in their order"
        )
    if manifest["keys"]["index"] != here["index"]:
        raise Spoilt("HALL_INDEX_KEY is not the one of the backup: nobody would be found by number any more")
    there = _migrations()
    known = there.keys() | {tuple(old) for one in there.values() for old in one.replaces or ()}
    ours = {app.label for app in apps.get_app_configs()}
    newer = [
        f"{app}.{name}"
        for app, names in manifest["migrations"].items()
        for name in names
        if app in ours and (app, name) not in known
    ]
    if newer:
        raise Spoilt(
            f"the backup is of another version, which has {', '.join(newer[:5])}: restore with that one"
        )


def _migrations() -> dict[tuple[str, str], Any]:
    return MigrationLoader(None).disk_migrations or {}


def _check_empty() -> None:
    if filled := archive.tables():
        raise Spoilt(
            f"the database is not empty ({len(filled)} tables): a backup comes back into an empty one only"
        )
    root = Path(settings.HALL_PRIVATE_ROOT)
    if root.is_dir() and any(not path.name.startswith(archive.LEFT) for path in root.iterdir()):
        raise Spoilt(f"{root} is not empty: a backup comes back into an empty folder only")


# -- bringing it back ------------------------------------------------------------------------------------------------


def _unpack(folder: Path, key: bytes | None, into: Path, known: dict[str, str]) -> None:
    """Each file with the hash that it had; no name leads out of the folder."""
    seen = set()
    with opened(folder / FILES, key) as source, tarfile.open(fileobj=source, mode="r|") as tar:
        for entry in tar:
            place, digest = (into / entry.name).resolve(), hashlib.sha256()
            data = tar.extractfile(entry)
            if data is None or not place.is_relative_to(into.resolve()):
                raise Spoilt(f"{entry.name} in {FILES} is no file of ours")
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with place.open("xb") as out:
                place.chmod(0o600)
                copied(data, out, digest)
            if known.get(entry.name) != digest.hexdigest():
                raise Spoilt(f"{entry.name} is not what it was")
            seen.add(entry.name)
    if lost := known.keys() - seen:
        raise Spoilt(f"{len(lost)} files of {HASHES} are not in {FILES}, first {min(lost)}")


def _fill_database(folder: Path, key: bytes | None) -> None:
    argv = [program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    env = address()
    argv += ["--dbname", env["PGDATABASE"]]
    with opened(folder / DATABASE, key) as source:
        job = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        assert job.stdin and job.stderr  # noqa: S101 - they were asked for
        with job:
            try:
                copied(source, job.stdin)
                job.stdin.close()
            except BrokenPipeError:
                pass  # it has said why
            except BaseException:
                job.kill()  # with its transaction: the database stays empty
                raise
            said = job.stderr.read().decode(errors="replace").strip()
    if job.returncode:
        raise Spoilt(f"pg_restore failed, the database is as empty as it was: {said}")


# -- the proof -------------------------------------------------------------------------------------------------------


def _proved(manifest: dict[str, Any], files: int) -> Restored:
    there = archive.rows_of(archive.tables())
    if there != manifest["rows"]:
        differ = sorted(
            name for name in there.keys() | manifest["rows"] if there.get(name) != manifest["rows"].get(name)
        )
        raise Spoilt(f"rows differ from the manifest in {', '.join(differ[:10])}")
    walk = journal.walk()
    if not walk.is_whole:
        first = walk.flaws[0]
        raise Spoilt(
            f"the journal is broken: {walk.bad} chains, first {first.stream} at {first.seq} ({first.kind})"
        )
    columns = sum(1 for _column in _sampled(set(there)))
    applied = {(app, name) for app, names in manifest["migrations"].items() for name in names}
    return Restored(
        tables=len(there), rows=sum(there.values()), files=files, entries=walk.entries, streams=walk.streams,
        columns=columns, behind=bool(_migrations().keys() - applied),
    )  # fmt: skip


def _sampled(there: set[str]) -> Iterator[str]:
    """The newest value of each encrypted column, read with our keys; where it has a look-up column, that too."""
    for model in apps.get_models():
        meta = model._meta
        if meta.db_table not in there:
            continue
        indexes = {f.source: f.column for f in meta.local_concrete_fields if isinstance(f, BlindIndexField)}
        for field in meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField) and _readable(meta, field, indexes.get(field.name)):
                yield f"{meta.label}.{field.name}"


def _readable(meta: Any, field: Any, index: str | None) -> bool:
    quote = connection.ops.quote_name
    table, pk, column = quote(meta.db_table), quote(meta.pk.column), quote(field.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, {quote(index) if index else 'NULL'} FROM {table}"  # noqa: S608
            f" WHERE length({column}) > 0 ORDER BY {pk} DESC LIMIT 1"
        )
        row = cursor.fetchone()
    if row is None:
        return False
    try:
        text = decrypt(bytes(row[0]))
    except Undecryptable as error:
        raise Spoilt(f"{meta.label}.{field.name} can't be read: {error}") from error
    if row[1] is not None and bytes(row[1]) != blind_index(text):
        raise Spoilt(f"{meta.label}.{field.name} is not found by its value: HALL_INDEX_KEY is another one")
    return True

"""A backup of one database comes back in another, proved; what is incomplete, changed or out of place is refused."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cases.actions.materials import StoredFile
from cases.actions.store import NewFile, keep_file
from hall import documents
from hall.models import IssuedDocument
from hall.operations.sealing import PIECE, Sealer, Unreadable, Unsealer
from tests.cast import NOW, Cast
from tests.matters import accepted, registered

COPY = "restored_copy"


@pytest.fixture
def private(tmp_path: Path, settings: Any) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[str]:
    """An empty database of its own on the same server."""
    facts = connection.settings_dict
    name = f"{COPY}_{facts['NAME']}"
    url = f"host={facts['HOST']} port={facts['PORT'] or 5432} user={facts['USER']} dbname=postgres"
    if facts["PASSWORD"]:
        url += f" password={facts['PASSWORD']}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        yield name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(env: dict[str, str], *argv: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, argv)],
        env=env | more, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip


TOLD = """
import json, sys
from pathlib import Path
import manage
for root, argv in json.load(sys.stdin):
    from django.conf import settings
    settings.HALL_PRIVATE_ROOT = Path(root)
    try:
        code = manage.main(["manage.py", *argv])
    except SystemExit as exit:
        code = exit.code
    print(f"{argv[0]}: {code}", file=sys.stderr)
"""
"""One process that is given several commands, one after the other, each with its folder: starting costs most."""


def told(env: dict[str, str], *commands: tuple[Path, list[str]]) -> subprocess.CompletedProcess[str]:
    asked = json.dumps([(str(root), argv) for root, argv in commands])
    return subprocess.run(
        [sys.executable, "-c", TOLD],
        env=env, cwd=settings.BASE_DIR, input=asked, capture_output=True, text=True, check=False,
    )  # fmt: skip


def lived_in(cast: Cast) -> list[StoredFile]:
    """Cases with people, issued papers with their files, a file that was handed in."""
    for _n in range(3):
        accepted(cast, timezone.now())
    registered(cast, NOW)
    documents.render_due(now=timezone.now())
    assert IssuedDocument.objects.exclude(file="").exists()
    return [keep_file(NewFile(name="照片.png", media_type="image/png", file=io.BytesIO(os.urandom(70_000))))]


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def rows(database: str) -> dict[str, list[tuple[Any, ...]]]:
    facts = connection.settings_dict
    with psycopg.connect(host=facts["HOST"], port=facts["PORT"] or 5432, user=facts["USER"],
                         password=facts["PASSWORD"] or None, dbname=database) as there:  # fmt: skip
        names = there.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {
            name: there.execute(f'SELECT t::text FROM "{name}" AS t ORDER BY 1').fetchall()
            for (name,) in names.fetchall()
        }


def test_a_backup_comes_back_in_an_empty_place(
    private: Path, process_env: dict[str, str], elsewhere: str, cast: Cast, tmp_path: Path
) -> None:
    lived_in(cast)
    folder, keys = tmp_path / "backups" / "today", tmp_path / "safe" / "hall.keys"
    keys.parent.mkdir()

    call_command("backup", folder, keys=keys, stdout=io.StringIO())
    assert sorted(path.name for path in folder.iterdir()) == [
        "database.dump", "files.sha256", "files.tar", "manifest.json",
    ]  # fmt: skip
    secret = settings.HALL_FIELD_KEYS[0]
    assert secret in keys.read_text() and keys.stat().st_mode & 0o077 == 0
    assert all(secret.encode() not in data for data in contents(folder).values())

    back = tmp_path / "back"
    # Afterwards the place is not empty any more, nor is its database with another folder.
    restore = ["restore", str(folder)]
    said = told(
        process_env | {"HALL_TEST_DATABASE": elsewhere},
        (back, restore), (back, ["verify_journal", "--json"]), (back, restore), (tmp_path / "new", restore),
    )  # fmt: skip
    exits = re.findall(r"^\w+: \w+$", said.stderr, re.MULTILINE)
    assert exits == ["restore: 0", "verify_journal: 0", "restore: 1", "restore: 1"], said.stderr + said.stdout
    assert said.stderr.count("not empty") == 2
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", folder)
    here = rows(str(connection.settings_dict["NAME"]))
    # That a backup was taken is noted after it.
    assert rows(elsewhere) | {"hall_taskrun": None} == here | {"hall_taskrun": None}
    assert len(here["hall_taskrun"]) == 1
    assert contents(back) == contents(private) != {}
    counts = json.loads((folder / "manifest.json").read_text())["rows"]
    assert counts == {name: len(found) for name, found in rows(elsewhere).items()}
    verified = json.loads(said.stdout[said.stdout.index("\n{") : said.stdout.index("\n}") + 2])
    assert verified["whole"] and verified["entries"] == counts["hall_journalentry"] > 0

    # Triggers came back too: the copy's journal can't be changed either.
    facts = connection.settings_dict
    with (
        psycopg.connect(host=facts["HOST"], user=facts["USER"], dbname=elsewhere) as copy,
        pytest.raises(psycopg.Error, match=r"(?i)cannot update"),
    ):
        copy.execute("UPDATE hall_journalentry SET reason = 'x'")


def test_what_is_changed_or_locked_is_refused_before_anything_is_touched(
    private: Path, process_env: dict[str, str], elsewhere: str, cast: Cast, tmp_path: Path, settings: Any
) -> None:
    """The other place is reached last: each refusal comes before it is even looked whether the place is empty."""
    lived_in(cast)
    folder, key = tmp_path / "backups" / "sealed", tmp_path / "backup.key"
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    call_command("backup", folder, key=key, stdout=io.StringIO())
    assert not (folder / "database.dump").read_bytes().startswith(b"PGDMP")
    wrong = tmp_path / "wrong.key"
    wrong.write_text(base64.b64encode(os.urandom(32)).decode())

    def refused(reason: str, secret: Path | None = key) -> None:
        with pytest.raises(CommandError, match=reason):
            call_command("restore", folder, key=secret)

    refused("sealed", None)
    refused("another key", wrong)
    other = base64.b64encode(os.urandom(32)).decode()
    fields, index = settings.HALL_FIELD_KEYS, settings.HALL_INDEX_KEY
    settings.HALL_FIELD_KEYS = [other]
    refused("HALL_FIELD_KEYS lacks 1")
    settings.HALL_FIELD_KEYS, settings.HALL_INDEX_KEY = [other, *fields], other
    refused("HALL_INDEX_KEY")
    settings.HALL_FIELD_KEYS, settings.HALL_INDEX_KEY = fields, index
    dump, manifest = (folder / "database.dump").read_bytes(), (folder / "manifest.json").read_text()
    (folder / "database.dump").write_bytes(dump[:-1] + bytes([dump[-1] ^ 1]))
    refused("not what was written")
    (folder / "database.dump").write_bytes(dump)
    (folder / "manifest.json").write_text(
        manifest.replace('"accountability": [', '"accountability": ["9999_later", ')
    )
    refused("of another version, which has accountability.9999_later")
    (folder / "manifest.json").unlink()
    refused("no complete backup")
    (folder / "manifest.json").write_text(manifest)
    refused("not empty")
    back = tmp_path / "back"
    there = process_env | {"HALL_TEST_DATABASE": elsewhere, "HALL_PRIVATE_ROOT": str(back)}
    restored = run(there, "restore", folder, "--key", key)
    assert restored.returncode == 0, restored.stderr
    assert contents(back) == contents(private)


@pytest.mark.django_db
def test_keys_never_lie_with_the_backup(tmp_path: Path) -> None:
    for keys in (tmp_path / "hall.keys", tmp_path / "today" / "hall.keys"):
        with pytest.raises(CommandError, match="another disk"):
            call_command("backup", tmp_path / "today", keys=keys)
        assert not keys.exists() and not (tmp_path / "today").exists()


def test_an_interrupted_backup_never_looks_complete(
    process_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_dump dies in the middle; then the whole process does, without a chance to tidy up."""
    programs = tmp_path / "programs"
    programs.mkdir()
    dump = programs / "pg_dump"
    dump.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo 99 && exit\necho half; echo "disk on fire" >&2; exit 1\n'
    )
    dump.chmod(0o700)
    folder = tmp_path / "backups" / "today"
    monkeypatch.setenv("HALL_PG_PROGRAMS", str(programs))
    with pytest.raises(CommandError, match="disk on fire"):
        call_command("backup", folder)
    assert list(folder.parent.iterdir()) == []
    dump.write_text('#!/bin/sh\n[ "$1" = --version ] && echo 99 && exit\necho half; kill -9 $PPID\n')
    assert run(process_env, "backup", folder, HALL_PG_PROGRAMS=str(programs)).returncode == -9
    assert [path.name for path in folder.parent.iterdir()] == ["today.partial"]
    with pytest.raises(CommandError, match="no complete backup"):
        call_command("restore", folder.with_name("today.partial"))


def test_a_lost_file_is_told_and_the_backup_is_kept(
    private: Path, transactional_db: None, cast: Cast, tmp_path: Path
) -> None:
    lived_in(cast)
    lost = IssuedDocument.objects.exclude(file="").latest("pk").file
    (private / lost).write_bytes(b"something else")
    with pytest.raises(CommandError, match="1 files were lost"):
        call_command("backup", tmp_path / "b" / "today")
    assert (tmp_path / "b" / "today" / "manifest.json").exists()


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_sealed_stream_opens_with_its_key_alone(size: int) -> None:
    key, data, out = os.urandom(32), os.urandom(size), io.BytesIO()
    sealer = Sealer(out, key)
    for start in range(0, size, 100_000):
        sealer.write(data[start : start + 100_000])
    sealer.close()
    sealed = out.getvalue()
    assert Unsealer(io.BytesIO(sealed), key).read() == data
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    cut = sealed[: 15 + PIECE + 16] if size > PIECE else sealed[:-1]
    for other, spoilt in ((os.urandom(32), sealed), (key, changed), (key, cut)):
        with pytest.raises(Unreadable):
            Unsealer(io.BytesIO(spoilt), other).read()

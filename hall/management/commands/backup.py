"""Database and files into a folder of their own, whole or not at all; the keys apart from it, or not at all.

manage.py backup /backup/2026-11-28                              an ordinary folder
manage.py backup /backup/2026-11-28 --key /safe/backup.key       sealed with a key
manage.py backup /backup/2026-11-28 --keys /safe/hall.keys       and the keys of the personal data, elsewhere
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.operations.archive import Spoilt
from hall.operations.backup import back_up, check_apart, check_free, write_keys
from hall.operations.programs import NoProgram
from hall.operations.sealing import Unreadable, key_in
from hall.operations.tasks import note


class Command(BaseCommand):
    help = "Back up database and files into a new folder. Exit 1 when a file that a row names is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--key", type=Path, metavar="FILE", help="seal it with the key in this file")
        parser.add_argument("--keys", type=Path, metavar="FILE", help="write the keys of personal data here")

    def handle(self, *args: Any, folder: Path, key: Path | None, keys: Path | None, **options: Any) -> None:
        began = time.monotonic()
        try:
            for secret in (key, keys):
                if secret is not None:
                    check_apart(secret, folder)
            if keys is not None:
                check_free(keys)
            manifest, lost = back_up(folder, key=key_in(key) if key else None, now=timezone.now())
            if keys is not None:
                write_keys(keys)
        except (Spoilt, NoProgram, Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        note("backup", time.monotonic() - began)
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"{folder}: {len(manifest['rows'])} tables, {rows} rows, {manifest['files']} files")
        for name in lost[:20]:
            self.stderr.write(f"named by a row, but lost or changed: {name}")
        if lost:
            raise CommandError(f"the backup is complete, but {len(lost)} files were lost before it")

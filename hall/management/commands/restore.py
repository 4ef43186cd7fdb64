"""A backup into an empty database and an empty folder, proved row by row, chain by chain, file by file.

manage.py restore /backup/2026-11-28 [--key /safe/backup.key]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.operations.archive import Spoilt
from hall.operations.programs import NoProgram
from hall.operations.restore import restore
from hall.operations.sealing import Unreadable, key_in


class Command(BaseCommand):
    help = "Bring a backup back into an empty place, and prove it. Exit 1 with the reason otherwise."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--key", type=Path, metavar="FILE", help="the file of the key it was sealed with")

    def handle(self, *args: Any, folder: Path, key: Path | None, **options: Any) -> None:
        try:
            back = restore(folder, key=key_in(key) if key else None)
        except (Spoilt, NoProgram, Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{back.tables} tables, {back.rows} rows, {back.files} files as in the manifest;"
            f" {back.entries} journal entries in {back.streams} whole chains;"
            f" {back.columns} encrypted columns readable"
        )
        if back.behind:
            self.stdout.write(
                "The backup is of an older version: run `manage.py migrate`, then verify_journal."
            )
            return
        call_command("verify_journal", stdout=self.stdout, stderr=self.stderr)

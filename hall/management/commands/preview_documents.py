"""Draw every kind of paper as a draft, from an invented matter: to look at wording, fonts and layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall import documents


class Command(BaseCommand):
    help = (
        "Write a draft of each kind of official paper into a folder; no number is taken, nothing is stored."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--kind", action="append", choices=sorted(documents.KINDS), help="only this kind")
        parser.add_argument("--organ", default="云信", help="short form of the organ in the number (云信)")
        parser.add_argument("--png", action="store_true", help="one picture a page instead of one PDF")

    def handle(self, *args: object, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for code in options["kind"] or documents.KINDS:
            try:
                files = documents.preview(
                    code,
                    documents.sample(documents.KINDS[code]),
                    organ=options["organ"],
                    now=timezone.now(),
                    as_="png" if options["png"] else "pdf",
                )
            except documents.Unprintable as error:
                raise CommandError(str(error)) from error
            for n, content in enumerate(files, 1):
                name = f"{code}-{n}.png" if options["png"] else f"{code}.pdf"
                (folder / name).write_bytes(content)
            self.stdout.write(f"{code}: {len(files) if options['png'] else 'pdf'}")

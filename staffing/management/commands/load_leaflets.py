"""Load the leaflets that come with the house, or a place's own."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.access import SYSTEM, Refused
from staffing.actions import load_leaflets
from staffing.rules import LeafletFacts

OURS = Path(__file__).resolve().parent.parent / "data" / "leaflets.toml"
_KNOWN = {field.name for field in fields(LeafletFacts)}


def read_leaflets(path: Path) -> list[LeafletFacts]:
    """The `[[leaflets]]` of a TOML file, in their order."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("leaflets", [])
    except FileNotFoundError as error:
        raise CommandError(f"没有文件 {path}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error
    read = []
    for number, row in enumerate(rows, start=1):
        if strange := set(row) - _KNOWN:
            raise CommandError(f"第{number}份：没有这样的项 {', '.join(sorted(strange))}")
        try:
            read.append(LeafletFacts(**{"order": number * 10, **row}))
        except TypeError as error:
            raise CommandError(f"第{number}份：缺少 slug、topic、title 或 body") from error
    return read


class Command(BaseCommand):
    help = "Load leaflets from TOML and publish those that are new; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OURS, help="default: those of the house")
        parser.add_argument("--replace", action="store_true", help="also those that are there already")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            created, replaced = load_leaflets(
                actor=SYSTEM,
                rows=read_leaflets(options["file"]),
                replace=options["replace"],
                now=timezone.now(),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"宣传单：新增{created}份，更新{replaced}份。")

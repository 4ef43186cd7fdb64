"""Load the list of statutory routes: the one that comes with the house, or a place's own."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.actions import RouteRow, load_routes
from hall.access import SYSTEM, Refused

OURS = Path(__file__).resolve().parent.parent / "data" / "statutory_routes.csv"
_NEEDED = {"code", "clause", "name", "organ", "basis", "guidance"}
_OPTIONAL = {
    "name_en",
    "sector",
    "sector_en",
    "organ_en",
    "basis_en",
    "guidance_en",
    "keywords",
    "department",
}


def read_routes(path: Path) -> list[RouteRow]:
    """The lines of a CSV file in UTF-8 with a heading; unknown columns are left alone."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := _NEEDED - set(reader.fieldnames or ()):
                raise CommandError(f"{path}: 缺少列 {', '.join(sorted(missing))}")
            return [_row(line, reader.line_num) for line in reader]
    except FileNotFoundError as error:
        raise CommandError(f"没有文件 {path}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: 不是 UTF-8 编码，请另存为“CSV UTF-8”后再导入") from error


def _row(line: dict[str, str], number: int) -> RouteRow:
    text = {name: (line.get(name) or "").strip() for name in _NEEDED | _OPTIONAL}
    clause = text.pop("clause")
    if not clause.isdecimal():
        raise CommandError(f"第{number}行：clause 应为第三十一条的项次 1 至 5")
    litigation = (line.get("is_litigation") or "").strip() in ("1", "true", "是")
    return RouteRow(clause=int(clause), is_litigation=litigation, line=number, **text)


class Command(BaseCommand):
    help = "Load the statutory routes of Art. 31 (1)-(5) from CSV; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OURS, help="default: the list of the house")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_routes(actor=SYSTEM, rows=read_routes(options["file"]), now=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        counts = {"created": loaded.created, "changed": loaded.changed, "retired": loaded.retired}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(
                "法定途径：新增{created}条，更新{changed}条，停用{retired}条。".format(**counts)
            )

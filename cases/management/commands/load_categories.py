"""`manage.py load_categories [FILE.csv]`: the tree of content categories, the national names unless a file is given."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.actions.load_categories import CategoryRow, load_categories
from hall.access import SYSTEM, Refused

OURS = Path(__file__).resolve().parent.parent / "data" / "content_categories.csv"


class Command(BaseCommand):
    help = "导入三级信访内容分类（代码2-2-2位）。缺省为随程序提供的；也可以是本地的CSV文件（列：code,name,name_en）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OURS, metavar="FILE.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_categories(actor=SYSTEM, rows=_rows(options["file"]), now=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if options["verbosity"] > 0:
            self.stdout.write(f"内容分类：新增{loaded.created}，更新{loaded.changed}，停用{loaded.retired}")


def _rows(path: Path) -> list[CategoryRow]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"读不到文件 {path}：{error.strerror}") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    if missing := {"code", "name"} - set(reader.fieldnames or ()):
        raise CommandError(f"文件缺少列：{'、'.join(sorted(missing))}。应有：code,name,name_en")
    return [
        CategoryRow(
            (row["code"] or "").strip(),
            (row["name"] or "").strip(),
            (row.get("name_en") or "").strip(),
            reader.line_num,
        )
        for row in reader
    ]

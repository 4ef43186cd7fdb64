"""The standard schemes of assessment, read from `assessment_schemes.toml`. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from accountability.lifecycle import SOURCES_OF, WHOLE
from hall.citations import in_english

FILE = Path(__file__).resolve().parents[1] / "management" / "data" / "assessment_schemes.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """An item as it is typed: see `SchemeItem`."""

    name: str
    kind: str
    source: str
    full: Decimal
    name_en: str = ""
    floor: Decimal = Decimal(0)
    ceiling: Decimal = Decimal(1)
    each: Decimal | None = None
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StandardScheme:
    code: str
    title: str
    title_en: str
    unit_kind: str
    items: tuple[ItemWords, ...]

    @property
    def name(self) -> str:
        return self.title_en if in_english() else self.title


def _item(row: Mapping[str, Any]) -> ItemWords:
    numbers = {
        name: Decimal(str(row[name])) for name in ("full", "floor", "ceiling", "each", "cap") if name in row
    }
    words = {name: row[name] for name in row if name not in numbers}
    return ItemWords(**{**words, **numbers})


def flaw_of(items: Sequence[ItemWords]) -> str:
    """What is wrong with these items, "" when nothing is; in words for whoever writes the file."""
    if any(one.source not in SOURCES_OF.get(one.kind, ()) for one in items):
        return "a source that is not of the closed list"
    if len({one.source for one in items}) != len(items):
        return "a source twice"
    return "" if sum((one.full for one in items), Decimal(0)) == WHOLE else "points that are not 100 together"


def read(path: Path = FILE) -> dict[str, StandardScheme]:
    table: dict[str, StandardScheme] = {}
    for code, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
        items = tuple(_item(one) for one in row["item"])
        if flaw := flaw_of(items):
            raise ValueError(f"assessment_schemes.toml: {code} has {flaw}")
        table[code] = StandardScheme(code, row["title"], row["title_en"], row["unit_kind"], items)
    return table


STANDARD: Mapping[str, StandardScheme] = read()

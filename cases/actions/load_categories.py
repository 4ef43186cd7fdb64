"""Bringing in the tree of content categories (内容分类): data, so that a province can load its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from cases.models import ContentCategory
from cases.queries.search import normal
from cases.rules import check_can_load_categories
from hall import journal
from hall.access import Actor

FIELDS = ("name", "name_en", "parent", "level", "path", "pinyin", "is_active")


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One line of the list: six digits 2-2-2 (`030000` first level, `030100` second, `030102` third) and its names."""

    code: str
    name: str
    name_en: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    created: int
    changed: int
    retired: int


@transaction.atomic
def load_categories(*, actor: Actor, rows: Sequence[CategoryRow], now: dt.datetime) -> Loaded:
    """Make the tree what the list says: all of it or nothing. A category that is no longer listed is retired,
    never deleted, because cases stand in it. The same list again changes nothing.

    Raises Refused (role; input, naming the line).
    """
    check_can_load_categories(actor, rows)
    known = {category.code: category for category in ContentCategory.objects.select_for_update()}
    tree: dict[str, ContentCategory] = {}
    created: list[ContentCategory] = []
    changed: list[ContentCategory] = []
    for level in (1, 2, 3):
        fresh = []
        for row in (row for row in rows if level_of(row.code) == level):
            parent = tree.get(parent_code(row.code))
            category = known.get(row.code) or ContentCategory(code=row.code)
            facts = _facts(row, parent, level)
            if row.code not in known:
                fresh.append(category)
            elif any(getattr(category, name) != value for name, value in facts.items()):
                changed.append(category)
            for name, value in facts.items():
                setattr(category, name, value)
            tree[row.code] = category
        created += ContentCategory.objects.bulk_create(fresh)
    retired = [category for code, category in known.items() if code not in tree and category.is_active]
    ContentCategory.objects.filter(pk__in=[category.pk for category in retired]).update(is_active=False)
    ContentCategory.objects.bulk_update(changed, FIELDS, batch_size=100)
    loaded = Loaded(len(created), len(changed), len(retired))
    if created or changed or retired:
        facts = {"created": loaded.created, "changed": loaded.changed, "retired": loaded.retired}
        first = min(tree.values(), key=lambda category: category.code)
        journal.record(actor, "load_categories", first, stream="categories", after=facts, now=now)
    return loaded


def level_of(code: str) -> int:
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def parent_code(code: str) -> str:
    """`030102` → `030100` → `030000` → ""."""
    return {1: "", 2: code[:2] + "0000", 3: code[:4] + "00"}[level_of(code)]


def _facts(row: CategoryRow, parent: ContentCategory | None, level: int) -> dict[str, object]:
    path = f"{parent.path} / {row.name}" if parent else row.name
    above = parent.pinyin.replace("|", " ") if parent else ""
    return {
        "name": row.name,
        "name_en": row.name_en,
        "parent": parent,
        "level": level,
        "path": path[:200],
        "pinyin": f"{' '.join(_typed(row.name))}|{above}"[:400],
        "is_active": True,
    }


def _typed(name: str) -> Iterable[str]:
    """What is typed for a name: the initials and the whole pinyin. wyfw wuyefuwu."""
    syllables = [normal(part) for part in lazy_pinyin(name, style=Style.NORMAL, errors="ignore")]
    return ("".join(part[0] for part in syllables), "".join(syllables)) if syllables else ()

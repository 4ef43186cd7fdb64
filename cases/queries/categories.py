"""Finding a content category by anything: code, three letters of pinyin, a word of any level, English."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS

from cases.models import ContentCategory
from cases.queries.search import normal, search_terms
from hall.batch import Ask

_COLUMNS = [field.attname for field in ContentCategory._meta.concrete_fields]
_IN_USE = f"SELECT {', '.join(_COLUMNS)} FROM cases_contentcategory WHERE id = %s AND is_active"  # noqa: S608


def category_in_use(pk: int) -> ContentCategory | None:
    """Asked of every registration: text that needs no compiling."""
    return Ask(
        _IN_USE,
        [pk],
        lambda rows: ContentCategory.from_db(DEFAULT_DB_ALIAS, _COLUMNS, rows[0]) if rows else None,
    ).answer()


def find_categories(text: str, *, limit: int = 12) -> list[ContentCategory]:
    """The categories in use that fit what was typed, best first; every word typed must fit.

    A hit in a category's own name counts more than one in its path, its beginning more than its middle, and of
    equal hits the deeper level comes first, because a leaf says more.
    """
    words = normal(text).split()
    if not words:
        return []
    ranked = []
    for category in (
        ContentCategory.objects.filter(is_active=True).select_related("parent__parent").order_by("code")
    ):
        ranks = [_rank(category, word) for word in words]
        if all(ranks):
            ranked.append((-sum(ranks), -category.level, category.code, category))
    return [row[3] for row in sorted(ranked, key=lambda row: row[:3])[:limit]]


def _rank(category: ContentCategory, word: str) -> int:
    """0: does not fit."""
    if word.isdigit():
        return 8 if category.code.startswith(word) else 0
    own = [normal(category.name), *category.pinyin.split("|", 1)[0].split()]
    if word in own:
        return 10
    if any(form.startswith(word) for form in own):
        return 8
    english = normal(category.name_en)
    if any(part.startswith(word) for part in english.replace("/", " ").split()):
        return 6
    if any(word in form for form in own if len(word) > 1):
        return 5
    if word in normal(category.path):
        return 3
    return 2 if len(word) > 1 and any(form.startswith(word) for form in category.pinyin.split()) else 0


def path_label(category: ContentCategory) -> str:
    """The full name in the reader's language; `path` is the Chinese one."""
    names, level = [category.label], category.parent
    while level is not None:
        names.insert(0, level.label)
        level = level.parent
    return " / ".join(names)


def suggest_categories(title: str, content: str, *, limit: int = 3) -> list[ContentCategory]:
    """The categories whose own name the text speaks of, best first: a proposal for the clerk, nothing more.

    A name counts when most of its bigrams are in the text; those in the title count twice.
    """
    in_title, in_text = _pairs(title), _pairs(title) | _pairs(content)
    if not in_text:
        return []
    ranked = []
    deeper = ContentCategory.objects.filter(is_active=True, level__gt=1).select_related("parent__parent")
    for category in deeper.order_by("code"):
        pairs = _pairs(category.name)
        hits = len(pairs & in_text)
        if pairs and category.name != "其他" and hits >= max(0.66 * len(pairs), min(len(pairs), 2)):
            score = hits / len(pairs) * (hits + len(pairs & in_title))
            ranked.append((-score, -category.level, category.code, category))
    return [row[3] for row in sorted(ranked, key=lambda row: row[:3])[:limit]]


def _pairs(text: str) -> set[str]:
    return {term for term in search_terms(text) if len(term) == 2}

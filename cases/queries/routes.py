"""Statutory routes in plain words: what a person says, or what a case tells, to the ways that the law gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

from cases.models import StatutoryRoute
from cases.queries.search import normal
from hall.citations import in_english

SHORT = 16  # up to here a text is a question, beyond it a story
MOST = 12
FAR = 4  # a route with less than a quarter of the best one's points is noise
RARE = 6.0  # points of a pair of characters that one route alone has; shared by several, divided
_PINYIN = re.compile(r"[a-z]{2,40}")
WHOLE = 20.0  # the whole question stands in the route's words


@dataclass(frozen=True, slots=True)
class RouteFound:
    route: StatutoryRoute
    score: float
    words: tuple[str, ...]


def active_routes() -> list[StatutoryRoute]:
    return list(StatutoryRoute.objects.filter(is_active=True).select_related("department"))


def find_routes(
    text: str, *, routes: Iterable[StatutoryRoute] | None = None, most: int = MOST
) -> list[RouteFound]:
    """The routes that fit the text, best first, with the words that led to each.

    A spoken word of the list that stands in the text counts by its length; in a short question neighbouring
    characters in common count too, rare ones more, so that 老板不给工资 finds 拖欠工资. Fifty rows or so are read
    in memory.
    """
    asked = normal(text)
    if not asked.strip():
        return []
    every = active_routes() if routes is None else list(routes)
    pairs = _pairs(asked) if len(asked) <= SHORT else set()
    typed = "".join(asked.split())
    typed = typed if _PINYIN.fullmatch(typed) else ""
    names = {
        route.pk: normal(f"{route.name} {route.name_en} {route.keywords} {route.organ}") for route in every
    }
    near = {route.pk: pairs & _pairs(names[route.pk]) for route in every} if pairs else {}
    common = Counter(pair for shared in near.values() for pair in shared)
    found = []
    for route in every:
        words = [word for word in route.keywords.split() if normal(word) in asked]
        words += [word for word in (route.name, *route.keywords.split()) if typed and _fits(typed, word)]
        score = float(sum(len(word) ** 2 for word in words))
        score += sum(RARE / common[pair] for pair in near.get(route.pk, ()))
        if len(asked) <= SHORT and asked.strip() in names[route.pk]:
            score += WHOLE
        if score:
            found.append(RouteFound(route, score, tuple(words)))
    best = max((one.score for one in found), default=0)
    fit = [one for one in found if one.score * FAR >= best]
    return sorted(fit, key=lambda one: (-one.score, one.route.clause, one.route.code))[:most]


def _fits(typed: str, word: str) -> bool:
    """Pinyin, whole or by initials, from the beginning of the word on: `tuoqian` and `tq` find 拖欠."""
    return any(form.startswith(typed) for form in _spelled(word))


@lru_cache(maxsize=4096)
def _spelled(word: str) -> tuple[str, str]:
    """A word of the list as it is typed, by initials and whole. The list has a few hundred; each is spelled once."""
    syllables = [normal(part) for part in lazy_pinyin(word, style=Style.NORMAL, errors="ignore")]
    return "".join(part[:1] for part in syllables), "".join(syllables)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text) if not (a + b).isspace() and a != " " and b != " "}


@dataclass(frozen=True, slots=True)
class RouteText:
    """A route in the reader's language; Chinese where no English was given."""

    code: str
    pk: int
    clause: int
    name: str
    sector: str
    organ: str
    basis: str
    guidance: str
    words: tuple[str, ...] = ()


def in_words(route: StatutoryRoute, words: tuple[str, ...] = ()) -> RouteText:
    english = in_english()

    def pick(name: str) -> str:
        return str((english and getattr(route, f"{name}_en")) or getattr(route, name))

    return RouteText(
        route.code,
        route.pk,
        route.clause,
        pick("name"),
        pick("sector") or pick("organ"),
        pick("organ"),
        pick("basis"),
        pick("guidance"),
        words,
    )


__all__ = ["RouteFound", "RouteText", "active_routes", "find_routes", "in_words"]

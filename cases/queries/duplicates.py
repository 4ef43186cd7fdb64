"""Has this matter been here before? Candidates with a score and its reasons; the clerk decides, not the score.

The look-up goes over all halls, for this one purpose, and the door journals it. Of a case that the clerk may not
see a candidate tells number, hall, date and state, never a word of its content; a case that complains of the
clerk or the clerk's unit does not appear at all (《信访工作条例》第三十条). No person is scored and no list of persons
is kept: a score belongs to a pair of matters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import CASE
from cases.models import Case, CaseParty, Petitioner, Recusal, Respondent
from cases.queries.search import search_terms
from hall.access import Actor
from hall.fields import blind_index

RECENT = dt.timedelta(
    days=3 * 365
)  # matters that only their text or place tells are looked for this far back
LOWEST = 20  # below it a candidate is noise
MOST_SHOWN = 8
SURE, LIKELY = 85, 50

_RARE_TERMS = 16  # of the new text, the least common ones preselect
_COMMON, _FEW = 0.05, 500  # a term in more of all cases, and in more than a few, preselects nothing
_READ = 60  # cases whose text is compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is known so far of the matter at the counter; any of it may still be missing."""

    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    title: str = ""
    content: str = ""
    category_id: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier case that may be the same matter. `title` is empty when the reader may not see the case."""

    case_id: int
    number: str
    hall: str
    received_on: dt.date
    state: str
    is_open: bool
    score: int
    reasons: tuple[str, ...]
    is_visible: bool
    title: str = ""
    excerpt: str = ""

    @property
    def words(self) -> list[str | Promise]:
        """The reasons as the clerk reads them."""
        return [reason_words(reason) for reason in self.reasons]

    @property
    def score_words(self) -> str:
        return _("相似度%(score)s") % {"score": self.score}

    @property
    def strength(self) -> str:
        """sure, likely or weak."""
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "weak"


_REASONS: Mapping[str, str | Promise] = {
    "id_number": _("证件号码相同"),
    "name_phone": _("姓名和手机号码都相同"),
    "phone": _("手机号码相同，姓名不同"),
    "place_category": _("问题发生地和内容分类相同"),
    "text": _("所述文字有%(percent)s%%相同"),
}


def reason_words(reason: str) -> str | Promise:
    """`text:62` → 所述文字有62%相同. Decisions keep the code, pages show the words."""
    code, _colon, value = reason.partition(":")
    words = _REASONS[code]
    return words % {"percent": value} if value else words


def people_of(matter: Matter) -> list[int]:
    """Ids of the known people with the matter's ID number, or with its name and telephone."""
    same = Q(pk__in=[])
    if (index := blind_index(matter.id_number)) is not None:
        same |= Q(id_kind=matter.id_kind, id_index=index)
    if matter.name and (index := blind_index(matter.phone)) is not None:
        same |= Q(phone_index=index, name=matter.name)
    return list(Petitioner.objects.filter(same).order_by("id").values_list("pk", flat=True)[:50])


def find_duplicates(
    actor: Actor, matter: Matter, *, today: dt.date, exclude: int | None = None
) -> list[Candidate]:
    """The likeliest earlier cases, best first: same ID number 90–100, name and phone 70–85, phone alone 45–60,
    text up to 85, place and category 30. Constant work: at most 60 cases are read."""
    found: dict[int, dict[str, int]] = {}  # case → reason → points
    _by_person(matter, found)
    since = today - RECENT
    compared = set(found) | set(_by_text(matter, since)) | set(_by_place(matter, since))
    compared.discard(exclude or 0)
    if not compared:
        return []
    cases = _open_to_comparison(actor, compared)
    new = _Text(matter.title, matter.content)
    for case in cases:
        points = found.setdefault(case.pk, {})
        likeness, percent = new.likeness(_Text(case.title, case.content))
        for reason in ("id_number", "name_phone", "phone"):
            if reason in points:
                points[reason] += round(likeness * (10 if reason == "id_number" else 15))
        if likeness:
            points[f"text:{percent}"] = round(likeness * 85)
        if matter.category_id and case.category_id == matter.category_id and _alike(matter.place, case.place):
            points["place_category"] = 30
    visible = set(
        Case.objects.visible_to(actor).filter(pk__in=[c.pk for c in cases]).values_list("pk", flat=True)
    )
    shown = [_candidate(case, found[case.pk], case.pk in visible) for case in cases]
    shown = [one for one in shown if one.score >= LOWEST and (one.is_visible or not _is_secret(one, cases))]
    return sorted(shown, key=lambda one: (-one.score, -one.case_id))[:MOST_SHOWN]


def _candidate(case: Case, points: Mapping[str, int], is_visible: bool) -> Candidate:
    best = max(points.values(), default=0)
    if "place_category" in points and len(points) > 1:
        best = max(best, *(value + 5 for reason, value in points.items() if reason != "place_category"))
    state = CASE.state(case.status)
    return Candidate(
        case_id=case.pk,
        number=case.number,
        hall=case.hall.label,
        received_on=case.received_on,
        state=state.label,
        is_open=not state.ends,
        score=min(best, 100),
        reasons=tuple(sorted(points, key=lambda reason: -points[reason])),
        is_visible=is_visible,
        title=case.title if is_visible else "",
        excerpt=(case.summary or case.content)[:120] if is_visible else "",
    )


def _is_secret(candidate: Candidate, cases: Iterable[Case]) -> bool:
    """Another hall's confidential matter is not even named, unless the same person stands at the counter."""
    if "id_number" in candidate.reasons:
        return False
    return any(case.pk == candidate.case_id and case.is_confidential for case in cases)


# --- preselection, each by its index -----------------------------------------------------------------------


def _by_person(matter: Matter, found: dict[int, dict[str, int]]) -> None:
    id_index, phone_index = blind_index(matter.id_number), blind_index(matter.phone)
    same = Q(pk__in=[])
    if id_index is not None:
        same |= Q(id_kind=matter.id_kind, id_index=id_index)
    if phone_index is not None:
        same |= Q(phone_index=phone_index)
    parties = (
        CaseParty.objects.filter(petitioner__in=Petitioner.objects.filter(same))
        .select_related("petitioner")
        .order_by("-case_id")[:_READ]
    )
    for party in parties:
        person, points = party.petitioner, found.setdefault(party.case_id, {})
        if id_index is not None and person.id_index and bytes(person.id_index) == id_index:
            points["id_number"] = 90
        elif person.name == matter.name:
            points["name_phone"] = 70
        else:
            points["phone"] = 45


def _by_text(matter: Matter, since: dt.date) -> list[int]:
    """Recent cases that share the most of the new text's least common words."""
    terms = _rarest([*search_terms(matter.title), *search_terms(matter.content)])
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.id FROM unnest(%s::text[]) AS term"
            " JOIN LATERAL (SELECT id FROM cases_case"
            "   WHERE search @@ ('''' || term || '''')::tsquery AND received_on >= %s) AS found ON true"
            " GROUP BY found.id HAVING count(*) >= %s ORDER BY count(*) DESC, found.id DESC LIMIT %s",
            [terms, since, min(2, len(terms)), _READ],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _rarest(terms: Iterable[str]) -> list[str]:
    """The least common of the terms, by the database's own statistics; a term it does not list is rare."""
    unique = [term for term in dict.fromkeys(terms) if len(term) > 1]
    if not unique:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT known.term, known.share FROM pg_stats, unnest(most_common_elems::text::text[],"
            " most_common_elem_freqs) AS known(term, share)"
            " WHERE schemaname = current_schema() AND tablename = 'cases_case' AND attname = 'search'"
            " AND known.term = ANY(%s) AND known.share * (SELECT reltuples FROM pg_class"
            "   WHERE oid = 'cases_case'::regclass) > %s",
            [unique, _FEW],
        )
        share: dict[str, float] = dict(cursor.fetchall())
    rare = [term for term in unique if share.get(term, 0.0) <= _COMMON]
    return sorted(rare, key=lambda term: share.get(term, 0.0))[:_RARE_TERMS]


def _by_place(matter: Matter, since: dt.date) -> list[int]:
    if not matter.category_id or not matter.place.strip():
        return []
    recent = Case.objects.filter(category_id=matter.category_id, received_on__gte=since).exclude(place="")
    rows = recent.order_by("-id").values_list("pk", "place")[:200]
    return [pk for pk, place in rows if _alike(matter.place, place)][:_READ]


def _open_to_comparison(actor: Actor, ids: Iterable[int]) -> list[Case]:
    """Those that do not complain of the reader or the reader's unit, and from which the reader is not recused."""
    accused = Respondent.objects.filter(
        Q(user_id=actor.user_id or 0) | Q(department_id__in=actor.departments()),
        case=OuterRef("pk"),
    )
    recused = Recusal.objects.filter(case=OuterRef("pk"), user_id=actor.user_id or 0)
    cases = Case.objects.filter(~Exists(accused), ~Exists(recused), pk__in=list(ids)).select_related("hall")
    return list(cases.defer("search").order_by("-id")[: _READ * 2])


# --- likeness of two texts ---------------------------------------------------------------------------------


class _Text:
    """A text as the set of its bigrams and words."""

    def __init__(self, title: str, content: str) -> None:
        self.title = {term for term in search_terms(title) if len(term) > 1}
        self.whole = self.title | {term for term in search_terms(content) if len(term) > 1}

    def likeness(self, other: _Text) -> tuple[float, int]:
        """0–1, and how many percent of the shorter text stand in the other.

        Measured on real letters: two different ones share under 13 % of all their bigrams (Jaccard), so likeness
        starts there; a short text inside a long one counts by its own length, equal titles alone count half.
        """
        if not self.whole or not other.whole:
            return 0.0, 0
        shared = len(self.whole & other.whole)
        shorter = min(len(self.whole), len(other.whole))
        ways = [_ramp(shared / len(self.whole | other.whole), 0.13, 0.6)]
        if shorter >= 40:
            ways.append(0.9 * _ramp(shared / shorter, 0.45, 0.9))
        if min(len(self.title), len(other.title)) >= 5:
            titles = len(self.title & other.title) / len(self.title | other.title)
            ways.append(0.6 * _ramp(titles, 0.4, 1.0))
        return max(ways), round(100 * shared / shorter)


def _ramp(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _alike(one: str, other: str) -> bool:
    """Two places are the same when one's bigrams are mostly the other's: 城关镇建设路12号 and 建设路12号."""
    a, b = set(search_terms(one)), set(search_terms(other))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b)) and len(a & b) >= 2

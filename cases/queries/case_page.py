"""Everything the case page shows, in a number of queries that does not grow with the case.

The children without secrets come as JSON arrays in the one statement that fetches the case under the reader's
rights; people come as objects, because their numbers are ciphertext.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from cases.models import (
    Case,
    CaseParty,
    Claim,
    Deadline,
    DuplicateDecision,
    Hold,
    Material,
    Respondent,
    Triage,
)
from cases.queries.words import Verb, says, verb
from hall.access import Actor, get_visible
from hall.models import IssuedDocument, JournalEntry, stream_of
from staffing.lifecycle import DEPARTMENT_ROLES
from staffing.models import Posting

TIMELINE_PAGE = 20
MOST_DOCUMENTS = 100
MOST_RELATED = 20
Row = dict[str, Any]

_ONE = ("hall__jurisdiction", "category", "first_handler", "registered_by", "place_region", "triage")


def _rows(queryset: QuerySet[Any], *fields: str, **renamed: str) -> ArraySubquery:
    """The children as one array of objects."""
    names = {name: F(name) for name in fields} | {name: F(path) for name, path in renamed.items()}
    return ArraySubquery(queryset.values(json=JSONObject(**names)))


def _children() -> dict[str, ArraySubquery]:
    case = OuterRef("pk")
    return {
        "claim_rows": _rows(
            Claim.objects.filter(case=case).order_by("number"),
            "number", "text", route="route__name", route_en="route__name_en", clause="route__clause",
        ),
        "respondent_rows": _rows(
            Respondent.objects.filter(case=case).order_by("pk"),
            "name", "position", "user_id", unit="department__name", unit_en="department__name_en",
            place_code="department__jurisdiction__code", place_level="department__jurisdiction__level",
        ),
        "material_rows": _rows(
            Material.objects.filter(case=case).order_by("pk"), "id", "name", "media_type", "size", "added_at"
        ),
        "hold_rows": _rows(Hold.objects.filter(case=case).order_by("from_on"), "kind", "from_on", "to_on"),
        "duplicate_rows": _rows(
            DuplicateDecision.objects.filter(case=case).order_by("-score", "pk"),
            "candidate_id", "score", "reasons", "decision",
        ),
        "earlier_ids": ArraySubquery(
            CaseParty.objects.filter(petitioner__parties__case=case)
            .exclude(case=case)
            .order_by("-case_id")
            .values("case_id")[:MOST_RELATED]
        ),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The case and what is attached to it; the children as rows by field name, dates in them as ISO text."""

    case: Case
    claims: list[Row]
    respondents: list[Row]
    materials: list[Row]
    holds: list[Hold]
    duplicates: list[Row]
    earlier_ids: list[int]

    @property
    def triage(self) -> Triage | None:
        return getattr(self.case, "triage", None)

    @property
    def accused_ids(self) -> list[int]:
        """The accounts of those it complains of."""
        return [row["user_id"] for row in self.respondents if row["user_id"]]


def case_file(actor: Actor, pk: int) -> CaseFile:
    """The case with all that is attached to it. Raises Refused(unseen).

    First the right to see it, then the rest: one statement for both has so many joins that planning it takes
    longer than both together.
    """
    get_visible(Case.objects.visible_to(actor).only("pk"), pk=pk)
    whole = Case.objects.defer("search").select_related(*_ONE).annotate(**_children())
    case: Any = whole.get(pk=pk)
    return CaseFile(
        case=case,
        claims=case.claim_rows,
        respondents=case.respondent_rows,
        materials=case.material_rows,
        holds=[
            Hold(kind=row["kind"], from_on=dt.date.fromisoformat(row["from_on"]), to_on=_day(row["to_on"]))
            for row in case.hold_rows
        ],
        duplicates=case.duplicate_rows,
        earlier_ids=case.earlier_ids,
    )


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def parties_of(case_id: int) -> list[CaseParty]:
    """The people, the principal first, then the representatives by number."""
    rows = CaseParty.objects.filter(case_id=case_id).select_related("petitioner").defer("petitioner__search")
    for party in rows:
        person = party.petitioner
        person.has_secrets = bool(person.id_number or person.phone or person.address)  # type: ignore[attr-defined]
    order = {"principal": 0, "representative": 1, "companion": 2}
    return sorted(rows, key=lambda party: (order[party.role], party.representative_no or 0, party.pk))


def deadlines_of(case_id: int) -> list[Deadline]:
    """Its clocks, the running ones first by due date, then the stopped ones, latest first."""
    rows = list(Deadline.objects.filter(case_id=case_id).select_related("department"))
    running = [one for one in rows if one.met_at is None and one.void_at is None]
    stopped = [one for one in rows if one.met_at is not None or one.void_at is not None]
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    running.sort(key=lambda one: (one.due_at or never, one.pk))
    return running + sorted(stopped, key=lambda one: one.pk, reverse=True)


def documents_of(case_id: int) -> list[IssuedDocument]:
    """Its papers, newest first, without their content."""
    rows = IssuedDocument.objects.filter(stream=f"case:{case_id}").defer("content")
    return list(rows.order_by("-id")[:MOST_DOCUMENTS])


def related_cases(actor: Actor, file: CaseFile) -> dict[int, Case]:
    """Earlier matters of the same people and the candidates compared with it, those that the reader may see."""
    ids = {*file.earlier_ids, *(row["candidate_id"] for row in file.duplicates)}
    ids |= {pk for pk in (file.case.repeat_of_id, file.triage.related_case_id if file.triage else None) if pk}
    if not ids:
        return {}
    rows = Case.objects.visible_to(actor).filter(pk__in=ids).select_related("first_handler")
    rows = rows.only(
        "number",
        "title",
        "status",
        "registered_at",
        "received_on",
        "first_handler__name",
        "first_handler__name_en",
    )
    return {one.pk: one for one in rows.order_by("-pk")}


def responsible_people(case: Case, today: dt.date, *, but: Iterable[int | None] = ()) -> list[Posting]:
    """Who answers for the case in its unit today: liaisons, then heads, never whom it complains of."""
    if case.first_handler_id is None:
        return []
    posts = (
        Posting.objects.on(today)
        .filter(department=case.first_handler_id, role__in=DEPARTMENT_ROLES, user__is_active=True)
        .exclude(user_id__in=[user_id for user_id in but if user_id])
        .select_related("user")
    )
    return sorted(posts, key=lambda post: (DEPARTMENT_ROLES.index(post.role), post.pk))


# -- timeline ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """What was done at one moment by one hand: the act, and the clocks and papers that came with it."""

    at: dt.datetime
    name: str
    who: str
    verb: Verb
    text: str
    reason: str
    details: tuple[str, ...]
    document_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of acts; `after` begins the next one, `head` is the number of the newest entry (first page only)."""

    acts: list[Act]
    after: int | None
    head: int | None


def timeline(case: Case, *, after: int | None = None, size: int = TIMELINE_PAGE) -> Timeline:
    """The case's journal, newest first; `after` is the sequence number behind which the next page starts.

    Entries of one moment and one hand are one act. An act that the page would cut moves whole to the next one.
    """
    entries = JournalEntry.objects.filter(stream=stream_of(case)).order_by("-seq")
    if after is not None:
        entries = entries.filter(seq__lt=after)
    found = list(entries[: size + 1])
    more = len(found) > size
    shown = found[:size]
    if more and _hand(found[size]) == _hand(shown[-1]):
        whole = [entry for entry in shown if _hand(entry) != _hand(found[size])]
        shown = whole or shown
    acts = [act for _key, group in groupby(shown, key=_hand) for act in _acts(list(group), case.law)]
    head = found[0].seq if found and after is None else None
    return Timeline(acts, shown[-1].seq if more else None, head)


def _hand(entry: JournalEntry) -> tuple[dt.datetime, str]:
    return entry.at, entry.actor_name


def _acts(entries: Sequence[JournalEntry], law: str) -> Iterator[Act]:
    """The acts of one moment and one hand, newest first. Minor entries stand with the act that was written next:
    an act writes its clocks and papers before itself. Several entries of one verb are one act.
    """
    parts: list[list[JournalEntry]] = []
    waiting: list[JournalEntry] = []
    for entry in reversed(entries):
        waiting.append(entry)
        if verb(entry.verb).minor:
            continue
        if parts and parts[-1][-1].verb == entry.verb:
            parts[-1] += waiting
        else:
            parts.append(waiting)
        waiting = []
    if waiting and parts:
        parts[-1] += waiting
    elif waiting:
        parts.append(waiting)
    return (_act(part, law) for part in reversed(parts))


def _act(entries: Sequence[JournalEntry], law: str) -> Act:
    """One act out of its entries, oldest first; the one that is not minor speaks for them."""
    chief = next((entry for entry in entries if not verb(entry.verb).minor), entries[-1])
    papers = ("issue_document", "void_document")
    return Act(
        at=chief.at,
        name=chief.verb,
        who="" if chief.actor_name == "system" else chief.actor_name,
        verb=verb(chief.verb),
        text=says(chief, law),
        reason=chief.reason,
        details=tuple(
            says(entry, law) for entry in entries if entry is not chief and entry.verb != "issue_document"
        ),
        document_ids=tuple(int(entry.object.rpartition(":")[2]) for entry in entries if entry.verb in papers),
    )


def since(case_id: int, seq: int) -> list[JournalEntry]:
    """What was written on the case after an entry: what a stale page did not know."""
    return list(
        JournalEntry.objects.filter(stream=f"case:{case_id}", seq__gt=seq).order_by("seq")[:TIMELINE_PAGE]
    )


def moved_since(case_id: int, seq: int) -> bool:
    """Whether the case has changed its state after an entry; notes and reminders do not count."""
    return JournalEntry.objects.filter(
        stream=f"case:{case_id}", seq__gt=seq, after__has_key="status"
    ).exists()


__all__ = [
    "Act", "CaseFile", "Timeline", "case_file", "deadlines_of", "documents_of", "moved_since", "parties_of",
    "related_cases", "responsible_people", "since", "timeline",
]  # fmt: skip

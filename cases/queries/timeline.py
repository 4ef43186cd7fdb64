"""The timeline of a case: its journal as acts, newest first, page by page behind a sequence number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries.verbs import Verb
from cases.queries.words import says, verb
from hall.access import PUBLIC, SYSTEM
from hall.batch import planned
from hall.models import JournalEntry, stream_of

TIMELINE_PAGE = 20
_READ = ("seq", "at", "actor_name", "verb", "object", "before", "after", "reason")
_ENTRIES = f"""
SELECT {", ".join(_READ)} FROM hall_journalentry
WHERE stream = %(stream)s AND (%(after)s::int IS NULL OR seq < %(after)s::int) ORDER BY seq DESC LIMIT %(limit)s
"""  # noqa: S608 - constants alone


@dataclass(frozen=True, slots=True)
class Act:
    """What was done at one moment by one hand: the act, and the clocks and papers that came with it.

    `is_open`: the petitioner sees it too, for its verb is of that kind or because whoever wrote it said so.
    """

    at: dt.datetime
    name: str
    who: str
    verb: Verb
    text: str
    reason: str
    details: tuple[str, ...]
    is_open: bool
    document_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of acts; `after` begins the next one, `head` is the number of the newest entry (first page only)."""

    acts: list[Act]
    after: int | None
    head: int | None


def timeline(case: Case, *, after: int | None = None, size: int = TIMELINE_PAGE) -> Timeline:
    """The case's journal, newest first; `after` is the sequence number behind which the next page starts.

    Entries of one moment are one act, or several. An act that the page would cut moves whole to the next one.
    """
    found = _entries(stream_of(case), after, size + 1)
    more = len(found) > size
    shown = found[:size]
    if more and found[size].at == shown[-1].at:
        whole = [entry for entry in shown if entry.at != found[size].at]
        shown = whole or shown
    moments = groupby(shown, key=lambda entry: entry.at)
    acts = [act for _at, group in moments for act in _acts(list(group), case.law)]
    head = found[0].seq if found and after is None else None
    return Timeline(acts, shown[-1].seq if more else None, head)


def _entries(stream: str, after: int | None, limit: int) -> list[JournalEntry]:
    rows = planned(_ENTRIES, {"stream": stream, "after": after, "limit": limit})
    return [
        JournalEntry.from_db(None, _READ, [*row[:5], json.loads(row[5]), json.loads(row[6]), row[7]])
        for row in rows
    ]


def _who(name: str) -> str:
    """Nobody for what the system does by itself; who comes without a login is the petitioner."""
    if name == SYSTEM.name:
        return ""
    return _("信访人") if name == PUBLIC.name else name


def _acts(entries: Sequence[JournalEntry], law: str) -> Iterator[Act]:
    """The acts of one moment, newest first. Minor entries stand with the act that was written next: an act writes its
    clocks, its papers, and what the system does with it before itself. Several entries of one verb are one act.
    """
    parts: list[list[JournalEntry]] = []
    waiting: list[JournalEntry] = []
    for entry in reversed(entries):
        waiting.append(entry)
        if verb(entry.verb).minor:
            continue
        if parts and _same_deed(parts[-1][-1], entry):
            parts[-1] += waiting
        else:
            parts.append(waiting)
        waiting = []
    if waiting and parts:
        parts[-1] += waiting
    elif waiting:
        parts.append(waiting)
    return (_act(part, law) for part in reversed(parts))


def _same_deed(one: JournalEntry, other: JournalEntry) -> bool:
    return (one.verb, one.actor_name) == (other.verb, other.actor_name)


def _act(entries: Sequence[JournalEntry], law: str) -> Act:
    """One act out of its entries, oldest first; the one that is not minor speaks for them."""
    chief = next((entry for entry in entries if not verb(entry.verb).minor), entries[-1])
    papers = ("issue_document", "void_document")
    said = [entry for entry in entries if not verb(entry.verb).minor] or [chief]
    return Act(
        at=chief.at,
        name=chief.verb,
        who=_who(chief.actor_name),
        verb=verb(chief.verb),
        text=says(chief, law),
        reason=chief.reason,
        details=tuple(
            says(entry, law) for entry in entries if entry is not chief and entry.verb != "issue_document"
        ),
        is_open=verb(chief.verb).open or all(entry.after.get("open") is True for entry in said),
        document_ids=tuple(int(entry.object.rpartition(":")[2]) for entry in entries if entry.verb in papers),
    )


def since(case_id: int, seq: int) -> list[JournalEntry]:
    """What was written on the case after an entry: what a stale page did not know."""
    return list(
        JournalEntry.objects.filter(stream=f"case:{case_id}", seq__gt=seq).order_by("seq")[:TIMELINE_PAGE]
    )


def moved_since(case_id: int, seq: int, *, opinion: bool = False) -> bool:
    """Whether the case has changed its state after an entry; notes and reminders do not count.

    `opinion`: whether its written opinion has, too; that concerns who works on the opinion, and nobody else.
    """
    keys = ["status", "opinion_status"] if opinion else ["status"]
    return JournalEntry.objects.filter(
        stream=f"case:{case_id}", seq__gt=seq, after__has_any_keys=keys
    ).exists()

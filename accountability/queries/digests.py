"""The published days of the journal: which are due, how far each goes, whether they still follow from the entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from accountability.models import JournalCheck, JournalDigest
from accountability.queries import merkle
from hall.models import JournalEntry

PAGE = 30
_DIGEST = "accountability.journaldigest:"
CATCH_UP = 400
"""So many missed days are made up in one run; the next run goes on."""


def days_due(now: dt.datetime) -> list[dt.date]:
    """The days that are over and have no digest, in order; the first is that of the first entry."""
    yesterday = timezone.localdate(now) - dt.timedelta(days=1)
    last = JournalDigest.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        first_at = JournalEntry.objects.order_by("id").values_list("at", flat=True).first()
        if first_at is None:
            return []
        start = min(timezone.localdate(first_at), yesterday)
    else:
        start = last + dt.timedelta(days=1)
    return [start + dt.timedelta(days=n) for n in range(min((yesterday - start).days + 1, CATCH_UP))]


def end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone())


def last_entry_of(day: dt.date, *, behind: int, up_to: int) -> int:
    """The highest number among the entries until the end of that day; `behind` when there is no new one."""
    found = JournalEntry.objects.filter(id__gt=behind, id__lte=up_to, at__lt=end_of(day))
    return found.order_by("-id").values_list("id", flat=True).first() or behind


def hashes(first: int, last: int) -> Iterator[tuple[int, str]]:
    """Number and hash of the entries behind `first` up to `last`, as a stream."""
    facts = {"first": first, "last": last}
    with connection.cursor() as cursor, cursor.cursor.copy(_HASHES, facts) as rows:
        for row in rows:
            pk, digest = bytes(row)[:-1].split(b"\t")
            yield int(pk), digest.decode()


_HASHES = """
COPY (SELECT id, hash FROM hall_journalentry WHERE id > %(first)s AND id <= %(last)s ORDER BY id) TO STDOUT
"""


def line_of(digest: JournalDigest) -> str:
    """The line of the public list; its part before the root is the first leaf."""
    return f"{head_of(digest)} {digest.root}"


def head_of(digest: JournalDigest) -> str:
    return merkle.head_line(digest.day, digest.entries, digest.last_id, digest.previous_root)


def before(digest: JournalDigest) -> JournalDigest | None:
    return JournalDigest.objects.filter(day__lt=digest.day).order_by("-day").first()


def covering(entry_id: int) -> JournalDigest | None:
    """The digest under which an entry lies; None while its day is not published."""
    return JournalDigest.objects.filter(last_id__gte=entry_id).order_by("last_id", "day").first()


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry lies under its day's root, and the way up. `root` is where the way leads now."""

    digest: JournalDigest
    place: int
    leaf: str
    steps: list[merkle.Step]
    root: str

    @property
    def holds(self) -> bool:
        return self.root == self.digest.root


def proof_of(entry_id: int) -> Proof | None:
    """The way from an entry to the root of its day, made from the entries as they stand now."""
    digest = covering(entry_id)
    if digest is None:
        return None
    earlier = before(digest)
    rows = list(hashes(earlier.last_id if earlier else 0, digest.last_id))
    place = next(n for n, (pk, _hash) in enumerate(rows, start=1) if pk == entry_id)
    all_leaves = _leaves_or_none(head_of(digest), (one for _pk, one in rows))
    if all_leaves is None:
        return Proof(digest, place, "", [], "")
    steps = merkle.path(all_leaves, place)
    return Proof(digest, place, all_leaves[place].hex(), steps, merkle.climbed(all_leaves[place], steps))


def _leaves_or_none(head: str, rows: Iterable[str]) -> list[bytes] | None:
    """None where something else than a hash stands in place of one."""
    try:
        return list(merkle.leaves(head, rows))
    except ValueError:
        return None


@dataclass(slots=True)
class Recount:
    """How many published days were built anew, and which do not come out as they were published, or are gone.

    `lost`: so many fewer there are than the last walk had found, beside those that are among the bad days.
    """

    days: int
    bad_days: list[dt.date]
    lost: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.bad_days and not self.lost


def recount_digests() -> Recount:
    """Build every published root anew from the entries as they stand now, one day after the other.

    What was published stands in the journal as well: a row that is gone, or says another root than its entry, is bad;
    and there are never fewer rows than a night before.
    """
    found, last_id, last_root = Recount(0, []), 0, ""
    entered = _entered()
    for digest in JournalDigest.objects.order_by("day").iterator():
        found.days += 1
        same = entered.pop(digest.day, "") == digest.root
        if not _follows(digest, last_id, last_root) or not same:
            found.bad_days.append(digest.day)
        last_id, last_root = digest.last_id, digest.root
    found.bad_days = sorted({*found.bad_days, *entered})
    found.lost = max(_known_before() - found.days - len(entered), 0)
    return found


def _entered() -> dict[dt.date, str]:
    """Day → root by the journal's own entries."""
    entries = JournalEntry.objects.filter(verb="publish_digest", object__startswith=_DIGEST)
    said = entries.order_by("-id").values_list("after__day", "after__root")
    return {dt.date.fromisoformat(day): root for day, root in said}


def _known_before() -> int:
    return JournalCheck.objects.order_by("-id").values_list("digests", flat=True).first() or 0


def was_published(day: dt.date) -> bool:
    """The journal says so, whatever has become of the row."""
    # A day is published after its end: usually there is little to look through.
    entries = JournalEntry.objects.filter(verb="publish_digest", at__gte=end_of(day))
    return entries.filter(object__startswith=_DIGEST, after__day=day.isoformat()).exists()


def _follows(digest: JournalDigest, behind: int, previous_root: str) -> bool:
    count = 0

    def counted() -> Iterator[str]:
        nonlocal count
        for _pk, one in hashes(behind, digest.last_id):
            count += 1
            yield one

    try:
        root = merkle.root(merkle.leaves(head_of(digest), counted()))
    except ValueError:
        return False
    return (root, count, previous_root) == (digest.root, digest.entries, digest.previous_root)


@dataclass(frozen=True, slots=True)
class DigestPage:
    rows: list[JournalDigest]
    after: dt.date | None


def digest_page(after: dt.date | None = None, size: int = PAGE) -> DigestPage:
    found = JournalDigest.objects.all()
    if after:
        found = found.filter(day__lt=after)
    rows = list(found.order_by("-day")[: size + 1])
    return DigestPage(rows[:size], rows[size - 1].day if len(rows) > size else None)


def published() -> dict[str, Any]:
    """The list for machines, the oldest day first."""
    return {
        "leaf": "sha256(0x00 || data)",
        "node": "sha256(0x01 || left || right)",
        "first_leaf": "day entries last_id previous_root",
        "digests": [
            {
                "day": one.day.isoformat(),
                "entries": one.entries,
                "last_id": one.last_id,
                "previous_root": one.previous_root,
                "root": one.root,
                "published_at": one.published_at.isoformat(),
            }
            for one in JournalDigest.objects.order_by("day")
        ],
    }

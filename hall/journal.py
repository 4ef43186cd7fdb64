"""The append-only record of who did what.

`record` is called inside the action's transaction, so that an act and its entry exist both or not at all. The
database chains the entries of a stream (see `hall.models`) and refuses every later change. `walk` recomputes
the chains; an outsider can do the same from an export, the formula stands in docs/journal.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from hall.access import Actor, Text
from hall.batch import Ask, add
from hall.models import JournalEntry, ref_of, said_by_entry, stream_of

_encoder = DjangoJSONEncoder()


def plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Facts in a form that JSON can hold: dates as ISO text, decimals as text, lazy strings as strings."""
    if not values:
        return {}
    return {
        key: value if value is None or isinstance(value, (str, int, bool, list, dict)) else _text(value)
        for key, value in values.items()
    }


def _text(value: Any) -> Any:
    return value if isinstance(value, float) else str(_encoder.default(value))


def entry(
    actor: Actor,
    verb: str,
    obj: Model,
    *,
    now: dt.datetime,
    stream: str | Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: Text = "",
) -> JournalEntry:
    """The entry of an act, for an act that inserts all its rows at once (`hall.batch`). See `record`."""
    if isinstance(stream, Model):
        stream = stream_of(stream)
    return JournalEntry(
        stream=stream or stream_of(obj),
        at=now,
        actor_id=actor.user_id,
        actor_name=actor.name,
        verb=verb,
        object=ref_of(obj),
        before=plain(before),
        after=plain(after),
        reason=str(reason),
    )


def record(
    actor: Actor,
    verb: str,
    obj: Model,
    *,
    now: dt.datetime,
    stream: str | Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: Text = "",
) -> JournalEntry:
    """Write the entry of an act. `stream` is the file that it belongs to (default: the object's own).

    No personal data goes into `before` and `after`: the journal is kept for ever and shown to many.
    """
    written = entry(actor, verb, obj, now=now, stream=stream, before=before, after=after, reason=reason)
    add(written)
    return written


def head_asked(stream: str) -> Ask[str]:
    """The hash at the end of a stream; what a receipt carries. "" when nothing was recorded yet."""
    return Ask(
        "SELECT hash FROM hall_journalhead WHERE stream = %s",
        [stream],
        lambda rows: rows[0][0] if rows else "",
    )


def head(stream: str) -> str:
    """See `head_asked`."""
    return head_asked(stream).answer()


# -- verifying ---------------------------------------------------------------------------------------------------

MOST_FLAWS = 1000
"""So many bad streams are named one by one; of the rest only the number is told."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first bad entry of a stream, and what differs.

    `hash`: what it says is not what its hash was made of. `previous`: it does not follow from the entry before it.
    `gap`: the entry that should stand here is missing. `cut`: the chain ends before the place that its head knows.
    `beyond`: it stands behind the head, so that the database's own chain never knew it.
    """

    stream: str
    seq: int
    entry_id: int | None
    kind: str
    expected: str
    found: str


@dataclass(slots=True)
class Walk:
    """What a walk along the chains saw: how many entries of how many streams, and the first flaw of each bad one."""

    entries: int = 0
    streams: int = 0
    bad: int = 0
    seconds: float = 0.0
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.bad

    @property
    def per_second(self) -> int:
        return int(self.entries / self.seconds) if self.seconds else 0

    def note(self, flaw: Flaw) -> None:
        self.bad += 1
        if len(self.flaws) < MOST_FLAWS:
            self.flaws.append(flaw)


# One statement, so that all of it is seen at one moment while others go on writing. A head comes as a row without an
# id among the entries of its stream, by its seq. The text is made after sorting: while it is hashed, the next ones are.
_WALK = f"""
COPY (
    SELECT seq, id, hash, CASE WHEN id IS NULL THEN stream ELSE {said_by_entry()} END FROM (
        SELECT stream, seq, id, hash, previous, at, actor_id, actor_name, verb, object, before, after, reason
        FROM hall_journalentry WHERE (%(stream)s = '' OR stream = %(stream)s) AND seq >= %(start)s
        UNION ALL
        SELECT stream, seq, NULL, hash, '', NULL, NULL, '', '', '', NULL, NULL, ''
        FROM hall_journalhead WHERE %(stream)s = '' OR stream = %(stream)s
        ORDER BY stream, seq
    ) AS rows ORDER BY stream, seq
) TO STDOUT
"""  # noqa: S608 - a constant


def walk(stream: str = "", start: int = 1) -> Walk:
    """Follow every chain (or one) from entry `start` on, and hash each entry anew: here, not in the database.

    Rows come as a stream: the memory needed does not grow with the journal.
    """
    began = time.perf_counter()
    # From the middle on, the entry before the first is read for its hash alone.
    facts = {"stream": stream, "start": start - 1}
    with connection.cursor() as cursor, cursor.cursor.copy(_WALK, facts) as rows:
        found = _follow(rows, start)
    found.seconds = time.perf_counter() - began
    return found


_NULL, _UNIT = b"\\N", b"\x1f"
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_MEANT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_NO_HEAD = ("", 0)


def _meant(match: re.Match[bytes]) -> bytes:
    return _MEANT.get(match[1], match[1])


def _follow(rows: Iterable[Any], start: int) -> Walk:
    """Once round for each entry of the journal: a plain loop over bytes."""
    found, sha256 = Walk(), hashlib.sha256
    name, seq, last, head, is_bad = b"", 0, b"", _NO_HEAD, True
    entries = 0
    for row in rows:
        at, pk, digest, said = bytes(row)[:-1].split(b"\t", 3)
        if b"\\" in said:
            said = _ESCAPED.sub(_meant, said)
        if pk == _NULL:
            previous, owner = b"", said
        else:
            previous, owner, _rest = said.split(_UNIT, 2)
        if owner != name:
            _end(found, name, (last.decode(), seq), head, start, is_bad)
            name, seq, last, head, is_bad = owner, start - 1, b"", _NO_HEAD, False
            found.streams += 1
        if pk == _NULL:
            head = (digest.decode(), int(at))
            continue
        place = int(at)
        if place < start:
            last = digest
            continue
        entries += 1
        if not is_bad:
            fresh = sha256(said).hexdigest().encode()
            if fresh != digest or previous != last or place != seq + 1:
                is_bad = True
                found.note(_flaw(name, seq + 1, place, int(pk), (last, previous), (fresh, digest)))
        seq, last = place, digest
    _end(found, name, (last.decode(), seq), head, start, is_bad)
    found.entries = entries
    return found


def _flaw(
    name: bytes, due: int, place: int, pk: int, link: tuple[bytes, bytes], own: tuple[bytes, bytes]
) -> Flaw:
    """What differs, the plainest first: a missing entry, then the words, then the link to the entry before."""
    stream = name.decode(errors="replace")
    if place != due:
        return Flaw(stream, due, pk, "gap", str(due), str(place))
    kind, (expected, seen) = ("hash", own) if own[0] != own[1] else ("previous", link)
    return Flaw(stream, place, pk, kind, expected.decode(), seen.decode(errors="replace"))


def _end(
    found: Walk, name: bytes, last: tuple[str, int], head: tuple[str, int], start: int, is_bad: bool
) -> None:
    """The chain must end where its head says. A head before `start` says nothing of what was asked."""
    seq, place = last[1], head[1]
    if is_bad or last == head or 0 < place < start - 1:
        return
    stream = name.decode(errors="replace")
    if place > seq:
        found.note(Flaw(stream, seq + 1, None, "cut", str(place), str(seq)))
    else:
        found.note(Flaw(stream, place + (place < seq), None, "beyond", head[0], last[0]))


def verify(stream: str = "") -> list[tuple[str, int]]:
    """The first (stream, seq) of each chain that does not fit; empty when the journal is whole."""
    return [(flaw.stream, flaw.seq) for flaw in walk(stream).flaws]

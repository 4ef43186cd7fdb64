"""The append-only record of who did what.

`record` is called inside the action's transaction, so that an act and its entry exist both or not at all. The
database chains the entries of a stream (see `hall.models`) and refuses every later change. `verify` recomputes
a chain; an outsider can do the same from an export, the formula stands in docs/journal.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from hall.access import Actor, Text
from hall.batch import Ask
from hall.models import JournalEntry, ref_of, stream_of

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
    written.save(force_insert=True)
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


_VERIFY = """
WITH chain AS (
    SELECT id, stream, seq, hash, previous,
        lag(hash, 1, '') OVER w AS expected_previous, lag(seq, 1, 0) OVER w + 1 AS expected_seq,
        encode(sha256(convert_to(concat_ws(chr(31), previous, stream, seq::text,
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(actor_id::text, ''), actor_name,
            verb, object, before::text, after::text, reason), 'UTF8')), 'hex') AS expected_hash,
        last_value(hash) OVER (PARTITION BY stream ORDER BY seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_hash
    FROM hall_journalentry WHERE %(stream)s = '' OR stream = %(stream)s
    WINDOW w AS (PARTITION BY stream ORDER BY seq))
SELECT chain.stream, chain.seq FROM chain LEFT JOIN hall_journalhead head USING (stream)
WHERE chain.hash <> expected_hash OR previous <> expected_previous OR chain.seq <> expected_seq
    OR head.hash IS DISTINCT FROM last_hash
ORDER BY 1, 2 LIMIT 100
"""


def verify(stream: str = "") -> list[tuple[str, int]]:
    """Every (stream, seq) whose entry does not fit its chain; empty when the journal is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY, {"stream": stream})
        return [(str(name), int(seq)) for name, seq in cursor.fetchall()]

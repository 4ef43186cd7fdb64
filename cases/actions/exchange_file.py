"""A file from the national system: looked at, its columns put in order, confirmed, and registered row by row.

Nothing is registered but by `enter_case`, the one way in. A row that came before is not registered twice: by its
national number, by our own number in it, or by what stands in it. A worker that dies leaves the rest `ready` for the
next.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.national_number import note_national_number
from cases.actions.register import NewCase, NewRespondent, Person, enter_case
from cases.models import ExchangeMapping, NationalImport, NationalImportRow
from cases.queries.exchange import came_before, entered_in_place, imports_queued, own_numbers, row_counts
from cases.rules.exchange import (
    check_can_import_national_file,
    check_can_map_national_file,
    check_can_read_national_file,
)
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.erasing import in_batches
from hall.fields import keyed
from staffing.models import Hall
from staffing.queries import actor_of

KEPT = dt.timedelta(days=7)
"""For so long the rows are there to look at and to be given back; then what stood in them is deleted."""
_CELL = {
    "national_number": "xfjbh", "number": "xfjbh", "received_on": "xfrq", "channel": "xfxs", "purpose": "xfmddm",
    "title": "bt", "content": "tsnr", "head_count": "xfrs", "name": "xm", "birth_date": "csrq", "id_number": "zjhm",
    "phone": "sjh", "people": "x_db",
}  # fmt: skip
"""At which cell the refusal of a field of `NewCase` is laid."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as it was read: its cells, the facts in our own codes by field, and the errors by field."""

    line: int
    cells: Sequence[Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def read_national_file(
    *,
    actor: Actor,
    hall_id: int,
    name: str,
    headings: Sequence[str],
    columns: Mapping[int, str],
    rows: Sequence[FileRow],
    now: dt.datetime,
) -> NationalImport:
    """Keep the file for a week, every row with what would become of it; nothing is registered yet."""
    hall = Hall.objects.get(pk=hall_id)
    check_can_read_national_file(actor, hall, now=now)
    file = NationalImport.objects.create(
        hall=hall,
        by_id=actor.user_id or 0,
        name=name[-120:],
        headings=list(headings),
        columns=_kept(columns),
        uploaded_at=now,
        expires_at=now + KEPT,
    )
    _write(file, rows)
    journal.record(actor, "read_national_file", file, after={"hall": hall.code, "rows": len(rows)}, now=now)
    return file


@transaction.atomic
def map_national_file(
    *,
    actor: Actor,
    import_id: int,
    columns: Mapping[int, str],
    rows: Sequence[FileRow],
    save_as: str = "",
    now: dt.datetime,
) -> NationalImport:
    """Another order of the columns: every row is read anew. Under a name it is kept for the next file of the hall."""
    file = NationalImport.objects.locked(import_id)
    check_can_map_national_file(actor, file, now=now)
    file.rows.all().delete()
    file.columns = _kept(columns)
    file.save(update_fields=["columns"])
    _write(file, rows)
    facts = {"rows": len(rows), "saved": save_as.strip()[:40]}
    if facts["saved"]:
        by_heading = {file.headings[at]: code for at, code in columns.items() if file.headings[at]}
        ExchangeMapping.objects.update_or_create(
            hall=file.hall,
            name=facts["saved"],
            defaults={"columns": by_heading, "saved_at": now, "saved_by_id": actor.user_id or 0},
        )
    journal.record(actor, "map_national_file", file, after=facts, now=now)
    return file


def _kept(columns: Mapping[int, str]) -> dict[str, str]:
    return {str(at): code for at, code in columns.items()}


def _write(file: NationalImport, rows: Sequence[FileRow]) -> None:
    """With what is known before anything is tried: the same row twice, and what the place has already."""
    refs = [source_ref(row.facts) for row in rows]
    numbers = [row.facts.get("xfjbh", "") for row in rows]
    own = own_numbers(file.hall, (row.facts.get("x_btbh", "") for row in rows))
    entered, before = entered_in_place(file.hall, numbers), came_before(file.hall, refs)
    first: dict[str, int] = {}
    made = []
    for row, ref, number in zip(rows, refs, numbers, strict=True):
        result, errors = "wrong" if row.errors else "ready", dict(row.errors)
        case = entered.get(number) or before.get(ref)
        if not errors and case:
            result = "known"
        elif not errors and first.setdefault(ref, row.line) != row.line:
            result, errors = "known", {"": _("与第%(n)s行相同。") % {"n": first[ref]}}
        elif not errors and not number and (case := own.get(row.facts.get("x_btbh", ""))):
            result = "known"
        made.append(
            NationalImportRow(
                file=file,
                line=row.line,
                cells=json.dumps(list(row.cells), ensure_ascii=False),
                facts=json.dumps(dict(row.facts), ensure_ascii=False),
                errors=errors,
                result=result,
                case_id=case if result == "known" else None,
            )
        )
    NationalImportRow.objects.bulk_create(made, batch_size=500)


def source_ref(facts: Mapping[str, Any]) -> str:
    """What makes a row this row: its national number; without one, all that stands in it."""
    if number := facts.get("xfjbh"):
        return f"national:{number}"
    told = json.dumps({name: facts[name] for name in sorted(facts) if facts[name] not in ("", None)})
    return f"exchange:{keyed('exchange', told).hex()}"


@transaction.atomic
def import_national_file(*, actor: Actor, import_id: int, now: dt.datetime) -> NationalImport:
    """Confirmed: from here on a worker registers, row by row. Pressed twice, it is one import."""
    file = NationalImport.objects.locked(import_id)
    check_can_import_national_file(actor, file, now=now)
    if file.status != "read":
        return file
    file.status, file.confirmed_at = "queued", now
    file.save(update_fields=["status", "confirmed_at"])
    after = {"hall": file.hall.code, "rows": file.rows.filter(result="ready").count()}
    journal.record(actor, "import_national_file", file, after=after, now=now)
    transaction.on_commit(lambda: outbox.nudge("cases.import_national_rows"))
    return file


def import_national_rows(*, now: dt.datetime) -> int:
    """The worker's part: register what was confirmed; how many rows were gone through.

    Every row is an act of the person who confirmed, with the posts of today, in a transaction of its own. Two workers
    at one file share its rows.
    """
    done = 0
    for pk in imports_queued():
        file = NationalImport.objects.select_related("hall", "by").get(pk=pk)
        actor = actor_of(file.by, today=timezone.localdate(now))
        try:
            check_can_read_national_file(actor, file.hall, now=now)
        except Refused as refused:
            _end(actor, file, "stopped", now=now, why=str(refused))
            continue
        for row_id in file.rows.filter(result="ready").values_list("pk", flat=True):
            done += _import_row(actor, file, row_id, now=now)
        _end(actor, file, "done", now=now)
    return done


@transaction.atomic
def _end(actor: Actor, file: NationalImport, status: str, *, now: dt.datetime, why: str = "") -> None:
    """Unless another worker still has a row of it in hand; that one ends it."""
    file = NationalImport.objects.locked(file.pk)
    if file.status != "queued" or (status == "done" and file.rows.filter(result="ready").exists()):
        return
    file.status, file.failure, file.ended_at = status, why[:200], now
    file.save(update_fields=["status", "failure", "ended_at"])
    counts = row_counts(file)
    journal.record(actor, "import_national_rows", file, after=counts | {"status": status}, now=now)
    outbox.post(
        "national_file_imported",
        to=file.by,
        context={"name": file.name, "token": str(file.token), "status": status, "why": why, **counts},
        once=f"national_file_imported/{file.pk}",
        now=now,
        url=f"/exchange/imports/{file.token}/",
    )


@transaction.atomic
def _import_row(actor: Actor, file: NationalImport, row_id: int, *, now: dt.datetime) -> int:
    row = (
        NationalImportRow.objects.select_for_update(skip_locked=True)
        .filter(pk=row_id, result="ready")
        .first()
    )
    if row is None:
        return 0
    try:
        with transaction.atomic():
            row.case_id, is_new = _enter(actor, file.hall, json.loads(row.facts), now=now)
        row.result = "done" if is_new else "known"
    except Refused as refused:
        row.result, row.errors = "wrong", {_CELL.get(refused.field, ""): str(refused)}
    except IntegrityError as error:
        if broken_by(error) != "national_number_once":
            raise
        row.result = "known"
    row.save(update_fields=["result", "errors", "case"])
    return 1


def _enter(actor: Actor, hall: Hall, facts: Mapping[str, Any], *, now: dt.datetime) -> tuple[int, bool]:
    """The case, and whether it is a new one. A matter that comes back to the hall with its national number gets it."""
    number = facts.get("xfjbh", "")
    if number and (case := entered_in_place(hall, [number]).get(number)):
        return case, False
    if case := own_numbers(hall, [facts.get("x_btbh", "")]).get(facts.get("x_btbh", "")):
        if number:
            note_national_number(actor=actor, case_id=case, number=number, now=now)
        return case, False
    entered = enter_case(actor=actor, hall_id=hall.pk, new=new_case(facts), now=now)
    return entered.case.pk, entered.deadline is not None


def new_case(facts: Mapping[str, Any]) -> NewCase:
    """The matter that a row states, in the words of registering."""

    def day(code: str) -> dt.date | None:
        return dt.date.fromisoformat(facts[code]) if facts.get(code) else None

    people = _people(facts, day("csrq"))
    positions = [*facts.get("bfyrzw", "").split("；"), *[""] * 50]
    names = [name for name in facts.get("bfyrhdw", "").split("；") if name]
    return NewCase(
        channel=facts["xfxs"],
        purpose=facts["xfmddm"],
        title=facts["bt"],
        content=facts["tsnr"],
        received_on=dt.date.fromisoformat(facts["xfrq"]),
        people=people,
        claims=tuple(facts.get("x_sq") or ()),
        respondents=tuple(
            NewRespondent(name=name, position=position.strip())
            for name, position in zip(names, positions, strict=False)
        ),
        category_id=facts.get("nrfldm") or None,
        summary=facts.get("gkxx", ""),
        place=facts.get("wtsddz", ""),
        place_region_id=facts.get("wtsddm") or None,
        head_count=facts.get("xfrs") or max(len(people), 1),
        is_confidential=bool(facts.get("isbm")),
        public_consent=bool(facts.get("xfrtygk")),
        is_urgent=bool(facts.get("zdjjbz")),
        is_law_related=bool(facts.get("sfssbz")),
        is_skip_level=facts.get("sfyfzjzf") is False,
        national_number=facts.get("xfjbh", ""),
        source_ref=source_ref(facts),
    )


def _people(facts: Mapping[str, Any], born: dt.date | None) -> tuple[Person, ...]:
    """Without a name the matter is an anonymous one."""
    if not facts.get("xm"):
        return ()
    main = Person(
        name=facts["xm"],
        sex=facts.get("xb", ""),
        birth_date=born,
        id_kind=facts.get("zjlx") or "none",
        id_number=facts.get("zjhm", ""),
        phone=facts.get("sjh", ""),
        address=facts.get("zz", ""),
        region_code=facts.get("region", ""),
        occupation=facts.get("zy", ""),
    )
    return (main, *_named("representative", facts.get("x_db")), *_named("companion", facts.get("x_sfr")))


def _named(role: str, names: Iterable[str] | None) -> tuple[Person, ...]:
    return tuple(Person(role=role, name=name) for name in names or ())


def due_exchange(*, now: dt.datetime) -> QuerySet[NationalImportRow]:
    """Of files whose week is over: all rows of those never brought in, of the others those that still say something."""
    over = NationalImport.objects.filter(expires_at__lte=now).exclude(status="queued")
    never, done = Q(file__in=over.filter(ended_at=None)), Q(file__in=over, cells__gt=b"")
    return NationalImportRow.objects.filter(never | done)


def forget_exchange(*, now: dt.datetime) -> int:
    """What stood in files that came in is deleted when their week is over; what became of each row stays."""

    def erase(rows: QuerySet[NationalImportRow]) -> None:
        rows.filter(file__ended_at=None).delete()
        rows.update(cells="", facts="", errors={})

    return in_batches(due_exchange(now=now), erase)

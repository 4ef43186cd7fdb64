"""Registered matters in the national order: which are still to be entered there, and what each field says.

A page is read along (hall, -id), or along the partial index of those not entered, behind the last row's key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import CASE
from cases.lifecycle.national import FLAG_WORDS, NATIONAL_FIELDS, national_word
from cases.models import Case, CaseParty, CaseQuerySet, Claim, NationalExport, NationalImport, Respondent
from hall.access import Actor
from hall.fields import mask_address, mask_id_number, mask_phone
from staffing.lifecycle import CLERK, HALL_MANAGER, SUPERVISOR
from staffing.models import Hall

EXCHANGE_ROLES = (CLERK, HALL_MANAGER)
READERS = (CLERK, HALL_MANAGER, SUPERVISOR)
PAGE = 25
BATCH = 200
MOST_EXPORTED = 20_000
ENTERED = ("", "no", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFilter:
    """What was asked for; the days are those of registration. `entered`: in the national system, "no", "yes" or all."""

    hall_id: int
    first: dt.date | None = None
    last: dt.date | None = None
    entered: str = ""

    def packed(self) -> dict[str, str]:
        facts = {"first": self.first, "last": self.last, "entered": self.entered}
        return {name: str(value) for name, value in facts.items() if value}

    @classmethod
    def unpacked(cls, hall_id: int, facts: dict[str, str]) -> ExchangeFilter:
        days = {name: dt.date.fromisoformat(facts[name]) for name in ("first", "last") if facts.get(name)}
        return cls(hall_id=hall_id, entered=facts.get("entered", ""), **days)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())


def _asked(actor: Actor, asked: ExchangeFilter) -> CaseQuerySet:
    found = Case.objects.visible_to(actor).filter(hall_id=asked.hall_id)
    if asked.first:
        found = found.filter(registered_at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(registered_at__lt=_midnight(asked.last + dt.timedelta(days=1)))
    if asked.entered == "no":
        found = found.filter(national_number="")
    elif asked.entered == "yes":
        found = found.exclude(national_number="")
    return found.order_by("-pk")


def exchange_list(
    actor: Actor, asked: ExchangeFilter, *, after: int | None = None, size: int = PAGE
) -> tuple[list[Case], int | None]:
    """A page, the newest first, and the key behind which the next one starts."""
    found = _asked(actor, asked).defer("search", "content", "summary")
    found = found.filter(pk__lt=after) if after else found
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def exchange_count(actor: Actor, asked: ExchangeFilter) -> int:
    """How many there are, counted no further than what one file takes."""
    return _asked(actor, asked)[: MOST_EXPORTED + 1].count()


def exchange_batches(actor: Actor, asked: ExchangeFilter) -> Iterator[list[Case]]:
    """All of them with what the national fields need, in batches; no more than one file takes."""
    after: int | None = None
    for _batch in range(MOST_EXPORTED // BATCH):
        found = told(_asked(actor, asked))
        rows = list((found.filter(pk__lt=after) if after else found)[:BATCH])
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1].pk


def told(found: CaseQuerySet) -> CaseQuerySet:
    """With what `national_values` reads: five statements, however many they are."""
    return (
        found.defer("search")
        .select_related("hall", "category", "place_region", "registered_by", "repeat_of")
        .prefetch_related(
            Prefetch("parties", CaseParty.objects.select_related("petitioner").order_by("pk")),
            Prefetch("respondents", Respondent.objects.order_by("pk")),
            Prefetch("claims", Claim.objects.order_by("number")),
        )
    )


def principal_of(case: Case) -> CaseParty | None:
    return next((one for one in case.parties.all() if one.role == "principal"), None)


def national_values(case: Case, *, is_opened: bool) -> dict[str, str]:
    """Field → text, in the national words; always in Chinese, the other side reads nothing else."""
    parties, respondents = list(case.parties.all()), list(case.respondents.all())
    main = principal_of(case)
    who = main.petitioner if main else None

    def named(role: str) -> str:
        return "、".join(one.petitioner.name for one in parties if one.role == role)

    values = {
        "xfjbh": case.national_number,
        "xfrq": f"{case.received_on:%Y-%m-%d}",
        "djsj": f"{timezone.localtime(case.registered_at):%Y-%m-%d %H:%M}",
        "xfxs": national_word("channel", case.channel),
        "xfrs": str(case.head_count),
        "bt": case.title,
        "gkxx": case.summary,
        "tsnr": case.content,
        "xfmddm": national_word("purpose", case.purpose),
        "nrfldm": case.category.code if case.category else "",
        "wtsddm": case.place_region.code if case.place_region else "",
        "wtsddz": case.place,
        "bfyrhdw": "；".join(one.name for one in respondents),
        "bfyrzw": "；".join(one.position for one in respondents)
        if any(r.position for r in respondents)
        else "",
        "djjgmc": case.hall.organ_name,
        "djr": case.registered_by.name if case.registered_by else "",
        "cfxfbz": FLAG_WORDS[case.repeat_of_id is not None],
        "repeated_id": case.repeat_of.national_number if case.repeat_of else "",
        "sfyfzjzf": FLAG_WORDS[not case.is_skip_level],
        "jtfbz": FLAG_WORDS[case.is_group],
        "nmbz": FLAG_WORDS[case.is_anonymous],
        "xfrtygk": FLAG_WORDS[case.public_consent],
        "isbm": FLAG_WORDS[case.is_confidential],
        "zdjjbz": FLAG_WORDS[case.is_urgent],
        "sfssbz": FLAG_WORDS[case.is_law_related],
        "blcx": _PROCEDURES[case.procedure],
        "xfjzt": CASE.state(case.status).label,
        "x_db": named("representative"),
        "x_sfr": named("companion"),
        "x_sq": "\n".join(one.text for one in case.claims.all()),
        "x_btbh": case.number,
    }
    if who:
        born = f"{who.birth_date:%Y-%m-%d}" if who.birth_date else ""
        values |= {
            "xm": who.name,
            "xb": national_word("sex", who.sex),
            "zjlx": national_word("id_kind", who.id_kind),
            "zjhm": who.id_number if is_opened else mask_id_number(who.id_number),
            "csrq": born if is_opened or not born else f"{born[:4]}-**-**",
            "sjh": who.phone if is_opened else mask_phone(who.phone),
            "zz": who.address if is_opened else mask_address(who.address),
            "zy": who.occupation,
        }
    return {one.code: values.get(one.code, "") for one in NATIONAL_FIELDS}


_PROCEDURES = {"ordinary": "普通", "simple": "简易"}


def national_panel(case: Case, *, is_opened: bool) -> list[dict[str, str | bool]]:
    """The fields with their values for the page, in the national order; those that are empty are left out."""
    values = national_values(case, is_opened=is_opened)
    return [
        {
            "code": one.code,
            "heading": _(one.heading),
            "value": values[one.code],
            "is_masked": one.is_personal and not is_opened,
            "is_long": "\n" in values[one.code] or len(values[one.code]) > 60,
        }
        for one in NATIONAL_FIELDS
        if values[one.code]
    ]


def entered_in_place(hall: Hall, numbers: Iterable[str]) -> dict[str, int]:
    """Which of these national numbers the place has already, and on which case."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    found = Case.objects.filter(national_number__in=wanted, hall__jurisdiction=hall.jurisdiction_id)
    return dict(found.values_list("national_number", "pk"))


def own_numbers(hall: Hall, numbers: Iterable[str]) -> dict[str, int]:
    """Our own numbers, where a file brings a matter back to the hall that registered it."""
    wanted = {number for number in numbers if number}
    return (
        dict(Case.objects.filter(number__in=wanted, hall=hall).values_list("number", "pk")) if wanted else {}
    )


def came_before(hall: Hall, refs: Iterable[str]) -> dict[str, int]:
    found = Case.objects.filter(hall=hall, source_ref__in=set(refs)).exclude(source_ref="")
    return dict(found.values_list("source_ref", "pk"))


def imports_queued() -> list[int]:
    return list(NationalImport.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True))


def exports_queued() -> list[int]:
    return list(NationalExport.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True))


def row_counts(file: NationalImport) -> dict[str, int]:
    """How many rows came to what: `ready`, `wrong`, `done`, `known`."""
    counts = dict.fromkeys(("ready", "wrong", "done", "known"), 0)
    for result in file.rows.values_list("result", flat=True):
        counts[result] += 1
    return counts


def is_taken(hall_id: int, number: str, *, but: int | None = None) -> bool:
    """Is the national number on another case of the same place?"""
    place = Hall.objects.filter(pk=hall_id).values("jurisdiction_id")
    same = Case.objects.filter(~Q(pk=but or 0), national_number=number, hall__jurisdiction__in=place)
    return bool(number) and same.exists()


def places_of(actor: Actor, *roles: str) -> Sequence[Hall]:
    return list(Hall.objects.filter(pk__in=actor.halls(*roles)).order_by("pk"))

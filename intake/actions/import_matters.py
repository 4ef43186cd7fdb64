"""Letters and messages that came on another way, entered as a clerk would enter them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import NewCase, Person, register_case
from cases.models import Case, ContentCategory
from hall import journal
from hall.access import Actor
from intake.rules import registration as rules
from staffing.models import Hall


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRow:
    """One row of the file, read and checked for form. `ref` is its number at the source, unique in a hall."""

    line: int
    ref: str
    subject: str
    text: str
    sent_at: dt.datetime
    categories: tuple[str, ...] = ()
    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    place: str = ""
    purpose: str = "other"


@dataclass(frozen=True, slots=True)
class Imported:
    case: Case
    is_new: bool
    category_unknown: bool = False


@transaction.atomic
def import_matter(
    *, actor: Actor, hall_id: int, row: MatterRow, channel: str, received_on: dt.date, now: dt.datetime
) -> Imported:
    """Register one row, or find that it was registered before: an import that stopped half-way is just run again.

    `received_on`: from when the periods run. Raises Refused (role; state; input with its field).
    """
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_import_matter(actor, hall)
    if earlier := Case.objects.filter(hall=hall, source_ref=row.ref).first():
        return Imported(earlier, is_new=False)
    category = category_of(row.categories)
    new = NewCase(
        channel=channel,
        purpose=row.purpose,
        title=row.subject,
        content=row.text,
        summary=_("来件时间：%(at)s。") % {"at": f"{timezone.localtime(row.sent_at):%Y-%m-%d %H:%M}"},
        received_on=received_on,
        people=_people(row, timezone.localdate(now)),
        category_id=category.pk if category else None,
        place=row.place,
        source_ref=row.ref,
    )
    case = register_case(actor=actor, hall_id=hall_id, new=new, now=now)
    is_new = case.registered_at == now
    if is_new:
        facts = {"case": case.number, "source_ref": row.ref, "line": row.line, "sent_at": row.sent_at}
        journal.record(actor, "import_matter", case, after=facts, now=now)
    return Imported(case, is_new, category_unknown=bool(row.categories) and category is None)


def category_of(names: tuple[str, ...]) -> ContentCategory | None:
    """The category that the row names: by code, or by its names from the first level down, as deep as they lead."""
    active = ContentCategory.objects.filter(is_active=True)
    if len(names) == 1 and names[0].isdecimal():
        return active.filter(code=names[0]).first()
    found: ContentCategory | None = None
    for name in names:
        deeper = active.filter(name=name, parent=found).first()
        if deeper is None:
            break
        found = deeper
    return found


def _people(row: MatterRow, today: dt.date) -> tuple[Person, ...]:
    """The sender, when the row names one; a wrong number is refused like at the counter."""
    if not row.name:
        return ()
    paper = rules.read_paper("resident" if row.id_number else "none", row.id_number, today=today)
    rules.check_one_name("resident", paper.number, row.name)
    person = Person(
        name=row.name,
        id_kind="resident" if paper.number else "none",
        id_number=paper.number,
        sex=paper.sex,
        birth_date=paper.birth_date,
        region_code=paper.region_code,
        phone=rules.read_phone(row.phone),
        address=row.address,
    )
    return (person,)

"""Registering a matter: the person, the case, its claims, and the first clock.

Source: 《信访工作条例》第二十一条、第二十二条.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.deadlines import start_deadline, start_report_if_urgent
from cases.lifecycle import CHANNEL_CODES, CLASS_OF_PURPOSE
from cases.models import Case, CaseParty, Claim, DuplicateDecision, Petitioner, Respondent
from cases.queries.search import case_terms, person_terms, search_vector
from cases.rules import check_can_register_case
from cases.terms import law_for
from hall import journal
from hall.access import Actor, Refused
from hall.fields import blind_index
from hall.models import Counter
from staffing.models import Department, Hall

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for another when read aloud
CODE_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A petitioner as stated at the counter. `role`: principal, representative or companion."""

    role: str = "principal"
    name: str
    sex: str = ""
    birth_date: dt.date | None = None
    id_kind: str = "none"
    id_number: str = ""
    phone: str = ""
    address: str = ""
    region_code: str = ""
    occupation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRespondent:
    name: str
    position: str = ""
    department_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateChoice:
    """What the clerk decided on one candidate, with the score and reasons as they were shown."""

    candidate_id: int
    score: int
    reasons: tuple[str, ...]
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A matter as stated. `received_on` is when the hall got it; clocks run from there."""

    channel: str
    purpose: str
    title: str
    content: str
    received_on: dt.date
    people: tuple[Person, ...] = ()
    claims: tuple[str, ...] = ()
    respondents: tuple[NewRespondent, ...] = ()
    duplicates: tuple[DuplicateChoice, ...] = ()
    category_id: int | None = None
    summary: str = ""
    place: str = ""
    place_region_id: int | None = None
    head_count: int = 1
    is_oral: bool = False
    read_back_at: dt.datetime | None = None
    is_confidential: bool = False
    public_consent: bool = False
    electronic_consent: bool = False
    is_urgent: bool = False
    is_law_related: bool = False
    is_skip_level: bool = False
    national_number: str = ""
    source_ref: str = ""
    form_token: uuid.UUID | None = field(default=None)


@transaction.atomic
def register_case(*, actor: Actor, hall_id: int, new: NewCase, now: dt.datetime) -> Case:
    """Enter the matter; whatever it is about, it is registered (art. 21). Returns the case, or, when the same
    form or the same imported row came before, the case that it made then.

    Raises Refused (role; input with its field).
    """
    hall = Hall.objects.get(pk=hall_id)
    check_can_register_case(actor, hall, new, now=now)
    _alone(hall, new)
    if earlier := _made_before(hall, new):
        return earlier
    people = [(person, _petitioner(person, now=now)) for person in new.people]
    case = _new_case(actor, hall, new, people, now=now)
    case.save(force_insert=True)
    _children(actor, case, new, people, now=now)
    facts = {"number": case.number, "channel": case.channel, "purpose": case.purpose, "law": case.law}
    journal.record(actor, "register_case", case, after=facts, now=now)
    office = Department.objects.filter(jurisdiction_id=hall.jurisdiction_id, is_petition_office=True).first()
    start_deadline(
        case,
        "sort",
        department_id=office.pk if office else None,
        started_on=case.received_on,
        now=now,
        actor=actor,
    )
    start_report_if_urgent(case, started_on=case.received_on, actor=actor, now=now)
    return case


def _alone(hall: Hall, new: NewCase) -> None:
    """Two sendings of one form, two imports of one row, one new person at two windows: the second waits here until
    the first is done, and then finds what it made. One statement, the keys in order, so that nobody waits in a ring.
    """
    keys = [int.from_bytes(index[:8], signed=True) for p in new.people if (index := blind_index(p.id_number))]
    if new.form_token:
        keys.append(new.form_token.int % (1 << 63))
    if new.source_ref:
        digest = hashlib.sha256(f"{hall.pk}/{new.source_ref}".encode()).digest()
        keys.append(int.from_bytes(digest[:8], signed=True))
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT unnest(%s::bigint[]) AS key ORDER BY 1) k",
                [keys],
            )


def _made_before(hall: Hall, new: NewCase) -> Case | None:
    if new.form_token and (case := Case.objects.filter(form_token=new.form_token).first()):
        return case
    if new.source_ref:
        return Case.objects.filter(hall=hall, source_ref=new.source_ref).first()
    return None


def _new_case(
    actor: Actor, hall: Hall, new: NewCase, people: list[tuple[Person, Petitioner]], *, now: dt.datetime
) -> Case:
    repeat = next((d.candidate_id for d in new.duplicates if d.decision == "repeat"), None)
    month = timezone.localtime(now)
    names = [petitioner.name for _person, petitioner in people]
    terms = case_terms(
        title=new.title,
        summary=new.summary,
        content=new.content,
        place=new.place,
        claims=new.claims,
        names=names,
        respondents=[r.name for r in new.respondents],
    )
    serial = Counter.objects.next(f"case/{hall.code}/{month:%Y%m}")
    return Case(
        number=f"{hall.code.upper()}XF{month:%Y%m}{serial:04d}{CHANNEL_CODES[new.channel]}",
        query_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        hall=hall,
        channel=new.channel,
        purpose=new.purpose,
        statutory_class=CLASS_OF_PURPOSE[new.purpose],
        category_id=new.category_id,
        title=new.title,
        summary=new.summary,
        content=new.content,
        is_oral=new.is_oral,
        read_back_at=new.read_back_at,
        place=new.place,
        place_region_id=new.place_region_id,
        is_group=new.head_count >= hall.group_threshold,
        head_count=max(new.head_count, len(new.people), 1),
        is_anonymous=not new.people,
        is_confidential=new.is_confidential or new.purpose == "accusation",
        public_consent=new.public_consent,
        electronic_consent=new.electronic_consent,
        is_urgent=new.is_urgent,
        is_law_related=new.is_law_related,
        is_skip_level=new.is_skip_level,
        repeat_of_id=repeat,
        national_number=new.national_number,
        source_ref=new.source_ref,
        form_token=new.form_token,
        received_on=new.received_on,
        registered_at=now,
        registered_by_id=actor.user_id,
        law=law_for(new.received_on),
        status_since=now,
        search=search_vector(terms),
    )


def _children(
    actor: Actor,
    case: Case,
    new: NewCase,
    people: list[tuple[Person, Petitioner]],
    *,
    now: dt.datetime,
) -> None:
    parties, representative = [], 0
    for person, petitioner in people:
        if person.role == "representative":
            representative += 1
        parties.append(
            CaseParty(
                case=case,
                petitioner=petitioner,
                role=person.role,
                representative_no=representative if person.role == "representative" else None,
            )
        )
    CaseParty.objects.bulk_create(parties)
    claims = new.claims or (new.title,)
    Claim.objects.bulk_create(Claim(case=case, number=n, text=text) for n, text in enumerate(claims, 1))
    if new.respondents:
        Respondent.objects.bulk_create(
            Respondent(
                case=case, name=r.name, position=r.position, department_id=r.department_id, user_id=r.user_id
            )
            for r in new.respondents
        )
    if new.duplicates:
        DuplicateDecision.objects.bulk_create(
            DuplicateDecision(
                case=case,
                candidate_id=d.candidate_id,
                score=d.score,
                reasons=list(d.reasons),
                decision=d.decision,
                decided_by_id=actor.user_id,
                decided_at=now,
            )
            for d in new.duplicates
        )


def _petitioner(person: Person, *, now: dt.datetime) -> Petitioner:
    """The person known by that paper, brought up to date with what was stated now; else a new one.

    Without a number two people of one name stay two people.
    """
    index = blind_index(person.id_number)
    if index is not None:
        known = Petitioner.objects.filter(id_kind=person.id_kind, id_index=index).first()
        if known is not None:
            return _updated(known, person)
    petitioner = Petitioner(
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date,
        id_kind=person.id_kind,
        id_number=person.id_number,
        phone=person.phone,
        address=person.address,
        region_code=person.region_code,
        occupation=person.occupation,
        created_at=now,
        search=search_vector(person_terms(person.name)),
    )
    petitioner.save(force_insert=True)
    return petitioner


def _updated(known: Petitioner, person: Person) -> Petitioner:
    """A newly stated phone or address replaces the old one; an empty field erases nothing.

    A name that differs is refused: one number is one person.
    """
    if known.name != person.name:
        raise Refused(
            _("该证件号码已登记在另一姓名下。请核对证件；确系同一人改名的，请大厅负责人更正后再登记。"),
            "input",
            field="name",
        )
    changed = []
    for name in ("phone", "address", "occupation", "sex", "birth_date", "region_code"):
        value = getattr(person, name)
        if value and value != getattr(known, name):
            setattr(known, name, value)
            changed.append(name)
    if changed:
        known.save(update_fields=[*changed, *(["phone_index"] if "phone" in changed else [])])
    return known

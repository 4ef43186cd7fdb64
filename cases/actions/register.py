"""Registering a matter: the person, the case, its claims, and the first clock.

Source: 《信访工作条例》第二十一条、第二十二条.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.deadlines import new_deadline, start_report_if_urgent
from cases.lifecycle import CHANNEL_CODES, CLASS_OF_PURPOSE
from cases.models import Case, CaseParty, Claim, Deadline, DuplicateDecision, Petitioner, Respondent
from cases.queries.clocks import Ground, ground_asked
from cases.queries.respondents import known_asked
from cases.queries.search import case_terms, person_terms, search_vector
from cases.rules import check_can_register_case
from cases.rules.exchange import taken_number
from cases.terms import law_for
from hall import journal
from hall.access import Actor, Refused
from hall.batch import Ask, Rows, insert, keys, together
from hall.fields import blind_index
from hall.models import Counter, stream_of
from staffing.models import Hall
from staffing.queries import hall_asked

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


@dataclass(frozen=True, slots=True)
class Entered:
    """A case, the clock that began with it (None: the case was there before), and the end of its journal.

    `keys` are for rows that the caller adds.
    """

    case: Case
    deadline: Deadline | None = None
    head: str = ""
    keys: tuple[int, ...] = ()


@transaction.atomic
def register_case(*, actor: Actor, hall_id: int, new: NewCase, now: dt.datetime) -> Case:
    """Enter the matter; whatever it is about, it is registered (art. 21). Returns the case, or, when the same
    form or the same imported row came before, the case that it made then.

    Raises Refused (role; input with its field).
    """
    return enter_case(actor=actor, hall_id=hall_id, new=new, now=now).case


def enter_case(
    *, actor: Actor, hall_id: int, new: NewCase, now: dt.datetime, more: Sequence[type[Model]] = ()
) -> Entered:
    """`register_case` as a part of an action, in whose transaction it is. Three trips: what is known, the number of
    the case, the rows. `more`: of which models the caller will add a row in the same act.
    """
    check_can_register_case(actor, hall_id, new, now=now)
    known = _known(hall_id, new, more)
    if known.earlier:
        return Entered(Case.objects.get(pk=known.earlier))
    if known.is_numbered:
        raise taken_number("national_number")
    new = replace(new, respondents=known.respondents)
    people = _people(new, known, now=now)
    case = _new_case(actor, known.hall, new, people, pk=known.keys[0], now=now)
    facts = {"number": case.number, "channel": case.channel, "purpose": case.purpose, "law": case.law}
    deadline, started = new_deadline(
        case,
        "sort",
        pk=known.keys[1],
        department_id=known.office_id,
        started_on=case.received_on,
        known=known.ground,
        now=now,
        actor=actor,
    )
    rows = [
        *(petitioner for _person, petitioner in people if petitioner._state.adding),
        case,
        *_children(actor, case, new, people, now=now),
        journal.entry(actor, "register_case", case, after=facts, now=now),
        deadline,
        started,
    ]
    head: str = insert(*rows, then=journal.head_asked(stream_of(case)))
    start_report_if_urgent(case, started_on=case.received_on, actor=actor, now=now)
    return Entered(case, deadline, head, known.keys[2 + len(people) :])


@dataclass(frozen=True, slots=True)
class _Known:
    """What must be known before a matter is entered."""

    earlier: int | None
    is_numbered: bool
    """The national number stands on a matter of the place already."""
    hall: Hall
    petitioners: dict[tuple[str, bytes], int]
    respondents: tuple[NewRespondent, ...]
    office_id: int | None
    ground: Ground
    keys: tuple[int, ...]
    """Of the case, its clock, the people, and the caller's rows."""


_OFFICE = """
SELECT office.id FROM staffing_department office JOIN staffing_hall hall USING (jurisdiction_id)
WHERE hall.id = %s AND office.is_petition_office ORDER BY NOT office.is_active, office.code LIMIT 1
"""
_NUMBERED = """
SELECT c.id FROM cases_case c JOIN staffing_hall h ON h.id = c.hall_id JOIN staffing_hall own USING (jurisdiction_id)
WHERE %s <> '' AND c.national_number <> '' AND c.national_number = %s AND own.id = %s LIMIT 1
"""


def _known(hall_id: int, new: NewCase, more: Sequence[type[Model]]) -> _Known:
    """One trip. The lock comes first: whoever waited for it sees what the one before it wrote."""
    _locked, earlier, numbered, hall, petitioners, respondents, office_id, taken, *ground = together(
        _alone(hall_id, new),
        _made_before(hall_id, new),
        Ask(_NUMBERED, [new.national_number, new.national_number, hall_id], _first),
        hall_asked(hall_id),
        _petitioners_asked(new),
        known_asked(new.respondents, hall_id),
        Ask(_OFFICE, [hall_id], _first),
        keys(Case, Deadline, *(Petitioner for _person in new.people), *more),
        *ground_asked(hall_id, "sort"),
    )
    return _Known(earlier, bool(numbered), hall, petitioners, respondents, office_id, Ground(*ground), taken)


def _first(rows: Rows) -> Any:
    return rows[0][0] if rows else None


def _alone(hall_id: int, new: NewCase) -> Ask[None]:
    """Two sendings of one form, two imports of one row, one new person at two windows: the second waits here until
    the first is done, and then finds what it made. One statement, the keys in order, so that nobody waits in a ring.
    """
    locks = [
        int.from_bytes(index[:8], signed=True) for p in new.people if (index := blind_index(p.id_number))
    ]
    if new.form_token:
        locks.append(new.form_token.int % (1 << 63))
    for one in (new.source_ref and f"{hall_id}/{new.source_ref}", new.national_number):
        if one:
            digest = hashlib.sha256(one.encode()).digest()
            locks.append(int.from_bytes(digest[:8], signed=True))
    return Ask("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [sorted(locks)], _first)


def _made_before(hall_id: int, new: NewCase) -> Ask[int | None]:
    by_form = "SELECT id FROM cases_case WHERE form_token = %s"
    if not new.source_ref:
        return Ask(by_form, [new.form_token], _first)
    by_source = "SELECT id FROM cases_case WHERE source_ref <> '' AND hall_id = %s AND source_ref = %s"
    return Ask(f"{by_form} UNION ALL {by_source} LIMIT 1", [new.form_token, hall_id, new.source_ref], _first)


def _petitioners_asked(new: NewCase) -> Ask[dict[tuple[str, bytes], int]]:
    """Who of them is known, by paper."""
    papers = [(p.id_kind, index) for p in new.people if (index := blind_index(p.id_number))]
    same = " OR ".join("id_kind = %s AND id_index = %s" for _paper in papers) or "false"
    return Ask(
        f"SELECT id_kind, id_index, id FROM cases_petitioner WHERE {same}",  # noqa: S608
        [value for paper in papers for value in paper],
        lambda rows: {(kind, bytes(index)): pk for kind, index, pk in rows},
    )


def next_number(hall: Hall, channel: str, *, now: dt.datetime) -> str:
    """The next number of a matter in this hall and month; the counter's row stays locked to the end."""
    month = timezone.localtime(now)
    serial = Counter.objects.next(f"case/{hall.code}/{month:%Y%m}")
    return f"{hall.code.upper()}XF{month:%Y%m}{serial:04d}{CHANNEL_CODES[channel]}"


def new_query_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _new_case(
    actor: Actor,
    hall: Hall,
    new: NewCase,
    people: list[tuple[Person, Petitioner]],
    *,
    pk: int,
    now: dt.datetime,
) -> Case:
    repeat = next((d.candidate_id for d in new.duplicates if d.decision == "repeat"), None)
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
    return Case(
        pk=pk,
        number=next_number(hall, new.channel, now=now),
        query_code=new_query_code(),
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
) -> Iterator[Model]:
    representative = 0
    for person, petitioner in people:
        if person.role == "representative":
            representative += 1
        yield CaseParty(
            case=case,
            petitioner=petitioner,
            role=person.role,
            representative_no=representative if person.role == "representative" else None,
        )
    for n, text in enumerate(new.claims or (new.title,), 1):
        yield Claim(case=case, number=n, text=text)
    for r in new.respondents:
        yield Respondent(
            case=case, name=r.name, position=r.position, department_id=r.department_id, user_id=r.user_id
        )
    for d in new.duplicates:
        yield DuplicateDecision(
            case=case,
            candidate_id=d.candidate_id,
            score=d.score,
            reasons=list(d.reasons),
            decision=d.decision,
            decided_by_id=actor.user_id,
            decided_at=now,
        )


def _people(new: NewCase, known: _Known, *, now: dt.datetime) -> list[tuple[Person, Petitioner]]:
    """Everyone with their record: the one known by that paper, brought up to date with what was stated now; else a
    new one, not inserted yet. Without a number two people of one name stay two people.
    """
    people: list[tuple[Person, Petitioner]] = []
    by_paper: dict[tuple[str, bytes], Petitioner] = {}
    for person, pk in zip(new.people, known.keys[2:], strict=False):
        paper = (person.id_kind, blind_index(person.id_number) or b"")
        if found := known.petitioners.get(paper):
            petitioner = _updated(Petitioner.objects.get(pk=found), person)
        elif paper in by_paper:
            petitioner = _updated(by_paper[paper], person)
        else:
            petitioner = _new_petitioner(person, pk=pk, now=now)
        if paper[1]:
            by_paper[paper] = petitioner
        people.append((person, petitioner))
    return people


def _new_petitioner(person: Person, *, pk: int, now: dt.datetime) -> Petitioner:
    return Petitioner(
        pk=pk,
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
    if changed and not known._state.adding:
        known.save(update_fields=[*changed, *(["phone_index"] if "phone" in changed else [])])
    return known

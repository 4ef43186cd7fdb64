"""A personnel list from Excel: tried out line by line, shown, and then brought in by the same acts as by hand."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from hall import journal
from hall.access import Actor, Refused
from hall.erasing import delete, in_batches
from hall.fields import blind_index
from hall.models import User
from staffing import rules
from staffing.actions.accounts import register_user
from staffing.actions.posts import post_person
from staffing.lifecycle import DEPARTMENT_ROLES, POSTED, SECONDED
from staffing.models import Department, Hall, PeopleImport, PeopleImportRow, Posting
from staffing.queries import people_of

KEPT = dt.timedelta(hours=24)
"""So long a list waits to be confirmed; then it is deleted with everything that stood in it."""
Values = Mapping[str, Any]


@dataclass(slots=True)
class ListedPerson:
    """One line: its cells as they stood there, what they mean, and what is wrong with which of them."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def packed(self) -> str:
        values = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in self.values.items()}
        return json.dumps([self.cells, values, self.errors], ensure_ascii=False)

    @classmethod
    def unpacked(cls, row: PeopleImportRow) -> ListedPerson:
        cells, values, errors = json.loads(row.facts)
        for name in ("from_on", "until_on"):
            if values.get(name):
                values[name] = dt.date.fromisoformat(values[name])
        return cls(row.line, cells, values, errors)


@transaction.atomic
def read_people_list(
    *, actor: Actor, hall_id: int, name: str, people: Sequence[ListedPerson], now: dt.datetime
) -> PeopleImport:
    """Keep the list for a day, and try every line out: what would be refused is known before anything is written."""
    PeopleImport.objects.filter(expires_at__lte=now).delete()
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_read_people_list(actor, hall, now=now)
    read = PeopleImport.objects.create(
        hall=hall, by_id=actor.user_id or 0, name=name[:120], uploaded_at=now, expires_at=now + KEPT
    )
    results = {}
    with transaction.atomic():
        for person in people:
            if not person.errors:
                results[person.line] = _try(actor, hall, person, now=now)[0]
        transaction.set_rollback(True)
    for person in people:
        result = "wrong" if person.errors else results[person.line]
        row = PeopleImportRow(list=read, line=person.line, result=result, facts=person.packed())
        row.save(force_insert=True)
    journal.record(actor, "read_people_list", read, after={"lines": len(people)}, now=now)
    return read


def _try(actor: Actor, hall: Hall, person: ListedPerson, *, now: dt.datetime) -> tuple[str, Posting | None]:
    """`ready` with the posting that was made, `known`, or `wrong` with the reason at its cell."""
    try:
        with transaction.atomic():
            posting = _bring_in(actor, hall, person.values, now=now)
    except Refused as refused:
        person.errors[_CELL.get(refused.field, refused.field)] = str(refused)
        return "wrong", None
    return ("ready", posting) if posting else ("known", None)


_CELL = {"department": "unit", "home_department": "unit", "hall": "role", "portfolio": "role", "language": ""}


def _bring_in(actor: Actor, hall: Hall, values: Values, *, now: dt.datetime) -> Posting | None:
    """The account, new where there is none, and the posting; None when the person is at that post already."""
    unit = Department.objects.filter(pk=values["unit"]).first() if values["unit"] else None
    is_units = values["role"] in DEPARTMENT_ROLES
    if _is_there(hall, values, unit if is_units else None):
        return None
    user = _account(actor, values) or register_user(
        actor=actor, username=values["username"] or free_username(values["name"]), name=values["name"],
        email=values["email"], phone=values["phone"], now=now,
    )  # fmt: skip
    home = unit if unit and not is_units and not unit.is_petition_office else None
    return post_person(
        actor=actor,
        user_id=user.pk,
        role=values["role"],
        title=values["title"],
        hall_id=hall.pk,
        department_id=unit.pk if unit and is_units else None,
        window_id=values["window"],
        from_on=values["from_on"],
        until_on=values["until_on"],
        kind=SECONDED if home else POSTED,
        home_department_id=home.pk if home else None,
        short_reason=values["short_reason"],
        now=now,
    )


def _is_there(hall: Hall, values: Values, unit: Department | None) -> bool:
    """The same person at the same post from the same day: the list was brought in before."""
    who = Q(user__name=values["name"])
    if values["username"]:
        who &= Q(user__username=values["username"])
    elif values["phone"]:
        who &= Q(user__phone_index=blind_index(values["phone"]))
    return Posting.objects.filter(
        who, role=values["role"], hall=hall, department=unit, from_on=values["from_on"]
    ).exists()


def _account(actor: Actor, values: Values) -> User | None:
    """The account that is meant; None when a new one is. A name alone never decides who somebody is."""
    if values["username"]:
        found = User.objects.filter(username=values["username"]).first()
        if found and found.name != values["name"]:
            raise Refused(_("这个用户名属于另一个人。"), "input", field="username")
        if found and not people_of(actor).filter(pk=found.pk).exists():
            raise Refused(_("这个账户不归您管理。"), "input", field="username")
        return found
    same = list(people_of(actor).filter(name=values["name"]).order_by("pk")[:5])
    index = blind_index(values["phone"])
    for user in same:
        if index and user.phone_index and bytes(user.phone_index) == index:
            return user
    if same:
        names = "、".join(user.username for user in same)
        reason = _("已有同名账户（%(names)s）：是同一人请填这个用户名，不是请填一个新的用户名。")
        raise Refused(reason % {"names": names}, "input", field="username")
    return None


def free_username(name: str) -> str:
    """`wangxiaoming`, or `wangxiaoming2` when that is taken."""
    stem = re.sub(r"[^a-z0-9-]", "", "".join(lazy_pinyin(name)).lower())[:50] or "staff"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    if stem not in taken:
        return stem
    return next(f"{stem}{n}" for n in range(2, len(taken) + 3) if f"{stem}{n}" not in taken)


def import_people(*, actor: Actor, import_id: int, now: dt.datetime) -> PeopleImport:
    """Bring in what was looked at, each line in a transaction of its own: stopped half-way, it goes on where it was."""
    people = PeopleImport.objects.select_related("hall").get(pk=import_id)
    rules.check_can_import_people(actor, people, now=now)
    for pk in people.rows.filter(result="ready").values_list("pk", flat=True):
        _import_line(actor, people.hall, pk, now=now)
    with transaction.atomic():
        people = PeopleImport.objects.select_for_update().get(pk=import_id)
        if people.confirmed_at is None:
            people.confirmed_at = now
            people.save(update_fields=["confirmed_at"])
            done = people.rows.filter(result="done").count()
            journal.record(actor, "import_people", people, after={"lines": done}, now=now)
    return people


@transaction.atomic
def _import_line(actor: Actor, hall: Hall, row_id: int, *, now: dt.datetime) -> None:
    """Two who confirm at once: the row is locked, the second finds it done."""
    row = PeopleImportRow.objects.select_for_update().get(pk=row_id)
    if row.result != "ready":
        return
    person = ListedPerson.unpacked(row)
    result, posting = _try(actor, hall, person, now=now)
    row.result, row.posting = ("done" if posting else result), posting
    row.facts = person.packed()
    row.save(update_fields=["result", "posting", "facts"])


def due_people_lists(*, now: dt.datetime) -> QuerySet[PeopleImport]:
    return PeopleImport.objects.filter(expires_at__lte=now)


def forget_people_lists(*, now: dt.datetime) -> int:
    """Personnel lists whose day is over, with their lines."""
    return in_batches(due_people_lists(now=now), delete)

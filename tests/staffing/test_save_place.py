"""Reference data: written by the administrator, journalled, and not removed while it is used."""

from __future__ import annotations

import pytest

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, ref_of
from staffing.actions import remove_place, save_place
from staffing.models import Department, Room
from tests.cast import NOW, Cast


def test_a_department_gets_its_own_group(cast: Cast) -> None:
    unit = save_place(
        actor=cast.act(cast.administrator),
        place=Department(code="health", name="云溪县卫生健康局", jurisdiction=cast.county),
        now=NOW,
    )
    assert unit.group.name == "department:health"


def test_the_journal_keeps_what_changed_and_nothing_else(cast: Cast) -> None:
    cast.hall.phone = "0999-8800000"
    save_place(actor=cast.act(cast.administrator), place=cast.hall, now=NOW)
    entry = JournalEntry.objects.filter(object=ref_of(cast.hall)).latest("id")
    assert (entry.verb, entry.before, entry.after) == (
        "save_place", {"phone": "0999-8812345"}, {"phone": "0999-8800000"},
    )  # fmt: skip
    before = JournalEntry.objects.count()
    save_place(actor=cast.act(cast.administrator), place=cast.hall, now=NOW)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("who", ["clerk", "liaison", "leader", "manager", "supervisor"])
def test_only_an_administrator_writes_reference_data(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refused:
        save_place(actor=cast.act(cast.people[who]), place=cast.room, now=NOW)
    assert refused.value.kind == "role"
    with pytest.raises(Refused):
        remove_place(actor=cast.act(cast.people[who]), place=cast.room, now=NOW)


def test_what_is_used_is_not_removed(cast: Cast) -> None:
    with pytest.raises(Refused, match="停用") as refused:
        remove_place(actor=SYSTEM, place=cast.hall, now=NOW)
    assert refused.value.kind == "state"
    remove_place(actor=SYSTEM, place=cast.room, now=NOW)
    assert not Room.objects.filter(pk=cast.room.pk or 0).exists()

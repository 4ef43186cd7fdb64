"""The number of the national system (`note_national_number`): one number, one matter of the place."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cases.actions import note_national_number
from cases.models import Case, Recusal
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.matters import matter, registered

pytestmark = pytest.mark.django_db


def noted(cast: Cast, case: Case, number: str, who: str = "clerk") -> Case:
    actor = cast.act(getattr(cast, who))
    return note_national_number(actor=actor, case_id=case.pk, number=number, now=NOW)


def test_noted_and_corrected_both_stay_on_record(cast: Cast) -> None:
    case = registered(cast)
    assert noted(cast, case, " ＧＪ2026１ ").national_number == "GJ20261"
    assert noted(cast, case, "GJ20262", "manager").national_number == "GJ20262"
    noted(cast, case, "GJ20262")
    told = JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="note_national_number").order_by("seq")
    assert [(entry.before, entry.after) for entry in told] == [
        ({"national_number": ""}, {"national_number": "GJ20261"}),
        ({"national_number": "GJ20261"}, {"national_number": "GJ20262"}),
    ]


@pytest.mark.parametrize("number", ["", "  ", "GJ 1", "G" * 39, "GJ\t1", "<b>"])
def test_what_is_no_number(cast: Cast, number: str) -> None:
    with pytest.raises(Refused) as refused:
        noted(cast, registered(cast), number)
    assert (refused.value.kind, refused.value.field) == ("input", "number")


def test_a_number_stands_on_one_matter(cast: Cast) -> None:
    noted(cast, registered(cast), "GJ1")
    other = registered(cast, title="另一件")
    with pytest.raises(Refused) as refused:
        noted(cast, other, "GJ1")
    assert (refused.value.kind, refused.value.field) == ("input", "number")
    with pytest.raises(Refused) as refused:
        registered(cast, national_number="GJ1")
    assert (refused.value.kind, refused.value.field) == ("input", "national_number")


def test_the_database_holds_it_too(cast: Cast) -> None:
    noted(cast, registered(cast), "GJ1")
    other = registered(cast, title="另一件")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(national_number="GJ1")
    Case.objects.filter(national_number="GJ1").update(national_number="GJ1")


def test_who_may(cast: Cast) -> None:
    case = registered(cast)
    for who in ("guide", "liaison", "leader", "supervisor", "administrator"):
        with pytest.raises(Refused) as refused:
            noted(cast, case, "GJ1", who)
        assert refused.value.kind == "role"
    Recusal.objects.create(case=case, user=cast.clerk2, reason="亲属", at=NOW)
    with pytest.raises(Refused) as refused:
        noted(cast, case, "GJ1", "clerk2")
    assert refused.value.kind == "unseen"


def test_nothing_is_asked_where_no_number_is_given(cast: Cast) -> None:
    assert matter().national_number == ""
    assert [registered(cast, title=f"第{n}件").national_number for n in range(2)] == ["", ""]

"""Registering: whatever it is about, it is entered once, numbered without gaps, and its first clock runs."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter as Tally
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.actions import NewCase, NewRespondent, Person, register_case
from cases.models import Case, CaseParty, Petitioner
from hall import journal
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, TZ, Cast
from tests.matters import ZHANG, matter, registered

pytestmark = pytest.mark.django_db


def refused(cast: Cast, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        registered(cast, **facts)
    return caught.value


def test_a_matter_is_numbered_journalled_and_its_first_clock_runs(cast: Cast) -> None:
    case = registered(cast)
    assert case.number == "YUNXIXF2026110001LF"
    assert len(case.query_code) == 10
    assert [(c.number, c.text) for c in case.claims.all()] == [(1, "支付三个月工资"), (2, "补缴社会保险")]
    sort = case.deadlines.get()
    # 15 days from 18 November, 《信访工作条例》第二十二条
    assert (sort.kind, sort.due_on, sort.department) == ("sort", dt.date(2026, 12, 3), cast.units["petition"])
    verbs = (
        JournalEntry.objects.filter(stream=f"case:{case.pk}").order_by("seq").values_list("verb", flat=True)
    )
    assert list(verbs) == ["register_case", "start_deadline"]
    assert journal.verify(f"case:{case.pk}") == []
    assert "张秀英" not in str(list(JournalEntry.objects.values_list("after", flat=True)))


def test_numbers_count_by_month(cast: Cast) -> None:
    assert registered(cast).number.endswith("0001LF")
    assert registered(cast).number.endswith("0002LF")
    assert registered(cast, dt.datetime(2026, 12, 1, 9, tzinfo=TZ)).number == "YUNXIXF2026120001LF"


def test_a_refused_registration_leaves_no_gap(cast: Cast) -> None:
    registered(cast)
    assert refused(cast, title=" ").field == "title"
    assert registered(cast).number.endswith("0002LF")


def test_the_same_person_is_one_petitioner_and_new_contact_is_kept(cast: Cast) -> None:
    registered(cast)
    registered(cast, people=(replace(ZHANG, phone="13900020002", address=""),))
    person = Petitioner.objects.get()
    assert (person.phone, person.address) == ("13900020002", ZHANG.address)
    assert person.parties.count() == 2


def test_one_number_under_two_names_is_asked_about(cast: Cast) -> None:
    registered(cast)
    assert refused(cast, people=(replace(ZHANG, name="李四"),)).field == "name"


def test_people_without_papers_stay_apart(cast: Cast) -> None:
    for _ in range(2):
        registered(cast, people=(Person(name="王小明"),))
    assert Petitioner.objects.filter(name="王小明").count() == 2


def test_anonymous_is_registered_too(cast: Cast) -> None:
    assert registered(cast, people=(), channel="letter").is_anonymous


def test_five_represent_a_group_and_a_sixth_is_refused(cast: Cast) -> None:
    people = (ZHANG, *(Person(name=f"代表{n}", role="representative") for n in range(5)))
    case = registered(cast, people=people, head_count=30)
    assert case.is_group
    numbers = case.parties.filter(role="representative").values_list("representative_no", flat=True)
    assert sorted(n or 0 for n in numbers) == [1, 2, 3, 4, 5]
    again = refused(cast, people=(*people, Person(name="第六人", role="representative")), head_count=30)
    assert (again.field, again.article) == ("people", "《信访工作条例》第二十条")
    extra = Petitioner.objects.create(name="第六人", created_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseParty.objects.create(case=case, petitioner=extra, role="representative", representative_no=6)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"received_on": dt.date(2026, 11, 19)}, "received_on"),
        ({"received_on": dt.date(2004, 11, 19)}, "received_on"),
        ({"content": ""}, "content"),
        ({"title": "长" * 121}, "title"),
        ({"purpose": "nonsense"}, "purpose"),
        ({"head_count": 0}, "head_count"),
        ({"people": (replace(ZHANG, birth_date=dt.date(2027, 1, 1)),)}, "birth_date"),
        ({"people": (replace(ZHANG, name=" "),)}, "name"),
        ({"people": (ZHANG, replace(ZHANG, name="李", id_number=""))}, "people"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    error = refused(cast, **facts)
    assert (error.kind, error.field) == ("input", field)
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["guide", "liaison", "leader", "supervisor", "administrator"])
def test_only_clerks_and_the_manager_register(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as caught:
        register_case(actor=cast.act(getattr(cast, who)), hall_id=cast.hall.pk, new=matter(), now=NOW)
    assert caught.value.kind == "role"


def test_the_same_form_twice_is_one_case(cast: Cast) -> None:
    token = uuid.uuid4()
    assert registered(cast, form_token=token) == registered(cast, form_token=token)


def test_an_accusation_is_confidential(cast: Cast) -> None:
    case = registered(cast, purpose="accusation", respondents=(NewRespondent(name="某局长"),))
    assert case.is_confidential
    assert case.statutory_class == "accusation"


def test_law_follows_the_date_of_receipt(cast: Cast) -> None:
    """《信访工作条例》 is in force from 2022-05-01; an older matter keeps the 2005 regulations."""
    assert registered(cast, received_on=dt.date(2022, 4, 30)).law == "r05"
    assert registered(cast, received_on=dt.date(2022, 5, 1)).law == "r22"


@pytest.mark.parametrize("column", ["number", "query_code", "received_on"])
def test_the_database_keeps_a_case_s_identity(cast: Cast, column: str) -> None:
    case = registered(cast)
    value = dt.date(2020, 1, 1) if column == "received_on" else "X"
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**{column: value})


@pytest.mark.django_db(transaction=True)
def test_two_windows_register_at_once_without_gap_or_double(cast: Cast) -> None:
    """Ten registrations from two connections, among them one form sent by both and one new person at both."""
    actor, errors, token = cast.act(cast.clerk), [], uuid.uuid4()
    same = matter(form_token=token)
    news: list[NewCase] = [same, *(matter() for _ in range(4))]

    def window() -> None:
        try:
            for new in news:
                register_case(actor=actor, hall_id=cast.hall.pk, new=new, now=NOW)
        except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=window) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"YUNXIXF202611{n:04d}LF" for n in range(1, 10)]
    assert Tally(Petitioner.objects.values_list("name", flat=True)) == {"张秀英": 1}
    assert journal.verify() == []

"""A consultation is called (`call_consultation`): who, on which case, with whom; two callers at once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from cases.actions import NewRespondent, withdraw_case
from cases.models import Case, Proceeding
from cases.queries.work_list import WorkFilter, work_list
from consultations.models import Consultation
from consultations.rules import Seat
from hall import documents, journal
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.confer_steps import QUESTIONS, TOPIC, called, day, seat_of
from tests.life_opinions import answered, served
from tests.life_referrals import refused
from tests.matters import accepted, forwarded, registered
from tests.petitioner import letter

pytestmark = pytest.mark.django_db


def test_each_unit_gets_the_case_its_own_date_and_the_letter(cast: Cast) -> None:
    case = accepted(cast)
    assert not Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    one = called(
        cast, case,
        seats=[Seat(cast.units["labour"].pk, day(5)), Seat(cast.units["housing"].pk, day(9))],
    )  # fmt: skip
    labour, housing = seat_of(cast, one, "labour"), seat_of(cast, one, "housing")
    assert (labour.part, housing.part) == ("lead", "take_part")
    assert labour.deadline and housing.deadline
    assert {labour.deadline.item, housing.deadline.item} == {f"confer:{one.pk}"}
    assert (labour.deadline.due_on, housing.deadline.due_on) == (day(5), day(9))
    assert (one.convenor, one.due_on, one.status) == (cast.units["labour"], day(9), "called")
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    assert (labour.referral, housing.referral and housing.referral.part) == (None, "copy")
    told = {m.user: m.context["due_on"] for m in Message.objects.filter(kind="consultation_called")}
    assert told == {cast.liaison: f"{day(5)}", cast.liaison2: f"{day(9)}"}
    assert "confer" in [row["kind"] for row in work_list(cast.act(cast.liaison2), WorkFilter(), now=NOW).rows]
    assert journal.verify() == []


def test_one_paper_lists_every_question_and_date(cast: Cast) -> None:
    one = called(cast)
    assert one.document is not None
    assert one.document.number == "云信会商字〔2026〕1号"
    words = str(documents.page(one.document))
    assert all(text in words for text in QUESTIONS)
    assert "县住房和城乡建设局（参加）：2026年11月27日" in words


def test_the_case_file_knows_with_whom_and_until_when_and_so_does_the_petitioner(
    cast: Cast, client: Client
) -> None:
    case = accepted(cast)
    one = called(cast, case)
    row = Proceeding.objects.get(case=case)
    assert (row.kind, row.ref, row.stage, row.until_on) == ("consultation", one.pk, "conferring", day(20))
    assert set(row.units.all()) == {cast.units["labour"], cast.units["housing"]}
    said = letter(client, case)
    assert "正在就这件事会商" in said
    assert QUESTIONS[0] not in said
    assert TOPIC not in said


def test_the_petition_office_calls_and_may_let_another_unit_lead(cast: Cast) -> None:
    one = called(cast, who=cast.clerk, units=("housing", "labour"))
    assert one.convenor == cast.units["petition"]
    assert seat_of(cast, one, "housing").part == "lead"
    refusal = refused(called, cast, units=("housing", "labour"))
    assert (refusal.kind, refusal.field) == ("input", "unit-0")


def test_who_may_call(cast: Cast) -> None:
    case = accepted(cast)
    for who in ("liaison2", "head2", "leader", "supervisor", "guide", "administrator"):
        assert refused(called, cast, case, who=cast.people[who]).kind == "role", who
    for who in ("liaison", "head", "manager", "clerk"):
        assert called(cast, accepted(cast), who=cast.people[who]).status == "called"


def test_in_which_states(cast: Cast) -> None:
    for make in (registered, answered, served):
        refusal = refused(called, cast, make(cast), who=cast.manager)
        assert refusal.kind == "state"
        assert "办理中" in str(refusal)
    case = forwarded(cast)
    assert called(cast, case, who=cast.manager).case == case
    gone = accepted(cast)
    withdraw_case(actor=cast.act(cast.clerk), case_id=gone.pk, reason="本人自愿撤回。", now=NOW)
    assert refused(called, cast, gone).kind == "state"


def test_one_open_consultation_a_case(cast: Cast) -> None:
    case = accepted(cast)
    one = called(cast, case)
    assert "已有一次会商" in str(refused(called, cast, case))
    with pytest.raises(IntegrityError, match="consultation_one_open"), transaction.atomic():
        Consultation.objects.create(
            case=case, hall=one.hall, convenor=one.convenor, title=TOPIC, due_on=day(5), until_on=day(6),
            called_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"questions": ()}, "question-0"),
        ({"questions": ("第一个问题？", "  ")}, "question-1"),
        ({"questions": ("同一个问题？", "同一个问题？")}, "question-1"),
        ({"questions": tuple(f"第{n}个问题是什么？" for n in range(21))}, "question-20"),
        ({"seats": ["labour"]}, "unit-1"),
        ({"seats": []}, "unit-1"),
        ({"seats": ["labour", "housing", "labour"]}, "unit-2"),
        ({"seats": ["labour", None]}, "unit-1"),
        ({"days": 0}, "due-0"),
        ({"days": 31}, "due-0"),
        ({"until_on": dt.date(2026, 11, 20)}, "until_on"),
        ({"until_on": dt.date(2027, 6, 1)}, "until_on"),
        ({"until_on": None}, "until_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    if "seats" in facts:
        facts = facts | {
            "seats": [Seat(cast.units[one].pk if one else None, day(9)) for one in facts["seats"]]
        }
    refusal = refused(called, cast, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not Consultation.objects.exists()
    assert not JournalEntry.objects.filter(verb="call_consultation").exists()


def test_never_a_unit_that_the_case_accuses_and_never_by_its_people(cast: Cast) -> None:
    accused = NewRespondent(name="县住建局", department_id=cast.units["housing"].pk)
    case = accepted(cast, respondents=(accused,))
    refusal = refused(called, cast, case)
    assert (refusal.kind, refusal.field) == ("input", "unit-1")
    assert "第三十条" in refusal.article
    assert refused(called, cast, case, who=cast.head2).kind == "unseen"


@pytest.mark.django_db(transaction=True)
def test_two_callers_at_once(cast: Cast) -> None:
    case, start = accepted(cast), threading.Barrier(2)
    results: list[str] = []

    def call(who: str) -> None:
        try:
            start.wait(timeout=20)
            called(cast, case, who=cast.people[who])
            results.append("called")
        except Refused as refusal:
            results.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(who,)) for who in ("liaison", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["called", "state"]
    assert Consultation.objects.count() == 1

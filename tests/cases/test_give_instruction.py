"""A leader's instruction is given (`give_instruction`), with the clock of the unit that it goes to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases import actions
from cases.actions import NewRespondent, sweep_deadlines, withdraw_case
from cases.models import Case, Instruction, Respondent
from cases.queries.work_list import WorkFilter, work_list
from hall import journal
from hall.access import SYSTEM
from hall.models import JournalEntry, Message
from staffing.models import LeaderReception
from tests.cast import NOW, Cast, reception
from tests.life_docket import TEXT, given, heard, on_docket, reported
from tests.life_opinions import answered
from tests.life_referrals import clocks, disputed, owners, refused, rerouted
from tests.matters import accepted, ladder, registered

pytestmark = pytest.mark.django_db


def test_give_instruction_starts_the_units_clock_and_tells_it(cast: Cast) -> None:
    case = accepted(cast)
    one = given(cast, case)
    assert (one.status, one.leader, one.given_by, one.person) == (
        "given",
        cast.leader,
        cast.leader,
        cast.liaison,
    )
    assert clocks(case)["instruction"] == dt.date(2026, 11, 30)  # the 28th is a Saturday
    assert (one.due_on, one.deadline.due_on) == (dt.date(2026, 11, 28), dt.date(2026, 11, 30))
    assert owners(case)["instruction"] == cast.units["labour"].pk
    message = Message.objects.get(kind="instruction_given")
    assert (message.user, message.context["due_on"]) == (cast.liaison, "2026-11-30")
    entry = JournalEntry.objects.get(verb="give_instruction")
    assert TEXT not in f"{entry.after}{entry.reason}"
    assert journal.verify() == []
    assert [row["kind"] for row in work_list(cast.act(cast.liaison), WorkFilter(), now=NOW).rows] == [
        "instruction",
        "handle",
    ]


def test_it_is_reminded_and_escalated_like_every_clock(cast: Cast) -> None:
    ladder()
    case = accepted(cast)
    given(cast, case, days=5)
    late = NOW + dt.timedelta(days=6)
    assert sweep_deadlines(now=late) >= 2
    told = Message.objects.filter(kind="deadline_step", context__term="instruction")
    assert {one.user for one in told} == {cast.head, cast.manager}


def test_a_unit_that_has_not_got_the_case_reads_it_from_now_on_and_leads_nothing(cast: Cast) -> None:
    case = accepted(cast)
    assert not Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    given(cast, case, unit="housing", person="")
    case.refresh_from_db()
    assert case.first_handler == cast.units["labour"]
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    assert case.referrals.get(department=cast.units["housing"]).part == "copy"
    assert Message.objects.get(kind="instruction_given").user == cast.liaison2


def test_a_matter_that_was_answered_comes_before_a_leader_like_any_other(cast: Cast) -> None:
    case = answered(cast)
    given(cast, case)
    given(cast, case, unit="housing", person="")
    case.refresh_from_db()
    assert (case.status, case.first_handler) == ("answered", cast.units["labour"])
    assert case.referrals.get(department=cast.units["housing"]).part == "copy"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": "办"}, "text"),
        ({"department_id": None}, "department"),
        ({"due_on": None}, "due_on"),
        ({"due_on": dt.date(2026, 11, 18)}, "due_on"),
        ({"due_on": dt.date(2028, 1, 1)}, "due_on"),
    ],
)
def test_what_is_said_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = accepted(cast)
    refusal = refused(given, cast, case, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not Instruction.objects.exists()


def test_who_may_and_when(cast: Cast) -> None:
    case = accepted(cast)
    facts = {"text": TEXT, "department_id": cast.units["labour"].pk, "due_on": dt.date(2026, 12, 1)}

    def give(who: str, case: Case = case) -> Any:
        actor = cast.act(getattr(cast, who))
        return refused(actions.give_instruction, actor=actor, case_id=case.pk, now=NOW, **facts)

    assert "还没有由领导接访" in str(give("leader"))
    ahead = reception(cast, NOW + dt.timedelta(days=2))
    actions.place_on_docket(actor=SYSTEM, reception_id=ahead.pk, case_id=case.pk, now=NOW)
    assert "还没有由领导接访" in str(give("leader"))
    on_docket(cast, case)
    for who in ("liaison", "head", "guide", "supervisor", "administrator"):
        assert give(who).kind == "role"
    assert "还没有由领导接访" in str(give("leader2"))  # another leader's reception
    assert "请先甄别" in str(give("leader", registered(cast)))


def test_the_clerk_writes_it_down_for_the_leader_who_received(cast: Cast) -> None:
    one = given(cast, who=cast.clerk)
    assert (one.leader, one.given_by) == (cast.leader, cast.clerk)


def test_one_open_instruction_a_unit(cast: Cast) -> None:
    case = accepted(cast)
    one = given(cast, case)
    assert refused(given, cast, case).field == "department"
    with pytest.raises(IntegrityError, match="instruction_one_open"), transaction.atomic():
        Instruction.objects.create(
            case=case, item=one.item, leader=cast.leader, text=TEXT, department=one.department,
            due_on=one.due_on, deadline=one.deadline, given_at=NOW,
        )  # fmt: skip
    assert given(cast, case, unit="housing", person="").status == "given"


def test_never_to_the_unit_it_complains_of(cast: Cast) -> None:
    housing = NewRespondent(name="县住建局", department_id=cast.units["housing"].pk)
    case = accepted(cast, respondents=(housing,))
    assert refused(given, cast, case, unit="housing").field == "department"


def test_it_outlives_the_matter_and_passes_on_with_it(cast: Cast) -> None:
    case = disputed(cast)
    one = given(cast, case)
    case = rerouted(cast, case)
    one.refresh_from_db()
    assert (one.department, one.status, one.deadline.due_on) == (
        cast.units["housing"],
        "given",
        dt.date(2026, 11, 30),
    )
    assert owners(case)["instruction"] == cast.units["housing"].pk
    withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人自愿撤回。", now=NOW)
    assert set(clocks(case)) == {"instruction"}
    assert reported(cast, one, who=cast.liaison2).instruction == one


def test_a_new_unit_with_an_instruction_of_its_own_keeps_that(cast: Cast) -> None:
    case = disputed(cast)
    one, other = given(cast, case), given(cast, case, unit="housing", person="")
    rerouted(cast, case)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status) == ("withdrawn", "given")
    told = Message.objects.filter(kind="instruction_withdrawn")
    assert {message.user for message in told} == {cast.leader, cast.manager}


def test_a_substitute_who_is_complained_of_receives_nothing(cast: Cast) -> None:
    """Checked when the matter is set down, and again when another leader has come in between (第三十条)."""
    case = accepted(cast)
    item = on_docket(cast, case)
    Respondent.objects.create(case=case, name=cast.leader2.name, user=cast.leader2)
    LeaderReception.objects.filter(pk=item.reception_id).update(leader=cast.leader2)
    no_record = refused(heard, cast, item)
    assert (no_record.kind, "第三十条" in no_record.article) == ("state", True)
    facts = {"text": TEXT, "department_id": cast.units["labour"].pk, "due_on": dt.date(2026, 12, 1)}
    no_word = refused(actions.give_instruction, actor=cast.act(cast.clerk), case_id=case.pk, now=NOW, **facts)
    assert "还没有由领导接访" in str(no_word)

"""The unit answers (`report_instruction`); the leader closes (`close_instruction`), sends back (`return_instruction`)
or takes the instruction back (`withdraw_instruction`).
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.models import Instruction, InstructionReport
from hall.access import Refused
from hall.models import Message
from tests.cast import NOW, Cast
from tests.life_docket import DONE, MORE, given, reported
from tests.life_referrals import clocks, refused
from tests.matters import accepted

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)
AGAIN = dt.date(2026, 12, 1)


def act(
    cast: Cast, verb: str, one: Instruction, who: str = "leader", now: dt.datetime = LATER, **facts: Any
) -> Any:
    actor = cast.act(getattr(cast, who), now)
    return getattr(actions, verb)(actor=actor, case_id=one.case_id, now=now, **facts)


def test_report_instruction_meets_the_clock_and_tells_the_leader(cast: Cast) -> None:
    one = given(cast)
    report = reported(cast, one, LATER)
    one.refresh_from_db()
    assert (one.status, report.text, report.department) == ("reported", DONE, cast.units["labour"])
    one.deadline.refresh_from_db()
    assert (one.deadline.met_at, one.deadline.met_by) == (LATER, cast.liaison)
    assert {m.user for m in Message.objects.filter(kind="instruction_reported")} == {
        cast.leader,
        cast.manager,
    }
    assert refused(reported, cast, one, LATER).kind == "state"
    assert refused(reported, cast, one, LATER, who=cast.liaison2).kind == "role"
    with pytest.raises(DatabaseError), transaction.atomic():
        InstructionReport.objects.update(text="改写")


def test_a_report_says_something(cast: Cast) -> None:
    assert refused(reported, cast, given(cast), text="已办").field == "text"


@pytest.mark.parametrize("who", ["leader", "manager"])
def test_close_instruction_ends_it(cast: Cast, who: str) -> None:
    one = given(cast)
    assert refused(act, cast, "close_instruction", one).kind == "state"
    reported(cast, one, LATER)
    act(cast, "close_instruction", one, who, note="很好。")
    one.refresh_from_db()
    assert (one.status, one.note, one.ended_by) == ("closed", "很好。", getattr(cast, who))
    assert {m.user for m in Message.objects.filter(kind="instruction_closed")} == {cast.liaison, cast.head}
    assert refused(act, cast, "withdraw_instruction", one, reason="不再需要。").kind == "state"


def test_return_instruction_asks_for_more_by_a_new_day(cast: Cast) -> None:
    one = given(cast)
    reported(cast, one, LATER)
    act(cast, "return_instruction", one, reason=MORE, due_on=AGAIN)
    one.refresh_from_db()
    assert (one.status, one.note, one.due_on, one.deadline.due_on) == ("given", MORE, AGAIN, AGAIN)
    assert clocks(one.case)["instruction"] == AGAIN
    reported(cast, one, LATER + dt.timedelta(days=1), text="社会保险已经全部补缴，附缴费凭证。")
    assert one.reports.count() == 2
    assert refused(act, cast, "return_instruction", one, reason=MORE, due_on=None).field == "due_on"
    assert refused(act, cast, "return_instruction", one, reason="", due_on=AGAIN).field == "reason"


def test_withdraw_instruction_needs_its_reason_and_stops_the_clock(cast: Cast) -> None:
    one = given(cast)
    assert refused(act, cast, "withdraw_instruction", one, reason=" ").field == "reason"
    act(cast, "withdraw_instruction", one, reason="情况已有变化，另行研究。")
    one.refresh_from_db()
    assert (one.status, one.note) == ("withdrawn", "情况已有变化，另行研究。")
    assert "instruction" not in clocks(one.case)
    assert refused(reported, cast, one, LATER).kind == "role"


@pytest.mark.parametrize("verb", ["close_instruction", "return_instruction", "withdraw_instruction"])
def test_others_have_no_word_in_it(cast: Cast, verb: str) -> None:
    one = given(cast)
    reported(cast, one, LATER)
    facts = {"close_instruction": {}, "return_instruction": {"reason": MORE, "due_on": AGAIN}}
    said = facts.get(verb, {"reason": MORE})
    for who in ("clerk", "liaison", "head", "supervisor"):
        assert refused(act, cast, verb, one, who, **said).kind == "role"
    assert refused(act, cast, verb, one, "leader2", **said).kind == "state"  # not this leader's


def test_with_several_one_says_which(cast: Cast) -> None:
    case = accepted(cast)
    one, other = given(cast, case), given(cast, case, unit="housing", person="")
    assert refused(act, cast, "withdraw_instruction", one, reason=MORE).field == "instruction"
    act(cast, "withdraw_instruction", one, reason=MORE, instruction_id=other.pk)
    assert set(case.instructions.values_list("pk", "status")) == {(one.pk, "given"), (other.pk, "withdrawn")}


@pytest.mark.django_db(transaction=True)
def test_report_and_withdrawal_at_once(cast: Cast) -> None:
    """Whoever comes first decides: a withdrawal ends it either way, a report finds it or does not."""
    one, start = given(cast), threading.Barrier(2)
    said: list[str] = []

    def go(verb: str, who: str, **facts: Any) -> None:
        try:
            start.wait(timeout=20)
            act(cast, verb, one, who, **facts)
            said.append(verb)
        except Refused as refusal:
            said.append(refusal.kind)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=("report_instruction", "liaison"), kwargs={"text": DONE}),
        threading.Thread(target=go, args=("withdraw_instruction", "leader"), kwargs={"reason": MORE}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    one.refresh_from_db()
    one.deadline.refresh_from_db()
    assert one.status == "withdrawn"
    assert "withdraw_instruction" in said
    assert bool(one.deadline.met_at) == ("report_instruction" in said)
    assert bool(one.deadline.void_at) != bool(one.deadline.met_at)


@pytest.mark.parametrize(
    ("verb", "typed", "status"),
    [
        ("close-instruction", {"note": "很好。"}, "closed"),
        ("return-instruction", {"reason": MORE, "due_on": ""}, "given"),
        ("withdraw-instruction", {"reason": MORE}, "withdrawn"),
    ],
)
def test_the_page_sends_what_it_shows(
    client: Client, cast: Cast, verb: str, typed: dict[str, str], status: str
) -> None:
    """Of one instruction alone the page says itself which one it is; nobody has to choose."""
    now = timezone.now()
    one = given(cast, now=now)
    if verb != "withdraw-instruction":
        reported(cast, one, now)
    client.force_login(cast.leader)
    address = f"/cases/{one.case_id}/{verb}/"
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    if "due_on" in typed:
        typed = {**typed, "due_on": (timezone.localdate() + dt.timedelta(days=10)).isoformat()}
    assert client.post(address, hidden | typed).status_code == 302
    one.refresh_from_db()
    assert one.status == status

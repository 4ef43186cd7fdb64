"""The office decides on an objection: uphold_referral leaves it where it is, reroute_case gives it to another unit."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Extension, Opinion
from hall import documents, journal
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast, yunxi
from tests.life_referrals import (
    DECIDED,
    NOT_OURS,
    assigned,
    clocks,
    days,
    disputed,
    involved,
    objected,
    owners,
    refused,
    rerouted,
)
from tests.matters import accepted, forwarded

pytestmark = pytest.mark.django_db


def uphold(cast: Cast, case: Case, who: str = "manager", reason: str = DECIDED) -> None:
    actions.uphold_referral(actor=cast.act(getattr(cast, who)), case_id=case.pk, reason=reason, now=NOW)


def reroute(
    cast: Cast, case: Case, who: str = "manager", unit: str = "housing", reason: str = DECIDED
) -> None:
    actions.reroute_case(
        actor=cast.act(getattr(cast, who)),
        case_id=case.pk,
        department_id=cast.units[unit].pk,
        reason=reason,
        now=NOW,
    )


def sees(cast: Cast, case: Case, who: str) -> bool:
    return Case.objects.visible_to(cast.act(getattr(cast, who))).filter(pk=case.pk).exists()


# -- it stays ------------------------------------------------------------------------------------------------------


def test_uphold_referral_makes_the_unit_receive_it(cast: Cast) -> None:
    case = objected(cast)
    uphold(cast, case)
    objection = case.objections.get()
    assert (objection.status, objection.decision, objection.decided_by) == (
        "dismissed",
        DECIDED,
        cast.manager,
    )
    assert clocks(case) == {"notify": dt.date(2026, 12, 3)}
    told = Message.objects.filter(kind="referral_upheld")
    assert {message.user for message in told} == {cast.liaison, cast.head}
    received = actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW + days(1))
    assert received.status == "accepted"


def test_an_upheld_dispute_changes_no_clock_of_the_handling(cast: Cast) -> None:
    case = disputed(cast)
    uphold(cast, case)
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}
    assert Message.objects.filter(kind="dispute_dismissed").exists()


@pytest.mark.parametrize("who", ["clerk", "liaison", "head", "leader", "supervisor"])
def test_only_the_hall_manager_decides(cast: Cast, who: str) -> None:
    case = objected(cast)
    assert refused(uphold, cast, case, who).kind == "role"
    assert refused(reroute, cast, case, who).kind == "role"


def test_without_an_objection_there_is_nothing_to_decide(cast: Cast) -> None:
    for case in (forwarded(cast), accepted(cast)):
        assert refused(uphold, cast, case).kind == "state"
        assert "没有待决定" in str(refused(reroute, cast, case))


def test_a_decision_says_why(cast: Cast) -> None:
    case = objected(cast)
    for act in (uphold, reroute):
        refusal = refused(act, cast, case, reason=" 是 ")
        assert (refusal.kind, refusal.field) == ("input", "reason")
    case.refresh_from_db()
    assert case.first_handler == cast.units["labour"]


# -- another unit, not received yet --------------------------------------------------------------------------------


def test_reroute_case_before_receipt_gives_the_new_unit_its_periods_whole(cast: Cast) -> None:
    case = objected(cast)
    case = rerouted(cast, case, NOW + days(5))
    housing = cast.units["housing"]
    assert (case.status, case.first_handler) == ("forwarded", housing)
    assert clocks(case) == {"notify": dt.date(2026, 12, 8), "object": dt.date(2026, 11, 30)}
    assert set(owners(case).values()) == {housing.pk}
    old, new = case.referrals.order_by("id")
    assert (old.ended_at, old.end_reason) == (NOW + days(5), DECIDED)
    assert (new.department, new.part, new.kind, new.ended_at) == (housing, "lead", "forward", None)
    assert new.document.number == "云信转字〔2026〕2号"
    assert documents.facts(new.document)["recipient"] == housing.name
    assert case.deadlines.get(kind="notify", department=cast.units["labour"]).void_reason
    assert not sees(cast, case, "liaison")
    assert sees(cast, case, "liaison2")
    assert {m.user for m in Message.objects.filter(kind="case_taken_back")} == {cast.liaison}
    assert Message.objects.get(kind="case_taken_back").url == ""
    assert Message.objects.filter(kind="case_forwarded", user=cast.liaison2).exists()
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.before["unit"], entry.after["unit"]) == (
        "reroute_case", cast.units["labour"].name, housing.name
    )  # fmt: skip
    assert journal.verify() == []
    # The new one may object in its turn, but not be told to take what the first one was let off.
    actions.object_to_referral(
        actor=cast.act(cast.liaison2), case_id=case.pk, reason="房屋质量属于自然资源部门职权，不属于本单位。",
        now=NOW + days(6),
    )  # fmt: skip
    back = refused(reroute, cast, case, unit="labour")
    assert (back.kind, back.field) == ("input", "department")
    assert rerouted(cast, case, NOW + days(7), "land").first_handler == cast.units["land"]


def test_an_assignment_goes_on_with_its_demand_and_its_report(cast: Cast) -> None:
    case = assigned(cast, report_in=20)
    actions.object_to_referral(actor=cast.act(cast.liaison), case_id=case.pk, reason=NOT_OURS, now=NOW)
    case = rerouted(cast, case, NOW + days(1))
    new = case.referrals.get(ended_at=None)
    assert (new.kind, new.demand) == ("assign", "查明人数和金额。\n逐项答复。")
    assert new.document.number == "云信交字〔2026〕2号"
    assert clocks(case)["report"] == dt.date(2026, 12, 9)
    assert documents.facts(new.document)["report_due"]["on"] == "2026-12-09"
    assert owners(case)["report"] == cast.units["housing"].pk


def test_under_the_2005_regulations_a_dispute_is_decided_too(cast: Cast) -> None:
    case = rerouted(cast, disputed(cast, received_on=dt.date(2022, 3, 1)))
    assert set(clocks(case)) == {"handle"}
    assert (
        "《信访条例》第二十四条"
        in JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq").after["article"]
    )


# -- another unit, accepted already --------------------------------------------------------------------------------


def test_the_sixty_days_are_the_petitioner_s_and_do_not_begin_anew(cast: Cast) -> None:
    case = disputed(cast)
    handle = case.deadlines.get(kind="handle")
    handle.extension_days = 20
    handle.save(update_fields=["extension_days"])
    case = rerouted(cast, case, NOW + days(10))
    housing = cast.units["housing"]
    anew = case.deadlines.get(kind="handle", department=housing)
    assert (case.status, case.accepted_on, case.first_handler) == ("accepted", NOW.date(), housing)
    assert (anew.started_on, anew.extension_days, anew.due_on) == (
        NOW.date(),
        20,
        dt.date(2027, 2, 9),
    )  # behind the Spring Festival
    assert set(clocks(case)) == {"handle"}  # no objection for who gets an accepted matter
    letter = case.referrals.get(ended_at=None).document
    assert letter.number == "云信改字〔2026〕1号"
    facts = documents.facts(letter)
    assert (facts["former_unit"], facts["accepted_on"]) == (cast.units["labour"].name, "2026-11-18")
    assert Message.objects.filter(kind="case_rerouted", user=cast.liaison2).exists()
    # Only a dispute is left to the new unit; that the first one used the same words is nothing against it.
    again = actions.dispute_case(
        actor=cast.act(cast.liaison2), case_id=case.pk, reason=NOT_OURS, now=NOW + days(11)
    )
    assert again.department == housing


def test_what_the_old_unit_had_begun_ends(cast: Cast) -> None:
    case = disputed(cast)
    draft = Opinion.objects.create(
        case=case, department=cast.units["labour"], drafted_by=cast.liaison, drafted_at=NOW
    )
    handle = case.deadlines.get(kind="handle")
    asked = Extension.objects.create(
        case=case, deadline=handle, days=10, reason="需要鉴定", requested_at=NOW, requested_by=cast.liaison
    )
    rerouted(cast, case)
    draft.refresh_from_db()
    asked.refresh_from_db()
    assert (draft.status, asked.status) == ("dropped", "refused")


def test_a_unit_that_took_part_may_lead(cast: Cast) -> None:
    case = disputed(cast)
    involved(cast, case)
    case = rerouted(cast, case)
    assert list(case.referrals.filter(ended_at=None).values_list("part", flat=True)) == ["lead"]
    assert set(clocks(case)) == {"handle"}


def test_the_other_unit_is_another_active_and_not_complained_of(cast: Cast) -> None:
    housing, land = cast.units["housing"], cast.units["land"]
    case = disputed(cast, respondents=(NewRespondent(name=housing.name, department_id=housing.pk),))
    accused = refused(reroute, cast, case)
    assert (accused.kind, accused.field) == ("input", "department")
    assert "第三十条" in accused.article
    assert "现在的承办单位" in str(refused(reroute, cast, case, unit="labour"))
    land.is_active = False
    land.save()
    assert refused(reroute, cast, case, unit="land").field == "department"


def test_the_database_locks_the_first_handler(cast: Cast) -> None:
    case = disputed(cast)
    with pytest.raises(IntegrityError, match="first_handler_lock"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(first_handler=cast.units["housing"])
    case.objections.update(
        status="agreed", new_department=cast.units["land"], decided_at=NOW, decision=DECIDED
    )
    with pytest.raises(IntegrityError, match="first_handler_lock"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(first_handler=cast.units["housing"])


# -- the doors, and two at once ------------------------------------------------------------------------------------


def test_the_manager_reads_the_reasons_and_decides(cast: Cast, client: Client) -> None:
    case = objected(cast, timezone.now())
    client.force_login(cast.manager)
    for verb in ("uphold-referral", "reroute-case"):
        text = client.get(f"/cases/{case.pk}/{verb}/").content.decode()
        assert NOT_OURS in text
        assert cast.units["housing"].name in text
    url = f"/cases/{case.pk}/reroute-case/"
    page = client.get(url).content.decode()
    assert f'<option value="{cast.units["housing"].pk}" selected>' in page  # as the unit suggested
    form = {"department": cast.units["housing"].pk, "reason": DECIDED}
    assert "关于转送" in client.post(url, {**form, "preview": "1"}).content.decode()
    assert client.post(url, form).status_code == 302
    case.refresh_from_db()
    assert case.first_handler == cast.units["housing"]
    client.force_login(cast.liaison)
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    client.force_login(cast.liaison2)
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_the_door_of_upholding(cast: Cast, client: Client) -> None:
    case = disputed(cast, timezone.now())
    url = f"/cases/{case.pk}/uphold-referral/"
    client.force_login(cast.clerk)
    assert client.post(url, {"reason": DECIDED}).status_code == 403
    client.force_login(cast.manager)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": DECIDED}).status_code == 302
    assert client.post(url, {"reason": DECIDED}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_upheld_and_rerouted_at_once_and_one_is_told(transactional_db: None) -> None:
    cast = yunxi()
    case, told, start = disputed(cast), [], threading.Barrier(2)

    def run(act: Callable[..., Any]) -> None:
        try:
            start.wait(timeout=20)
            act(cast, case)
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in (uphold, reroute)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert told == ["state"]
    assert case.deadlines.open().filter(kind="handle").count() == 1

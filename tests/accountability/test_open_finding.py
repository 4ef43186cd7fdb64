"""A finding that a supervisor opens (`open_finding`): what it rests on, who may, how it ends; and from which day on the
late ones are opened (`set_findings_from`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accountability import actions
from accountability.models import Finding, FindingPeriod, FindingStart
from accountability.queries.hand_findings import evidence_of
from cases.models import Case, Recusal
from hall.models import JournalEntry, Message
from tests.accountability.finding_steps import BEGIN, WHY, decided, fresh, in_review, late_case, later, stated
from tests.cast import Cast
from tests.life_referrals import refused
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
GROUNDS = "来访三次，承办人员每次都说不归本科室管，没有指明由谁办理。"


def facts(cast: Cast, case: Case, **more: Any) -> dict[str, Any]:
    now = more.pop("now", later(5))
    entries = list(evidence_of(case).values_list("pk", flat=True)[:2])
    return {
        "actor": cast.act(cast.supervisor, now), "case_id": case.pk, "department_id": cast.units["labour"].pk,
        "fault": "passed_on", "reason": GROUNDS, "evidence": entries, "now": now, **more,
    }  # fmt: skip


def by_hand(cast: Cast, **more: Any) -> Finding:
    return actions.open_finding(**facts(cast, accepted(cast, BEGIN), **more))


def test_it_rests_on_the_journal_and_the_unit_is_heard(cast: Cast) -> None:
    finding = by_hand(cast)
    assert (finding.status, finding.days_late, finding.deadline, finding.is_hall) == (
        "opened",
        0,
        None,
        False,
    )
    assert finding.opened_by == cast.supervisor and len(finding.evidence) == 2
    assert finding.case.deadlines.get(kind="statement").due_on == finding.state_by_on > later(5).date()
    entry = JournalEntry.objects.get(verb="open_finding")
    assert entry.after["fault"] == "推诿" and GROUNDS not in f"{entry.after}{entry.reason}"
    told = Message.objects.filter(kind="finding_opened")
    assert told.exists() and all(one.context["fault"] == "推诿" for one in told)
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(grounds="另一个说法，改写了原来的理由。")
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(days_late=3)


def test_what_must_be_said(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    other = registered(cast, BEGIN)
    theirs = list(evidence_of(other).values_list("pk", flat=True)[:1])
    handle = case.deadlines.get(kind="handle").pk
    for more, field in (
        ({"fault": "late"}, "fault"),
        ({"reason": "短"}, "reason"),
        ({"evidence": []}, "evidence"),
        ({"evidence": theirs}, "evidence"),
        ({"department_id": cast.units["housing"].pk}, "department"),
        ({"department_id": None}, "department"),
        ({"fault": "not_told"}, "deadline"),
        ({"deadline_id": 10**9}, "deadline"),
    ):
        assert refused(actions.open_finding, **facts(cast, case, **more)).field == field, more
    one = actions.open_finding(**facts(cast, case, fault="not_told", deadline_id=handle))
    assert (one.deadline_id, one.due_on) == (handle, case.deadlines.get(pk=handle).due_on)
    # Never the same twice: of one period for good, without a period while it is heard.
    assert refused(
        actions.open_finding, **facts(cast, case, fault="not_told", deadline_id=handle)
    ).kind == "state"  # fmt: skip
    actions.open_finding(**facts(cast, case))
    assert refused(actions.open_finding, **facts(cast, case)).kind == "state"
    assert Finding.objects.filter(case=case).count() == 2


def test_a_supervisor_alone_and_nobody_with_an_interest(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    for who in ("manager", "leader", "clerk", "liaison", "head"):
        assert refused(
            actions.open_finding, **facts(cast, case, actor=cast.act(getattr(cast, who), later(5)))
        ).kind == "role"  # fmt: skip
    Recusal.objects.create(case=case, user=cast.supervisor, reason="与承办人是亲属", at=later(1))
    assert refused(actions.open_finding, **facts(cast, Case.objects.get(pk=case.pk))).kind == "unseen"


def test_it_has_no_days_to_reduce_and_a_review_gives_it_up(cast: Cast) -> None:
    finding = stated(cast, by_hand(cast))
    reduced = {"finding_id": finding.pk, "days": 1, "reason": WHY, "now": later(8)}
    assert (
        refused(actions.reduce_finding, actor=cast.act(cast.supervisor, later(8)), **reduced).kind == "state"
    )
    asked = in_review(cast, decided(cast, "uphold_finding", finding))
    assert asked.decisions.first() and asked.decisions.first().days is None  # type: ignore[union-attr]
    said = {
        "finding_id": finding.pk,
        "reason": WHY,
        "now": later(12),
        "actor": cast.act(cast.manager, later(12)),
    }
    assert refused(actions.change_finding, days=1, **said).field == "days"
    actions.change_finding(days=None, **said)
    assert (
        fresh(finding).status == "changed"
        and "days" not in JournalEntry.objects.get(verb="change_finding").after
    )


def test_the_clock_still_finds_what_is_late(cast: Cast) -> None:
    """One by hand on the same period is about something else, and takes no period away."""
    case = late_case(cast)
    handle = case.deadlines.get(kind="handle").pk
    actions.open_finding(**facts(cast, case, fault="perfunctory", deadline_id=handle, now=later(66.01)))
    actions.open_findings(now=later(66.05))
    assert sorted(Finding.objects.filter(deadline=handle).values_list("fault", flat=True)) == [
        "late", "perfunctory",
    ]  # fmt: skip
    assert FindingPeriod.objects.filter(deadline=handle).count() == 1


def test_the_doors(cast: Cast, client: Client) -> None:
    case = accepted(cast, BEGIN)
    door = f"/cases/{case.pk}/open-finding/"
    client.force_login(cast.supervisor)
    assert f'href="{door}"' in client.get(f"/cases/{case.pk}/account/").content.decode()
    unit = cast.units["labour"].pk
    shown = client.get(f"{door}?unit={unit}&fault=perfunctory").content.decode()
    assert f'<option value="{unit}" selected>' in shown and "依据的办理记录" in shown
    entry = evidence_of(case).values_list("pk", flat=True)[0]
    said = {"department": unit, "fault": "perfunctory", "reason": GROUNDS}
    answer = client.post(door, said)
    assert (answer.status_code, GROUNDS in answer.content.decode()) == (422, True)
    assert client.post(door, {**said, "evidence": [entry]}).status_code == 302
    finding = Finding.objects.get(case=case)
    page = client.get(f"/findings/{finding.pk}/").content.decode()
    proof = JournalEntry.objects.get(pk=entry)
    for words in ("敷衍", GROUNDS, proof.actor_name, proof.hash[:12], "督查员"):
        assert words in page, words
    assert "逐日的原因" not in page and "逾期0日" not in page
    account = client.get(f"/cases/{case.pk}/account/").content.decode()
    assert "敷衍" in account and "逾期0日" not in account
    listed = client.get("/findings/").content.decode()
    assert "敷衍" in listed and f'href="/findings/{finding.pk}/"' in listed
    client.force_login(cast.manager)
    assert client.post(door, {**said, "evidence": [entry]}).status_code == 403


# -- from which day on -----------------------------------------------------------------------------------------------


def test_what_was_late_before_the_day_opens_nothing(cast: Cast) -> None:
    """As after an upgrade: no day is known, and the first round takes its own."""
    late_case(cast)
    FindingStart.objects.all().delete()
    actions.open_findings(now=later(90))  # what stands open has not ended, and is found
    assert not Finding.objects.filter(deadline__kind="handle").exists()
    start = FindingStart.objects.get(hall=cast.hall)
    assert (start.from_on, start.by) == (later(90).date(), None)
    manager, day = cast.act(cast.manager, later(91)), later(60).date()
    changed: dict[str, Any] = {"hall_id": cast.hall.pk, "now": later(91)}
    supervisor = cast.act(cast.supervisor, later(91))
    assert refused(actions.set_findings_from, actor=supervisor, from_on=day, **changed).kind == "role"
    ahead = later(99).date()
    assert refused(actions.set_findings_from, actor=manager, from_on=ahead, **changed).field == "from_on"
    actions.set_findings_from(actor=manager, from_on=day, **changed)
    entry = JournalEntry.objects.filter(verb="set_findings_from").latest("id")
    assert (entry.before, entry.after) == (
        {"from_on": later(90).date().isoformat()}, {"from_on": day.isoformat()},
    )  # fmt: skip
    assert actions.open_findings(now=later(91)) == 1
    assert Finding.objects.get(deadline__kind="handle").case


def test_the_manager_changes_the_day(cast: Cast, client: Client) -> None:
    door = f"/findings/halls/{cast.hall.pk}/set-findings-from/"
    client.force_login(cast.manager)
    assert f'href="{door}"' in client.get("/findings/").content.decode()
    assert client.get(door).status_code == 200
    assert client.post(door, {"from_on": "2026-01-05"}).status_code == 302
    assert FindingStart.objects.get(hall=cast.hall).from_on == dt.date(2026, 1, 5)
    client.force_login(cast.supervisor)
    assert client.get(door).status_code == 200
    assert client.post(door, {"from_on": "2026-01-05"}).status_code == 403
    client.force_login(cast.clerk)
    assert client.get(door).status_code == 404

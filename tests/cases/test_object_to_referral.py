"""Not our matter: object_to_referral before it is received, dispute_case after; the matter stays meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.models import Case, Objection, Recusal
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, TZ, Cast, yunxi
from tests.life_referrals import (
    DECIDED,
    NOT_OURS,
    clocks,
    days,
    disputed,
    objected,
    owners,
    refused,
    rerouted,
)
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db


def objecting(
    cast: Cast, case: Case, who: str = "liaison", now: dt.datetime = NOW, **facts: object
) -> Objection:
    said = {"reason": NOT_OURS, **facts}
    return actions.object_to_referral(actor=cast.act(getattr(cast, who)), case_id=case.pk, now=now, **said)


def disputing(
    cast: Cast, case: Case, who: str = "liaison", now: dt.datetime = NOW, **facts: object
) -> Objection:
    said = {"reason": NOT_OURS, **facts}
    return actions.dispute_case(actor=cast.act(getattr(cast, who)), case_id=case.pk, now=now, **said)


# -- before it is received -----------------------------------------------------------------------------------------


def test_object_to_referral_begins_the_office_s_clock_and_leaves_the_matter_where_it_is(cast: Cast) -> None:
    case = objected(cast)
    case.refresh_from_db()
    objection = case.objections.get()
    assert (case.status, case.first_handler) == ("forwarded", cast.units["labour"])
    assert (objection.kind, objection.suggested, objection.status) == (
        "object",
        cast.units["housing"],
        "open",
    )
    assert objection.referral == case.referrals.get()
    # The 15 days for telling the petitioner are not paused (第二十三条第三款 has no pause).
    assert clocks(case) == {"notify": dt.date(2026, 12, 3), "arbitrate": dt.date(2026, 11, 25)}
    assert owners(case)["arbitrate"] == cast.units["petition"].pk
    assert case.deadlines.get(kind="object").met_at == NOW
    assert Message.objects.get(kind="case_objected").user == cast.manager
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.reason) == ("object_to_referral", NOT_OURS)
    assert "第二十三条第三款" in entry.after["article"]
    assert journal.verify() == []


def test_the_objection_is_a_paper_from_the_unit_to_the_office(cast: Cast) -> None:
    document = objected(cast).objections.get().document
    assert document.number == "云信异字〔2026〕1号"
    facts = documents.facts(document)
    assert (facts["organ_name"], facts["recipient"]) == ("云溪县人力资源和社会保障局", "云溪县信访局")
    assert (facts["referral_number"], facts["reason"]) == ("云信转字〔2026〕1号", [NOT_OURS])
    assert facts["object_due"]["on"] == "2026-11-25"


@pytest.mark.parametrize("nightly", [False, True])
def test_after_five_working_days_it_can_only_be_received_and_disputed(cast: Cast, nightly: bool) -> None:
    case = forwarded(cast)
    last = dt.datetime(2026, 11, 25, 23, 59, tzinfo=TZ)
    if nightly:
        actions.lapse_windows(now=last + days(1))
    refusal = refused(objecting, cast, case, now=last + days(1))
    assert refusal.kind == "state"
    assert "2026年11月25日" in str(refusal)
    assert "争议" in str(refusal)
    assert "第二十三条第三款" in refusal.article


def test_on_the_last_day_it_is_in_time(cast: Cast) -> None:
    assert objecting(cast, forwarded(cast), now=dt.datetime(2026, 11, 25, 23, 59, tzinfo=TZ)).status == "open"


def test_the_2005_regulations_know_no_objection(cast: Cast) -> None:
    refusal = refused(objecting, cast, forwarded(cast, received_on=dt.date(2022, 3, 1)))
    assert refusal.kind == "state"
    assert "2005年" in str(refusal)


@pytest.mark.parametrize("who", ["clerk", "manager", "liaison2", "leader", "supervisor", "administrator"])
def test_only_the_unit_itself_objects(cast: Cast, who: str) -> None:
    assert refused(objecting, cast, forwarded(cast), who).kind == "role"
    assert refused(disputing, cast, accepted(cast), who).kind == "role"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " 不归我们管 "}, "reason"),
        ({"reason": ""}, "reason"),
        ({"suggested_id": "labour"}, "suggested"),
    ],
)
def test_an_objection_says_why_and_names_another(cast: Cast, facts: dict[str, object], field: str) -> None:
    case = forwarded(cast)
    if "suggested_id" in facts:
        facts = {"suggested_id": cast.units["labour"].pk}
    refusal = refused(objecting, cast, case, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not IssuedDocument.objects.filter(kind="objection").exists()


def test_one_at_a_time_and_not_again(cast: Cast) -> None:
    case = objected(cast)
    assert "正等待" in str(refused(objecting, cast, case))
    actions.uphold_referral(actor=cast.act(cast.manager), case_id=case.pk, reason=DECIDED, now=NOW)
    again = refused(objecting, cast, case)
    assert again.kind == "state"
    assert "已经决定维持" in str(again)


def test_by_receiving_it_the_unit_takes_its_own_objection_back(cast: Cast) -> None:
    case = objected(cast)
    actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    objection = case.objections.get()
    assert (objection.status, objection.decided_by) == ("dismissed", cast.liaison)
    assert objection.decision == Objection.TAKEN_BACK
    clock = case.deadlines.get(kind="arbitrate")
    assert (clock.void_at, clock.void_reason) == (NOW, Objection.TAKEN_BACK)
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}
    decide = refused(
        actions.uphold_referral, actor=cast.act(cast.manager), case_id=case.pk, reason=DECIDED, now=NOW
    )
    assert decide.kind == "state"
    assert refused(disputing, cast, case).field == "reason"  # the same words
    new = disputing(cast, case, reason="接收后查明，房屋由住房和城乡建设部门负责质量监督。")
    assert new.kind == "dispute", "nobody has decided against the unit"


@pytest.mark.parametrize("left", ["supervisor", "leader"])
def test_without_a_manager_who_may_know_the_next_in_the_hall_is_told(cast: Cast, left: str) -> None:
    case = forwarded(cast)
    out = [cast.manager] if left == "supervisor" else [cast.manager, cast.supervisor]
    for user in out:
        Recusal.objects.create(case=case, user=user, reason="近亲属", at=NOW)
    objecting(cast, case)
    told = {message.user for message in Message.objects.filter(kind="case_objected")}
    assert told == ({cast.supervisor} if left == "supervisor" else {cast.leader, cast.leader2})


def test_another_unit_may_say_in_the_same_words_what_the_one_before_said(cast: Cast) -> None:
    case = rerouted(cast, objected(cast))
    assert objecting(cast, case, "liaison2").department == cast.units["housing"]


def test_an_objection_to_what_is_received_or_not_sorted_is_no_move(cast: Cast) -> None:
    for case in (registered(cast), accepted(cast)):
        assert refused(objecting, cast, case, "liaison").kind in ("role", "state")


# -- after it is received ------------------------------------------------------------------------------------------


def test_dispute_case_lets_the_handling_run_on(cast: Cast) -> None:
    case = disputed(cast)
    case.refresh_from_db()
    assert case.status == "accepted"
    assert clocks(case) == {"handle": dt.date(2027, 1, 18), "arbitrate": dt.date(2026, 11, 25)}
    objection = case.objections.get()
    assert (objection.kind, objection.referral) == ("dispute", None)
    facts = documents.facts(objection.document)
    assert "referral_number" not in facts
    assert "object_due" not in facts
    assert Message.objects.get(kind="case_disputed").user == cast.manager


def test_a_dispute_has_no_window_and_stands_under_both_laws(cast: Cast) -> None:
    old = accepted(cast, received_on=dt.date(2022, 3, 1))
    assert disputing(cast, old, now=NOW + days(40)).kind == "dispute"
    entry = JournalEntry.objects.filter(stream=f"case:{old.pk}").latest("seq")
    assert "《信访条例》第二十四条" in entry.after["article"]


def test_who_lost_an_objection_does_not_dispute_it_after(cast: Cast) -> None:
    case = objected(cast)
    actions.uphold_referral(actor=cast.act(cast.manager), case_id=case.pk, reason=DECIDED, now=NOW)
    actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    assert refused(disputing, cast, case).kind == "state"


def test_a_withdrawn_matter_leaves_no_open_objection(cast: Cast) -> None:
    case = disputed(cast)
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人书面撤回。", now=NOW)
    assert case.objections.get().status == "dismissed"
    assert clocks(case) == {}


# -- the door ------------------------------------------------------------------------------------------------------


def test_the_door_shows_the_paper_first_and_then_objects(cast: Cast, client: Client) -> None:
    case = forwarded(cast, timezone.now())
    url = f"/cases/{case.pk}/object-to-referral/"
    client.force_login(cast.liaison)
    text = client.get(url).content.decode()
    assert "5个工作日" in text
    assert "15日期限不停" in text
    form = {"reason": NOT_OURS, "suggested": cast.units["housing"].pk}
    draft = client.post(url, {**form, "preview": "1"}).content.decode()
    assert "异议（退回）单" in draft
    assert not case.objections.exists()
    short = client.post(url, {**form, "reason": "不归我们"})
    assert short.status_code == 422
    assert "请详细说明理由" in short.content.decode()
    assert client.post(url, form).status_code == 302
    assert case.objections.get().raised_by == cast.liaison
    assert client.post(url, form).status_code == 409
    client.force_login(cast.clerk)
    assert client.post(url, form).status_code == 403
    client.force_login(cast.liaison2)
    assert client.get(url).status_code == 404


def test_the_door_of_a_dispute(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.head)
    url = f"/cases/{case.pk}/dispute-case/"
    page = client.get(url).content.decode()
    assert "只能提出争议" in page
    assert f'value="{cast.units["labour"].pk}"' not in page  # not the own unit
    assert client.post(url, {"reason": NOT_OURS}).status_code == 302
    assert case.objections.get().kind == "dispute"


# -- the database, and two at once ---------------------------------------------------------------------------------


def test_the_database_holds_one_open_objection_and_its_ways(cast: Cast) -> None:
    case = objected(cast)
    objection = case.objections.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            case=case, kind="object", department=cast.units["labour"], reason="x", raised_at=NOW
        )
    for facts in ({"status": "agreed"}, {"status": "agreed", "decided_at": NOW}, {"status": "dismissed"}):
        with pytest.raises(Error), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(**facts)
    with pytest.raises(Error), transaction.atomic():
        objection.delete()


@pytest.mark.django_db(transaction=True)
def test_object_and_receive_at_once_and_it_is_received_with_nothing_left_to_decide(
    transactional_db: None,
) -> None:
    cast = yunxi()
    case, told, start = forwarded(cast), [], threading.Barrier(2)

    def run(act: Callable[..., Any], who: str, **facts: Any) -> None:
        try:
            start.wait(timeout=20)
            act(actor=cast.act(getattr(cast, who)), case_id=case.pk, now=NOW, **facts)
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [
        threading.Thread(
            target=run, args=(actions.object_to_referral, "liaison"), kwargs={"reason": NOT_OURS}
        ),
        threading.Thread(target=run, args=(actions.receive_case, "head")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    case.refresh_from_db()
    assert case.status == "accepted"
    assert told == ([] if case.objections.exists() else ["state"])
    assert not case.objections.filter(status="open").exists()
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}

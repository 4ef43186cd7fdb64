"""The guide desk: record_talk, refer_to_service and its answers (accept_service_referral, decline_service_referral,
report_service_result, withdraw_service_referral, remind_service_referrals)."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import NewRespondent
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from intake.actions import (
    accept_service_referral,
    decline_service_referral,
    register_visit,
    remind_service_referrals,
    report_service_result,
    withdraw_service_referral,
)
from intake.models import GuidanceRule, GuidanceTalk, ServiceReferral
from staffing.actions import publish_leaflet, save_leaflet
from staffing.rules import LeafletFacts
from tests.cast import NOW, Cast, at, queues, take
from tests.guidance import NEED, TOLD, referred, talked
from tests.matters import matter
from tests.social import SECRET, lawyer, participant, psychologist

pytestmark = pytest.mark.django_db


def visit_of(cast: Cast) -> int:
    return take(cast, queues(cast)["B"]).visit_id


def told_in_journal() -> str:
    return "".join(f"{e.before}{e.after}{e.reason}" for e in JournalEntry.objects.all())


# -- talks -------------------------------------------------------------------------------------------------------


def test_a_talk_is_written_once_and_the_journal_has_none_of_its_words(cast: Cast) -> None:
    talk = talked(cast, visit_of(cast))
    assert (talk.topic, talk.outcome, talk.by) == ("law", "understood", cast.guide)
    assert TOLD not in told_in_journal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT explained FROM intake_guidancetalk")
        assert TOLD.encode() not in bytes(cursor.fetchone()[0])
    for change in (lambda: GuidanceTalk.objects.update(topic="rules"), lambda: talk.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"topic": "x"}, "topic"), ({"outcome": ""}, "outcome"), ({"explained": "好"}, "explained"),
        ({"talked_at": NOW + dt.timedelta(hours=1)}, "day"), ({"leaflet_id": 0}, "leaflet"),
    ],
)  # fmt: skip
def test_bad_input_of_a_talk_stands_at_its_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        talked(cast, visit_of(cast), **changed)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_who_is_complained_of_in_what_came_of_the_visit_learns_nothing(cast: Cast) -> None:
    visit_id = visit_of(cast)
    talk, referral = talked(cast, visit_id), referred(cast, visit_id)
    manager = cast.act(cast.manager)
    assert GuidanceTalk.objects.visible_to(manager).get() == talk
    register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=visit_id, form_token=uuid.uuid4(),
        new=matter(NOW, respondents=(NewRespondent(name=cast.manager.name, user_id=cast.manager.pk),)), now=NOW,
    )  # fmt: skip
    assert not GuidanceTalk.objects.visible_to(manager).exists()
    assert not ServiceReferral.objects.visible_to(manager).exists()
    assert ServiceReferral.objects.visible_to(cast.act(cast.guide)).get() == referral
    for outside in (cast.liaison, cast.leader, cast.administrator):
        assert not GuidanceTalk.objects.visible_to(cast.act(outside)).exists()


# -- referrals ---------------------------------------------------------------------------------------------------


def test_the_lawyer_accepts_and_reports_and_the_desk_is_told(cast: Cast) -> None:
    one = lawyer(cast)
    referral = referred(cast, visit_of(cast), one)
    assert Message.objects.get(user=cast.lawyer, channel="app").kind == "service_referral_asked"
    actor = cast.act(cast.lawyer)
    assert ServiceReferral.objects.visible_to(actor).mine(actor).get() == referral
    accept_service_referral(actor=actor, referral_id=referral.pk, answer="下午两点在律师室", now=NOW)
    done = report_service_result(
        actor=actor, referral_id=referral.pk, outcome="helped", result="已代写仲裁申请", now=NOW
    )
    assert (done.status, done.outcome) == ("finished", "helped")
    kinds = list(Message.objects.filter(user=cast.guide, channel="app").values_list("kind", flat=True))
    assert sorted(kinds) == ["service_referral_answered", "service_referral_finished"]
    said = told_in_journal() + "".join(str(m.context) for m in Message.objects.all())
    assert not any(words in said for words in (NEED, "13800010001", "仲裁申请", "律师室"))


def test_nothing_goes_out_without_consent_and_it_can_be_taken_back(cast: Cast) -> None:
    visit_id, one = visit_of(cast), lawyer(cast)
    with pytest.raises(Refused) as refused:
        referred(cast, visit_id, one, consented=False)
    assert (refused.value.field, refused.value.article) == ("consented", "《个人信息保护法》第二十三条")
    assert not ServiceReferral.objects.exists()
    referral = referred(cast, visit_id, one)
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceReferral.objects.filter(pk=referral.pk).update(status="asked", consent="")
    accept_service_referral(actor=cast.act(cast.lawyer), referral_id=referral.pk, answer="可以", now=NOW)
    with pytest.raises(Refused) as refused:
        withdraw_service_referral(actor=cast.act(cast.lawyer), referral_id=referral.pk, now=NOW)
    assert refused.value.kind == "role"
    withdraw_service_referral(actor=cast.act(cast.clerk), referral_id=referral.pk, now=NOW)
    left = ServiceReferral.objects.get()
    assert (left.status, left.need, left.contact, left.answer) == ("withdrawn", "", "", "")
    assert Message.objects.filter(user=cast.lawyer, kind="service_referral_withdrawn").exists()
    with pytest.raises(Refused) as refused:
        report_service_result(actor=cast.act(cast.lawyer), referral_id=referral.pk, outcome="helped", now=NOW)
    assert refused.value.kind == "state"


def test_the_desk_writes_down_what_somebody_without_an_account_answered(cast: Cast) -> None:
    referral = referred(cast, visit_of(cast))
    with pytest.raises(Refused) as refused:
        decline_service_referral(actor=cast.act(cast.guide), referral_id=referral.pk, answer="不", now=NOW)
    assert refused.value.field == "answer"
    decline_service_referral(
        actor=cast.act(cast.guide), referral_id=referral.pk, answer="不属于法律援助的范围", now=NOW
    )
    assert ServiceReferral.objects.get().status == "declined"
    assert not Message.objects.filter(user=cast.guide).exists(), "who answered needs no message"


def test_only_the_lawyer_answers_for_the_lawyer(cast: Cast) -> None:
    referral = referred(cast, visit_of(cast), lawyer(cast))
    psychologist(cast)
    for who in (cast.guide, cast.manager, cast.psychologist):
        with pytest.raises(Refused) as refused:
            accept_service_referral(actor=cast.act(who), referral_id=referral.pk, now=NOW)
        assert refused.value.kind == "role"
    assert not ServiceReferral.objects.visible_to(cast.act(cast.psychologist)).exists()


def test_of_a_psychologist_no_word_is_written_outside_of_the_seal(cast: Cast) -> None:
    referral = referred(cast, visit_of(cast), psychologist(cast))
    actor = cast.act(cast.psychologist)
    accept_service_referral(actor=actor, referral_id=referral.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        report_service_result(actor=actor, referral_id=referral.pk, outcome="helped", result=SECRET, now=NOW)
    assert refused.value.field == "result"
    assert report_service_result(actor=actor, referral_id=referral.pk, outcome="helped", now=NOW).result == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "x"}, "kind"), ({"kind": "psychologist"}, "participant"), ({"participant_id": None}, "participant"),
        ({"organisation": "某中心"}, "participant"), ({"need": "无"}, "need"),
    ],
)  # fmt: skip
def test_bad_input_of_a_referral_stands_at_its_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        referred(cast, visit_of(cast), lawyer(cast), **changed)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_who_has_not_promised_secrecy_is_not_told(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        referred(cast, visit_of(cast), participant(cast, "social_worker", name="某社工", promised_on=None))
    assert refused.value.field == "participant"


def test_the_day_to_answer_is_the_halls_own_and_reminds_once(cast: Cast) -> None:
    one = lawyer(cast)
    visit_id = visit_of(cast)
    assert referred(cast, visit_id, one).answer_by is None
    GuidanceRule.objects.create(hall=cast.hall, answer_days=2)
    friday = at("2026-11-20 10:00")
    referral = referred(cast, visit_id, one, now=friday)
    assert referral.answer_by == dt.date(2026, 11, 24), "two working days after a Friday"
    assert remind_service_referrals(actor=SYSTEM, now=at("2026-11-24 18:00")) == 0
    for expected in (1, 0):
        assert remind_service_referrals(actor=SYSTEM, now=at("2026-11-25 08:20")) == expected
    assert Message.objects.filter(user=cast.guide, kind="service_referral_late").count() == 1
    with pytest.raises(Refused):
        remind_service_referrals(actor=cast.act(cast.manager), now=NOW)


def test_the_database_lets_no_other_move_through_and_nothing_be_readdressed(cast: Cast) -> None:
    referral = referred(cast, visit_of(cast), lawyer(cast))
    rows = ServiceReferral.objects.filter(pk=referral.pk)
    for change in (
        {"status": "finished"},
        {"organisation": "别处"},
        {"kind": "relief"},
        {"status": "accepted"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_one_of_them_is_too_late(cast: Cast) -> None:
    referral = referred(cast, visit_of(cast), lawyer(cast))
    results: list[str] = []

    def say(verb: Any) -> None:
        try:
            verb(actor=cast.act(cast.lawyer), referral_id=referral.pk, answer="下午两点过来", now=NOW)
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    both = (accept_service_referral, decline_service_referral)
    threads = [threading.Thread(target=say, args=(verb,)) for verb in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "state"]


# -- pages -------------------------------------------------------------------------------------------------------


def test_the_desk_page_asks_a_constant_number_of_questions(cast: Cast, client: Client) -> None:
    visit_id, one = visit_of(cast), lawyer(cast)
    client.force_login(cast.guide)
    client.get(f"/guidance/{cast.hall.code}/")
    counts = []
    for _n in range(2):
        for _m in range(3):
            talked(cast, visit_id)
            referred(cast, visit_id, one)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/guidance/{cast.hall.code}/")
        assert page.status_code == 200
        counts.append(len(asked))
        for path in ("/guidance-talks/", "/service-referrals/"):
            assert client.get(path).status_code == 200
    assert counts[0] == counts[1]


def test_on_the_page_nothing_typed_is_lost(cast: Cast, client: Client) -> None:
    visit_of(cast)
    client.force_login(cast.guide)
    page = client.post(
        "/guidance-talks/new/",
        {"topic": "law", "explained": TOLD, "outcome": "understood", "ticket_number": "Z999", "day": "2026-11-18",
         "starts": "09:00"},
    )  # fmt: skip
    assert page.status_code == 422
    assert TOLD in page.content.decode() and "本厅当天没有这个号码" in page.content.decode()


def test_the_hall_rules_are_public_printed_and_have_their_code(cast: Cast, client: Client) -> None:
    call_command("load_leaflets", verbosity=0)
    page = client.get(f"/halls/{cast.hall.code}/leaflets/hall-rules/").content.decode()
    for words in ("劝阻、批评、教育", "照常登记", "围堵", "管制器具"):
        assert words in page
    sheet = client.get(f"/halls/{cast.hall.code}/leaflets/hall-rules/print/").content.decode()
    assert "<svg" in sheet


def test_a_leaflet_that_was_handed_out_is_noted(cast: Cast) -> None:
    manager = cast.act(cast.manager)
    leaflet = save_leaflet(
        actor=manager, hall_id=cast.hall.pk, now=NOW,
        facts=LeafletFacts(slug="bring", topic="怎样信访", title="带什么来", body="带身份证件。"),
    )  # fmt: skip
    visit_id = visit_of(cast)
    with pytest.raises(Refused):
        talked(cast, visit_id, leaflet_id=leaflet.pk)
    publish_leaflet(actor=manager, leaflet_id=leaflet.pk, now=NOW)
    assert talked(cast, visit_id, leaflet_id=leaflet.pk).leaflet == leaflet

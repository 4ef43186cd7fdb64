"""What was said at a reception (`record_reception`): written once, corrected by a further version."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases.actions import place_on_docket, remove_from_docket
from cases.models import ReceptionRecord, Recusal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast, reception
from tests.life_docket import HEARD, given, heard, on_docket
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db


def test_record_reception_keeps_what_was_said(cast: Cast) -> None:
    item = on_docket(cast)
    record = heard(cast, item)
    assert (record.version, record.opinion, record.by) == (1, HEARD.opinion, cast.clerk)
    entry = JournalEntry.objects.get(verb="record_reception")
    assert (entry.stream, entry.after) == (f"case:{item.case_id}", {"version": 1})
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceptionRecord.objects.update(opinion="改写")


def test_a_correction_is_a_version_with_its_reason(cast: Cast) -> None:
    item = on_docket(cast)
    heard(cast, item)
    said = dataclasses.replace(HEARD, opinion="请住建局牵头，人社局配合。")
    assert refused(heard, cast, item, heard=said, version=2).field == "correction"
    second = heard(cast, item, heard=said, version=2, correction="牵头单位记错了。", who=cast.leader)
    assert (second.version, item.records.count()) == (2, 2)
    late = refused(heard, cast, item, heard=said, version=2, correction="又一次更正。")
    assert (late.kind, item.records.count()) == ("state", 2)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"problem": " "}, "problem"), ({"opinion": ""}, "opinion"), ({"is_settled": True}, "result")],
)
def test_what_is_recorded_says_something(cast: Cast, facts: dict[str, object], field: str) -> None:
    refusal = refused(heard, cast, on_docket(cast), heard=dataclasses.replace(HEARD, **facts))
    assert (refusal.kind, refusal.field) == ("input", field)


def test_who_and_when(cast: Cast) -> None:
    item = on_docket(cast)
    for who in (cast.liaison, cast.leader2, cast.supervisor, cast.guide):
        assert refused(heard, cast, item, who=who).kind == "role"
    ahead = reception(cast, NOW + dt.timedelta(days=2))
    later = place_on_docket(actor=SYSTEM, reception_id=ahead.pk, case_id=item.case_id, now=NOW)
    assert "还没有开始" in str(refused(heard, cast, later))
    unknown = place_on_docket(actor=SYSTEM, reception_id=item.reception_id, headline="路灯不亮", now=NOW)
    assert "先登记" in str(refused(heard, cast, unknown))
    remove_from_docket(actor=cast.act(cast.clerk), item_id=unknown.pk, now=NOW)
    assert "已经移出" in str(refused(heard, cast, unknown))


def test_a_recused_clerk_writes_nothing(cast: Cast) -> None:
    item = on_docket(cast)
    Recusal.objects.create(case=item.case, user=cast.clerk2, reason="亲属", at=NOW)
    assert refused(heard, cast, item, who=cast.clerk2).kind == "unseen"


def test_what_was_recorded_stays_on_the_docket(cast: Cast) -> None:
    item, other = on_docket(cast), on_docket(cast, days_ago=7)
    heard(cast, item)
    given(cast, other.case)
    for one in (item, other):
        with pytest.raises(Refused, match="不能移出"):
            remove_from_docket(actor=cast.act(cast.clerk), item_id=one.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_write_the_same_record(cast: Cast) -> None:
    item, start = on_docket(cast), threading.Barrier(2)
    said: list[str] = []

    def write(who: str) -> None:
        try:
            start.wait(timeout=20)
            heard(cast, item, who=getattr(cast, who))
            said.append("recorded")
        except Refused as refusal:
            said.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in ("clerk", "leader")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["recorded", "state"]
    assert item.records.count() == 1


TYPED = {"version": "1", "problem": HEARD.problem, "opinion": HEARD.opinion, "place": HEARD.place}


def test_the_page_records_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now)
    client.force_login(cast.clerk)
    where = f"/docket/items/{item.pk}/record/"
    assert "请求协调支付拖欠的工资" in client.get(where).text
    wrong = client.post(where, {**TYPED, "is_settled": "on"})
    assert wrong.status_code == 422
    assert "当场解决的，请写明结果" in wrong.text
    assert HEARD.problem in wrong.text
    assert client.post(where, TYPED)["Location"] == f"/docket/items/{item.pk}/"
    stale = client.post(where, {**TYPED, "opinion": "另一种意见，写在这里。", "correction": "记错了一处。"})
    assert stale.status_code == 409
    assert "另一种意见，写在这里。" in stale.text
    assert 'name="version" value="2"' in stale.text
    again = client.post(where, {**TYPED, "version": "2", "correction": "记错了一处。"})
    assert again.status_code == 302
    assert "第2版" in client.get(f"/docket/items/{item.pk}/").text
    client.force_login(cast.supervisor)
    assert client.get(where).status_code == 200
    assert client.post(where, TYPED).status_code == 403

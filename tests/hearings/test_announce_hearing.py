"""The public is told of a public hearing and of nothing else (`announce_hearing`); what it reads, in every form."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall import outbox
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.actions.announcements import withdraw_announcement
from hearings.models import Conclusion, Hearing, PublicSeat
from tests.cast import NOW, Cast
from tests.hearings.notice_steps import (
    STARTS,
    WORDS,
    announced,
    dated,
    party,
    postponed,
    refused,
    scheduled,
    taken,
)
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db
LIST = "/halls/yunxi/hearings/"


def _at(days: int) -> dt.datetime:
    """The pages read the wall clock."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(9), timezone.get_current_timezone())


def on_show(cast: Cast, days: int = 20, **facts: Any) -> Hearing:
    hearing = scheduled(cast, starts_at=_at(days), now=_at(-3), **facts)
    announced(cast, hearing, _at(-2))
    return Hearing.objects.get(pk=hearing.pk)


def moved(hearing: Hearing, *states: str, **facts: Any) -> Hearing:
    # until asking and session are joined
    for state in states[:-1]:
        Hearing.objects.filter(pk=hearing.pk).update(status=state)
    Hearing.objects.filter(pk=hearing.pk).update(status=states[-1], **facts)
    return Hearing.objects.get(pk=hearing.pk)


def test_it_is_published_and_mended(cast: Cast) -> None:
    hearing = scheduled(cast)
    one = announced(cast, hearing)
    hearing.refresh_from_db()
    assert (hearing.announced_at, hearing.public_seats, one.revision) == (NOW, 3, 1)
    later = NOW + dt.timedelta(hours=1)
    again = announced(cast, hearing, later, replace(WORDS, seats=5))
    hearing.refresh_from_db()
    assert (hearing.announced_at, hearing.public_seats, again.revision) == (NOW, 5, 2)
    assert JournalEntry.objects.filter(verb="announce_hearing").count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "张秀英反映拖欠工资听证"}, "title"),
        ({"title": "Zhang Xiuying 反映拖欠工资听证"}, "title"),
        ({"attend": "请带身份证件，与张 秀 英一同到场的请提前说明。"}, "attend"),
        ({"attend": "请带身份证件，有事联系代理人田守义，提前到场。"}, "attend"),
        ({"attend": "请带身份证件，联系电话一三八〇〇〇一〇〇〇一，提前到场。"}, "attend"),
        ({"attend": "证件号530999196805120043的信访人到场，请提前登记入场。"}, "attend"),
        ({"attend": "云溪县城关镇人民路1号的住户可以优先入场，请带证件。"}, "attend"),
        ({"contact": "13800010001"}, "contact"),
        ({"title": "听证"}, "title"),
        ({"attend": "带证件"}, "attend"),
        ({"seats": -1}, "seats"),
        ({"seats": 41}, "seats"),
    ],
)
def test_nobody_of_the_case_is_in_the_words(cast: Cast, facts: dict[str, Any], field: str) -> None:
    hearing = scheduled(cast)
    refusal = refused(announced, cast, hearing, words=replace(WORDS, **facts))
    assert (refusal.kind, refusal.field) == ("input", field)
    hearing.refresh_from_db()
    assert hearing.announced_at is None


def test_the_organs_own_telephone_and_address_may_stand_there(cast: Cast) -> None:
    attend = "听证在云溪县文昌路18号举行，请带身份证件提前入场。"
    announced(
        cast, scheduled(cast), words=replace(WORDS, contact="云溪县联合接访大厅 0999-8812345", attend=attend)
    )


def test_a_place_that_names_somebody_is_not_announced(cast: Cast) -> None:
    hearing = scheduled(cast)
    party(hearing, "witness", "卢见证")
    Hearing.objects.filter(pk=hearing.pk).update(room=None, place="卢见证家院内")
    assert refused(announced, cast, hearing).kind == "state"


def test_a_closed_hearing_is_neither_announced_nor_found(cast: Cast, client: Client) -> None:
    closed = scheduled(cast, public=False, starts_at=_at(20), now=_at(-3))
    assert refused(announced, cast, closed).kind == "state"
    for path in (f"{LIST}{closed.pk}/", f"{LIST}{closed.pk}/hearing.ics", f"{LIST}{closed.pk}/seat/"):
        assert client.get(path).status_code == 404
    for path in (LIST, "/halls/yunxi/hearings.json", "/halls/yunxi/hearings.atom"):
        assert "拖欠工资" not in client.get(path).text
    client.force_login(cast.liaison)
    assert client.get(f"/hearings/{closed.pk}/audience/").status_code == 404
    assert client.get(f"/hearings/{closed.pk}/notices/").status_code == 200
    client.force_login(cast.liaison2)
    assert client.get(f"/hearings/{closed.pk}/notices/").status_code == 404


def test_one_that_was_not_announced_is_not_found_either(cast: Cast, client: Client) -> None:
    assert client.get(f"{LIST}{scheduled(cast).pk}/").status_code == 404


def test_a_hearing_that_is_closed_later_disappears_and_its_public_is_told(cast: Cast, client: Client) -> None:
    hearing = on_show(cast)
    taken(hearing, now=_at(-1))
    withdraw_announcement(Hearing.objects.get(pk=hearing.pk), now=_at(0))
    assert client.get(f"{LIST}{hearing.pk}/").status_code == 404
    seat = PublicSeat.objects.get()
    assert (seat.status, seat.name, seat.phone) == ("cancelled", "", "")
    said = outbox.words(Message.objects.get(kind="hearing_seat_closed"))
    assert "不公开举行" in said[1]
    assert "拖欠工资" not in "".join(said)


def test_who_may_and_when(cast: Cast) -> None:
    hearing = scheduled(cast)

    def say(who: str, now: dt.datetime = NOW) -> str:
        actor = cast.act(getattr(cast, who))
        return refused(
            actions.announce_hearing, actor=actor, hearing_id=hearing.pk, words=WORDS, now=now
        ).kind

    assert [say(who) for who in ("clerk", "supervisor", "liaison2")] == ["role", "role", "unseen"]
    assert say("liaison", STARTS) == "state"
    moved(hearing, "preparing")
    assert say("liaison") == "state"


def test_the_page_says_what_when_where_and_keeps_no_cookie(cast: Cast, client: Client) -> None:
    hearing = on_show(cast)
    page = client.get(f"{LIST}{hearing.pk}/")
    assert (page.status_code, bool(page.cookies)) == (200, False)
    assert "max-age=60" in page["Cache-Control"]
    for word in (WORDS.title, "听证室", "云溪县文昌路18号", "共3个，还有3个", "登记旁听", "提前二十分钟"):
        assert word in page.text
    for secret in ("张秀英", "13800010001", "田守义", "郑国栋"):
        assert secret not in page.text
    again = client.get(f"{LIST}{hearing.pk}/", headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 304


def test_changes_show_by_themselves_with_their_time(cast: Cast, client: Client) -> None:
    hearing = on_show(cast)
    postponed(cast, hearing, now=_at(-1))
    page = client.get(f"{LIST}{hearing.pk}/").text
    assert "新的时间待定" in page
    assert "延期，原定" in page
    assert "需要通知新的证人" in page
    assert "张秀英申请" not in page  # the reason in words is the file's
    dated(hearing, _at(40), now=_at(0))
    page = client.get(f"{LIST}{hearing.pk}/").text
    assert "重新确定：" in page
    event = icalendar.Calendar.from_ical(client.get(f"{LIST}{hearing.pk}/hearing.ics").content).events[0]
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 3)
    moved(hearing, "ended", ended_at=_at(0), end_ground="settled", end_reason="双方和解。")
    page = client.get(f"{LIST}{hearing.pk}/").text
    assert "公告不再举行" in page
    assert "和解" not in page
    cancelled = icalendar.Calendar.from_ical(client.get(f"{LIST}{hearing.pk}/hearing.ics").content).events[0]
    assert (cancelled["status"], str(cancelled["uid"])) == ("CANCELLED", str(event["uid"]))


def test_the_conclusion_is_one_word(cast: Cast, client: Client) -> None:
    hearing = on_show(cast, days=1)
    moved(hearing, "in_session", "deliberating", started_at=_at(0), closed_at=_at(0))
    assert "听证结论：" not in client.get(f"{LIST}{hearing.pk}/").text
    facts = {
        "finding": "partly",
        "facts": "张秀英做工三个月。",
        "opinion": "应予支付。",
        "concluded_at": _at(0),
        "votes_for": 2,
        "votes_total": 3,
    }
    Conclusion.objects.create(hearing=hearing, **facts)
    moved(hearing, "concluded")
    for path in (LIST, f"{LIST}{hearing.pk}/"):
        page = client.get(path).text
        assert "诉求部分成立" in page
        assert "应予支付" not in page


def test_coming_first_then_past_with_constant_queries(cast: Cast, client: Client) -> None:
    hearings = []
    for n in range(3):
        case = accepted(cast, _at(-30), people=accepted_people(n))
        hearings.append(on_show(cast, days=10 + n, case=case))
    moved(hearings[0], "in_session", "deliberating", started_at=_at(0), closed_at=_at(0))
    moved(hearings[2], "ended", ended_at=_at(0), end_ground="settled", end_reason="双方和解。")
    page = client.get(LIST).text
    assert page.index(f"hearings/{hearings[1].pk}/") < page.index("已经举行和不再举行")
    assert page.index("已经举行和不再举行") < page.index(f"hearings/{hearings[2].pk}/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    on_show(cast, days=15, case=accepted(cast, _at(-30), people=accepted_people(7)))
    with CaptureQueriesContext(connection) as more:
        client.get(LIST)
    assert len(more) == len(few) <= 9


def accepted_people(n: int) -> Any:

    return (replace(ZHANG, name=f"第{n}人甲", id_number="", phone=f"1380002{n:04}"),)


def test_feeds_tell_the_same(cast: Cast, client: Client) -> None:
    hearing = on_show(cast)
    told = json.loads(client.get("/halls/yunxi/hearings.json").content)["hearings"]
    assert [(one["id"], one["title"], one["seats_left"]) for one in told] == [(hearing.pk, WORDS.title, 3)]
    atom = client.get("/halls/yunxi/hearings.atom").text
    assert f"halls/yunxi/hearings/{hearing.pk}" in atom
    assert WORDS.title in atom


def test_every_public_page_leads_to_the_announcements(cast: Cast, client: Client) -> None:
    assert 'href="/halls/yunxi/hearings/"' in client.get("/halls/yunxi/guide/").text

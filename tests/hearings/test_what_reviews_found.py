"""What was found when the topics of a hearing were read together: each once, so that it does not come back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from cases.actions import withdraw_case
from cases.models import Case, Proceeding, Recusal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.models import Hearing
from hearings.queries.session import matrix_of
from tests.cast import NOW, Cast
from tests.hearings.session_steps import all_signed, begun, gone_through, scheduled, written

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def recused(cast: Cast, hearing: Hearing, role: str, ground: str, now: dt.datetime = NOW) -> None:
    seat = hearing.seats.filter(role=role, status="seated").order_by("pk")[0]
    asked = actions.request_recusal(
        actor=SYSTEM,
        seat_id=seat.pk,
        by="信访人",
        ground=ground,
        reason="与本事项有利害关系，可能影响公正。",
        now=now,
    )
    actions.decide_recusal(
        actor=SYSTEM, recusal_id=asked.pk, granted=True, decision="经核实，情况属实，应当回避。", now=now
    )


def test_who_is_recused_for_an_interest_stays_out_of_the_matter(cast: Cast) -> None:
    hearing = scheduled(cast)
    recused(cast, hearing, "presider", "interest")
    assert Recusal.objects.filter(case=hearing.case, user=cast.leader2).exists()
    presider = cast.act(cast.leader2)
    assert not Case.objects.visible_to(presider).filter(pk=hearing.case_id).exists()
    assert not Hearing.objects.visible_to(presider).filter(pk=hearing.pk).exists()


def test_who_has_only_handled_it_keeps_reading_it(cast: Cast) -> None:
    hearing = scheduled(cast)
    recused(cast, hearing, "presider", "handled")
    assert not Recusal.objects.exists()


def test_an_incomplete_panel_does_not_withdraw_to_deliberate(cast: Cast) -> None:
    hearing = begun(cast)
    recused(cast, hearing, "member", "other", NOW + HOUR)
    gone_through(hearing)
    written(cast, hearing)
    with pytest.raises(Refused, match="听证员"):
        actions.close_session(actor=SYSTEM, hearing_id=hearing.pk, now=NOW + 2 * HOUR)


def test_a_deliberation_that_cannot_end_is_suspended_or_ended(cast: Cast) -> None:
    hearing = begun(cast)
    gone_through(hearing)
    written(cast, hearing)
    all_signed(cast, hearing)
    actions.close_session(actor=SYSTEM, hearing_id=hearing.pk, now=NOW + 2 * HOUR)
    actions.suspend_hearing(
        actor=SYSTEM,
        hearing_id=hearing.pk,
        ground="other",
        reason="一名听证员不能履行职责。",
        now=NOW + 3 * HOUR,
    )
    actions.end_hearing(
        actor=SYSTEM, hearing_id=hearing.pk, ground="settled", reason="双方已经达成和解。", now=NOW + 4 * HOUR
    )
    assert not Proceeding.objects.filter(case=hearing.case, blocks_opinion=True).exists()


def test_the_second_day_does_not_ask_for_signatures_of_the_first(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    all_signed(cast, hearing)
    Hearing.objects.filter(pk=hearing.pk).update(round=2)
    hearing.refresh_from_db()
    hearing.parties.filter(kind="unit").update(present=False)
    matrix = matrix_of(hearing)
    assert matrix.missing == []
    assert "陈志远" in {name for name, _signature in matrix.others}


def test_the_petitioner_reads_that_it_goes_on(cast: Cast) -> None:
    hearing = begun(cast)
    row = Proceeding.objects.get(kind="hearing", ref=hearing.pk)
    assert (row.stage, row.until_on) == ("in_session", None)


def test_that_a_party_has_died_is_told_to_nobody_by_message(cast: Cast) -> None:
    hearing = scheduled(cast)
    actions.suspend_hearing(
        actor=SYSTEM, hearing_id=hearing.pk, ground="party", reason="当事人家属来函说明情况。", now=NOW - HOUR
    )
    told = Message.objects.filter(kind="hearing_postponed")
    assert told.exists()
    assert all("死亡" not in str(one.context) for one in told)
    assert "死亡" not in str(JournalEntry.objects.get(verb="suspend_hearing").after)


def test_a_place_with_somebodys_name_is_not_published_by_a_later_date(cast: Cast) -> None:
    hearing = scheduled(cast)
    actions.postpone_hearing(
        actor=SYSTEM,
        hearing_id=hearing.pk,
        ground="party",
        reason="信访人因病不能到场，申请延期。",
        now=NOW - HOUR,
    )
    start = NOW + dt.timedelta(days=20)
    when = actions.When(starts_at=start, ends_at=start + 2 * HOUR, place="张秀英家，电话13800010001")
    with pytest.raises(Refused, match="个人信息") as refused:
        actions.schedule_hearing(actor=SYSTEM, hearing_id=hearing.pk, when=when, confirmed=True, now=NOW)
    assert refused.value.field == "place"


def test_a_hearing_ends_with_its_matter_once(cast: Cast) -> None:
    hearing = scheduled(cast)
    withdraw_case(actor=cast.act(cast.clerk), case_id=hearing.case_id, reason="信访人当面表示撤回。", now=NOW)
    assert actions.lapse_hearings(now=NOW) == 1
    hearing.refresh_from_db()
    assert hearing.status == "ended"
    assert actions.lapse_hearings(now=NOW) == 0


def test_the_doors_of_the_panel_are_shut_to_who_only_sits_on_it(cast: Cast, client: Client) -> None:
    hearing = scheduled(cast)
    client.force_login(cast.panelist)
    assert client.get(f"/hearings/{hearing.pk}/").status_code == 200
    for page in ("draw-panel", "schedule-hearing", "postpone-hearing", "end-hearing"):
        assert client.get(f"/hearings/{hearing.pk}/{page}/").status_code == 403, page

"""`request_recusal`, `decide_recusal`, `replace_member`: a seat is free for a reason, and filled by the same rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hall import journal
from hall.access import Refused
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.models import Hearing, PanelSeat, PoolMember, RecusalRequest
from hearings.queries.panel import protocols
from hearings.queries.panel_panel import panel_of
from hearings.queries.panel_state import panel_state
from staffing.models import Engagement
from tests.cast import NOW, Cast, reception
from tests.hearings.panel_steps import NINE, drawn, member, preparing, scheduled, seat_of
from tests.social import account

pytestmark = pytest.mark.django_db
WHY = "与被反映人合伙经营，可能影响公正。"


def asked(cast: Cast, seat: PanelSeat, who: str = "manager", **facts: Any) -> RecusalRequest:
    stated = {"by": "张秀英", "ground": "interest", "reason": WHY, **facts}
    return actions.request_recusal(actor=cast.act(cast.people[who]), seat_id=seat.pk, now=NOW, **stated)


def decided(cast: Cast, one: RecusalRequest, *, granted: bool = True, who: str = "manager") -> RecusalRequest:
    return actions.decide_recusal(
        actor=cast.act(cast.people[who]), recusal_id=one.pk, granted=granted, decision="经查属实。", now=NOW
    )


def replaced(cast: Cast, seat: PanelSeat, who: str = "manager", **facts: Any) -> PanelSeat:
    return actions.replace_member(actor=cast.act(cast.people[who]), seat_id=seat.pk, now=NOW, **facts)


def taken(hearing: Hearing) -> set[str]:
    rows = Engagement.objects.standing().filter(ref=f"hearings.hearing:{hearing.pk}", room=None)
    return {(row.user or row.participant).name for row in rows.select_related("user", "participant")}  # type: ignore[union-attr]


def test_a_granted_recusal_frees_the_seat_and_a_drawn_one_fills_it(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing)
    one = asked(cast, seat)
    assert panel_state(hearing).pending == 1 and not panel_state(hearing).is_quorate
    assert {message.user for message in Message.objects.filter(kind="recusal_asked")} == {cast.manager}
    decided(cast, one)
    seat.refresh_from_db()
    assert (seat.status, seat.left_reason) == ("recused", "经查属实。")
    assert seat.name not in taken(hearing)
    state = panel_state(hearing)
    assert (state.is_complete, state.vacancies, state.is_odd) == (False, 1, False)
    assert "缺1名听证员" in "".join(state.missing)
    new = replaced(cast, seat, seed="again-1")
    assert new.replaces == seat and new.seed == "again-1" and new.name in taken(hearing)
    assert panel_state(hearing).is_complete
    assert all(protocol.is_same for protocol in protocols(hearing)) and len(protocols(hearing)) == 2
    assert new.member_id not in hearing.draws.first().chosen  # type: ignore[union-attr]
    again = hearing.draws.get(replaces=seat)
    assert again.left_out[str(seat.member_id)] == ["left"]
    with pytest.raises(Refused) as caught:
        replaced(cast, seat, seed="again-2")
    assert caught.value.kind == "state"
    # The words of the request are in the row, not in the journal that many read.
    texts = [f"{e.after}{e.reason}" for e in JournalEntry.objects.filter(verb__endswith="recusal")]
    assert len(texts) == 2 and not any(WHY in text or "张秀英" in text for text in texts)
    assert journal.verify() == []
    data = panel_of(cast.act(cast.manager), hearing, now=NOW)
    assert data["state"].is_complete and len(data["seats"]) == 5


def test_a_refused_recusal_leaves_the_seat_as_it_is(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing)
    one = decided(cast, asked(cast, seat), granted=False)
    seat.refresh_from_db()
    assert (one.granted, seat.status) == (False, "seated")
    assert panel_state(hearing).is_complete and seat.name in taken(hearing)
    with pytest.raises(Refused, match="已经决定"):
        decided(cast, one)
    asked(cast, seat)
    with pytest.raises(Refused, match="还没有决定"):
        asked(cast, seat)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecusalRequest.objects.create(seat=seat, by="某", ground="other", reason="理由", asked_at=NOW)


def test_who_may_ask_and_who_decides(cast: Cast) -> None:
    member(cast, "方持平", "lawyer", user_id=account(cast, "lawyer3", "方持平").pk, licence="A-3")
    for n in range(2):
        member(cast, f"民声{n}", "citizen")
    hearing = drawn(cast)
    presider = seat_of(hearing, "presider")
    for name in ("liaison2", "leader", "head"):
        with pytest.raises(Refused) as caught:
            asked(cast, presider, name)
        assert caught.value.kind == "role", name
    own = PanelSeat.objects.get(member__participant__user=cast.lawyer3)
    one = asked(cast, own, "lawyer3", by="方持平", ground="party")  # about oneself, from the pool
    about_presider = asked(cast, presider, "clerk", by="张秀英")  # the desk writes it down for a party
    assert about_presider.asked_by == cast.clerk
    with pytest.raises(Refused) as caught:
        decided(cast, about_presider, who="supervisor")
    assert caught.value.kind == "role"
    with pytest.raises(Refused):
        decided(cast, one, who="lawyer3")
    decided(cast, one)
    decided(cast, about_presider)
    assert panel_state(hearing).missing == ["缺1名听证员，请更换补足。", "没有主持人。"]


def test_the_manager_does_not_decide_about_oneself(cast: Cast) -> None:
    hearing = drawn(cast, presider_id=cast.manager.pk)
    one = asked(cast, seat_of(hearing, "presider"), "clerk")
    with pytest.raises(Refused, match="自己的回避"):
        decided(cast, one)


def test_presider_and_recorder_are_named_with_a_reason_and_without_a_conflict(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing, "presider")
    for facts, field in (
        ({"user_id": cast.leader.pk}, "reason"),
        ({"user_id": cast.clerk.pk, "reason": "身体不适"}, "user"),
        ({"user_id": cast.liaison.pk, "reason": "身体不适"}, "user"),
        ({"user_id": cast.clerk2.pk, "reason": "身体不适"}, "user"),  # records already
    ):
        with pytest.raises(Refused) as caught:
            replaced(cast, seat, **facts)
        assert caught.value.field == field
    reception(cast, NINE, leader=cast.leader2)
    with pytest.raises(Refused, match="已有其他会议或者接访"):
        replaced(cast, seat, user_id=cast.leader2.pk, reason="身体不适")
    new = replaced(cast, seat, user_id=cast.leader.pk, reason="身体不适")
    seat.refresh_from_db()
    assert (seat.status, new.role, new.user) == ("replaced", "presider", cast.leader)
    assert "赵明德" in taken(hearing) and "李正" not in taken(hearing)
    assert Message.objects.filter(kind="hearing_seated", user=cast.leader).count() >= 1


def test_a_member_who_cannot_come_is_replaced_by_name_or_by_lot(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing)
    with pytest.raises(Refused) as caught:
        replaced(cast, seat, seed="x")
    assert caught.value.field == "reason"
    other = member(cast, "单位人", "expert", employer="labour")
    with pytest.raises(Refused, match="所在单位是承办单位"):
        replaced(cast, seat, member_id=other.pk, reason="出差")
    with pytest.raises(Refused, match="已在本次听证中任职"):
        again = hearing.seats.filter(role="member").last()
        assert again is not None
        replaced(cast, seat, member_id=again.member_id, reason="出差")
    with pytest.raises(Refused) as caught:
        replaced(cast, seat, member_id=0, reason="出差")
    assert caught.value.field == "member"
    seat.refresh_from_db()
    assert seat.status == "seated" and seat.name in taken(hearing)
    free = member(cast, "新来人", "citizen")
    new = replaced(cast, seat, member_id=free.pk, reason="出差")
    assert (new.name, new.seed) == ("新来人", "") and not hearing.draws.filter(replaces=seat).exists()
    assert "新来人" in taken(hearing)


def test_who_is_taken_at_that_time_is_left_out_of_the_second_draw(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing)
    free = set(PoolMember.objects.values_list("pk", flat=True)) - set(
        hearing.seats.filter(role="member").values_list("member", flat=True)
    )
    busy = PoolMember.objects.filter(pk__in=free).order_by("pk")[0]
    Engagement.objects.create(
        hall=cast.hall, participant=busy.participant, purpose="consultation", ref="x:1", starts_at=NINE,
        ends_at=NINE + dt.timedelta(hours=1),
    )  # fmt: skip
    replaced(cast, seat, seed="s", reason="出差")
    assert hearing.draws.get(replaces=seat).left_out[str(busy.pk)] == ["busy"]


def test_the_organisers_people_replace_and_nobody_while_it_goes_on(cast: Cast) -> None:
    hearing = scheduled(cast)
    seat = seat_of(hearing)
    for name in ("clerk", "liaison", "supervisor"):
        with pytest.raises(Refused) as caught:
            replaced(cast, seat, name, seed="s", reason="出差")
        assert caught.value.kind == "role"
    Hearing.objects.filter(pk=hearing.pk).update(status="in_session")
    with pytest.raises(Refused) as caught:
        replaced(cast, seat, seed="s", reason="出差")
    assert caught.value.kind == "state"
    assert asked(cast, seat).granted is None  # but one may still be challenged


def test_quorum_is_everybody_present(cast: Cast) -> None:
    hearing = scheduled(cast)
    hearing.seats.update(present=True)
    assert panel_state(hearing).is_quorate
    seat = seat_of(hearing)
    PanelSeat.objects.filter(pk=seat.pk).update(present=False)
    state = panel_state(hearing)
    assert not state.is_quorate and state.is_complete
    assert f"没有到场：{seat.name}。" in state.why_not_quorate


def test_the_pages_of_recusal_and_replacement(cast: Cast, client: Client) -> None:
    hearing = drawn(cast, preparing(cast))
    seat = seat_of(hearing)
    client.force_login(cast.clerk)
    url = f"/hearing-seats/{seat.pk}/request-recusal/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"by": "张秀英", "ground": "", "reason": "合伙经营的关系"})
    assert answer.status_code == 422 and "合伙经营的关系" in answer.content.decode()
    assert client.post(url, {"by": "张秀英", "ground": "interest", "reason": WHY}).status_code == 302
    one = RecusalRequest.objects.get()
    decide = f"/hearing-recusals/{one.pk}/decide/"
    assert client.post(decide, {"granted": "yes", "decision": "属实，同意"}).status_code == 403
    client.force_login(cast.manager)
    assert WHY in client.get(decide).content.decode()
    assert client.post(decide, {"granted": "yes", "decision": "属实，同意"}).status_code == 302
    html = client.get(f"/hearings/{hearing.pk}/panel/").content.decode()
    assert "缺1名听证员" in html and "补足" in html
    replace = f"/hearing-seats/{seat.pk}/replace-member/"
    assert client.get(replace).status_code == 200
    answer = client.post(replace, {"how": "name", "member": "", "reason": "换人"})
    assert answer.status_code == 422
    assert client.post(replace, {"how": "draw", "seed": "", "reason": ""}).status_code == 302
    html = client.get(f"/hearings/{hearing.pk}/draws/?check=1").content.decode()
    assert html.count("结果一致") == 2
    client.force_login(cast.liaison2)
    assert (
        client.get(url).status_code
        == client.get(decide).status_code
        == client.get(replace).status_code
        == 404
    )

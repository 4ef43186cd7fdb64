"""`draw_panel`: odd and enough, at random by a seed that repeats it, fair, of several categories, without conflicts."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import NewRespondent, record_work
from cases.models import Case, Recusal, Respondent
from hall import journal
from hall.access import Refused
from hall.models import JournalEntry, Message
from hearings import actions
from hearings.models import Hearing, PanelDraw, PanelSeat, PoolMember
from hearings.queries.draw import Candidate, draw
from hearings.queries.panel import field_of, protocols
from hearings.queries.panel_state import panel_state
from staffing.actions import post_person
from tests.cast import NOW, Cast
from tests.hearings.panel_steps import SEED, SOURCE, drawn, member, pool, preparing, rules_of
from tests.matters import accepted
from tests.social import account

pytestmark = pytest.mark.django_db


def refused(cast: Cast, hearing: Hearing, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        drawn(cast, hearing, **facts)
    assert not PanelSeat.objects.filter(hearing=hearing).exists()
    return caught.value


# -- the draw itself: pure ----------------------------------------------------------------------------------------


def some(count: int, categories: int = 3) -> list[Candidate]:
    return [Candidate(n, "abcdef"[n % categories]) for n in range(1, count + 1)]


def test_the_same_seed_gives_the_same_members_in_whatever_order_they_are_listed() -> None:
    assert draw(some(20), 5, "s") == draw(reversed(some(20)), 5, "s")
    assert len({tuple(draw(some(20), 5, f"s{n}")) for n in range(40)}) > 30


def test_everybody_is_drawn_about_equally_often() -> None:
    hits = [pk for n in range(900) for pk in draw(some(9), 3, f"seed{n}")]
    assert all(230 < hits.count(pk) < 370 for pk in range(1, 10))


def test_categories_come_before_fairness_and_fairness_before_the_lot() -> None:
    often = [Candidate(1, "lawyer", 9), Candidate(2, "citizen", 0), Candidate(3, "citizen", 0)]
    assert all(1 in draw(often, 2, f"{n}") for n in range(20))
    tired = [Candidate(1, "lawyer", 1), Candidate(2, "lawyer", 0), Candidate(3, "citizen", 4)]
    assert all(set(draw(tired, 2, f"{n}")) == {2, 3} for n in range(20))
    # Who sits already counts for the category.
    assert all(draw(tired, 1, f"{n}", taken=["lawyer"]) == [3] for n in range(20))
    with pytest.raises(ValueError, match="2 candidates"):
        draw(some(2), 3, "s")


# -- the verb -----------------------------------------------------------------------------------------------------


def test_a_panel_is_drawn_and_its_protocol_repeats_it(cast: Cast) -> None:
    hearing = drawn(cast, size=5)
    seats = list(hearing.seats.all())
    assert [seat.role for seat in seats] == ["presider", *["member"] * 5, "recorder"]
    assert len({seat.member.category for seat in seats if seat.member}) == 5  # of five there are
    assert {seat.seed for seat in seats if seat.role == "member"} == {SEED}
    state = panel_state(hearing)
    assert (state.is_complete, state.is_odd, state.missing, state.is_quorate) == (True, True, [], False)
    (protocol,) = protocols(hearing)
    assert protocol.is_same
    assert list(protocol.again) == [seat.name for seat in seats if seat.role == "member"]
    entry = JournalEntry.objects.get(verb="draw_panel")
    assert entry.after == {"size": 5, "candidates": 8, "left_out": 0, "seed": SEED}
    assert journal.verify() == []
    assert {one.user for one in Message.objects.filter(kind="hearing_seated")} == {
        cast.supervisor,
        cast.clerk2,
    }


def test_the_protocol_stands_when_the_pool_changes(cast: Cast) -> None:
    hearing = drawn(cast)
    names = [seat.name for seat in hearing.seats.filter(role="member")]
    member(cast, "后来者", "lawyer")
    PoolMember.objects.filter(participant__name=names[0]).update(category="other")
    (protocol,) = protocols(hearing)
    assert protocol.is_same and list(protocol.again) == names
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelDraw.objects.create(
            hearing=hearing, seed="x", size=1, candidates=[], chosen=[], drawn_at=NOW
        )  # drawn once
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        PanelDraw.objects.filter(hearing=hearing).update(seed="y")


@pytest.mark.parametrize(
    ("least", "size", "said"),
    [
        (3, 4, "听证员人数须为单数，4人不能形成多数"),
        (5, 3, "听证员不得少于5人"),
        (3, 1, "听证员不得少于3人"),
        (3, 9, "可以抽取的只有8人，不足9人"),
    ],
)
def test_four_or_too_few_are_refused_in_words(cast: Cast, least: int, size: int, said: str) -> None:
    hearing = preparing(cast, rules=rules_of(cast, least=least))
    answer = refused(cast, hearing, size=size)
    assert said in str(answer) and answer.field == "size"
    if size != 9:
        assert SOURCE in str(answer)


def test_one_category_alone_is_refused(cast: Cast) -> None:
    hearing = preparing(cast)
    for n in range(4):
        member(cast, f"民声{n}", "citizen")
    assert "2个以上类别" in str(refused(cast, hearing))


def test_who_has_a_conflict_is_left_out_with_the_reason(cast: Cast) -> None:
    case = accepted(cast)
    hearing = preparing(cast, case)
    pool(cast)
    lawyer = account(cast, "lawyer2", "方持平")
    recused = account(cast, "expert2", "施回避")
    accused = account(cast, "citizen2", "田被诉")
    there = {
        "employer_handles": member(cast, "单位人", "expert", employer="labour"),
        "promise": member(cast, "未签人", "citizen", promised_on=None),
        "same_name": member(cast, "张秀英", "citizen"),
        "same_phone": member(cast, "张家人", "citizen", phone="138-0001-0001"),
        "handled": member(cast, "方持平", "lawyer", user_id=lawyer.pk, licence="A-2"),
        "recused": member(cast, "施回避", "expert", user_id=recused.pk),
        "party": member(cast, "田被诉", "citizen", user_id=accused.pk),
        "inactive": member(cast, "停用人", "citizen"),
    }
    Recusal.objects.create(case=case, user=recused, reason="亲属", at=NOW)
    Respondent.objects.create(case=case, name="别名", user=accused)
    journal.record(cast.act(lawyer), "note_service", case, stream=case, now=NOW)
    actions.retire_pool_member(
        actor=cast.act(cast.manager), member_id=there["inactive"].pk, reason="本人要求", now=NOW
    )
    # Who was retired is not in the list at all any more; the others are, each with the reason.
    left = field_of(hearing, now=NOW).left_out
    wanted = {one.pk: [code] for code, one in there.items() if code != "inactive"}
    assert left == wanted
    drawn(cast, hearing)
    (protocol,) = protocols(hearing)
    assert {line["member"].pk for line in protocol.left_out} == set(wanted)
    assert "所在单位是承办单位" in {str(reason) for line in protocol.left_out for reason in line["reasons"]}


def test_employers_that_took_part_review_are_accused_or_stand_above(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="住建局", department_id=cast.units["housing"].pk),))
    hearing = preparing(cast, case)
    cast.units["land"].parent = cast.units["labour"]
    cast.units["land"].save()
    accused, below = member(cast, "甲", employer="housing"), member(cast, "乙", employer="land")
    case.referrals.create(kind="forward", part="assist", department=cast.units["petition"], sent_at=NOW)
    helped = member(cast, "丙", employer="petition")
    assert field_of(hearing, now=NOW).left_out == {
        accused.pk: ["employer_accused"], below.pk: ["employer_kin"], helped.pk: ["employer_took_part"],
    }  # fmt: skip


def test_who_presides_is_not_the_investigator(cast: Cast) -> None:
    case = accepted(cast)
    hearing = preparing(cast, case)
    pool(cast)
    said = {
        "clerk": "办理过本事项",  # accepted it
        "liaison": "在办理或者被反映的单位任职",
        "head": "在办理或者被反映的单位任职",
    }
    for name, why in said.items():
        answer = refused(cast, hearing, presider_id=cast.people[name].pk)
        assert (answer.field, answer.kind) == ("presider", "input")
        assert why in str(answer)
    # To write down is no handling; to be of the unit is to be a party.
    assert refused(cast, hearing, recorder_id=cast.liaison.pk).field == "recorder"
    assert refused(cast, hearing, recorder_id=cast.supervisor.pk).field == "recorder"
    assert refused(cast, hearing, presider_id=None).field == "presider"
    assert refused(cast, hearing, presider_id=cast.guide.pk).field == "presider"
    Recusal.objects.create(case=case, user=cast.leader, reason="亲属关系", at=NOW)
    assert "已从本事项回避" in str(refused(cast, hearing, presider_id=cast.leader.pk))
    drawn(cast, hearing, presider_id=cast.leader2.pk, recorder_id=cast.clerk.pk)


def test_who_wrote_a_work_note_from_elsewhere_does_not_preside(cast: Cast) -> None:
    case = accepted(cast)
    hearing = preparing(cast, case)
    pool(cast)
    facts = {"kind": "inquiry", "text": "向工地了解情况，工资确实拖欠。"}
    journal.record(cast.act(cast.supervisor), "record_work", case, stream=case, after=facts, now=NOW)
    assert record_work.__name__ == "record_work"
    assert "办理过本事项" in str(refused(cast, hearing))


def test_who_came_from_the_unit_since_the_matter_came_in(cast: Cast) -> None:
    case = accepted(cast)
    hearing = preparing(cast, case)
    pool(cast)
    post_person(
        actor=cast.act(cast.administrator), user_id=cast.supervisor.pk, role="liaison", title="借调",
        hall_id=cast.hall.pk, department_id=cast.units["labour"].pk, from_on=case.received_on,
        now=NOW,
    )  # fmt: skip
    assert "任职" in str(refused(cast, hearing))


def test_a_draw_is_made_once_by_the_organisers_people_and_the_manager(cast: Cast) -> None:
    hearing = preparing(cast)
    pool(cast)
    for name in ("clerk", "liaison", "head", "liaison2", "leader", "supervisor"):
        with pytest.raises(Refused) as caught:
            actions.draw_panel(
                actor=cast.act(cast.people[name]), hearing_id=hearing.pk, size=3, presider_id=cast.supervisor.pk,
                recorder_id=cast.clerk2.pk, seed=SEED, now=NOW,
            )  # fmt: skip
        assert caught.value.kind == "role", name
    drawn(cast, hearing)
    with pytest.raises(Refused) as caught:
        drawn(cast, hearing, seed="again")
    assert caught.value.kind == "state"
    assert hearing.draws.count() == 1


@pytest.mark.parametrize("seed", ["", "有汉字", "a b", "x" * 65, "a;b"])
def test_a_seed_can_be_read_out(cast: Cast, seed: str) -> None:
    assert refused(cast, preparing(cast), seed=seed).field == "seed"


def test_fewer_sittings_come_first_and_a_hearing_that_was_not_held_counts_for_nobody(cast: Cast) -> None:
    first = drawn(cast)
    sat = {seat.member_id for seat in first.seats.filter(role="member")}
    second = preparing(cast, accepted(cast, title="另一件事"))
    counted = {one.id: one.sittings for one in field_of(second, now=NOW).candidates}
    assert {pk for pk, n in counted.items() if n} == sat
    Hearing.objects.filter(pk=first.pk).update(status="ended", end_reason="信访人撤回", ended_at=NOW)
    assert not any(one.sittings for one in field_of(second, now=NOW).candidates)


def test_the_conflict_check_asks_a_constant_number_of_questions(cast: Cast) -> None:
    hearing = preparing(cast)
    pool(cast, 2)

    def asked() -> int:
        fresh = Hearing.objects.select_related("case").get(pk=hearing.pk)
        with CaptureQueriesContext(connection) as queries:
            field_of(fresh, now=NOW)
        return len(queries)

    few = asked()
    for n in range(9):
        member(cast, f"民{n}", employer="labour", phone="13900000000")
    assert asked() == few <= 14


# -- the page -----------------------------------------------------------------------------------------------------


def test_the_pages_draw_keep_what_was_typed_and_show_the_protocol(cast: Cast, client: Client) -> None:
    hearing = preparing(cast)
    pool(cast)
    member(cast, "单位人", "expert", employer="labour")
    client.force_login(cast.manager)
    url = f"/hearings/{hearing.pk}/draw-panel/"
    html = client.get(url).content.decode()
    assert "单位人" in html and "所在单位是承办单位" in html
    assert f'value="{cast.liaison.pk}"' not in html  # of the unit: not offered
    typed = {"size": 4, "presider": cast.supervisor.pk, "recorder": cast.clerk2.pk, "seed": "my-seed-1"}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "须为单数" in html and 'value="my-seed-1"' in html
    answer = client.post(url, {**typed, "size": 3, "seed": ""})
    assert answer.status_code == 302, answer.content.decode()
    draw_row = PanelDraw.objects.get()
    assert len(draw_row.seed) == 16  # made at the door
    html = client.get(f"/hearings/{hearing.pk}/draws/?check=1").content.decode()
    assert draw_row.seed in html and "所在单位是承办单位" in html and "结果一致" in html
    html = client.get(f"/hearings/{hearing.pk}/panel/").content.decode()
    assert all(seat.name in html for seat in hearing.seats.all())
    assert client.post(url, typed).status_code == 409
    client.force_login(cast.liaison)
    assert client.get(f"/hearings/{hearing.pk}/panel/").status_code == 200
    assert client.post(url, typed).status_code == 403
    client.force_login(cast.liaison2)
    assert client.get(f"/hearings/{hearing.pk}/panel/").status_code == 404


# -- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_draw_at_once_and_one_panel_sits(cast: Cast) -> None:
    hearing = preparing(cast)
    pool(cast)
    start, said = threading.Barrier(2), list[str]()

    def go(seed: str) -> None:
        try:
            start.wait(timeout=20)
            drawn(cast, hearing, seed=seed)
            said.append("drawn")
        except Refused as refused:
            said.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(seed,)) for seed in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["drawn", "state"]
    assert Case.objects.count() == 1 and hearing.seats.count() == 5


def test_who_is_complained_of_or_recused_finds_no_door(cast: Cast, client: Client) -> None:
    """Though they hold posts for it: not the manager who is accused, nor the clerk who is recused."""
    case = accepted(cast)
    hearing = drawn(cast, preparing(cast, case))
    Respondent.objects.create(case=case, name=cast.manager.name, user=cast.manager)
    Recusal.objects.create(case=case, user=cast.clerk, reason="亲属关系", at=NOW)
    seat = hearing.seats.earliest("pk")
    addresses = [
        f"/hearings/{hearing.pk}/{page}/"
        for page in ("panel", "draws", "parties", "draw-panel", "schedule-hearing", "add-party")
    ] + [f"/hearing-seats/{seat.pk}/request-recusal/", f"/hearing-seats/{seat.pk}/replace-member/"]
    for name in ("manager", "clerk"):
        client.force_login(cast.people[name])
        assert {address for address in addresses if client.get(address).status_code != 404} == set()
    with pytest.raises(Refused) as caught:
        actions.replace_member(
            actor=cast.act(cast.manager), seat_id=seat.pk, user_id=cast.leader.pk, reason="换人", now=NOW
        )
    assert caught.value.kind == "unseen"

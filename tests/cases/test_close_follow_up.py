"""A low rating is looked into: by the supervisor of the hall, in whatever state the matter is, on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases.actions import close_follow_up, withdraw_case
from cases.models import Case, FollowUp, Recusal, Respondent
from cases.queries.ratings import ratings_of
from hall.access import Refused
from hall.models import JournalEntry, User
from tests.cast import NOW, Cast
from tests.life_ratings import moved, rated, served
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FINDING, MEASURE = "电话回访，信访人反映窗口等候过长。", "调整窗口安排，已向信访人说明。"


def low(cast: Cast, now: dt.datetime = NOW, **facts: object) -> Case:
    case = served(cast, now, **facts)
    rated(case, hall=0, unit=3, now=now)
    return case


def closed(cast: Cast, case: Case, who: User | None = None, now: dt.datetime = NOW, **said: str) -> FollowUp:
    facts = {"finding": FINDING, "measure": MEASURE, **said}
    return close_follow_up(actor=cast.act(who or cast.supervisor), case_id=case.pk, now=now, **facts)


def refused(cast: Cast, case: Case, who: User | None = None, **said: str) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        closed(cast, case, who, **said)
    return caught.value


def test_close_follow_up_meets_the_clock_and_keeps_the_texts_out_of_the_journal(cast: Cast) -> None:
    case = low(cast)
    one = closed(cast, case, now=NOW + DAY)
    assert (one.status, one.finding, one.measure, one.closed_by) == (
        "closed",
        FINDING,
        MEASURE,
        cast.supervisor,
    )
    clock = case.deadlines.get(kind="follow_up")
    assert clock.met_at == NOW + DAY
    entry = JournalEntry.objects.get(verb="close_follow_up")
    assert "等候" not in f"{entry.after}{entry.reason}"
    assert refused(cast, case).kind == "state"


def test_both_low_ratings_of_a_case_are_closed_by_one_visit(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=3, unit=3)
    closed(cast, case)
    assert not FollowUp.objects.filter(status="open").exists()


@pytest.mark.parametrize(
    "states", [("closed",), ("in_review",), ("in_review", "reviewed", "in_reexamination", "finally_closed")]
)
def test_in_every_state_the_matter_may_be_in(cast: Cast, states: tuple[str, ...]) -> None:
    case = low(cast)
    moved(case, *states)
    assert closed(cast, case).status == "closed"


def test_withdrawing_the_matter_does_not_stop_the_clock(cast: Cast) -> None:
    case = low(cast)
    withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人撤回", now=NOW)
    assert case.deadlines.open().filter(kind="follow_up").exists()
    closed(cast, case)


def test_by_the_supervisor_alone(cast: Cast) -> None:
    case = low(cast)
    for who in (cast.clerk, cast.manager, cast.liaison, cast.head, cast.leader, cast.administrator):
        assert refused(cast, case, who).kind == "role"
    Recusal.objects.create(case=case, user=cast.supervisor, reason="亲属", at=NOW)
    assert refused(cast, case).kind == "unseen"


def test_by_the_manager_while_the_hall_has_no_supervisor_who_may(cast: Cast) -> None:
    case = low(cast)
    Recusal.objects.create(case=case, user=cast.supervisor, reason="亲属", at=NOW)
    assert refused(cast, case, cast.leader).kind == "role"
    assert closed(cast, case, cast.manager).closed_by == cast.manager


def test_not_by_whom_the_matter_complains_of(cast: Cast) -> None:
    case = low(cast)
    Respondent.objects.create(case=case, name="李正", user=cast.supervisor)
    assert refused(cast, case).kind == "unseen"


def test_it_says_what_was_found_and_what_is_done(cast: Cast) -> None:
    case = low(cast)
    for field in ("finding", "measure"):
        no = refused(cast, case, **{field: " 无 "})
        assert (no.kind, no.field) == ("input", field)
    assert refused(cast, accepted(cast, title="没有评价")).kind == "state"


def test_the_database_keeps_it(cast: Cast) -> None:
    one = FollowUp.objects.get(case=low(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=one.pk).update(status="closed", closed_at=NOW)
    closed(cast, one.case)
    with pytest.raises(DatabaseError), transaction.atomic():
        FollowUp.objects.filter(pk=one.pk).update(status="open", closed_at=None)


# -- who reads what was written --------------------------------------------------------------------------------------


def test_texts_are_for_supervisor_manager_and_the_units_own_head(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    case = served(cast)
    rated(case, hall=3, unit=3)

    actors = {"supervisor": [True, True], "manager": [True, True], "head": [False, True], "head2": [False, False],
              "clerk": [False, False], "liaison": [False, False], "leader": [False, False]}  # fmt: skip
    for name, may in actors.items():
        actor = cast.act(cast.people[name])
        shown = ratings_of(case, actor)
        assert [one.may_read for one in shown] == may, name
        assert [bool(one.reason) for one in shown] == may, name
        assert [one.grade_words for one in shown] == ["不满意", "不满意"]
    actor = cast.act(cast.supervisor)
    with django_assert_num_queries(1):
        ratings_of(case, actor)


# -- the pages -----------------------------------------------------------------------------------------------------


def test_through_the_door(cast: Cast, client: Client) -> None:
    case = low(cast, timezone.now())
    client.force_login(cast.supervisor)
    door = f"/cases/{case.pk}/close-follow-up/"
    page = client.get(door).content.decode()
    assert "等了很久没有人解释" in page
    assert client.post(door, {"finding": FINDING, "measure": ""}).status_code == 422
    response = client.post(door, {"finding": FINDING, "measure": MEASURE})
    assert response.status_code == 302
    assert FollowUp.objects.get(case=case).finding == FINDING
    client.force_login(cast.clerk)
    page = client.get(door).content.decode()
    assert "等了很久没有人解释" not in page and FINDING not in page
    assert client.post(door, {"finding": FINDING, "measure": MEASURE}).status_code == 403


def test_the_supervisors_list(cast: Cast, client: Client, django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    cases = [low(cast, now, title=f"第{n}件事", unit="labour" if n % 2 else "housing") for n in range(4)]
    hidden = low(cast, now, title="不该看见的")
    Recusal.objects.create(case=hidden, user=cast.supervisor, reason="亲属", at=now)
    for who in (cast.clerk, cast.manager, cast.liaison, cast.administrator):
        client.force_login(who)
        assert client.get("/follow-ups/").status_code == 403
        assert "/follow-ups/" not in client.get("/messages/").content.decode()
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(12):
        page = client.get("/follow-ups/").content.decode()
    assert page.index("第0件事") < page.index("第3件事")
    assert "不该看见的" not in page
    assert "等了很久没有人解释" in page
    assert f"/cases/{cases[0].pk}/close-follow-up/" in page
    assert "不满意回访" in client.get("/messages/").content.decode()
    one = client.get(f"/follow-ups/?department={cast.units['labour'].pk}").content.decode()
    assert "第1件事" in one and "第0件事" not in one
    closed(cast, cases[0], now=now)
    assert "第0件事" not in client.get("/follow-ups/").content.decode()
    assert "第0件事" in client.get("/follow-ups/?status=closed").content.decode()
    assert client.get("/follow-ups/?after=99999999999999999999&status=x&department=y").status_code == 200


def test_the_list_is_paged_by_key(cast: Cast) -> None:
    from cases.queries.ratings import follow_ups

    for n in range(5):
        low(cast, title=f"第{n}件事")
    actor = cast.act(cast.supervisor)
    first = follow_ups(actor, now=NOW, size=3)
    second = follow_ups(actor, now=NOW, size=3, after=first.after)
    assert [len(first.rows), len(second.rows), second.after] == [3, 2, None]
    assert {row.level for row in first.rows} == {"green"}

"""Who has nothing to do with a notice or advice: whom its matters complain of, who stays out of them, who is of the
unit; and a finding of which a review left nothing is no ground for either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accountability import actions
from accountability.models import Advice, CriticismNotice, CriticismUnit, Finding
from accountability.queries.sanctions import advisable, criticisable
from cases.models import Case, Recusal
from hall.access import SYSTEM, Actor, Refused
from hall.models import Message, User
from staffing.actions import post_person
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from tests.accountability import finding_steps
from tests.accountability.sanction_steps import (
    advised,
    answered,
    approved,
    decided,
    drafted,
    fallen_notice,
    replied,
    reviewed,
    served,
)
from tests.cast import FOUNDED, NOW, Cast

pytestmark = pytest.mark.django_db


def told(*kinds: str) -> set[Any]:
    return {message.user for message in Message.objects.filter(kind__in=kinds)}


def also(cast: Cast, user: User, role: str, **place: Any) -> Actor:
    """The same person at another post as well."""
    post_person(
        actor=SYSTEM, user_id=user.pk, role=role, title="兼任", portfolio="信访", from_on=FOUNDED.date(), now=FOUNDED,
        **place,
    )  # fmt: skip
    return cast.act(user)


def refused(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


# -- nothing is left of it ---------------------------------------------------------------------------------------------


def test_what_a_review_left_without_a_day_is_no_ground(cast: Cast) -> None:
    """The real way: opened, stated, decided, and a review that does not hold the unit for any day."""
    one = finding_steps.in_review(cast)
    now = finding_steps.day_after(one, 5)
    actions.change_finding(
        actor=cast.act(cast.manager, now), finding_id=one.pk, days=0, reason=finding_steps.WHY, now=now
    )
    one = Finding.objects.get(pk=one.pk)
    assert (one.status, one.decided_days) == ("changed", 0)
    office = cast.act(cast.supervisor, now)
    assert criticisable(office) == advisable(office) == []
    for act in (lambda: drafted(cast, [one], now=now), lambda: advised(cast, findings=[one], now=now)):
        said = refused(act)
        assert (said.kind, said.field) == ("input", "findings")


def test_what_a_draft_rests_on_may_vanish_before_it_is_approved(cast: Cast) -> None:
    one = decided(cast, status="changed", decided_days=2)
    notice, advice = drafted(cast, [one]), advised(cast, findings=[one])
    Finding.objects.filter(pk=one.pk).update(decided_days=0)
    leader = cast.act(cast.leader)
    for act in (
        lambda: actions.approve_criticism(actor=leader, criticism_id=notice.pk, revision=1, now=NOW),
        lambda: actions.approve_advice(actor=leader, advice_id=advice.pk, revision=1, now=NOW),
    ):
        assert refused(act).kind == "state"


def test_another_fault_has_no_days_and_counts(cast: Cast) -> None:
    one = decided(cast, fault="perfunctory", days_late=0, decided_days=0)
    assert criticisable(cast.act(cast.supervisor)) == [one]
    assert drafted(cast, [one]).status == "submitted"


# -- whom it complains of ----------------------------------------------------------------------------------------------


def test_the_accused_reads_nothing_and_is_told_nothing(cast: Cast, client: Client) -> None:
    """The head of the unit is complained of: the unit is served, by its liaison."""
    one = decided(cast)
    one.case.respondents.create(user=cast.head, name=cast.head.name)
    notice, advice = served(cast, [one]), approved(cast, findings=[one])
    for row, place in ((notice, "criticism-notices"), (advice, "advices")):
        assert not type(row).objects.visible_to(cast.act(cast.head)).exists()
        assert type(row).objects.visible_to(cast.act(cast.liaison)).exists()
        client.force_login(cast.head)
        for tail in ("", "document/"):
            assert client.get(f"/{place}/{row.pk}/{tail}").status_code == 404
        assert row.title not in client.get(f"/{place}/").content.decode()
    assert told("criticism_served", "advice_served") == {cast.liaison}
    assert CriticismUnit.objects.get(notice=notice).told == 1
    assert (
        refused(
            lambda: actions.answer_criticism(
                actor=cast.act(cast.head), criticism_id=notice.pk, text="已经明确责任岗位。", now=NOW
            )
        ).kind
        == "unseen"
    )


def test_by_the_real_way_too(cast: Cast) -> None:
    one = finding_steps.decided(cast)
    now = finding_steps.day_after(one, 30)
    one.case.respondents.create(user=cast.head, name=cast.head.name)
    served(cast, [one], now=now)
    approved(cast, findings=[one], now=now)
    assert told("criticism_served", "advice_served") == {cast.liaison}


def test_in_the_hall_the_recused_the_accused_and_the_accused_unit_stay_out(cast: Cast) -> None:
    one = decided(cast)
    also(cast, cast.leader2, LEADER, hall_id=cast.hall.pk, department_id=cast.units["land"].pk)
    one.case.respondents.create(department=cast.units["land"], name="云溪县自然资源局")
    one.case.respondents.create(user=cast.manager, name=cast.manager.name)
    notice, advice = drafted(cast, [one]), advised(cast, findings=[one])
    Recusal.objects.create(case=one.case, user=cast.supervisor, reason="亲属", at=NOW)
    for who in (cast.leader2, cast.manager, cast.supervisor):
        assert not CriticismNotice.objects.visible_to(cast.act(who)).exists()
        assert not Advice.objects.visible_to(cast.act(who)).exists()
    assert CriticismNotice.objects.visible_to(cast.act(cast.leader)).exists()
    assert told("criticism_drafted", "advice_drafted") == {cast.leader}
    leader = cast.act(cast.leader)
    actions.approve_criticism(actor=leader, criticism_id=notice.pk, revision=1, now=NOW)
    actions.approve_advice(actor=leader, advice_id=advice.pk, revision=1, now=NOW)
    assert told("criticism_approved", "advice_approved") == set(), "the author stays out by now"
    actions.reply_advice(
        actor=cast.act(cast.head),
        advice_id=advice.pk,
        adopted="adopted",
        text="已经研究，将建立制度。",
        now=NOW,
    )
    assert told("advice_replied") == set()


def test_a_complained_of_unit_is_served_what_concerns_it(cast: Cast) -> None:
    one = decided(cast)
    one.case.respondents.create(department=cast.units["labour"], name="云溪县人力资源和社会保障局")
    served(cast, [one])
    assert told("criticism_served") == {cast.head, cast.liaison}
    assert CriticismNotice.objects.visible_to(cast.act(cast.head)).exists()


def liable(cast: Cast, case: Case, **facts: Any) -> Refused:
    one = decided(cast, case=case, fault="perfunctory", days_late=0, decided_days=0)
    return refused(lambda: advised(cast, "liability", findings=[one], **facts))


def test_liability_is_not_asked_of_the_unit_of_the_accused(cast: Cast) -> None:
    for who in ({"user": cast.head, "name": "某某"}, {"name": cast.liaison.name}):
        case = decided(cast).case
        case.respondents.create(**who)
        assert liable(cast, case).field == "department"
    case = decided(cast).case
    case.respondents.create(department=cast.units["labour"], name="云溪县人力资源和社会保障局")
    assert liable(cast, case).field == "department"
    other = decided(cast)
    other.case.respondents.create(user=cast.head, name=cast.head.name)
    elsewhere = {"department_id": None, "body": "云溪县监察机关"}
    assert advised(cast, "liability", findings=[other], **elsewhere).status == "submitted"


def test_liability_is_asked_again_when_it_is_approved_or_sent_elsewhere(cast: Cast) -> None:
    one = decided(cast)
    advice = advised(cast, "liability", findings=[one])
    one.case.respondents.create(user=cast.head, name=cast.head.name)
    leader = cast.act(cast.leader)
    said = refused(lambda: actions.approve_advice(actor=leader, advice_id=advice.pk, revision=1, now=NOW))
    assert said.kind == "state"


# -- of the unit -------------------------------------------------------------------------------------------------------


@pytest.fixture
def doubled(cast: Cast) -> Cast:
    """The unit's head is a leader of the hall, and supervisor and manager there, too."""
    for role in (LEADER, SUPERVISOR, HALL_MANAGER):
        also(cast, cast.head, role, hall_id=cast.hall.pk)
    return cast


def test_nobody_drafts_about_their_own_unit(doubled: Cast) -> None:
    cast, one = doubled, decided(doubled)
    assert criticisable(cast.act(cast.head)) == advisable(cast.act(cast.head)) == []
    assert refused(lambda: drafted(cast, [one], by=cast.head)).kind == "role"
    assert refused(lambda: advised(cast, findings=[one], by=cast.head)).kind == "role"
    other = decided(cast, "housing")
    own = refused(lambda: advised(cast, findings=[other], by=cast.head))
    assert own.kind == "role", "the labour bureau would be told to improve"
    assert drafted(cast, [other], by=cast.head).drafted_by == cast.head


def test_nobody_approves_returns_or_closes_about_their_own_unit(doubled: Cast) -> None:
    cast = doubled
    actor, notice, advice = cast.act(cast.head), drafted(cast, [decided(cast)]), advised(cast)
    closing, declined = answered(cast, [decided(cast)]), replied(cast, "declined")
    fallen = fallen_notice(cast)
    acts: list[Callable[[], Any]] = [
        lambda: actions.approve_criticism(actor=actor, criticism_id=notice.pk, revision=1, now=NOW),
        lambda: actions.return_criticism(
            actor=actor, criticism_id=notice.pk, reason="要求再具体。", revision=1, now=NOW
        ),
        lambda: actions.withdraw_criticism(actor=actor, criticism_id=notice.pk, reason="改为约谈。", now=NOW),
        lambda: actions.close_criticism(actor=actor, criticism_id=closing.pk, result="已经核实。", now=NOW),
        lambda: actions.ask_criticism_revocation(
            actor=actor, criticism_id=fallen.pk, reason="经复核不再成立，应当撤销。", now=NOW
        ),
        lambda: actions.approve_advice(actor=actor, advice_id=advice.pk, revision=1, now=NOW),
        lambda: actions.return_advice(
            actor=actor, advice_id=advice.pk, reason="要求再具体。", revision=1, now=NOW
        ),
        lambda: actions.withdraw_advice(actor=actor, advice_id=advice.pk, reason="改为约谈。", now=NOW),
        lambda: actions.close_advice(actor=actor, advice_id=declined.pk, result="已经核实。", now=NOW),
    ]
    for act in acts:
        assert refused(act).kind == "role"


def test_the_unit_that_sent_a_leader_is_the_leaders_own(cast: Cast) -> None:
    cast.leader.postings.update(home_department=cast.units["labour"])
    notice = drafted(cast, [decided(cast)])
    said = refused(
        lambda: actions.approve_criticism(
            actor=cast.act(cast.leader), criticism_id=notice.pk, revision=1, now=NOW
        )
    )
    assert said.kind == "role"
    done = actions.approve_criticism(
        actor=cast.act(cast.leader2), criticism_id=notice.pk, revision=1, now=NOW
    )
    assert done.status == "served"


def test_the_real_way_and_a_leader_of_the_unit(doubled: Cast) -> None:
    cast, one = doubled, finding_steps.decided(doubled)
    now = finding_steps.day_after(one, 30)
    notice = drafted(cast, [one], now=now)
    said = refused(
        lambda: actions.approve_criticism(
            actor=cast.act(cast.head, now), criticism_id=notice.pk, revision=1, now=now
        )
    )
    assert said.kind == "role"
    assert reviewed(one, "in_review").status == "in_review"

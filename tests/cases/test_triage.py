"""The gate: every outcome has its article, its reason, its numbered paper, and the clocks that follow."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, connection, transaction

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Triage
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, Message
from tests.cast import NOW, Cast
from tests.matters import REASON, accepted, forwarded, registered

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def open_clocks(case: Case) -> dict[str, dt.date | None]:
    return dict(case.deadlines.open().values_list("kind", "due_on"))


def test_accept_case_begins_sixty_days_and_tells_in_writing(cast: Cast) -> None:
    case = accepted(cast)
    assert (case.status, case.first_handler, case.accepted_on) == ("accepted", cast.units["labour"], TODAY)
    # 60 days from 18 November 2026 end on Sunday 17 January 2027, a year not yet published.
    assert open_clocks(case) == {"handle": dt.date(2027, 1, 18)}
    handle = case.deadlines.get(kind="handle")
    assert handle.is_provisional
    assert set(case.deadlines.exclude(met_at=None).values_list("kind", flat=True)) == {"sort", "notify"}
    triage = Triage.objects.get(case=case)
    assert triage.document is not None
    assert triage.document.number == "云信受告字〔2026〕1号"
    assert "第二十三条" in triage.article
    assert triage.reason == REASON
    assert Message.objects.get(kind="case_accepted").user == cast.liaison
    assert journal.verify() == []


def test_forward_case_gives_the_unit_its_two_clocks_and_receive_case_ends_them(cast: Cast) -> None:
    case = forwarded(cast)
    assert open_clocks(case) == {"notify": dt.date(2026, 12, 3), "object": dt.date(2026, 11, 25)}
    referral = case.referrals.get()
    assert referral.document is not None
    assert referral.document.number == "云信转字〔2026〕1号"
    later = NOW + dt.timedelta(days=1)
    case = actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=later)
    assert (case.status, case.accepted_on) == ("accepted", TODAY + dt.timedelta(days=1))
    assert set(open_clocks(case)) == {"handle"}
    assert case.deadlines.get(kind="object").void_reason
    assert IssuedDocument.objects.filter(kind="notice_received").count() == 1
    referral.refresh_from_db()
    assert (referral.received_at, referral.received_by) == (later, cast.liaison)


def test_assigning_needs_a_demand(cast: Cast) -> None:
    case = registered(cast)
    with pytest.raises(Refused) as caught:
        actions.forward_case(
            actor=cast.act(cast.clerk), case_id=case.pk, department_id=cast.units["labour"].pk,
            kind="assign", reason=REASON, now=NOW,
        )  # fmt: skip
    assert caught.value.field == "demand"


def test_assigning_says_what_is_asked_and_by_when(cast: Cast) -> None:
    case = actions.forward_case(
        actor=cast.act(cast.clerk), case_id=registered(cast).pk, department_id=cast.units["labour"].pk,
        kind="assign", demand="查明拖欠工资的人数和金额。\n三十日内报送进展。", reason=REASON, now=NOW,
    )  # fmt: skip
    letter = case.referrals.get().document
    assert letter is not None
    assert letter.number == "云信交字〔2026〕1号"
    facts = documents.facts(letter)
    assert facts["demands"] == ["查明拖欠工资的人数和金额。", "三十日内报送进展。"]
    assert facts["report_due"] == {"on": "2027-01-18", "provisional": True}


def test_under_the_2005_regulations_no_unit_objects(cast: Cast) -> None:
    case = forwarded(cast, received_on=dt.date(2022, 3, 1))
    assert set(open_clocks(case)) == {"notify"}


TURNED_AWAY: list[tuple[Callable[..., Case], dict[str, Any], str, str]] = [
    (actions.decline_case, {"ground": "other_procedure", "competent_body": "云溪县劳动人事争议仲裁委员会"},
     "declined", "云信不受告字〔2026〕1号"),
    (actions.guide_case, {"ground": "skip_level", "competent_body": "云溪县信访局"}, "guided", "云信引告字〔2026〕1号"),
    (actions.guide_case, {"ground": "sue", "competent_body": "云溪县人民法院"}, "guided", "云信引告字〔2026〕1号"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "facts", "status", "number"), TURNED_AWAY)
def test_turned_away_in_writing(
    cast: Cast, act: Callable[..., Case], facts: dict[str, Any], status: str, number: str
) -> None:
    case = act(
        actor=cast.act(cast.clerk),
        case_id=registered(cast).pk,
        reason="依法应当走法定途径。",
        now=NOW,
        **facts,
    )
    triage = Triage.objects.get(case=case)
    assert case.status == status
    assert triage.competent_body == facts["competent_body"]
    assert triage.article.startswith("《信访工作条例》")
    assert triage.document is not None
    assert triage.document.number == number
    assert open_clocks(case) == {}


def test_decline_closed_case_names_the_earlier_one(cast: Cast) -> None:
    earlier, again = registered(cast), registered(cast)
    with pytest.raises(Refused) as caught:
        actions.decline_closed_case(
            actor=cast.act(cast.clerk),
            case_id=again.pk,
            related_case_id=None,
            reason="同一事实和理由。",
            now=NOW,
        )
    assert caught.value.field == "related_case"
    case = actions.decline_closed_case(
        actor=cast.act(cast.clerk),
        case_id=again.pk,
        related_case_id=earlier.pk,
        reason="同一事实和理由。",
        now=NOW,
    )
    assert case.status == "declined_closed"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ground": "own_remit"}, "ground"),
        ({"ground": "nonsense"}, "ground"),
        ({"competent_body": ""}, "competent_body"),
    ],
)
def test_a_refusal_must_be_complete(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = registered(cast)
    whole = {
        "ground": "not_competent",
        "reason": "不属本机关职权。",
        "competent_body": "云溪县某某局",
        **facts,
    }
    with pytest.raises(Refused) as caught:
        actions.decline_case(actor=cast.act(cast.clerk), case_id=case.pk, now=NOW, **whole)
    assert (caught.value.kind, caught.value.field) == ("input", field)
    case.refresh_from_db()
    assert case.status == "registered"
    assert not IssuedDocument.objects.exists()


def test_the_unit_complained_of_never_gets_the_case(cast: Cast) -> None:
    labour = cast.units["labour"]
    case = registered(cast, respondents=(NewRespondent(name=labour.name, department_id=labour.pk),))
    with pytest.raises(Refused) as caught:
        actions.accept_case(
            actor=cast.act(cast.clerk), case_id=case.pk, department_id=labour.pk, reason=REASON, now=NOW
        )
    assert "第三十条" in caught.value.article
    assert not Case.objects.visible_to(cast.act(cast.liaison)).exists()


def test_only_the_unit_that_has_it_sees_it(cast: Cast) -> None:
    case = accepted(cast)
    assert case in Case.objects.visible_to(cast.act(cast.liaison))
    assert case in Case.objects.visible_to(cast.act(cast.head))
    assert case in Case.objects.visible_to(cast.act(cast.manager))
    assert case not in Case.objects.visible_to(cast.act(cast.liaison2))
    assert case not in Case.objects.visible_to(cast.act(cast.guide))


def test_withdraw_case_stops_every_clock(cast: Cast) -> None:
    case = accepted(cast)
    case = actions.withdraw_case(
        actor=cast.act(cast.liaison), case_id=case.pk, reason="本人书面撤回。", now=NOW
    )
    assert case.status == "withdrawn"
    assert open_clocks(case) == {}
    assert case.deadlines.get(kind="handle").void_reason


@pytest.mark.parametrize("who", ["guide", "liaison", "leader", "supervisor"])
def test_triage_is_the_hall_s(cast: Cast, who: str) -> None:
    case = registered(cast)
    with pytest.raises(Refused) as caught:
        actions.accept_case(
            actor=cast.act(getattr(cast, who)), case_id=case.pk, department_id=cast.units["labour"].pk,
            reason=REASON, now=NOW,
        )  # fmt: skip
    assert caught.value.kind == "role"


def test_what_has_moved_cannot_be_triaged_again(cast: Cast) -> None:
    case = accepted(cast)
    with pytest.raises(Refused) as caught:
        actions.guide_case(
            actor=cast.act(cast.clerk), case_id=case.pk, ground="sue", reason="x", competent_body="y", now=NOW
        )
    assert caught.value.kind == "state"
    assert "办理中" in str(caught.value)


@pytest.mark.parametrize("status", ["registered", "forwarded", "nonsense"])
def test_the_database_refuses_an_illegal_move(cast: Cast, status: str) -> None:
    case = accepted(cast)
    with pytest.raises(Error), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=status)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_triage_at_once_and_one_is_told(cast: Cast) -> None:
    case, told = registered(cast), []

    def clerk(unit: str) -> None:
        try:
            actions.accept_case(
                actor=cast.act(cast.clerk),
                case_id=case.pk,
                department_id=cast.units[unit].pk,
                reason=REASON,
                now=NOW,
            )
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk, args=[unit]) for unit in ("labour", "housing")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["state"]
    assert Triage.objects.filter(case=case).count() == 1
    assert list(IssuedDocument.objects.filter(kind="notice_accepted").values_list("serial", flat=True)) == [1]

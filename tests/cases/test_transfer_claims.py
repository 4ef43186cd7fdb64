"""Claims that another law has a procedure for: transfer_claims some of them, divert_case all that are left."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.models import Case, Opinion, OpinionRow, StatutoryRoute
from cases.queries.progress import for_petitioner
from hall import documents, journal
from hall.access import Refused
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast, yunxi
from tests.life_referrals import clocks, disputed, involved, refused
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db
WHY = "劳动争议依法应当先申请仲裁。"


@pytest.fixture
def route(db: None) -> StatutoryRoute:
    call_command("load_routes", verbosity=0)
    return StatutoryRoute.objects.get(code="labour_arbitration")


def transfer(
    cast: Cast, case: Case, route: StatutoryRoute | None, numbers: tuple[int, ...] = (2,), **facts: Any
) -> Case:
    who = facts.pop("who", "liaison")
    said = {"reason": WHY, **facts}
    claims = list(case.claims.filter(number__in=numbers).values_list("pk", flat=True))
    return actions.transfer_claims(
        actor=cast.act(getattr(cast, who)), case_id=case.pk, claim_ids=claims,
        route_id=route.pk if route else None, now=NOW, **said,
    )  # fmt: skip


def divert(
    cast: Cast, case: Case, route: StatutoryRoute | None, who: str = "liaison", reason: str = WHY
) -> Case:
    return actions.divert_case(
        actor=cast.act(getattr(cast, who)),
        case_id=case.pk,
        route_id=route.pk if route else None,
        reason=reason,
        now=NOW,
    )


def test_transfer_claims_tells_which_whereto_why_and_how(cast: Cast, route: StatutoryRoute) -> None:
    case = transfer(cast, accepted(cast), route)
    gone = case.claims.get(number=2)
    assert (gone.route, gone.transferred_at, gone.transfer_reason) == (route, NOW, WHY)
    assert case.claims.get(number=1).transferred_at is None
    assert case.status == "accepted"
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}
    paper = IssuedDocument.objects.get(kind="notice_transferred")
    assert paper.number == "云信导告字〔2026〕1号"
    assert for_petitioner(paper.kind)
    facts = documents.facts(paper)
    assert (facts["claims"], facts["remaining"]) == (["补缴社会保险"], ["支付三个月工资"])
    assert (facts["competent"], facts["article"]) == (route.organ, "《信访工作条例》第三十一条第（二）项")
    assert facts["route"]
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.after["claims"], entry.reason) == ("transfer_claims", ["2"], WHY)
    assert journal.verify() == []


def test_an_opinion_under_way_is_a_draft_again_without_what_has_gone(
    cast: Cast, route: StatutoryRoute
) -> None:
    case = accepted(cast)
    opinion = Opinion.objects.create(
        case=case, department=cast.units["labour"], drafted_by=cast.liaison, drafted_at=NOW
    )
    OpinionRow.objects.bulk_create(OpinionRow(opinion=opinion, claim=claim) for claim in case.claims.all())
    Opinion.objects.filter(pk=opinion.pk).update(status="submitted", submitted_at=NOW)
    transfer(cast, case, route)
    opinion.refresh_from_db()
    assert (opinion.status, opinion.submitted_at) == ("draft", None)
    assert [row.claim.number for row in opinion.rows.all()] == [1]


def test_at_least_one_claim_stays(cast: Cast, route: StatutoryRoute) -> None:
    case = accepted(cast)
    every = refused(transfer, cast, case, route, (1, 2))
    assert (every.kind, every.field) == ("input", "claims")
    assert "导入法定途径" in str(every)
    transfer(cast, case, route)
    last = refused(transfer, cast, case, route, (1,))
    assert last.kind == "state"
    assert "整件导入" in str(last)


def test_what_is_asked_must_be_whole(cast: Cast, route: StatutoryRoute) -> None:
    case = accepted(cast, claims=("一", "二", "三"))
    for facts, field in (
        ({"numbers": ()}, "claims"),
        ({"route": None}, "route"),
        ({"reason": " "}, "reason"),
    ):
        refusal = refused(transfer, cast, case, **{"route": route, **facts})
        assert (refusal.kind, refusal.field) == ("input", field)
    transfer(cast, case, route)
    gone = refused(transfer, cast, case, route, (2,))  # not this case's own any more
    assert gone.field == "claims"
    mixed = refused(transfer, cast, case, route, (2, 3))
    assert "已不在" in str(mixed)
    route.is_active = False
    route.save()
    assert refused(transfer, cast, case, route, (3,)).field == "route"


@pytest.mark.parametrize("who", ["clerk", "manager", "liaison2", "leader", "supervisor"])
def test_only_the_unit_that_handles_it_decides_the_way(cast: Cast, route: StatutoryRoute, who: str) -> None:
    case = accepted(cast)
    assert refused(transfer, cast, case, route, who=who).kind == "role"
    assert refused(divert, cast, case, route, who).kind == "role"


def test_not_before_it_is_accepted(cast: Cast, route: StatutoryRoute) -> None:
    case = forwarded(cast)
    assert refused(transfer, cast, case, route).kind == "state"
    assert refused(divert, cast, case, route).kind == "state"
    assert refused(transfer, cast, registered(cast), route).kind in ("role", "state")


def test_divert_case_is_its_end_here(cast: Cast, route: StatutoryRoute) -> None:
    case = disputed(cast)
    involved(cast, case)
    transfer(cast, case, route)
    draft = Opinion.objects.create(
        case=case, department=cast.units["labour"], drafted_by=cast.liaison, drafted_at=NOW
    )
    case = divert(cast, case, route)
    assert (case.status, case.status_since) == ("diverted", NOW)
    assert clocks(case) == {}
    draft.refresh_from_db()
    assert draft.status == "dropped"
    assert case.objections.get().status == "dismissed"
    assert not case.claims.filter(transferred_at=None).exists()
    paper = IssuedDocument.objects.filter(kind="notice_transferred").latest("id")
    facts = documents.facts(paper)
    assert facts["claims"] == ["支付三个月工资"]
    assert "remaining" not in facts
    assert "继续办理" not in str(documents.page(paper))
    assert {m.user for m in Message.objects.filter(kind="case_diverted")} == {cast.liaison2}
    assert journal.verify() == []
    assert refused(divert, cast, case, route).kind == "state"


def test_an_old_case_cites_its_own_law(cast: Cast, route: StatutoryRoute) -> None:
    case = divert(cast, accepted(cast, received_on=dt.date(2022, 3, 1)), route)
    assert documents.facts(IssuedDocument.objects.get(kind="notice_transferred"))["article"].startswith(
        "《信访条例》"
    )
    assert case.law == "r05"


def test_diverting_needs_a_route_and_a_reason(cast: Cast, route: StatutoryRoute) -> None:
    case = accepted(cast)
    assert refused(divert, cast, case, None).field == "route"
    assert refused(divert, cast, case, route, reason="无").field == "reason"
    case.refresh_from_db()
    assert case.status == "accepted"


def test_the_doors(cast: Cast, client: Client, route: StatutoryRoute) -> None:
    case = accepted(cast, timezone.now())
    url = f"/cases/{case.pk}/transfer-claims/"
    client.force_login(cast.liaison)
    page = client.get(url).content.decode()
    for words in ("1. 支付三个月工资", "2. 补缴社会保险", route.organ, "第三十一条"):
        assert words in page, words
    second = case.claims.get(number=2).pk
    form = {"claims": [second], "route": route.pk, "reason": WHY}
    draft = client.post(url, {**form, "preview": "1"}).content.decode()
    assert "信访诉求导入法定途径告知书" in draft
    assert client.post(url, {**form, "claims": []}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 409  # one must stay
    url = f"/cases/{case.pk}/divert-case/"
    client.force_login(cast.clerk)
    assert client.post(url, {"route": route.pk, "reason": WHY}).status_code == 403
    client.force_login(cast.head)
    assert "到此结束" in client.get(url).content.decode()
    assert client.post(url, {"route": route.pk, "reason": WHY}).status_code == 302
    case.refresh_from_db()
    assert case.status == "diverted"
    assert client.post(url, {"route": route.pk, "reason": WHY}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_people_transfer_the_two_last_claims_at_once(transactional_db: None) -> None:
    """One wins; to the other the last claim would be left, and it stays."""
    cast = yunxi()
    call_command("load_routes", verbosity=0)
    route = StatutoryRoute.objects.get(code="labour_arbitration")
    case, told, start = accepted(cast), [], threading.Barrier(2)

    def run(who: str, number: int) -> None:
        try:
            start.wait(timeout=20)
            transfer(cast, case, route, (number,), who=who)
        except Refused as refusal:
            told.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in (("liaison", 1), ("head", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert told == ["state"]
    assert case.claims.filter(transferred_at=None).count() == 1

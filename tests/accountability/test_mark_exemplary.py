"""Exemplary cases: `mark_exemplary`, `withdraw_exemplary`; who learns from them, and that nothing becomes public."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability import actions
from accountability.models import ExemplaryCase
from cases.models import Case, Recusal, Respondent, ResultNotice
from hall.access import Refused
from hall.models import JournalEntry
from tests.accountability.inspect_steps import checked, drawn
from tests.accountability.sanction_steps import decided, stranger
from tests.accountability.supervise_steps import days
from tests.accountability.supervise_steps import opened as supervised
from tests.cast import NOW, Cast
from tests.life import closed
from tests.life_field import agreed
from tests.matters import accepted

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "一次约谈说清拖欠工资",
    "reasons": "受理当日与信访人见面，三日内查清欠薪的人数和金额，逐项答复。",
    "lesson": "先约谈双方，再一起核对工资表，当面定下支付日期。",
}
WHY = "事后发现一项诉求没有答复。"


def marked(cast: Cast, case: Case | None = None, *, who: Any = None, **facts: Any) -> ExemplaryCase:
    case = case or closed(cast, NOW - days(1))
    actor = cast.act(who or cast.supervisor)
    return actions.mark_exemplary(actor=actor, case_id=case.pk, now=NOW, **{**WORDS, **facts})


def withdrawn(cast: Cast, one: ExemplaryCase, *, who: Any = None, reason: str = WHY) -> ExemplaryCase:
    actor = cast.act(who or cast.manager)
    return actions.withdraw_exemplary(actor=actor, exemplary_id=one.pk, reason=reason, now=NOW)


def page(cast: Cast, who: str, query: str = "") -> tuple[int, str]:
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(f"/exemplary-cases/{query}")
    return response.status_code, response.content.decode()


def refused(cast: Cast, case: Case, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        marked(cast, case, **facts)
    return caught.value


def test_mark_exemplary_says_why_and_what_to_learn(cast: Cast) -> None:
    one = marked(cast)
    assert (one.status, one.reasons, one.check_of) == ("marked", WORDS["reasons"], None)
    entry = JournalEntry.objects.get(verb="mark_exemplary")
    assert entry.stream == f"case:{one.case_id}" and entry.after == {"exemplary": one.pk}
    assert not ResultNotice.objects.exists(), "marking publishes nothing"


def test_the_inspection_that_found_it_in_order_is_kept(cast: Cast) -> None:
    case = closed(cast, NOW - days(1))
    check = drawn(cast).checks.get(case=case)
    checked(cast, check)
    one = marked(cast, case)
    assert one.check_of == check
    assert f"/inspections/{check.inspection_id}/" in page(cast, "supervisor")[1]
    assert "/inspections/" not in page(cast, "liaison")[1], "a unit does not learn what was drawn"


def test_a_problem_found_on_the_spot_is_no_evidence(cast: Cast) -> None:
    case = closed(cast, NOW - days(1))
    checked(cast, drawn(cast).checks.get(case=case), conclusion="problem")
    assert marked(cast, case).check_of is None


def test_only_what_is_concluded_and_in_order(cast: Cast) -> None:
    assert refused(cast, accepted(cast)).kind == "state"
    late = closed(cast, NOW - days(1))
    finding = decided(cast, case=late)
    assert "认定" in refused(cast, late).reason
    type(finding).objects.filter(pk=finding.pk).update(status="in_review")
    assert refused(cast, late).kind == "state", "nor while it is under review"
    type(finding).objects.filter(pk=finding.pk).update(status="changed", decided_days=0)
    assert marked(cast, late).pk, "a review left nothing of it"
    pressed = closed(cast, NOW - days(1))
    supervised(cast, pressed)
    assert "督办" in refused(cast, pressed).reason
    secret = closed(cast, NOW - days(1))
    Case.objects.filter(pk=secret.pk).update(is_confidential=True)
    assert refused(cast, secret).kind == "state"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"reasons": "好"}, "reasons"),
        ({"lesson": ""}, "lesson"),
        ({"title": "张秀英的工资"}, "title"),
        ({"reasons": "信访人张秀英当日拿到了工资，逐项答复。"}, "reasons"),
        ({"lesson": "先打 138 0001 0001 说明，再当面约谈。"}, "lesson"),
    ],
)
def test_bad_words_are_refused_at_their_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    said = refused(cast, closed(cast, NOW - days(1)), **facts)
    assert (said.kind, said.field) == ("input", field)


def test_who_marks_and_who_takes_back(cast: Cast) -> None:
    case = closed(cast, NOW - days(1))
    for who in (cast.leader, cast.clerk, cast.head, cast.liaison, stranger(cast)):
        assert refused(cast, case, who=who).kind in ("role", "unseen")
    one = marked(cast, case, who=cast.manager)
    with pytest.raises(Refused) as caught:
        withdrawn(cast, one, who=cast.head)
    assert caught.value.kind == "role"
    Recusal.objects.create(case=case, user=cast.supervisor, reason="亲属", at=NOW)
    with pytest.raises(Refused):
        withdrawn(cast, one, who=cast.supervisor)


def test_withdraw_exemplary_keeps_that_it_was(cast: Cast) -> None:
    one = withdrawn(cast, marked(cast))
    assert (one.status, one.withdrawn_reason, one.withdrawn_by) == ("withdrawn", WHY, cast.manager)
    assert JournalEntry.objects.get(verb="withdraw_exemplary").reason == WHY
    with pytest.raises(Refused) as caught:
        withdrawn(cast, one)
    assert caught.value.kind == "state"
    with pytest.raises(Refused):
        withdrawn(cast, marked(cast, one.case), reason=" ")
    assert ExemplaryCase.objects.filter(case=one.case).count() == 2, "marked again with better words"


def test_the_database_holds_it(cast: Cast) -> None:
    one = marked(cast)
    rows = ExemplaryCase.objects.filter(pk=one.pk)
    for change in ({"lesson": "别的做法，随便写写。"}, {"status": "withdrawn"}, {"withdrawn_reason": "x"}):
        with pytest.raises(Error), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Error), transaction.atomic():
        rows.delete()
    with pytest.raises(Error), transaction.atomic():
        ExemplaryCase.objects.create(hall=cast.hall, case=one.case, marked_at=NOW, **WORDS)


def test_staff_of_the_hall_and_its_units_learn_from_it(cast: Cast) -> None:
    one = marked(cast)
    for who in ("clerk", "guide", "liaison", "head", "leader", "manager", "supervisor"):
        status, body = page(cast, who)
        assert status == 200 and WORDS["lesson"] in body, who
        assert ("/withdraw-exemplary/" in body) == (who in ("manager", "supervisor")), who
    assert f"/cases/{one.case_id}/" in page(cast, "liaison")[1], "who sees the case may open it"
    assert f"/cases/{one.case_id}/" not in page(cast, "guide")[1], "the words alone for who does not"
    assert page(cast, "administrator")[0] == 403
    assert Client().get("/exemplary-cases/").status_code == 302, "never for the public"
    other = stranger(cast)
    client = Client()
    client.force_login(other)
    assert WORDS["lesson"] not in client.get("/exemplary-cases/").content.decode()


def test_whom_it_complains_of_does_not_read_it(cast: Cast) -> None:
    one = marked(cast)
    Respondent.objects.create(case=one.case, name="何主任", user=cast.guide)
    assert WORDS["lesson"] not in page(cast, "guide")[1]
    assert WORDS["lesson"] in page(cast, "clerk")[1]


def test_what_was_taken_back_is_for_who_looks_after_the_hall(cast: Cast) -> None:
    withdrawn(cast, marked(cast))
    assert WORDS["lesson"] not in page(cast, "clerk", "?status=withdrawn")[1]
    assert WORDS["lesson"] not in page(cast, "manager")[1]
    assert WHY in page(cast, "manager", "?status=withdrawn")[1]
    gone = marked(cast)
    Case.objects.filter(pk=gone.case_id).update(status="in_review")
    assert WORDS["lesson"] not in page(cast, "clerk")[1], "a matter that goes on teaches nothing yet"


def test_publication_goes_its_own_way(cast: Cast) -> None:
    """Consent and a second hand: the list only leads there."""
    one = marked(cast)
    assert f"/result-notices/new/?case={one.case_id}" not in page(cast, "manager")[1], "no consent, no link"
    agreed(cast, one.case)
    assert f"/result-notices/new/?case={one.case_id}" in page(cast, "manager")[1]
    assert "/result-notices/new/" not in page(cast, "clerk")[1]


def test_the_doors(cast: Cast) -> None:
    case = closed(cast, NOW - days(1))
    client = Client()
    client.force_login(cast.supervisor)
    door = f"/cases/{case.pk}/mark-exemplary/"
    assert f'href="{door}"' in client.get(f"/cases/{case.pk}/account/").content.decode()
    assert client.get(door).status_code == 200
    empty = client.post(door, {**WORDS, "lesson": ""})
    assert empty.status_code == 422 and WORDS["reasons"] in empty.content.decode()
    named = client.post(door, {**WORDS, "title": "张秀英的工资"})
    assert named.status_code == 422 and WORDS["lesson"] in named.content.decode()
    assert client.post(door, WORDS).status_code == 302
    assert client.post(door, WORDS).status_code == 409
    one = ExemplaryCase.objects.get()
    assert client.post(f"/exemplary-cases/{one.pk}/withdraw-exemplary/", {"reason": WHY}).status_code == 302
    assert ExemplaryCase.objects.get().status == "withdrawn"


def test_the_list_costs_the_same_however_long(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.clerk)
    costs = []
    for _n in range(2):
        marked(cast)
        client.get("/exemplary-cases/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/exemplary-cases/")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 14


@pytest.mark.django_db(transaction=True)
def test_two_people_mark_one_case(cast: Cast) -> None:
    case, start, results = closed(cast, NOW - days(1)), threading.Barrier(2), list[str]()

    def run(who: Any) -> None:
        try:
            start.wait(timeout=20)
            marked(cast, case, who=who)
            results.append("marked")
        except Refused as said:
            results.append(said.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[who]) for who in (cast.supervisor, cast.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["marked", "state"]

"""close_case: when the petitioner's period has passed unused, or on their written word; at night by itself."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules, tasks
from cases.models import Case
from hall import journal
from hall.access import SYSTEM, Refused, allowed
from hall.models import JournalEntry
from tests.cast import NOW, Cast, yunxi
from tests.life_reviews import answered, asked, in_review, reviewed, served, upper_units
from tests.matters import accepted

pytestmark = pytest.mark.django_db
PASSED = NOW + dt.timedelta(days=31)


@pytest.fixture(autouse=True)
def higher(request: pytest.FixtureRequest) -> None:
    if "cast" in request.fixturenames:
        upper_units(request.getfixturevalue("cast"))


def close(cast: Cast, case: Case, now: dt.datetime = NOW, reason: str = "") -> Case:
    return actions.close_case(actor=cast.act(cast.manager, now), case_id=case.pk, reason=reason, now=now)


def test_close_case_after_the_window(cast: Cast) -> None:
    case = close(cast, served(cast), PASSED)
    assert case.status == "closed"
    assert not case.deadlines.open().exists()
    assert case.deadlines.get(kind="apply_review").void_reason == "期限届满，未行使"


def test_while_the_window_runs_only_on_the_petitioner_s_written_word(cast: Cast) -> None:
    case = served(cast)
    with pytest.raises(Refused) as caught:
        close(cast, case, reason="同意")
    assert (caught.value.kind, caught.value.field) == ("input", "reason")
    assert "尚未" not in str(caught.value)
    close(cast, case, reason="信访人11月18日书面表示接受。")
    assert JournalEntry.objects.get(verb="close_case").reason == "信访人11月18日书面表示接受。"
    assert "接受" in case.deadlines.get(kind="apply_review").void_reason


def test_the_system_never_closes_before_the_end(cast: Cast) -> None:
    case = served(cast)
    verdict = allowed(rules.check_can_close_case, SYSTEM, case, now=NOW)
    assert verdict.kind == "state"
    assert allowed(rules.check_can_close_case, SYSTEM, case, now=PASSED)


def test_what_was_not_served_is_not_closed(cast: Cast) -> None:
    verdict = allowed(
        rules.check_can_close_case, cast.act(cast.manager), reviewed(cast, is_served=False), now=PASSED
    )
    assert verdict.kind == "state"
    assert "尚未送达" in str(verdict.reason)
    unserved = answered(cast, accepted(cast, title="未送达"), now=NOW)
    assert allowed(rules.check_can_close_case, cast.act(cast.manager), unserved, now=PASSED).kind == "state"


@pytest.mark.parametrize("who", ["clerk", "liaison", "head", "supervisor", "leader"])
def test_the_hall_manager_closes(cast: Cast, who: str) -> None:
    case = served(cast)
    assert allowed(rules.check_can_close_case, cast.act(getattr(cast, who)), case, now=PASSED).kind == "role"


def test_at_night_all_that_lapsed_are_closed_and_nothing_else(cast: Cast) -> None:
    lapsed, review_lapsed = served(cast), reviewed(cast)
    running = served(cast, PASSED, title="刚送达")
    unserved = reviewed(cast, case=in_review(cast, title="复查意见未送达"), is_served=False)
    actions.lapse_windows(now=PASSED)
    assert actions.close_lapsed_cases(now=PASSED) == 2
    assert actions.close_lapsed_cases(now=PASSED) == 0
    states = dict(Case.objects.values_list("pk", "status"))
    assert [states[one.pk] for one in (lapsed, review_lapsed, running, unserved)] == [
        "closed", "closed", "served", "reviewed",
    ]  # fmt: skip
    assert {one.actor_name for one in JournalEntry.objects.filter(verb="close_case")} == {"system"}
    assert journal.verify() == []


def test_a_window_of_an_earlier_round_closes_nothing(cast: Cast) -> None:
    case = in_review(cast)
    actions.order_redo(
        actor=cast.act(cast.petition),
        case_id=case.pk,
        findings="查明的事实",
        basis="依据规定",
        conclusion="重新办理",
        now=NOW,
    )
    served(cast, PASSED, case=Case.objects.get(pk=case.pk))
    assert actions.close_lapsed_cases(now=PASSED) == 0


def test_the_nightly_task_closes(cast: Cast) -> None:
    case = served(cast, timezone.now() - dt.timedelta(days=60))
    tasks.recheck_deadlines()
    case.refresh_from_db()
    assert case.status == "closed"


def test_the_door_asks_for_the_written_word_while_the_window_runs(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    client.force_login(cast.manager)
    url = f"/cases/{case.pk}/close-case/"
    assert "才届满" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "信访人书面表示接受。"}).status_code == 302
    client.force_login(cast.clerk)
    assert client.post(url, {"reason": "信访人书面表示接受。"}).status_code in (403, 409)


@pytest.mark.django_db(transaction=True)
def test_a_late_request_and_the_night_meet_and_one_wins(transactional_db: None) -> None:
    cast = yunxi()
    upper_units(cast)
    case, closed = served(cast), []

    def night() -> None:
        try:
            closed.append(actions.close_lapsed_cases(now=PASSED))
        finally:
            connection.close()

    with transaction.atomic():
        asked(cast, case, now=PASSED, requested_on=NOW.date() + dt.timedelta(days=29))
        thread = threading.Thread(target=night)
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=30)
    case.refresh_from_db()
    assert (case.status, closed) == ("in_review", [0])


def _until_somebody_waits() -> None:
    for _n in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited for our row")

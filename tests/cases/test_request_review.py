"""request_review: within the petitioner's period or with a good reason, to the body one level up, once a round."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.actions import NewRespondent
from cases.models import Case, Review
from cases.queries.reviewers import is_one_level_up, permitted_reviewers
from hall import documents, journal
from hall.access import Refused, allowed
from hall.models import IssuedDocument, Message
from staffing.models import Department
from tests.cast import NOW, TZ, Cast, save, yunxi
from tests.life_opinions import handed
from tests.life_reviews import ASKED, answered, asked, in_review, reviewed, served, upper_units
from tests.matters import accepted

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def higher(request: pytest.FixtureRequest) -> None:
    if "cast" in request.fixturenames:
        upper_units(request.getfixturevalue("cast"))


def days(n: int) -> dt.datetime:
    return NOW + dt.timedelta(days=n)


def clocks(case: Case) -> dict[str, dt.date | None]:
    return dict(case.deadlines.open().values_list("kind", "due_on"))


def refused(cast: Cast, case: Case, unit: str = "petition", **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        asked(cast, case, unit, **facts)
    return caught.value


def test_request_review_begins_thirty_days_and_uses_the_window(cast: Cast) -> None:
    case = served(cast)
    assert clocks(case) == {"apply_review": dt.date(2026, 12, 18)}
    review = asked(cast, case, now=days(5))
    case.refresh_from_db()
    assert case.status == "in_review"
    assert (review.stage, review.round, review.department) == ("review", 1, cast.units["petition"])
    assert review.challenged.kind == "opinion"
    assert clocks(case) == {"review": dt.date(2026, 12, 23)}  # 30 days from 23 November
    assert case.deadlines.get(kind="apply_review").met_at == days(5)
    assert case in Case.objects.visible_to(cast.act(cast.petition))
    assert Message.objects.get(kind="review_requested").user == cast.petition
    assert Message.objects.get(kind="review_asked").user == cast.liaison
    paper = IssuedDocument.objects.get(kind="notice_review_received")
    assert (paper.number, paper.title) == ("云信复受告字〔2026〕1号", "信访事项复查申请受理告知书")
    facts = documents.facts(paper)
    assert (facts["unit"], facts["review_due"]["on"]) == ("云溪县信访局", "2026-12-23")
    assert facts["earlier_organ"] == "云溪县人力资源和社会保障局"
    assert facts["article"] == "《信访工作条例》第三十五条"
    entry = journal.JournalEntry.objects.get(verb="request_review")
    assert entry.after["unit"] == "云溪县信访局"
    assert ASKED not in str(entry.after)
    assert journal.verify() == []


def test_the_clock_runs_from_the_receipt_of_the_request_not_from_its_entry(cast: Cast) -> None:
    case = served(cast)
    asked(cast, case, now=days(5), requested_on=TODAY + dt.timedelta(days=2))
    assert clocks(case) == {"review": dt.date(2026, 12, 21)}  # Sunday 20th moved on


@pytest.mark.parametrize(
    ("unit", "is_right"),
    [
        ("petition", True), ("city_labour", True), ("city_housing", False), ("city_petition", False),
        ("province_labour", False), ("housing", False), ("labour", False),
    ],
)  # fmt: skip
def test_the_reviewing_body_is_one_level_up(cast: Cast, unit: str, is_right: bool) -> None:
    case = served(cast)
    if is_right:
        assert asked(cast, case, unit).department == cast.units[unit]
        return
    said = refused(cast, case, unit)
    assert (said.kind, said.field, said.article) == ("input", "department", "《信访工作条例》第三十五条")
    assert "云溪县信访局" in str(said)
    assert "滇南市人力资源和社会保障局" in str(said)


def test_one_level_up_is_told_by_the_line_the_superior_and_the_government(cast: Cast) -> None:
    units = {code: Department.objects.select_related("jurisdiction").get(code=code) for code in cast.units}
    assert is_one_level_up(units["labour"], units["city_labour"])
    assert is_one_level_up(units["labour"], units["petition"])
    assert is_one_level_up(units["petition"], units["city_petition"])
    assert is_one_level_up(units["city_labour"], units["city_petition"])
    assert not is_one_level_up(units["petition"], units["city_labour"])
    assert not is_one_level_up(units["labour"], units["province_labour"])
    assert not is_one_level_up(units["city_petition"], units["petition"])
    assert not is_one_level_up(units["labour"], units["labour"])
    council = save(Department(code="gov", name="云溪县人民政府", jurisdiction=cast.county), NOW)
    assert is_one_level_up(
        units["labour"], Department.objects.select_related("jurisdiction").get(pk=council.pk)
    )
    units["land"].parent = units["housing"]
    assert is_one_level_up(units["land"], units["housing"])


def test_who_handled_it_or_is_accused_never_reviews_it(cast: Cast) -> None:
    about = NewRespondent(name="市人社局", department_id=cast.units["city_labour"].pk)
    case = served(cast, respondents=(about,))
    assert [unit.code for unit in permitted_reviewers(case, "review")] == ["petition"]
    said = refused(cast, case, "city_labour")
    assert said.article == "《信访工作条例》第三十条"


def test_without_a_known_higher_body_the_refusal_says_what_to_do(cast: Cast) -> None:
    Department.objects.filter(code__in=["petition", "city_labour"]).update(is_active=False)
    case = served(cast)
    assert "上级单位" in str(refused(cast, case, "city_housing"))
    assert "停用" in str(refused(cast, case, "petition"))


@pytest.mark.parametrize(
    ("offset", "entered", "field"), [(1, 0, "requested_on"), (-1, 0, "requested_on"), (31, 31, "late_reason")]
)
def test_the_day_lies_between_service_and_today_and_in_the_window(
    cast: Cast, offset: int, entered: int, field: str
) -> None:
    case = served(cast)
    said = refused(cast, case, now=days(entered), requested_on=TODAY + dt.timedelta(days=offset))
    assert (said.kind, said.field) == ("input", field)


def test_late_only_with_a_recorded_good_reason(cast: Cast) -> None:
    case = served(cast)
    assert refused(cast, case, now=days(35), late_reason="住院").field == "late_reason"
    review = asked(cast, case, now=days(35), late_reason="期满前因病住院四十天，有出院证明。")
    assert review.late_reason.startswith("期满前")
    entry = journal.JournalEntry.objects.get(verb="request_review")
    assert entry.reason == review.late_reason


def test_received_in_time_and_entered_after_the_window_lapsed_is_in_time(cast: Cast) -> None:
    case = served(cast)
    actions.lapse_windows(now=days(31))
    assert clocks(case) == {}
    review = asked(cast, case, now=days(31), requested_on=TODAY + dt.timedelta(days=30))
    assert review.late_reason == ""


def test_received_in_time_and_entered_after_the_nightly_closing_is_in_time(cast: Cast) -> None:
    case = served(cast)
    assert actions.close_lapsed_cases(now=days(31)) == 1
    assert "2026年12月18日" in str(refused(cast, case, now=days(31)))
    review = asked(cast, case, now=days(31), requested_on=TODAY + dt.timedelta(days=30))
    assert review.late_reason == ""
    case.refresh_from_db()
    assert case.status == "in_review"


def test_entered_after_its_end_the_window_is_not_met_late(cast: Cast) -> None:
    case = served(cast)
    asked(cast, case, now=days(31), requested_on=TODAY + dt.timedelta(days=30))
    window = case.deadlines.get(kind="apply_review")
    assert (window.met_at, window.void_at, window.void_reason) == (None, days(31), "申请在期限届满后登记。")
    assert not journal.JournalEntry.objects.filter(verb="meet_deadline", after__term="apply_review").exists()


def test_what_was_posted_as_a_notice_may_be_challenged_from_that_day_on(cast: Cast) -> None:
    case, clerk = answered(cast, accepted(cast), now=NOW), cast.act(cast.clerk)
    tries = (
        handed(method="post", outcome="failed", reason="查无此人，邮件退回。", waybill="EX1"),
        handed(method="notice", receiver="", place="城关镇人民政府公告栏"),
    )
    for service in tries:
        actions.serve_opinion(actor=clerk, case_id=case.pk, service=service, now=NOW)
    said = refused(cast, case, now=days(5), requested_on=TODAY - dt.timedelta(days=1))
    assert said.field == "requested_on"
    review = asked(cast, case, now=days(5), requested_on=TODAY + dt.timedelta(days=3))
    assert review.requested_on == TODAY + dt.timedelta(days=3)
    assert clocks(case) == {"review": dt.date(2026, 12, 21)}


def test_who_accepted_in_writing_and_asks_all_the_same_says_why(cast: Cast) -> None:
    case = served(cast)
    actions.close_case(
        actor=cast.act(cast.manager), case_id=case.pk, reason="信访人当面书面表示接受处理意见。", now=days(1)
    )
    said = refused(cast, case, now=days(2))
    assert said.field == "late_reason"
    assert "书面表示接受" in str(said)
    assert "届满" not in str(said)
    assert "届满" in str(refused(cast, case, now=days(40)))
    asked(cast, case, now=days(2), late_reason="接受后发现计算有误，提交了新的工资单。")
    case.refresh_from_db()
    assert case.status == "in_review"


def test_the_request_says_what_is_asked(cast: Cast) -> None:
    assert refused(cast, served(cast), request="不服").field == "request"


@pytest.mark.parametrize("who", ["guide", "liaison", "head", "leader", "supervisor", "petition"])
def test_the_hall_registers_it(cast: Cast, who: str) -> None:
    case = served(cast)
    with pytest.raises(Refused) as caught:
        actions.request_review(
            actor=cast.act(getattr(cast, who)), case_id=case.pk, department_id=cast.units["petition"].pk,
            requested_on=TODAY, request=ASKED, now=NOW,
        )  # fmt: skip
    assert caught.value.kind == "role"


def test_only_what_was_served_and_once_a_round(cast: Cast) -> None:
    clerk = cast.act(cast.clerk)
    verdict = allowed(rules.check_can_request_review, clerk, accepted(cast), now=NOW)
    assert verdict.kind == "state"
    unserved = answered(cast, accepted(cast, title="另一件"), now=NOW)
    assert allowed(rules.check_can_request_review, clerk, unserved, now=NOW).kind == "state"
    again = allowed(rules.check_can_request_review, clerk, in_review(cast, title="第三件"), now=NOW)
    assert again.kind == "state"
    closed = reviewed(cast, case=in_review(cast, title="第四件"))
    actions.close_case(actor=cast.act(cast.manager), case_id=closed.pk, reason="书面表示接受。", now=NOW)
    verdict = allowed(rules.check_can_request_review, clerk, Case.objects.get(pk=closed.pk), now=NOW)
    assert "复查过" in str(verdict.reason)


def test_the_database_keeps_one_request_open_and_one_a_stage(cast: Cast) -> None:
    case = in_review(cast)
    known = Review.objects.get(case=case)
    row = {
        "case": case, "challenged": known.challenged, "department": known.department, "requested_on": TODAY,
        "request": ASKED, "registered_at": NOW,
    }  # fmt: skip
    for facts in ({"stage": "review", "round": 2}, {"stage": "review", "round": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(**row, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=known.pk).update(status="decided")


# -- through the door ----------------------------------------------------------------------------------------------


def test_the_door_offers_the_right_bodies_and_shows_the_draft(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = served(cast, now)
    client.force_login(cast.clerk)
    url = f"/cases/{case.pk}/request-review/"
    page = client.get(url).content.decode()
    assert "云溪县信访局" in page
    assert "滇南市人力资源和社会保障局" in page
    assert "滇南市住房和城乡建设局" not in page
    assert page.count('type="radio" name="department"') == 2
    facts = {
        "requested_on": now.astimezone(TZ).date().isoformat(), "department": cast.units["petition"].pk,
        "request": ASKED,
    }  # fmt: skip
    draft = client.post(url, {**facts, "preview": "1"}).content.decode()
    assert "信访事项复查申请受理告知书" in draft
    assert not Review.objects.exists()
    wrong = client.post(url, {**facts, "requested_on": (now + dt.timedelta(days=3)).date().isoformat()})
    assert wrong.status_code == 422
    assert "不能晚于今天" in wrong.content.decode()
    assert client.post(url, facts).status_code == 302
    assert Review.objects.get().department == cast.units["petition"]
    assert client.post(url, facts).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_clerks_enter_the_same_request_and_one_is_told(transactional_db: None) -> None:
    cast = yunxi()
    upper_units(cast)
    case, told, start = served(cast), [], threading.Barrier(2)

    def clerk(who: str) -> None:
        try:
            start.wait(timeout=20)
            actions.request_review(
                actor=cast.act(getattr(cast, who)), case_id=case.pk, department_id=cast.units["petition"].pk,
                requested_on=TODAY, request=ASKED, now=NOW,
            )  # fmt: skip
        except Refused as refusal:
            told.append((refusal.kind, str(refusal)))
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk, args=[who]) for who in ("clerk", "clerk2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [kind for kind, _words in told] == ["state"]
    assert "复查中" in told[0][1]
    assert Review.objects.filter(case=case).count() == 1
    assert IssuedDocument.objects.filter(kind="notice_review_received").count() == 1

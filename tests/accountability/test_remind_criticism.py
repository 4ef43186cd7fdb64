"""A notice waits for the review window; a silent unit is reminded (`remind_criticism`); a later change is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accountability import actions
from accountability.models import CriticisedFinding, CriticismNotice, Finding
from accountability.queries.sanctions import reminder_moments, usable_findings
from hall.models import JournalEntry, Message
from tests.accountability import finding_steps
from tests.accountability.sanction_steps import advice_words, advised, decided, drafted, reviewed, served
from tests.cast import NOW, Cast
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)


def open_window(cast: Cast, **facts: Any) -> Finding:
    return decided(cast, review_by_on=TODAY + dt.timedelta(days=3), **facts)


def test_nothing_is_written_while_the_unit_may_ask_for_a_review(cast: Cast) -> None:
    one = open_window(cast)
    with pytest.raises(Exception, match="申请复核") as caught:
        drafted(cast, [one])
    day = TODAY + dt.timedelta(days=3)
    assert f"{day.month}月{day.day}日" in str(caught.value.reason)  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="申请复核"):
        advised(cast, "liability", [one])
    assert advised(cast, "improve", [one]).pk  # helps, burdens nobody
    drafted(cast, [decided(cast, review_by_on=TODAY - dt.timedelta(days=1))])
    drafted(cast, [reviewed(open_window(cast), "confirmed")])


def test_approving_looks_again(cast: Cast) -> None:
    """A draft out of the time before this rule, or whose window was opened anew."""
    one = decided(cast)
    notice = drafted(cast, [one])
    Finding.objects.filter(pk=one.pk).update(review_by_on=TODAY)
    asked = {"actor": cast.act(cast.leader), "criticism_id": notice.pk, "revision": 1, "now": NOW}
    verdict = refused(actions.approve_criticism, **asked)
    assert verdict.kind == "state" and "申请复核" in str(verdict.reason)
    liable = decided(cast)
    advice = advised(cast, "liability", [liable])
    Finding.objects.filter(pk=liable.pk).update(review_by_on=TODAY)
    facts = {"actor": cast.act(cast.leader), "advice_id": advice.pk, "revision": 1, "now": NOW}
    assert refused(actions.approve_advice, **facts).kind == "state"
    assert advice_words(cast).kind == "improve"


def test_what_a_review_left_nothing_of_is_not_offered(cast: Cast) -> None:
    gone = reviewed(decided(cast), "changed", decided_days=0)
    less = reviewed(decided(cast), "changed", decided_days=2)
    assert list(usable_findings(cast.act(cast.supervisor))) == [less]
    with pytest.raises(Exception, match="只能依据"):
        drafted(cast, [gone])


def test_the_picker_greys_what_must_wait(cast: Cast, client: Client) -> None:
    today = timezone.localdate()
    waits = decided(cast, review_by_on=today + dt.timedelta(days=3))
    free = decided(cast)
    client.force_login(cast.supervisor)
    text = client.get("/criticism-notices/new/").content.decode()
    assert f'id="finding_{waits.pk}" disabled' in text and "期满以后才能选择" in text
    assert f'id="finding_{free.pk}">' in text and "办理信访事项" in text
    text = client.get("/advices/new/").content.decode()
    assert f'id="finding_{waits.pk}">' in text and "追究责任的建议要等到期满以后" in text


def test_a_silent_unit_is_reminded_before_on_and_after_the_day(cast: Cast) -> None:
    notice = served(cast, [decided(cast), decided(cast, "housing")])
    actions.answer_criticism(
        actor=cast.act(cast.head2), criticism_id=notice.pk, text="已经逐件核对，明确责任岗位。", now=NOW
    )
    before, on, after = reminder_moments(cast.hall.pk, notice.answer_by_on)
    second = dt.timedelta(seconds=1)
    assert actions.remind_criticisms(now=before - second) == 0
    assert (actions.remind_criticisms(now=before), actions.remind_criticisms(now=before)) == (1, 0)
    told = Message.objects.filter(kind="criticism_due", channel="app")
    assert {one.user for one in told} == {cast.head, cast.liaison}
    assert actions.remind_criticisms(now=on) == 1
    assert actions.remind_criticisms(now=after) == 1
    late = {one.user for one in Message.objects.filter(kind="criticism_late", channel="app")}
    assert {cast.head, cast.liaison, cast.supervisor, cast.leader} <= late and cast.head2 not in late
    assert actions.remind_criticisms(now=after + dt.timedelta(days=30)) == 0
    steps = [one.after["step"] for one in JournalEntry.objects.filter(verb="remind_criticism").order_by("id")]
    assert steps == [-3, 0, 1]
    assert CriticismNotice.objects.get(pk=notice.pk).next_step_at is None


def test_a_worker_that_was_away_says_the_last_alone_and_a_closed_notice_nothing(cast: Cast) -> None:
    notice = served(cast, [decided(cast)])
    away = served(cast, [decided(cast)])
    later = dt.timedelta(days=60)
    actions.close_criticism(
        actor=cast.act(cast.supervisor, NOW + later), criticism_id=notice.pk, result="没有反馈，另行督办。",
        now=NOW + later,
    )  # fmt: skip
    assert actions.remind_criticisms(now=NOW + later) == 1
    assert not Message.objects.filter(kind="criticism_due").exists()
    late = Message.objects.filter(kind="criticism_late")
    assert late.exists() and set(late.values_list("url", flat=True)) == {f"/criticism-notices/{away.pk}/"}


def test_the_author_is_told_when_a_review_changes_what_a_paper_rests_on(cast: Cast) -> None:
    finding = finding_steps.in_review(cast)
    now = finding_steps.day_after(finding, 4)
    notice = drafted(cast, [decided(cast, now=now)], now=now)
    # A draft out of the time before notices waited for the review.
    CriticisedFinding.objects.create(notice=notice, finding=finding, status="upheld", days=6)
    actions.change_finding(
        actor=cast.act(cast.manager, now), finding_id=finding.pk, days=2, reason=finding_steps.WHY, now=now
    )
    told = Message.objects.get(kind="finding_under_paper_changed", channel="app")
    assert (told.user, told.url) == (cast.supervisor, f"/criticism-notices/{notice.pk}/")


def test_the_list_by_the_day_of_service(cast: Cast, client: Client) -> None:
    notice = served(cast, [decided(cast)])
    client.force_login(cast.supervisor)
    link, day = f'href="/criticism-notices/{notice.pk}/"', TODAY.isoformat()
    assert link in client.get(f"/criticism-notices/?from_on={day}&until_on={day}").content.decode()
    assert link not in client.get("/criticism-notices/?until_on=2020-01-01").content.decode()
    assert client.get(f"/criticism-notices/export.xlsx?from_on={day}").status_code == 200

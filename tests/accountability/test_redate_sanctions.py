"""`redate_sanctions`, `redate_advice`, `redate_criticism`: what is served follows the calendar in force; one bad row
stops no sweep (`remind_advices`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command

from accountability import actions
from accountability.models import Advice, CriticismNotice
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.accountability import finding_steps
from tests.accountability.sanction_steps import answered, approved, decided, replied, served
from tests.cast import NOW, Cast, at

pytestmark = pytest.mark.django_db
# Monday 18 January 2027 is day 61 after the day of service.
MONDAY, TUESDAY = dt.date(2027, 1, 18), dt.date(2027, 1, 19)
ARRANGEMENT = """date,kind,name
2027-01-01,holiday,元旦
2027-01-18,holiday,试验
2027-01-23,workday,试验
2027-05-01,holiday,劳动节
2027-10-01,holiday,国庆节
"""


def arrange(tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text(ARRANGEMENT, encoding="utf-8")
    call_command("import_calendar", str(path), "--apply", verbosity=0)


def told(kind: str) -> set[object]:
    return {message.user for message in Message.objects.filter(kind=kind, channel="app")}


def test_served_advice_follows_and_the_unit_is_told(cast: Cast, tmp_path: Path) -> None:
    advice, done = approved(cast, reply_days=61), replied(cast, reply_days=61)
    assert (advice.due_on, advice.is_provisional) == (MONDAY, True)
    assert actions.redate_sanctions(now=NOW) == 0, "nothing has changed"
    arrange(tmp_path)
    assert (actions.redate_sanctions(now=NOW), actions.redate_sanctions(now=NOW)) == (1, 0)
    advice.refresh_from_db()
    assert (advice.due_on, advice.is_provisional) == (TUESDAY, False)
    assert all(moment > "2027-01-1" for moment in advice.step_moments)
    assert told("advice_redated") == {cast.head, cast.liaison}
    entry = JournalEntry.objects.get(verb="redate_advice")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2027-01-18", "2027-01-19")
    assert Advice.objects.get(pk=done.pk).due_on == MONDAY, "what is answered keeps its day"
    with pytest.raises(Refused):
        actions.redate_advice(actor=cast.act(cast.supervisor), advice_id=advice.pk, now=NOW)


def test_the_real_way_from_the_late_matter_to_the_day_that_moves(cast: Cast, tmp_path: Path) -> None:
    finding = finding_steps.decided(cast)
    now = at("2026-11-18 09:30")
    advice = approved(cast, findings=[finding], reply_days=61, now=now)
    notice = served(cast, [finding], now=now, answer_by_on=MONDAY)
    arrange(tmp_path)
    assert actions.redate_sanctions(now=now) == 2
    for row in (advice, notice):
        row.refresh_from_db()
        assert row.due_on == TUESDAY


def test_a_reply_on_the_new_day_is_in_time_before_any_sweep(cast: Cast, tmp_path: Path) -> None:
    advice = approved(cast, reply_days=61)
    arrange(tmp_path)
    reply = actions.reply_advice(
        actor=cast.act(cast.head), advice_id=advice.pk, adopted="adopted", text="已经研究，将建立制度。",
        now=at("2027-01-19 10:00"),
    )  # fmt: skip
    assert not reply.is_late
    advice.refresh_from_db()
    assert advice.due_on == TUESDAY


def test_nobody_is_called_late_on_the_day_that_became_a_holiday(cast: Cast, tmp_path: Path) -> None:
    advice = approved(cast, reply_days=61)
    actions.remind_advices(now=at("2027-01-13 09:00"))
    arrange(tmp_path)
    actions.remind_advices(now=at("2027-01-19 09:00"))
    assert told("advice_late") == set(), "the last day is Tuesday"
    actions.remind_advices(now=at("2027-01-20 09:00"))
    assert cast.leader in told("advice_late")
    advice.refresh_from_db()
    assert advice.next_step_at is None


def test_a_notice_is_answered_on_a_working_day(cast: Cast, tmp_path: Path) -> None:
    notice = served(cast, [decided(cast)], answer_by_on=MONDAY)
    assert (notice.due_on, notice.is_provisional) == (MONDAY, True)
    done = answered(cast, [decided(cast)])
    arrange(tmp_path)
    assert actions.redate_sanctions(now=NOW) == 1
    notice.refresh_from_db()
    assert (notice.answer_by_on, notice.due_on, notice.is_provisional) == (MONDAY, TUESDAY, False)
    assert told("criticism_redated") == {cast.head, cast.liaison}
    assert CriticismNotice.objects.get(pk=done.pk).due_on == done.answer_by_on
    answer = actions.answer_criticism(
        actor=cast.act(cast.head),
        criticism_id=notice.pk,
        text="已经明确责任岗位，逐件核对。",
        now=at("2027-01-19 10:00"),
    )
    assert not answer.is_late
    with pytest.raises(Refused):
        actions.redate_criticism(actor=cast.act(cast.supervisor), criticism_id=notice.pk, now=NOW)


def test_one_bad_row_holds_up_nobody_and_is_told(cast: Cast) -> None:
    bad, good = approved(cast), approved(cast)
    Advice.objects.filter(pk=bad.pk).update(step_moments=["never"])
    before = at("2026-12-15 09:00")
    assert actions.remind_advices(now=before, limit=1) == 1, "behind the row that fails"
    due = Message.objects.filter(kind="advice_due", channel="app")
    assert {message.url for message in due} == {f"/advices/{good.pk}/"}
    assert told("sanctions_stuck") == {cast.administrator}
    assert actions.remind_advices(now=before, limit=1) == 0
    assert Message.objects.filter(kind="sanctions_stuck", channel="app").count() == 1, "once a day"
    assert Advice.objects.get(pk=bad.pk).steps_taken == 0


def test_one_bad_row_does_not_keep_the_others_from_the_calendar(cast: Cast, tmp_path: Path) -> None:
    bad, good = approved(cast, reply_days=61), approved(cast, reply_days=61)
    arrange(tmp_path)
    Advice.objects.filter(pk=bad.pk).update(served_on=dt.date.max)  # no date is 61 days after it
    assert actions.redate_sanctions(now=NOW) == 1
    good.refresh_from_db()
    assert good.due_on == TUESDAY and told("sanctions_stuck") == {cast.administrator}

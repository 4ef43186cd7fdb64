"""The work log: who works on a matter writes what was done; it is never changed, and open lines are read outside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.models import Case, Recusal, Referral, Review, WorkNote
from hall import journal
from hall.access import Actor, Refused, allowed
from hall.models import JournalEntry, User
from tests.cast import NOW, Cast
from tests.life_referrals import involved
from tests.life_reviews import in_review, upper_units
from tests.matters import ZHANG, accepted, forwarded

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def record(case: Case, actor: Actor, now: dt.datetime = NOW, **other: Any) -> WorkNote:
    facts: dict[str, Any] = {
        "kind": "talk",
        "happened_on": NOW.date(),
        "text": "听取陈述，核对考勤。",
    } | other
    return actions.record_work(actor=actor, case_id=case.pk, now=now, **facts)


def entry(case: Case) -> JournalEntry:
    return JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="record_work").latest("seq")


def test_whoever_works_on_the_matter_puts_papers_into_it_and_nobody_with_an_interest(cast: Cast) -> None:
    upper_units(cast)
    case = accepted(cast)
    check = rules.check_can_add_material

    def may(who: User, case: Case) -> bool:
        return bool(allowed(check, cast.act(who), Case.objects.get(pk=case.pk), now=NOW))

    assert (may(cast.clerk, case), may(cast.liaison, case), may(cast.liaison2, case)) == (True, True, False)
    involved(cast, case)
    assert may(cast.liaison2, case)
    assert not may(cast.petition, case)
    assert may(cast.petition, in_review(cast, title="另一件")), "the body that reviews it"
    Recusal.objects.create(case=case, user=cast.liaison, reason="近亲属", at=NOW)
    again = Case.objects.get(pk=case.pk)
    assert allowed(check, cast.act(cast.liaison), again, now=NOW).kind == "unseen"


def test_a_line_keeps_who_for_which_unit_and_its_words_stay_out_of_the_journal(cast: Cast) -> None:
    case = accepted(cast)
    note = record(case, cast.act(cast.liaison), people=" 张秀英、陈志远 ", place="人社局三楼")
    assert (note.by, note.department, note.people, note.is_open) == (
        cast.liaison, cast.units["labour"], "张秀英、陈志远", False,
    )  # fmt: skip
    written = entry(case)
    assert written.after == {"method": "talk", "on": "2026-11-18", "open": False, "note": ""}
    assert "考勤" not in written.reason
    assert journal.verify(f"case:{case.pk}") == []


def test_the_desk_writes_for_no_unit(cast: Cast) -> None:
    assert record(accepted(cast), cast.act(cast.clerk)).department is None


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"kind": "dinner"}, "kind"),
        ({"happened_on": NOW.date() + DAY}, "happened_on"),
        ({"happened_on": NOW.date() - DAY}, "happened_on"),
        ({"text": " 见 "}, "text"),
    ],
)
def test_what_is_not_yet_done_was_done_before_or_says_nothing_is_refused(
    cast: Cast, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        record(accepted(cast), cast.act(cast.liaison), **other)
    assert (caught.value.kind, caught.value.field) == ("input", field)
    assert not WorkNote.objects.exists()


def test_other_units_have_no_hand_in_it_until_they_take_part(cast: Cast) -> None:
    case, other = accepted(cast), cast.act(cast.liaison2)
    with pytest.raises(Refused) as caught:
        record(case, other)
    assert caught.value.kind == "role"
    referral = Referral.objects.create(
        case=case, kind="forward", part="copy", department=cast.units["housing"], sent_at=NOW
    )
    assert not allowed(rules.check_can_record_work, other, Case.objects.get(pk=case.pk), now=NOW)
    Referral.objects.filter(pk=referral.pk).update(part="take_part")
    assert record(case, other).department == cast.units["housing"]


def test_the_reviewing_unit_writes_while_the_review_is_open(cast: Cast) -> None:
    case, other = accepted(cast), cast.act(cast.liaison2)
    Review.objects.create(
        case=case, stage="review", department=cast.units["housing"], challenged=case.triage.document,
        requested_on=NOW.date(), request="请求复查。", registered_at=NOW,
    )  # fmt: skip
    assert record(case, other).department == cast.units["housing"]


def test_before_it_is_accepted_and_for_the_recused_there_is_no_log(cast: Cast) -> None:
    with pytest.raises(Refused) as caught:
        record(forwarded(cast), cast.act(cast.liaison))
    assert caught.value.kind == "state"
    case = accepted(cast)
    Recusal.objects.create(case=case, user=cast.liaison, reason="亲属", at=NOW)
    with pytest.raises(Refused) as caught:
        record(case, cast.act(cast.liaison))
    assert caught.value.kind == "unseen"


def test_a_line_is_never_changed_nor_deleted(cast: Cast) -> None:
    note = record(accepted(cast), cast.act(cast.liaison))
    with pytest.raises(Error), transaction.atomic():
        WorkNote.objects.filter(pk=note.pk).update(text="另一说法")
    with pytest.raises(Error), transaction.atomic():
        WorkNote.objects.filter(pk=note.pk).delete()


def test_the_page_keeps_the_log_under_the_form_newest_first(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.liaison)
    url = f"/cases/{case.pk}/record-work/"
    assert "还没有办理记录" in client.get(url).content.decode()
    for text in ("第一次电话沟通。", "第二次约谈<b>。"):
        facts = {"kind": "phone", "happened_on": timezone.localdate(now).isoformat(), "text": text}
        response = client.post(url, facts)
        assert response["Location"] == f"/cases/{case.pk}/"
    page = client.get(url).content.decode()
    assert page.index("第二次约谈&lt;b&gt;") < page.index("第一次电话沟通")
    assert "陈志远" in page and "云溪县人力资源和社会保障局" in page
    late = client.post(url, {"kind": "phone", "happened_on": "2199-01-01", "text": "明天的事情。"})
    assert (late.status_code, "不能晚于今天" in late.content.decode()) == (422, True)
    client.force_login(cast.liaison2)
    assert client.get(url).status_code == 404


def test_the_petitioner_reads_open_lines_alone(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case, today = accepted(cast, now), timezone.localdate(now)
    record(case, cast.act(cast.liaison), now, happened_on=today, text="内部研判意见。")
    record(
        case, cast.act(cast.liaison), now + dt.timedelta(minutes=1),
        happened_on=today, text="已与您电话核对考勤。", kind="phone", is_open=True,
    )  # fmt: skip
    response = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]})
    page = response.content.decode()
    assert "已与您电话核对考勤" in page and "电话沟通" in page
    assert "内部研判" not in page
    client.force_login(cast.liaison)
    staff = client.get(f"/cases/{case.pk}/").content.decode()
    assert "已与您电话核对考勤" in staff and "内部研判" in staff


def test_a_closed_line_of_the_same_moment_hides_the_open_one_with_it(cast: Cast, client: Client) -> None:
    """One moment and one hand are one act on the timeline: it is shown outside only if all of it may be."""
    now = timezone.now()
    case, today = accepted(cast, now), timezone.localdate(now)
    for is_open in (True, False):
        record(
            case, cast.act(cast.liaison), now, happened_on=today, text="同一时刻记下的话。", is_open=is_open
        )
    page = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "同一时刻" not in page

"""More time: asked for with a reason, approved by the head before the end, told to the petitioner (第三十四条)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.models import Case, Extension
from hall import documents, journal
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast, at, yunxi
from tests.life_handling import LONG, asked_for_more, at_once, clocks, extended, fresh, simple
from tests.matters import ZHANG, accepted, forwarded, ladder

pytestmark = pytest.mark.django_db
DUE, NOMINAL = dt.date(2027, 1, 18), dt.date(2027, 1, 17)
EXTENDED = dt.date(2027, 2, 16)
"""30 days after the nominal end, Sunday 17 January 2027."""
LAST = at("2027-01-18 23:59")
OVER = at("2027-01-19 00:00")


def ask(cast: Cast, case: Case, now: dt.datetime = NOW, **other: Any) -> Extension:
    facts: dict[str, Any] = {"days": 15, "reason": LONG} | other
    return actions.request_extension(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now, **facts)


def approve(cast: Cast, case: Case, now: dt.datetime = NOW, decision: str = "") -> Extension:
    return actions.approve_extension(
        actor=cast.act(cast.head, now), case_id=case.pk, decision=decision, now=now
    )


def refuse(cast: Cast, case: Case, now: dt.datetime = NOW, decision: str = "情况并不复杂。") -> Extension:
    return actions.refuse_extension(
        actor=cast.act(cast.head, now), case_id=case.pk, decision=decision, now=now
    )


# -- asking ---------------------------------------------------------------------------------------------------------


def test_request_extension_moves_nothing_and_tells_the_head(cast: Cast) -> None:
    case, extension = asked_for_more(cast)
    assert clocks(case) == {"handle": DUE}
    assert (extension.status, extension.requested_by, extension.deadline.kind) == (
        "requested", cast.liaison, "handle",
    )  # fmt: skip
    message = Message.objects.get(kind="extension_requested")
    assert (message.user, message.context["days"], message.context["due_on"]) == (cast.head, 30, "2027-01-18")
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="request_extension")
    assert (entry.after, entry.reason) == ({"days": 30}, LONG)


@pytest.mark.parametrize(
    ("other", "field"),
    [({"days": 0}, "days"), ({"days": 31}, "days"), ({"reason": "  比较复杂，要延期。 "}, "reason")],
)
def test_one_to_thirty_days_with_a_reason_of_ten_characters(
    cast: Cast, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        ask(cast, accepted(cast), **other)
    assert (caught.value.kind, caught.value.field) == ("input", field)


def test_it_is_the_first_handlers_to_ask_while_it_handles(cast: Cast) -> None:
    case = accepted(cast)
    for person in (cast.clerk, cast.liaison2, cast.manager):
        with pytest.raises(Refused) as caught:
            actions.request_extension(actor=cast.act(person), case_id=case.pk, days=5, reason=LONG, now=NOW)
        assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        ask(cast, forwarded(cast))
    assert caught.value.kind == "state"


def test_after_the_end_no_day_is_left_to_extend_and_the_article_says_so(cast: Cast) -> None:
    case = accepted(cast)
    with pytest.raises(Refused, match="2027年1月18日 周一届满") as caught:
        ask(cast, case, OVER)
    assert (caught.value.kind, caught.value.article) == ("state", "《信访工作条例》第三十四条")
    assert ask(cast, case, LAST).status == "requested"


def test_once_in_a_handling_and_one_request_at_a_time(cast: Cast) -> None:
    case, extension = asked_for_more(cast)
    with pytest.raises(Refused, match="正在等待单位负责人批准") as caught:
        ask(cast, case)
    assert caught.value.kind == "state"
    with pytest.raises(IntegrityError, match="extension_one_requested"), transaction.atomic():
        Extension.objects.create(
            case=case, deadline=extension.deadline, days=3, reason=LONG, requested_at=NOW
        )
    approve(cast, case)
    with pytest.raises(Refused, match="已经延长过30日，不能再次延长"):
        ask(cast, case)


def test_the_simple_procedure_is_converted_first(cast: Cast) -> None:
    case = simple(cast)
    with pytest.raises(Refused, match="先转为普通程序") as caught:
        ask(cast, case)
    assert caught.value.kind == "state"


def test_a_refused_request_may_be_made_again_with_better_reasons(cast: Cast) -> None:
    case, _extension = asked_for_more(cast)
    refuse(cast, case)
    assert ask(cast, case).status == "requested"


def test_a_request_whose_period_was_ended_blocks_nobody(cast: Cast) -> None:
    case, old = asked_for_more(cast)
    actions.deadlines.void_deadline(
        case, "handle", reason="另行确定。", actor=cast.act(cast.manager), now=NOW
    )
    with pytest.raises(Refused, match="没有正在计算的办理期限"):
        ask(cast, case)
    actions.deadlines.start_deadline(
        case, "handle", department_id=case.first_handler_id, started_on=NOW.date(), now=NOW,
        actor=cast.act(cast.manager),
    )  # fmt: skip
    with pytest.raises(Refused, match="所指的办理期限已经终止") as caught:
        approve(cast, case)
    assert caught.value.kind == "state"
    new = ask(cast, case)
    old.refresh_from_db()
    assert (old.status, new.status) == ("refused", "requested")
    assert approve(cast, case).pk == new.pk


# -- deciding -------------------------------------------------------------------------------------------------------


def test_approve_extension_counts_from_the_nominal_end_and_tells_the_petitioner_the_reason(
    cast: Cast,
) -> None:
    case, extension = asked_for_more(cast)
    decided = approve(cast, case, decision="同意，请抓紧核对。")
    deadline = case.deadlines.get(kind="handle")
    assert (deadline.extension_days, deadline.due_on, deadline.nominal_on) == (30, EXTENDED, EXTENDED)
    assert deadline.due_at == at("2027-02-17 00:00")
    assert (decided.pk, decided.status, decided.decided_by) == (extension.pk, "approved", cast.head)
    assert decided.document is not None
    assert decided.document.number == "云信延字〔2026〕1号"
    said = str(documents.page(decided.document))
    for words in (LONG, "延长30日", "2027年1月18日", "2027年2月16日", "第三十四条"):
        assert words in said
    assert "请抓紧核对" not in said
    form = str(documents.page(IssuedDocument.objects.get(kind="form_extension")))
    for words in ("陈志远", "吴建平", "请抓紧核对", LONG, "2027年2月16日", "云溪县人力资源和社会保障局"):
        assert words in form
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="approve_extension")
    assert entry.before == {"due_on": "2027-01-18"}
    assert (entry.after["due_on"], entry.after["days"], entry.reason) == ("2027-02-16", 30, LONG)
    told = Message.objects.get(kind="extension_approved")
    assert (told.user, told.context["due_on"]) == (cast.liaison, "2027-02-16")
    assert clocks(case) == {"handle": EXTENDED}
    assert journal.verify(f"case:{case.pk}") == []
    assert list(actions.deadlines.shifted(now=NOW)) == []


def test_the_new_date_has_reminders_of_its_own(cast: Cast) -> None:
    ladder()
    case, _extension = asked_for_more(cast)
    before = case.deadlines.get(kind="handle")
    assert actions.sweep_deadlines(now=at("2027-01-13 09:00")) == 1
    approve(cast, case, at("2027-01-14 09:00"))
    deadline = case.deadlines.get(kind="handle")
    assert len(deadline.step_moments) == len(before.step_moments) == 4
    assert deadline.step_moments[0].date() == dt.date(2027, 2, 11)
    assert deadline.step_moments[0] > before.step_moments[-1]
    assert actions.sweep_deadlines(now=at("2027-02-16 09:00")) == 2


def test_until_the_original_end_and_not_a_minute_later(cast: Cast) -> None:
    case, _extension = asked_for_more(cast)
    with pytest.raises(Refused, match="现在不能再延长") as caught:
        approve(cast, case, OVER)
    assert (caught.value.kind, caught.value.article) == ("state", "《信访工作条例》第三十四条")
    assert clocks(case) == {"handle": DUE}
    approve(cast, case, LAST)
    assert clocks(case) == {"handle": EXTENDED}


def test_refuse_extension_keeps_the_date_and_needs_its_reason(cast: Cast) -> None:
    case, _extension = asked_for_more(cast)
    with pytest.raises(Refused) as caught:
        refuse(cast, case, decision=" ")
    assert (caught.value.kind, caught.value.field) == ("input", "decision")
    decided = refuse(cast, case, OVER)
    assert (decided.status, decided.decision, decided.document) == ("refused", "情况并不复杂。", None)
    assert clocks(case) == {"handle": DUE}
    assert not IssuedDocument.objects.filter(kind="notice_extended").exists()
    told = Message.objects.get(kind="extension_refused")
    assert (told.user, told.context["decision"]) == (cast.liaison, "情况并不复杂。")


def test_only_the_units_own_head_decides_and_only_what_was_asked(cast: Cast) -> None:
    case, _extension = asked_for_more(cast)
    for person in (cast.liaison, cast.head2, cast.manager, cast.leader):
        for check in (rules.check_can_approve_extension, rules.check_can_refuse_extension):
            verdict = allowed(check, cast.act(person), fresh(case), now=NOW)
            assert (bool(verdict), verdict.kind) == (False, "role")
    other = accepted(cast)
    for act in (approve, refuse):
        with pytest.raises(Refused, match="没有待批准的延期申请") as caught:
            act(cast, other)
        assert caught.value.kind == "state"


def test_the_head_may_ask_and_approve_for_the_head_is_who_the_law_names(cast: Cast) -> None:
    case = accepted(cast)
    actions.request_extension(actor=cast.act(cast.head), case_id=case.pk, days=10, reason=LONG, now=NOW)
    assert not Message.objects.filter(kind="extension_requested").exists()
    approve(cast, case)
    assert {m.user for m in Message.objects.filter(kind="extension_approved")} == {cast.liaison}


def test_under_the_old_law_the_article_is_the_old_one(cast: Cast) -> None:
    case = extended_old(cast)
    decided = case.extensions.get()
    assert decided.document is not None
    assert "《信访条例》第三十三条" in str(documents.page(decided.document))


def extended_old(cast: Cast) -> Case:
    case = accepted(cast, received_on=dt.date(2022, 3, 1))
    ask(cast, case)
    approve(cast, case)
    return case


# -- the database ---------------------------------------------------------------------------------------------------


def test_no_way_around_the_cap_the_notice_and_the_moves(cast: Cast) -> None:
    case, extension = asked_for_more(cast)
    rows = Extension.objects.filter(pk=extension.pk)
    for wrong in ({"days": 31}, {"days": 0}, {"status": "approved", "decided_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    refuse(cast, case)
    for back in ("requested", "approved"):
        with pytest.raises(Error), transaction.atomic():
            rows.update(status=back)
    with pytest.raises(Error), transaction.atomic():
        rows.delete()


def test_one_approved_extension_for_a_period(cast: Cast) -> None:
    case = extended(cast)
    first = case.extensions.get()
    with pytest.raises(IntegrityError, match="extension_once"), transaction.atomic():
        Extension.objects.create(
            case=case, deadline=first.deadline, days=3, reason=LONG, requested_at=NOW, status="approved",
            document=first.document,
        )  # fmt: skip


# -- the doors ------------------------------------------------------------------------------------------------------


def test_through_the_doors(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    ask_url, approve_url, refuse_url = (
        f"/cases/{case.pk}/{verb}-extension/" for verb in ("request", "approve", "refuse")
    )
    client.force_login(cast.liaison)
    assert "第三十四条" in client.get(ask_url).content.decode()
    assert client.post(ask_url, {"days": "31", "reason": LONG}).status_code == 422
    assert client.post(ask_url, {"days": "20", "reason": LONG}).status_code == 302
    assert client.post(ask_url, {"days": "20", "reason": LONG}).status_code == 409
    assert client.post(approve_url, {}).status_code == 403
    client.force_login(cast.head)
    page = client.get(approve_url).content.decode()
    assert LONG in page and "陈志远" in page
    assert "信访事项延期办理告知书" in client.post(approve_url, {"preview": "1"}).content.decode()
    assert case.extensions.get().status == "requested", "a draft decides nothing"
    assert client.post(refuse_url, {"decision": ""}).status_code == 422
    assert client.post(approve_url, {"decision": ""}).status_code == 302
    stale = client.post(refuse_url, {"decision": "情况并不复杂。"})
    assert stale.status_code == 409
    public = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "批准延长期限" in public and "申请延长期限" not in public


# -- two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_approves_while_another_refuses_and_one_is_told() -> None:
    cast = yunxi()
    case, extension = asked_for_more(cast)
    assert at_once(lambda: approve(cast, case), lambda: refuse(cast, case)) == ["done", "state"]
    extension.refresh_from_db()
    deadline = case.deadlines.get(kind="handle")
    assert (extension.status == "approved") == (deadline.extension_days == 30)


@pytest.mark.django_db(transaction=True)
def test_two_approve_at_once_and_the_days_are_given_once() -> None:
    cast = yunxi()
    case, _extension = asked_for_more(cast)
    assert at_once(lambda: approve(cast, case), lambda: approve(cast, case)) == ["done", "state"]
    assert case.deadlines.get(kind="handle").due_on == EXTENDED
    assert IssuedDocument.objects.filter(kind="notice_extended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ask_at_once_and_one_request_stands() -> None:
    cast = yunxi()
    case = accepted(cast)
    assert at_once(lambda: ask(cast, case), lambda: ask(cast, case)) == ["done", "state"]
    assert Extension.objects.count() == 1

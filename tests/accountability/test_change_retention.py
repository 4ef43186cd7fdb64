"""How long personal data is kept: one table, one sweep (`sweep_retention`), and the verb `change_retention`."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from accountability.actions import change_retention, sweep_retention
from accountability.actions.retention import ERASERS, due_by_kind
from accountability.lifecycle.retention import KEPT, KINDS
from accountability.models import RetentionRule, RetentionRun
from accountability.tasks import sweep_retention as nightly
from hall import erasing
from hall.access import SYSTEM, Actor, Refused
from hall.citations import cite
from hall.fields import EncryptedTextField
from hall.models import ApiCall, JournalEntry
from intake.models import Draft
from staffing.actions import post_person, register_user
from staffing.lifecycle import SECURITY_ADMINISTRATOR
from staffing.models import KeptForm
from tests.cast import NOW, Cast

DAY = dt.timedelta(days=1)
WHY = "本厅草稿多为当日补录，三天足够。"


def drafts(cast: Cast, *ages: int, now: dt.datetime = NOW) -> list[Draft]:
    return [
        Draft.objects.create(
            token=uuid.uuid4(),
            user=cast.clerk,
            hall=cast.hall,
            data="{}",
            revision=1,
            updated_at=now - DAY * age,
        )
        for age in ages
    ]


def keeper(cast: Cast) -> Actor:
    return cast.act(cast.administrator)


# -- the table -----------------------------------------------------------------------------------------------------


def test_every_table_with_personal_data_is_under_a_rule_or_kept_for_a_reason_with_its_article() -> None:
    encrypted = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, EncryptedTextField) for field in model._meta.get_fields())
    }
    ruled = {table for kind in KINDS.values() for table in kind.models}
    assert encrypted - ruled == set(KEPT), (
        "name its kind in KINDS, or in KEPT why it is kept and under which article"
    )
    assert KINDS.keys() == ERASERS.keys()
    assert ruled <= {model._meta.label for model in apps.get_models()}


def test_every_kind_has_an_article_that_can_be_cited_and_bounds_around_its_period() -> None:
    articles = {kind.article for kind in KINDS.values()} | {article for _why, article in KEPT.values()}
    with translation.override("en"):
        assert all("Art." in cite(article) for article in articles)
    for kind in KINDS.values():
        if kind.is_set:
            assert 1 <= (kind.least or 0) <= (kind.days or 0) <= (kind.most or 0) and not kind.until
        else:
            assert kind.until and kind.least is None and kind.most is None


# -- the sweep -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_past_its_time_goes_under_the_periods_in_force(cast: Cast) -> None:
    old, recent = drafts(cast, 8, 4)
    KeptForm.objects.create(user=cast.clerk, path="/", data="[]", kept_at=NOW - DAY, expires_at=NOW - DAY / 2)
    assert {code: n for code, n in due_by_kind(now=NOW).items() if n} == {"drafts": 1, "forms": 1}
    assert Draft.objects.count() == 2  # counting changes nothing
    assert {code: n for code, n in sweep_retention(now=NOW).items() if n} == {"drafts": 1, "forms": 1}
    assert not Draft.objects.filter(pk=old.pk).exists()
    assert RetentionRun.objects.filter(at=NOW).count() == len(KINDS)
    told = JournalEntry.objects.filter(verb="sweep_retention")
    assert [entry.after["kind"] for entry in told.order_by("pk")] == ["drafts", "forms"]
    change_retention(actor=keeper(cast), kind="drafts", days=3, reason=WHY, now=NOW)
    assert sweep_retention(now=NOW)["drafts"] == 1 and not Draft.objects.filter(pk=recent.pk).exists()
    assert RetentionRun.objects.filter(kind="drafts").first().days == 3
    assert set(sweep_retention(now=NOW).values()) == {0}


@pytest.mark.django_db
def test_a_kind_that_fails_holds_up_no_other_and_is_told(cast: Cast, capsys: Any) -> None:
    """The database itself refuses: a trigger that somebody left on the table."""
    drafts(cast, 8)
    KeptForm.objects.create(user=cast.clerk, path="/", data="[]", kept_at=NOW - DAY, expires_at=NOW - DAY / 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.no() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER no BEFORE DELETE ON intake_draft FOR EACH ROW EXECUTE FUNCTION pg_temp.no()"
        )
    gone = sweep_retention(now=NOW)
    assert (gone["drafts"], gone["forms"]) == (0, 1)
    assert RetentionRun.objects.get(kind="drafts").fault
    assert JournalEntry.objects.get(verb="sweep_retention", after__kind="drafts").after["fault"]
    with pytest.raises(CommandError, match="drafts"):
        call_command("retention")


@pytest.mark.django_db(transaction=True)
def test_stopped_in_the_middle_the_next_sweep_goes_on() -> None:
    """Every batch is a transaction of its own: what was done stays done."""
    count = erasing.BATCH + 5
    ApiCall.objects.bulk_create(
        ApiCall(principal="machine:1", key=str(n), fingerprint="x", at=NOW - 3 * DAY) for n in range(count)
    )
    batches: list[int] = []

    def stopped(rows: Any) -> None:
        batches.append(rows.count())
        if len(batches) == 2:
            raise KeyboardInterrupt
        rows.delete()

    with pytest.raises(KeyboardInterrupt):
        erasing.in_batches(erasing.due_calls(now=NOW), stopped)
    assert batches == [erasing.BATCH, 5] and ApiCall.objects.count() == 5
    assert [erasing.forget_calls(now=NOW) for _n in range(2)] == [5, 0]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_erase_everything_once(cast: Cast) -> None:
    drafts(cast, *[8] * 20)
    found: list[int] = []

    def work() -> None:
        found.append(sweep_retention(now=NOW)["drafts"])
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 20 and not Draft.objects.exists()


@pytest.mark.django_db
def test_the_command_counts_and_erases_and_so_does_the_night(cast: Cast, capsys: Any) -> None:
    drafts(cast, 8, 9, now=timezone.now())
    call_command("retention", "--dry-run")
    said = capsys.readouterr().out
    assert "drafts                2  没有登记完的来访草稿（7天）" in said and "到期2条，没有清理。" in said
    assert Draft.objects.count() == 2 and not RetentionRun.objects.exists()
    call_command("retention")
    assert "清理了2条。" in capsys.readouterr().out and not Draft.objects.exists()
    assert nightly() == 0


# -- the verb ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_period_is_changed_within_bounds_by_who_keeps_the_house_secure(cast: Cast, settings: Any) -> None:
    rule = change_retention(actor=keeper(cast), kind="drafts", days=3, reason=WHY, now=NOW)
    assert (rule.days, rule.least, rule.most, rule.set_by) == (3, 1, 30, cast.administrator)
    change_retention(actor=keeper(cast), kind="drafts", days=5, reason=WHY, now=NOW)
    entries = JournalEntry.objects.filter(verb="change_retention").order_by("pk")
    assert [(e.before["days"], e.after["days"], e.reason) for e in entries] == [(7, 3, WHY), (3, 5, WHY)]
    cases: list[tuple[Actor, str, int, str, str]] = [
        (keeper(cast), "drafts", 31, WHY, "input"),
        (keeper(cast), "drafts", 0, WHY, "input"),
        (keeper(cast), "drafts", 3, "  ", "input"),
        (keeper(cast), "calls", 3, WHY, "state"),
        (keeper(cast), "nothing", 3, WHY, "unseen"),
        (cast.act(cast.manager), "drafts", 3, WHY, "role"),
    ]
    for actor, kind, days, reason, refused_as in cases:
        with pytest.raises(Refused) as refused:
            change_retention(actor=actor, kind=kind, days=days, reason=reason, now=NOW)
        assert refused.value.kind == refused_as
    settings.HALL_ADMINISTRATORS_APART = True
    with pytest.raises(Refused):
        change_retention(actor=keeper(cast), kind="drafts", days=3, reason=WHY, now=NOW)
    user = register_user(actor=SYSTEM, username="keeper", name="安保平", now=NOW)
    post_person(
        actor=SYSTEM, user_id=user.pk, role=SECURITY_ADMINISTRATOR, title="安全管理员", hall_id=cast.hall.pk,
        from_on=NOW.date(), now=NOW,
    )  # fmt: skip
    assert change_retention(actor=cast.act(user), kind="drafts", days=3, reason=WHY, now=NOW).set_by == user


@pytest.mark.django_db
def test_the_database_holds_to_the_bounds_and_to_what_was_done(cast: Cast) -> None:
    rule = change_retention(actor=keeper(cast), kind="bookings", days=30, reason=WHY, now=NOW)
    for facts in ({"days": 29}, {"days": 366}, {"reason": ""}, {"least": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetentionRule.objects.filter(pk=rule.pk).update(**facts)
    sweep_retention(now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionRun.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_who_set_it_at_once_leave_one_rule_and_both_on_record(cast: Cast) -> None:
    actor, ready = keeper(cast), threading.Barrier(2)

    def work(days: int) -> None:
        ready.wait()
        change_retention(actor=actor, kind="sessions", days=days, reason=WHY, now=NOW)
        connection.close()

    threads = [threading.Thread(target=work, args=(days,)) for days in (60, 120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = JournalEntry.objects.filter(verb="change_retention").order_by("pk")
    assert first.before["days"] == 90 and second.before["days"] == first.after["days"]
    assert RetentionRule.objects.get().days == second.after["days"]


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_says_what_is_kept_how_long_and_what_went(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    drafts(cast, 8, now=now)
    client.force_login(cast.administrator)
    page = client.get("/retention/").content.decode()
    assert "没有登记完的来访草稿" in page and "还没有清理过" in page and "档案法" in page
    form = client.get("/retention/drafts/change/").content.decode()
    assert "1天到30天之间；系统默认7天" in form
    wrong = client.post("/retention/drafts/change/", {"days": "31", "reason": WHY})
    assert wrong.status_code == 422 and WHY in wrong.content.decode()
    assert "须在1天到30天之间" in wrong.content.decode()
    assert client.post("/retention/drafts/change/", {"days": "3", "reason": WHY}).status_code == 302
    for n in range(3):
        sweep_retention(now=now - (2 - n) * DAY)
    with django_assert_max_num_queries(30):
        page = client.get("/retention/").content.decode()
    assert "高远" in page and "上一次有到期的" in page
    assert WHY in client.get("/retention/drafts/change/").content.decode()
    assert client.get("/retention/calls/change/").status_code == 200
    assert client.post("/retention/calls/change/", {"days": "3", "reason": WHY}).status_code == 409
    assert client.get("/retention/nothing/change/").status_code == 404
    client.force_login(cast.manager)
    assert client.get("/retention/").status_code == client.get("/retention/drafts/change/").status_code == 403

"""Heads see who of their own people looked, take the list along, and say that they looked at what is listed."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability import actions, rules
from accountability.models import AccessReview
from accountability.queries.access_log import Look, LookFilter, look_page
from accountability.queries.access_reviews import item_of, unusual_list
from cases.actions import reveal_person
from cases.models import Case, CaseGroupPermission
from hall.access import Actor, Refused, allowed
from hall.models import JournalEntry, User
from staffing.actions import end_posting
from staffing.models import Posting
from tests.accountability.verify_steps import tamper, write
from tests.cast import NOW, Cast, at
from tests.matters import accepted

pytestmark = pytest.mark.django_db
NIGHT = at("2026-11-18 23:10")


@pytest.fixture
def case(cast: Cast) -> Case:
    return accepted(cast)


def reveal(cast: Cast, case: Case, who: User, now: dt.datetime = NOW, reason: str = "打电话约时间") -> None:
    petitioner = case.parties.get().petitioner_id
    reveal_person(actor=cast.act(who, now), petitioner_id=petitioner, case_id=case.pk, reason=reason, now=now)


def seen(actor: Actor, **asked: object) -> list[Look]:
    return look_page(actor, LookFilter(**asked)).rows  # type: ignore[arg-type]


def test_a_look_stands_once_with_who_what_which_and_why(cast: Cast, case: Case) -> None:
    reveal(cast, case, cast.liaison)
    (look,) = seen(cast.act(cast.head))
    assert (look.reader, look.unit) == (cast.liaison.name, cast.units["labour"].name)
    assert (look.kind, look.case_number, look.reason) == ("unmasked", case.number, "打电话约时间")
    assert not look.is_foreign


def test_each_head_sees_the_own_people_alone(cast: Cast, case: Case) -> None:
    reveal(cast, case, cast.liaison)
    reveal(cast, case, cast.clerk)
    people = {
        who: {look.reader_id for look in seen(cast.act(getattr(cast, who)))}
        for who in ("head", "head2", "manager", "supervisor", "liaison", "clerk", "leader", "administrator")
    }
    both = {cast.liaison.pk, cast.clerk.pk}
    assert people == {
        "head": {cast.liaison.pk}, "head2": set(), "manager": both, "supervisor": both, "liaison": set(),
        "clerk": set(), "leader": set(), "administrator": set(),
    }  # fmt: skip


def test_the_post_on_the_day_of_the_look_decides(cast: Cast, case: Case) -> None:
    reveal(cast, case, cast.liaison)
    end_posting(
        actor=cast.act(cast.administrator), posting_id=Posting.objects.get(user=cast.liaison).pk, on=NOW.date(),
        reason="原单位召回", ground="left", now=NOW,
    )  # fmt: skip
    assert len(seen(cast.act(cast.head))) == 1


def test_a_case_that_the_head_may_not_see_has_no_number(cast: Cast, case: Case) -> None:
    reveal(cast, case, cast.liaison)
    CaseGroupPermission.objects.filter(content_object=case).delete()
    (look,) = seen(cast.act(cast.head))
    assert (look.case_id, look.case_number, look.said) == (case.pk, "", "")
    case.respondents.create(name=cast.head.name, user=cast.head)
    assert seen(cast.act(cast.head)) == []
    assert len(seen(cast.act(cast.manager))) == 1


def test_filters_and_the_key(cast: Cast, case: Case) -> None:
    for n in range(3):
        reveal(cast, case, cast.liaison, NOW + dt.timedelta(days=n))
    reveal(cast, case, cast.clerk)
    actor = cast.act(cast.supervisor)
    assert len(seen(actor, reader_id=cast.liaison.pk)) == 3
    assert len(seen(actor, first=NOW.date(), last=NOW.date())) == 2
    assert seen(actor, kind="taken_out") == []
    page = look_page(actor, LookFilter(), size=3)
    rest = look_page(actor, LookFilter(), after=page.after, size=3)
    assert (len(page.rows), len(rest.rows), rest.after) == (3, 1, None)


def test_the_page_asks_as_often_for_many_as_for_few(cast: Cast, case: Case, client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("accountability:access-log")).status_code == 200
        return len(found)

    client.force_login(cast.head)
    reveal(cast, case, cast.liaison)
    asked()
    few = asked()
    for n in range(20):
        reveal(cast, case, cast.liaison, NOW + dt.timedelta(minutes=n))
    assert asked() == few


def test_export_access_log(cast: Cast, case: Case, client: Client) -> None:
    reveal(cast, case, cast.liaison, reason="=HYPERLINK(1)试")
    client.force_login(cast.head)
    response = client.get(reverse("accountability:export-access-log"), {"reader": cast.liaison.pk})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[1][1] == cast.liaison.name and rows[1][6].startswith("'=")
    entry = JournalEntry.objects.get(verb="export_access_log")
    assert entry.after == {"reader_id": cast.liaison.pk}
    assert any(look.verb == "export_access_log" for look in seen(cast.act(cast.head)))
    assert allowed(rules.check_can_export_access_log, cast.act(cast.clerk), now=NOW).kind == "role"
    client.force_login(cast.clerk)
    assert client.get(reverse("accountability:export-access-log")).status_code == 403


def test_what_is_listed_is_noted_by_another(cast: Cast, case: Case, client: Client) -> None:
    reveal(cast, case, cast.liaison, NIGHT)
    actor, day = cast.act(cast.head), NIGHT.date()
    (row,) = unusual_list(actor, day, day).rows
    assert (row.item.kind, row.item.count, row.is_done) == ("hours", 1, False)
    client.force_login(cast.head)
    url = reverse("accountability:note-access-review", args=[cast.liaison.pk, day.isoformat(), "hours"])
    assert client.get(url).status_code == 200
    short = client.post(url, {"words": "好"})
    assert short.status_code == 422 and "至少4个字" in short.content.decode()
    assert client.post(url, {"words": "当晚加班核对，已问过本人。"}).status_code == 302
    note = AccessReview.objects.get()
    assert (note.by, note.count) == (cast.head, 1)
    entry = JournalEntry.objects.get(verb="note_access_review")
    assert "加班" not in str(entry.after)
    (row,) = unusual_list(actor, day, day).rows
    assert row.is_done
    reveal(cast, case, cast.liaison, NIGHT + dt.timedelta(minutes=1))
    (row,) = unusual_list(actor, day, day).rows
    assert not row.is_done and row.notes == [note]


def test_nobody_notes_the_own_looking_or_what_is_not_listed(cast: Cast, case: Case) -> None:
    reveal(cast, case, cast.manager, NIGHT)
    reveal(cast, case, cast.liaison, NIGHT)
    said = {"day": NIGHT.date(), "kind": "hours", "words": "问过了，是加班", "now": NIGHT}
    own = cast.act(cast.manager)
    assert item_of(own, cast.manager.pk, NIGHT.date(), "hours") is not None
    for actor, reader, kind in (
        (own, cast.manager, "role"),
        (cast.act(cast.head2), cast.liaison, "unseen"),
        (cast.act(cast.clerk), cast.liaison, "role"),
    ):
        with pytest.raises(Refused) as refused:
            actions.note_access_review(actor=actor, reader_id=reader.pk, **said)  # type: ignore[arg-type]
        assert refused.value.kind == kind
    actions.note_access_review(actor=cast.act(cast.supervisor), reader_id=cast.manager.pk, **said)  # type: ignore[arg-type]
    with pytest.raises(Error), transaction.atomic():
        AccessReview.objects.update(words="别的")


@pytest.mark.parametrize(
    "part", [("2026-99-99", "hours"), ("2026-11-18", "nothing"), ("2026-11-17", "hours")]
)
def test_an_address_of_nothing_is_not_found(cast: Cast, client: Client, part: tuple[str, str]) -> None:
    client.force_login(cast.manager)
    url = reverse("accountability:note-access-review", args=[cast.liaison.pk, *part])
    assert client.get(url).status_code == 404


def test_the_checks_page_names_the_entry(cast: Cast, client: Client) -> None:

    write(times=3)
    tamper("UPDATE hall_journalentry SET reason = 'x' WHERE stream = 'case:1' AND seq = 2")
    actions.verify_journal(actor=Actor(name="system", kind="system"), now=NOW)
    client.force_login(cast.administrator)
    page = client.get(reverse("accountability:journal-checks"))
    assert page.status_code == 200 and "case:1 第2条" in page.content.decode()
    client.force_login(cast.clerk)
    assert client.get(reverse("accountability:journal-checks")).status_code == 403

"""The work list: open clocks by urgency, page by page, for those they belong to; and the list as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from cases.actions import Person
from cases.models import Case, CaseGroupPermission, Deadline, Recusal, Respondent
from cases.queries.lights import light
from cases.queries.work_list import Cursor, WorkFilter, frame_facts, scopes, work_list
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.matters import accepted, forwarded, ladder, registered
from tests.volume import many_cases

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def walk(cast: Cast, who: str, size: int, asked: WorkFilter | None = None) -> list[tuple[str, str]]:
    """All pages one after another: (number, kind)."""
    found: list[tuple[str, str]] = []
    after: Cursor | None = None
    for _page in range(50):
        page = work_list(cast.act(cast.people[who]), asked or WorkFilter(), now=NOW, after=after, size=size)
        found += [(row["number"], row["kind"]) for row in page.rows]
        if page.after is None:
            return found
        after = Cursor.parse(str(page.after))
    raise AssertionError("the list does not end")


def test_most_urgent_first_and_pages_follow_by_key(cast: Cast) -> None:
    cases = [accepted(cast, NOW - n * DAY, title=f"事项{n}") for n in (3, 9, 1, 9, 5)]
    forwarded(cast)
    whole = walk(cast, "liaison", 100)
    dues = dict(Deadline.objects.open().values_list("case__number", "due_at"))
    assert len(whole) == len(cases) + 2  # the forwarded one has two clocks
    assert [dues[n] for n, kind in whole if kind == "handle"] == sorted(
        dues[n] for n, kind in whole if kind == "handle"
    )
    for size in (1, 2, 3):
        assert walk(cast, "liaison", size) == whole


def test_a_clock_without_end_comes_last_on_the_last_page(cast: Cast) -> None:
    first, second = accepted(cast), accepted(cast, title="第二件")
    Deadline.objects.filter(case=first, kind="handle").update(due_at=None, due_on=None, amber_at=None)
    assert walk(cast, "liaison", 1) == [(second.number, "handle"), (first.number, "handle")]
    assert light(None, None, NOW) == "paused"
    assert walk(cast, "liaison", 5, WorkFilter(light="paused")) == [(first.number, "handle")]


def test_lights_are_filters_too(cast: Cast) -> None:
    ladder()
    late, soon, fine = (accepted(cast, NOW - n * DAY, title=f"第{n}天") for n in (70, 57, 1))
    levels = ("red", "amber", "green")
    found = {level: [n for n, _kind in walk(cast, "liaison", 5, WorkFilter(light=level))] for level in levels}
    assert found == {"red": [late.number], "amber": [soon.number], "green": [fine.number]}
    counts = frame_facts(cast.act(cast.liaison), now=NOW)
    assert (counts.open, counts.overdue) == (3, 1)


def test_filters_of_term_unit_urgency_and_text(cast: Cast) -> None:
    wages = accepted(cast)
    house = accepted(
        cast, unit="housing", title="外墙渗水无人维修", is_urgent=True, people=(Person(name="王淑芬"),)
    )
    waiting = registered(cast, title="反映村务不公开")
    every = {number for number, _kind in walk(cast, "clerk", 10)}
    assert every == {wages.number, house.number, waiting.number}
    assert walk(cast, "clerk", 10, WorkFilter(term="sort")) == [(waiting.number, "sort")]
    unit = cast.units["housing"].pk
    assert walk(cast, "clerk", 10, WorkFilter(department_id=unit)) == [(house.number, "handle")]
    both = [(house.number, "report_urgent"), (house.number, "handle")]
    assert walk(cast, "clerk", 10, WorkFilter(urgent=True)) == both
    assert walk(cast, "clerk", 10, WorkFilter(text="渗水")) == both
    assert walk(cast, "clerk", 10, WorkFilter(text="没有这句话")) == []


def test_only_the_own_units_cases_and_never_those_that_complain_of_the_unit(
    cast: Cast, client: Client
) -> None:
    mine = accepted(cast, timezone.now())
    other = accepted(cast, timezone.now(), unit="housing", title="外墙渗水无人维修")
    about_us = accepted(cast, timezone.now(), title="反映人社局推诿")
    Respondent.objects.create(case=about_us, name="县人社局", department=cast.units["labour"])
    page = signed_in(client, cast.liaison).get("/work/").content.decode()
    assert mine.number in page
    assert other.number not in page
    assert about_us.number not in page
    assert f"/cases/{mine.pk}/" in page
    body = b"".join(client.get("/work/export.csv")).decode()  # type: ignore[arg-type]
    assert mine.number in body
    assert about_us.number not in body
    assert frame_facts(cast.act(cast.liaison), now=timezone.now()).open == 1


def test_the_list_gives_exactly_what_the_right_to_see_gives(cast: Cast) -> None:
    """The list's SQL and `visible_to` say one thing, whatever keeps a case from a reader."""
    accepted(cast, title="平常的事")
    forwarded(cast, title="转送的事", unit="housing")
    registered(cast, title="待甄别的事")
    for n, who in enumerate(("liaison", "head", "clerk", "manager")):
        case = accepted(cast, title=f"回避{n}")
        Recusal.objects.create(case=case, user=cast.people[who], reason="亲属", at=NOW)
        Respondent.objects.create(case=accepted(cast, title=f"反映其人{n}"), name="某", user=cast.people[who])
    for unit in ("labour", "housing"):
        Respondent.objects.create(
            case=accepted(cast, title=f"反映{unit}"), name="某", department=cast.units[unit]
        )
    taken_back = accepted(cast, title="已收回")
    CaseGroupPermission.objects.filter(content_object=taken_back).delete()
    for who in ("liaison", "head", "liaison2", "clerk", "manager", "supervisor", "leader"):
        actor = cast.act(cast.people[who])
        for scope in scopes(actor):
            place = "department_id__in" if scope == "unit" else "hall_id__in"
            places = actor.departments() if scope == "unit" else actor.halls()
            right = Deadline.objects.open().filter(case__in=Case.objects.visible_to(actor), **{place: places})
            listed = walk(cast, who, 4, WorkFilter(scope=scope))
            assert sorted(listed) == sorted(right.values_list("case__number", "kind")), (who, scope)
            assert len(listed) > 1 or who == "liaison2"


def test_who_has_no_list_is_told_so(cast: Cast, client: Client) -> None:
    assert signed_in(client, cast.guide).get("/work/").status_code == 403
    assert client.get("/work/export.csv").status_code == 403


def test_the_page_says_light_term_due_date_and_whether_it_is_provisional(cast: Cast, client: Client) -> None:
    ladder()
    case = accepted(cast, timezone.now() - 70 * DAY)
    clock = Deadline.objects.get(case=case, kind="handle")
    Deadline.objects.filter(pk=clock.pk).update(is_provisional=True)
    page = signed_in(client, cast.liaison).get("/work/").content.decode()
    assert clock.due_on is not None
    assert f'datetime="{clock.due_on.isoformat()}"' in page
    for words in (
        "超期",
        "办理信访事项",
        "《信访工作条例》第三十四条",
        "暂定",
        "张秀英",
        cast.units["labour"].name,
    ):
        assert words in page


def test_a_filter_nobody_understands_is_left_out(cast: Cast, client: Client) -> None:
    accepted(cast, timezone.now())
    signed_in(client, cast.liaison)
    queries = (
        "light=blue",
        "term=xx",
        "after=zzz",
        "after=1e999_1",
        "department=x",
        "scope=all",
        "q=" + "长" * 500,
    )
    for query in queries:
        assert client.get(f"/work/?{query}").status_code == 200, query


def test_a_page_costs_the_same_however_many_rows(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rung = ladder()[0].pk
    signed_in(client, cast.liaison).get("/work/")
    accepted(cast, timezone.now())
    with django_assert_max_num_queries(12) as few:
        assert client.get("/work/").status_code == 200
    unit = cast.units["labour"].pk
    many_cases(hall_id=cast.hall.pk, unit_ids=[unit], rung_id=rung, first=1, last=300, now=timezone.now())
    with django_assert_max_num_queries(12) as many:
        page = client.get("/work/").content.decode()
    assert page.count("<tr") == 26
    assert len(many.captured_queries) == len(few.captured_queries) <= 7
    signed_in(client, cast.manager).get("/work/")
    with django_assert_max_num_queries(12):
        client.get("/work/?scope=hall&light=green")


def test_the_export_is_whole_safe_and_on_record(cast: Cast, client: Client) -> None:
    for n in range(3):
        accepted(cast, timezone.now(), title=f"事项{n}", people=(Person(name="=HYPERLINK(1)"),))
    response = signed_in(client, cast.liaison).get("/work/export.csv?term=handle")
    assert response.streaming
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 4
    assert rows[0][0] == "编号"
    assert rows[1][2] == "'=HYPERLINK(1)"
    entry = JournalEntry.objects.get(verb="export_work_list")
    assert (entry.actor_id, entry.after) == (cast.liaison.pk, {"term": "handle"})


def test_empty_lists_say_what_to_do(cast: Cast, client: Client) -> None:
    signed_in(client, cast.liaison)
    assert "没有未了的期限" in client.get("/work/").content.decode()
    assert "没有符合条件的期限" in client.get("/work/?light=red").content.decode()

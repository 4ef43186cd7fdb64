"""Each role's own place, and the back room of the administrator."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hall.access import SYSTEM
from hall.models import JournalEntry, User
from staffing.actions import register_user
from tests.cast import NOW, Cast, reception


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("clerk", "intake:console"),
        ("guide", "intake:guide-desk"),
        ("liaison", "cases:work-list"),
        ("head", "cases:work-list"),
        ("leader", "cases:docket"),
        ("manager", "staffing:hall-now"),
        ("supervisor", "cases:work-list"),
        ("administrator", "admin:index"),
    ],
)
def test_each_role_begins_at_its_own_place(client: Client, cast: Cast, who: str, home: str) -> None:
    client.force_login(cast.people[who])
    assert client.get("/desk/")["Location"] == reverse(home)


def test_without_a_post_there_is_a_page_that_says_so(client: Client, cast: Cast) -> None:
    client.force_login(register_user(actor=SYSTEM, username="new", name="新人", now=NOW))
    assert "今天没有在任的岗位" in client.get("/desk/").text
    client.force_login(User.objects.create_superuser("root", name="初始管理员"))
    assert client.get("/desk/")["Location"] == reverse("admin:index")


def test_the_hall_at_a_glance(client: Client, cast: Cast, django_assert_max_num_queries: object) -> None:
    client.force_login(cast.manager)
    page = client.get("/hall-now/")
    for word in ("已配人的窗口", "林晓雯", "5号窗口", "缺人", "云溪县人力资源和社会保障局", "大厅现况"):
        assert word in page.text, word
    for other in (cast.clerk, cast.liaison, cast.leader):
        client.force_login(other)
        assert client.get("/hall-now/").status_code == 403
    client.force_login(cast.supervisor)
    assert client.get("/hall-now/").status_code == 200


def test_the_docket_shows_the_leaders_own(client: Client, cast: Cast) -> None:
    from tests.cast import at

    reception(cast, at("2099-11-25 09:00"), leader=None, now=at("2099-11-01 09:00"))
    client.force_login(cast.leader)
    assert "2099年11月25日" in client.get("/docket/").text
    client.force_login(cast.leader2)
    assert "2099年11月25日" not in client.get("/docket/").text


def test_only_an_administrator_enters_the_back_room(client: Client, cast: Cast) -> None:
    assert client.get("/admin/login/")["Location"] == "/sign-in/?next=%2Fadmin%2F"
    for who in ("clerk", "manager", "supervisor"):
        client.force_login(cast.people[who])
        assert client.get("/admin/", follow=True).status_code == 403
    client.force_login(cast.administrator)
    page = client.get("/admin/")
    assert page.status_code == 200
    for word in ("接访大厅", "单位", "岗位", "领导接访"):
        assert word in page.text, word


def test_reference_data_is_edited_there_through_the_action(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    url = reverse("admin:staffing_room_change", args=[cast.room.pk])
    form = {"name": "接谈室甲", "name_en": "", "hall": cast.hall.pk, "kind": "reception", "capacity": 4}
    assert client.post(url, form).status_code == 302
    cast.room.refresh_from_db()
    assert cast.room.name == "接谈室甲"
    entry = JournalEntry.objects.filter(verb="save_place").latest("id")
    assert (entry.actor_id, entry.after["name"]) == (cast.administrator.pk, "接谈室甲")


def test_records_are_read_there_and_nothing_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    for model, pk in (("staffing_posting", cast.clerk.postings.get().pk), ("hall_user", cast.clerk.pk)):
        assert client.get(reverse(f"admin:{model}_change", args=[pk])).status_code == 200
        assert client.post(reverse(f"admin:{model}_change", args=[pk]), {}).status_code == 403
        assert client.get(reverse(f"admin:{model}_add")).status_code == 403
    for model in ("hall_journalentry", "hall_message", "hall_issueddocument", "staffing_leaderreception"):
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_opening_hours_are_edited_with_the_hall(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    url = reverse("admin:staffing_hall_change", args=[cast.hall.pk])
    assert "周一" in client.get(url).text
    hours = list(cast.hall.opening_hours.all())
    form = {
        "code": "yunxi", "jurisdiction": cast.county.pk, "name": cast.hall.name, "name_en": "", "organ": "云信",
        "organ_name": "云溪县信访局", "address": "文昌路18号", "phone": "1", "group_threshold": 5, "is_open": "on",
        "rota_binds": "on", "on_call_minutes": 30, "warn_days": 3, "complaint_days": 15,
        "reception_lead_days": 2, "receptions_per_leader": 8,
        "opening_hours-TOTAL_FORMS": len(hours), "opening_hours-INITIAL_FORMS": len(hours),
    }  # fmt: skip
    for n, row in enumerate(hours):
        part = {
            "id": row.pk,
            "hall": cast.hall.pk,
            "weekday": row.weekday,
            "opens": row.opens,
            "closes": "18:00",
        }
        form |= {f"opening_hours-{n}-{name}": value for name, value in part.items()}
    form["opening_hours-0-closes"] = "11:30"
    form["opening_hours-1-DELETE"] = "on"
    assert client.post(url, form).status_code == 302
    monday = cast.hall.opening_hours.filter(weekday=0)
    assert [f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in monday] == ["08:30-11:30"]
    verbs = JournalEntry.objects.filter(object__startswith="staffing.openinghours:", actor=cast.administrator)
    assert set(verbs.values_list("verb", flat=True)) == {"save_place", "remove_place"}
    unit = reverse("admin:staffing_department_change", args=[cast.units["labour"].pk])
    assert client.get(unit).status_code == 200

"""The pages of consultations: who gets them, what they say, that nothing typed is lost, what they cost."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from cases.actions import NewRespondent
from consultations.models import Consultation, Sitting, UnitOpinion
from hall.access import SYSTEM
from hall.models import JournalEntry, User
from staffing.actions import post_person, register_user
from staffing.lifecycle import HALL_MANAGER
from staffing.models import Hall
from tests.cast import FOUNDED, Cast, save
from tests.consultations.confer_steps import RECORD, TOPIC, WHY, WORDS, called, day, said, sat, seat_of
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def form(cast: Cast, **facts: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "title": TOPIC, "background": "说明", "until_on": f"{day(20, now)}", "question_rows": 3, "unit_rows": 4,
        "question0": "由谁督促支付？", "question1": "", "question2": "能否先行补缴？",
        "unit0": cast.units["labour"].pk, "due0": f"{day(9, now)}", "unit1": "", "due1": f"{day(9, now)}",
        "unit2": cast.units["housing"].pk, "due2": f"{day(12, now)}", "unit3": "", "due3": f"{day(9, now)}", **facts,
    }  # fmt: skip


# -- calling -------------------------------------------------------------------------------------------------------


def test_calling_from_the_cases_page(cast: Cast) -> None:
    case, client = accepted(cast, timezone.now()), at(cast.liaison)
    page = text_of(client.get(f"/cases/{case.pk}/consultations/"))
    assert f'href="/cases/{case.pk}/call-consultation/"' in page
    assert "这件事还没有会商" in page
    answer = client.post(f"/cases/{case.pk}/call-consultation/", form(cast))
    one = Consultation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/consultations/{one.pk}/")
    assert [row.text for row in one.questions.all()] == ["由谁督促支付？", "能否先行补缴？"]
    assert [unit.department.code for unit in one.units.all()] == ["labour", "housing"]
    page = text_of(client.get(f"/cases/{case.pk}/consultations/"))
    assert "已有一次会商没有结束" in page  # the button says why not
    assert TOPIC in page
    assert f"/consultations/{one.pk}/" in text_of(client.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"question2": "  "}, "question2"),
        ({"question0": "", "question2": ""}, "question0"),
        ({"due2": "2020-01-01"}, "due2"),
        ({"due2": "2050-01-01"}, "due2"),
        ({"due2": "never"}, "due2"),
        ({"unit2": "labour"}, "unit2"),
        ({"unit2": ""}, "unit1"),
        ({"until_on": "2020-01-01"}, "until_on"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, wrong: dict[str, str], field: str
) -> None:
    case = accepted(cast, timezone.now())
    wrong = {
        name: str(cast.units[value].pk) if value in cast.units else value for name, value in wrong.items()
    }
    answer = at(cast.liaison).post(f"/cases/{case.pk}/call-consultation/", form(cast, **wrong))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    page = text_of(answer)
    kept = {**form(cast), **wrong}
    for name in ("title", "question0", "question2", "due0", "due2"):
        if kept[name].strip():
            assert kept[name] in page, name
    assert re.search(rf'<option value="{cast.units["labour"].pk}"[^>]* selected', page)
    assert not Consultation.objects.exists()


def test_an_accused_unit_is_not_offered_and_not_taken(cast: Cast) -> None:
    accused = NewRespondent(name="县住建局", department_id=cast.units["housing"].pk)
    case, client = accepted(cast, timezone.now(), respondents=(accused,)), at(cast.liaison)
    page = text_of(client.get(f"/cases/{case.pk}/call-consultation/"))
    assert "云溪县自然资源局" in page
    assert "云溪县住房和城乡建设局" not in page
    answer = client.post(f"/cases/{case.pk}/call-consultation/", form(cast))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["unit2"])


def test_more_rows_without_losing_a_word(cast: Cast) -> None:
    case, client = accepted(cast, timezone.now()), at(cast.liaison)
    url = f"/cases/{case.pk}/call-consultation/"
    answer = client.post(url, form(cast, more="question_rows", due2="soon"))
    page = text_of(answer)
    assert answer.status_code == 200
    assert 'name="question5"' in page
    assert 'name="question6"' not in page
    assert "能否先行补缴？" in page
    assert 'value="soon"' in page
    assert "error-summary" not in page
    answer = client.post(url, form(cast, more="unit_rows", unit_rows=19))
    assert 'name="unit19"' in text_of(answer)
    assert 'name="unit20"' not in text_of(answer)
    assert not Consultation.objects.exists()


# -- one -----------------------------------------------------------------------------------------------------------


def test_the_page_of_one_shows_answers_side_by_side_and_marks_the_conflict(cast: Cast) -> None:
    now = timezone.now()
    one = called(cast, now=now)
    said(cast, one, "labour", now, positions=("agree", "not_ours"))
    said(cast, one, "housing", now, positions=("conditional", "agree"), basis="职责分工规定。")
    said(cast, one, "housing", now, positions=("disagree", "not_ours"))
    page = text_of(at(cast.liaison2).get(f"/consultations/{one.pk}/"))
    assert "意见不一致的问题：" in page
    assert "各单位都认为不属于自己职责的问题：" in page
    assert "以前的意见" in page
    assert "职责分工规定。" in page
    assert WORDS in page
    assert "会商通知" in page


def test_who_takes_part_reads_and_answers_but_does_not_call_off(cast: Cast) -> None:
    one = called(cast, now=timezone.now())
    client = at(cast.liaison2)
    page = text_of(client.get(f"/consultations/{one.pk}/"))
    unit = seat_of(cast, one, "housing")
    assert f'href="/consulted-units/{unit.pk}/give-unit-opinion/"' in page
    assert "end-consultation" not in page
    assert client.post(f"/consultations/{one.pk}/end-consultation/", {"reason": WHY}).status_code == 403
    assert client.post(f"/consulted-units/{unit.pk}/release-unit/", {"reason": WHY}).status_code == 403
    labour = seat_of(cast, one, "labour")
    assert client.post(f"/consulted-units/{labour.pk}/give-unit-opinion/", {}).status_code == 403


def test_another_halls_manager_the_accused_and_who_is_not_signed_in_get_nothing(cast: Cast) -> None:
    now = timezone.now()
    accused = NewRespondent(name="县自然资源局", department_id=cast.units["land"].pk)
    one = called(cast, accepted(cast, now, respondents=(accused,)), now)
    other = save(
        Hall(code="other", jurisdiction=cast.city, name="别处大厅", organ="别信", organ_name="别处局"),
        FOUNDED,
    )
    people = {}
    for key, hall, unit in (("manager9", other.pk, None), ("land9", cast.hall.pk, cast.units["land"].pk)):
        people[key] = register_user(actor=SYSTEM, username=key, name=f"褚{key}", now=FOUNDED)
        post_person(
            actor=SYSTEM, user_id=people[key].pk, role="liaison" if unit else HALL_MANAGER, title="主任",
            hall_id=hall, department_id=unit, from_on=FOUNDED.date(), now=FOUNDED,
        )  # fmt: skip
    unit, sitting = seat_of(cast, one, "housing"), sat(cast, one, now)
    for key in people:
        client = at(people[key])
        for path in (
            f"/consultations/{one.pk}/", f"/consultations/{one.pk}/end-consultation/",
            f"/consulted-units/{unit.pk}/release-unit/", f"/sittings/{sitting.pk}/cancel-sitting/",
            f"/cases/{one.case_id}/consultations/", f"/cases/{one.case_id}/call-consultation/",
        ):  # fmt: skip
            assert client.get(path).status_code == 404, (key, path)
            assert client.post(path, {"reason": WHY}).status_code in (404, 405), (key, path)
        assert TOPIC not in text_of(client.get("/consultations/"))
    for path in ("/consultations/", f"/consultations/{one.pk}/"):
        assert Client().get(path)["Location"].startswith("/sign-in/")


# -- the doors -----------------------------------------------------------------------------------------------------


def test_an_opinion_is_typed_and_what_is_missing_is_asked_for_with_the_rest_kept(cast: Cast) -> None:
    one = called(cast, now=timezone.now())
    url = f"/consulted-units/{seat_of(cast, one, 'housing').pk}/give-unit-opinion/"
    typed = {
        "position1": "agree",
        "text1": "由我局督促。",
        "position2": "disagree",
        "text2": "",
        "text": "总体同意",
    }
    answer = at(cast.liaison2).post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["text2"])
    page = text_of(answer)
    assert "由我局督促。" in page
    assert "总体同意" in page
    answer = at(cast.liaison2).post(url, {**typed, "text2": WORDS})
    assert answer["Location"] == f"/consultations/{one.pk}/"
    again = text_of(at(cast.head2).get(url))
    assert "由我局督促。" in again  # the last version is there to be changed
    assert UnitOpinion.objects.get().version == 1


def test_a_change_is_typed(cast: Cast) -> None:
    now = timezone.now()
    one = called(cast, now=now)
    labour, housing = seat_of(cast, one, "labour"), seat_of(cast, one, "housing")
    said(cast, one, "housing", now)
    url, client = f"/consultations/{one.pk}/change-consultation/", at(cast.liaison)
    typed = {
        "reason": WHY, "until_on": f"{one.until_on}", "question_rows": 1, "unit_rows": 1,
        f"date{labour.pk}": f"{labour.due_on}", f"date{housing.pk}": f"{housing.due_on}",
        "question0": "怎样确认已经付清？", "unit0": cast.units["land"].pk, "due0": f"{day(11, now)}",
    }  # fmt: skip
    answer = client.post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"date{housing.pk}"])
    assert "怎样确认已经付清？" in text_of(answer)
    answer = client.post(url, {**typed, f"date{housing.pk}": f"{day(13, now)}"})
    assert answer.status_code == 302
    assert (one.questions.count(), one.units.count()) == (3, 3)


def test_a_sitting_is_typed_and_recorded(cast: Cast) -> None:
    now = timezone.now()
    one, client = called(cast, now=now), at(cast.liaison)
    typed = {
        "day": f"{day(3, now)}", "starts_at": "09:00", "ends_at": "08:00", "room": cast.room.pk, "place": "",
        "chair": cast.manager.pk, "invited": [cast.liaison2.pk], "agenda": "逐项研究问题。",
    }  # fmt: skip
    url = f"/consultations/{one.pk}/plan-sitting/"
    answer = client.post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_at"])
    assert client.post(url, {**typed, "ends_at": "11:00"}).status_code == 302
    answer = client.post(url, {**typed, "ends_at": "10:00"})  # the same room again
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["room"])
    sitting = Sitting.objects.get()
    assert client.get(f"/sittings/{sitting.pk}/change-sitting/").status_code == 200
    Sitting.objects.filter(pk=sitting.pk).update(
        starts_at=now - dt.timedelta(hours=2), ends_at=now - dt.timedelta(hours=1)
    )
    first = sitting.attendance.order_by("pk").first()
    assert first is not None
    typed = {
        f"present{first.pk}": "on",
        "record": RECORD,
        "came_unit0": cast.units["housing"].pk,
        "came0": "褚工",
    }
    assert client.post(f"/sittings/{sitting.pk}/record-sitting/", typed).status_code == 302
    page = text_of(client.get(f"/consultations/{one.pk}/"))
    assert "褚工" in page
    assert RECORD in page


def test_what_has_passed_meanwhile_is_said_with_everything_kept(cast: Cast) -> None:
    one = called(cast, now=timezone.now())
    Consultation.objects.filter(pk=one.pk).update(status="ended", ended_at=timezone.now(), end_reason=WHY)
    typed = {"position1": "agree", "text1": "由我局督促。", "position2": "agree"}
    url = f"/consulted-units/{seat_of(cast, one, 'housing').pk}/give-unit-opinion/"
    answer = at(cast.liaison2).post(url, typed)
    assert answer.status_code == 409
    assert "由我局督促。" in text_of(answer)
    assert "会商已于" in text_of(at(cast.liaison2).get(f"/consultations/{one.pk}/"))


# -- the list ------------------------------------------------------------------------------------------------------


def test_the_list_of_a_unit_and_of_the_hall(cast: Cast) -> None:
    now = timezone.now()
    with_us = called(cast, now=now, title="住建参加的会商")
    called(cast, accepted(cast, now), now, units=("labour", "land"), title="自然资源参加的会商")
    page = text_of(at(cast.liaison2).get("/consultations/"))
    assert "住建参加的会商" in page
    assert "自然资源参加的会商" not in page
    assert "本单位的意见" in page
    for who in ("manager", "leader", "supervisor", "clerk"):
        page = text_of(at(cast.people[who]).get("/consultations/"))
        assert "住建参加的会商" in page
        assert "自然资源参加的会商" in page
    assert at(cast.guide).get("/consultations/").status_code == 403
    said(cast, with_us, "housing", now)
    assert "住建参加的会商" not in text_of(at(cast.liaison2).get("/consultations/?waiting=on"))
    assert "没有符合条件的会商" in text_of(at(cast.liaison2).get("/consultations/?status=ended"))
    assert "住建参加的会商" in text_of(at(cast.liaison2).get("/consultations/?status=open"))


def test_pages_by_key_and_the_same_few_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    client, counts = at(cast.manager), []
    for n in range(28):
        moment = now - dt.timedelta(minutes=60 - n)
        called(cast, accepted(cast, moment), moment, title=f"会商第{n:02}件事")
        if n in (2, 27):
            client.get("/consultations/")
            with django_assert_max_num_queries(14) as seen:
                page = text_of(client.get("/consultations/"))
            counts.append(len(seen))
    assert counts[0] == counts[1]
    assert "会商第27件事" in page
    assert "会商第02件事" not in page
    after = re.search(r"after=([0-9._]+)", page)
    assert after
    rest = text_of(client.get(f"/consultations/?after={after[1]}"))
    assert [f"会商第{n:02}件事" in rest for n in (0, 2, 3)] == [True, True, False]
    assert client.get("/consultations/?after=rubbish").status_code == 200


def test_one_costs_the_same_however_many_units_and_versions(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    small = called(cast, now=now)
    large = called(cast, accepted(cast, now), now, units=("labour", "housing", "land", "petition"))
    for _n in range(3):
        said(cast, large, "labour", now)
        said(cast, large, "housing", now, positions="disagree")
    for n in (4, 5):
        sat(cast, large, now, days=n)
    client, counts = at(cast.liaison), []
    for one in (small, large):
        client.get(f"/consultations/{one.pk}/")
        with django_assert_max_num_queries(30) as seen:
            client.get(f"/consultations/{one.pk}/")
        counts.append(len(seen))
    assert counts[1] - counts[0] <= 3  # answers and people invited are read where there are any


def test_the_list_as_a_file_is_on_record(cast: Cast) -> None:
    one = called(cast, now=timezone.now())
    answer = at(cast.manager).get("/consultations/export.xlsx?status=open")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert one.case.number in rows[1]
    assert TOPIC in rows[1]
    entry = JournalEntry.objects.get(verb="export_consultations")
    assert entry.after == {"status": "open"}
    assert at(cast.guide).get("/consultations/export.xlsx").status_code == 403

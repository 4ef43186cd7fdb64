"""A rating: by the petitioner alone, with the code or from the progress letter, once; no door for staff."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import Said, rate_service
from cases.actions.query_progress import TRIES_BY_ADDRESS
from cases.models import Case, FollowUp, Rating
from hall import journal
from hall.access import PUBLIC, SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.life_ratings import code_of, rated, served, texts, ticket
from tests.matters import ZHANG

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def enter(client: Client, code: str) -> str:
    response = client.post("/rate/", {"code": code})
    assert response.status_code == 200
    return response.content.decode()


def pass_in(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def refused(case: Case, said: dict[str, Said], **facts: object) -> Refused:
    asked = {"actor": PUBLIC, "pass_text": ticket(case), "said": said, "now": NOW, **facts}
    with pytest.raises(Refused) as caught, transaction.atomic():
        rate_service(**asked)
    return caught.value


# -- it is said ----------------------------------------------------------------------------------------------------


def test_rate_service_keeps_what_was_said_and_the_journal_only_the_grades(cast: Cast) -> None:
    case = served(cast)
    said = {"hall": Said(0, comment="接待很耐心"), "unit": Said(3, "等了两个月才有人来", "希望早点联系")}
    rate_service(actor=PUBLIC, pass_text=ticket(case), said=said, now=NOW)
    hall, unit = Rating.objects.filter(case=case).order_by("target")
    assert (hall.grade, hall.comment, hall.door) == (0, "接待很耐心", "code")
    assert (unit.grade, unit.reason, unit.next_step_at) == (3, "等了两个月才有人来", None)
    entry = JournalEntry.objects.get(verb="rate_service")
    assert entry.after["grades"] == {"hall": 0, "unit": 3}
    assert entry.actor_name == "public"
    for words in ("两个月", "耐心", "早点"):
        assert words not in str(
            JournalEntry.objects.filter(stream=f"case:{case.pk}").values_list("after", "reason")
        )
    assert journal.verify(f"case:{case.pk}") == []


def test_each_target_may_be_said_at_its_own_time(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=1)
    rated(case, unit=0, now=NOW + DAY)
    assert [one.rated_at for one in Rating.objects.filter(case=case).order_by("target")] == [NOW, NOW + DAY]


def test_once_and_for_good(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=0)
    again = refused(case, {"hall": Said(1)})
    assert again.kind == "state"
    assert "评价作出后不能修改" in str(again)
    one = Rating.objects.get(case=case, target="hall")
    for changed in (
        {"grade": 1},
        {"reason": "改一改"},
        {"status": "pending", "grade": None, "rated_at": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Rating.objects.filter(pk=one.pk).update(**changed)
    with pytest.raises(DatabaseError), transaction.atomic():
        one.delete()


def test_the_database_knows_no_default_and_no_low_grade_without_its_reason(cast: Cast) -> None:
    case = served(cast)
    for facts in ({"grade": 0}, {"status": "rated"}, {"status": "rated", "rated_at": NOW},
                  {"status": "rated", "rated_at": NOW, "grade": 3}, {"status": "expired", "grade": 0}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.filter(case=case, target="hall").update(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(case=case, target="unit", opened_at=NOW, closes_at=NOW)


def test_what_is_missing_is_asked_for(cast: Cast) -> None:
    case = served(cast)
    assert refused(case, {}).kind == "input"
    for said, field in (
        (Said(None), "hall-grade"), (Said(2), "hall-grade"), (Said(3), "hall-reason"), (Said(3, " 差 "), "hall-reason")
    ):  # fmt: skip
        no = refused(case, {"hall": said})
        assert (no.kind, no.field) == ("input", field)
    # One wrong, none said.
    refused(case, {"hall": Said(0), "unit": Said(3)})
    assert not Rating.objects.filter(status="rated").exists()


def test_after_the_last_day_it_is_over_even_before_the_night_has_come(cast: Cast) -> None:
    case = served(cast)
    closes = Rating.objects.filter(case=case).first().closes_at
    late = refused(case, {"hall": Said(0)}, now=closes, pass_text=ticket(case, now=closes))
    assert late.kind == "state"
    assert "2026年12月18日" in str(late)
    rated(case, hall=0, now=closes - dt.timedelta(seconds=1))


# -- the pass ------------------------------------------------------------------------------------------------------


def test_a_pass_is_ours_and_short(cast: Cast) -> None:
    case = served(cast)
    good = ticket(case)
    for text, now in ((good[:-3] + "abc", NOW), ("", NOW), (good, NOW + dt.timedelta(hours=1))):
        assert refused(case, {"hall": Said(0)}, pass_text=text, now=now).kind == "state"
    assert not Rating.objects.filter(status="rated").exists()


def test_a_pass_opens_nothing_but_its_own_case(cast: Cast) -> None:
    one, other = served(cast), served(cast, title="另一件")
    ids = list(Rating.objects.filter(case=other).values_list("pk", flat=True))
    crossed = actions.pass_for(one.pk, "code", ids, now=NOW, good=DAY)
    assert refused(one, {"hall": Said(0)}, pass_text=crossed).kind == "input"


# -- no staff ------------------------------------------------------------------------------------------------------


def test_no_staff_whoever_they_are(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    code, good = code_of(case), ticket(case, now=timezone.now())
    for who in (cast.clerk, cast.manager, cast.supervisor, cast.administrator, cast.liaison):
        assert refused(case, {"hall": Said(0)}, actor=cast.act(who)).kind == "role"
        client.force_login(who)
        for response in (
            client.get("/rate/"), client.post("/rate/", {"code": code}),
            client.post("/rate/", {"pass": good, "say": "1", "hall-grade": "0"}),
        ):  # fmt: skip
            assert response.status_code == 403
            assert "评价只能由信访人自己作出" in response.content.decode()
        client.logout()
    assert refused(case, {"hall": Said(0)}, actor=SYSTEM).kind == "role"
    assert not Rating.objects.filter(status="rated").exists()
    assert not any(model.__name__ == "Rating" for model in site._registry)


# -- the page ------------------------------------------------------------------------------------------------------


def test_by_the_code_of_the_message(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    page = enter(client, code_of(case).lower())
    assert case.title in page
    assert "checked" not in page
    assert "云溪县信访局" in page and "云溪县人力资源和社会保障局" in page
    assert ZHANG.name not in page
    done = client.post(
        "/rate/", {"pass": pass_in(page), "say": "1", "hall-grade": "3", "hall-reason": "窗口态度不好"}
    )
    text = done.content.decode()
    assert "谢谢您的评价" in text and "回访您" in text and "还没有评价" in text
    assert Rating.objects.get(case=case, target="hall").door == "code"
    # Used for the hall, still good for the unit.
    page = enter(client, code_of(case))
    assert "评价作出后不能修改" in page
    assert 'name="hall-grade"' not in page and 'name="unit-grade"' in page
    client.post("/rate/", {"pass": pass_in(page), "say": "1", "unit-grade": "0"})
    page = enter(client, code_of(case))
    assert "unit-grade" not in page
    assert page.count("评价作出后不能修改") == 2


def test_what_was_typed_is_not_lost(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    passed = pass_in(enter(client, code_of(case)))
    for data, says in (
        ({"hall-grade": "3", "hall-comment": "其他还好"}, "请告诉我们哪里不满意"),
        ({"unit-comment": "其他还好"}, "请选择满意、基本满意或者不满意"),
        ({"hall-comment": ""}, "请至少对一项作出评价"),
        ({"hall-grade": "2"}, "有效"),
    ):  # fmt: skip
        response = client.post("/rate/", {"pass": passed, "say": "1", **data})
        text = response.content.decode()
        assert response.status_code == 422
        assert says in text
        for words in filter(None, (value for name, value in data.items() if name.endswith("comment"))):
            assert words in text
    assert not Rating.objects.filter(status="rated").exists()


def test_wrong_and_unknown_codes_get_one_answer_and_few_tries(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    answers = set()
    for code in ("ZZZZZZZZZZ", code_of(case)[:-1] + "0", case.query_code, "1"):
        response = client.post("/rate/", {"code": code})
        assert response.status_code == 422
        answers.add(re.sub(r'value="[^"]*"', "", response.content.decode()))
    assert len(answers) == 1
    for n in range(TRIES_BY_ADDRESS):
        last = client.post("/rate/", {"code": f"AAAAAAAA{n:02}"})
    assert last.status_code == 429
    assert "大厅窗口" not in re.findall(r'role="alert">(.*?)</form>', last.content.decode(), re.DOTALL)[0]
    assert client.post("/rate/", {"code": code_of(case)}).status_code == 429
    # One count with the progress query.
    assert client.post("/progress/", {"code": case.query_code, "digits": "0001"}).status_code == 429


def test_from_the_progress_letter(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    letter = client.post("/progress/", {"code": case.query_code, "digits": "0001"}).content.decode()
    assert "满意、基本满意还是不满意，由您决定" in letter
    page = client.post("/rate/", {"pass": pass_in(letter)}).content.decode()
    client.post("/rate/", {"pass": pass_in(page), "say": "1", "hall-grade": "0", "unit-grade": "1"})
    assert {one.door for one in Rating.objects.filter(case=case)} == {"progress"}
    (text,) = texts("rating_received")
    assert "不是您本人作出的" in text
    letter = client.post("/progress/", {"code": case.query_code, "digits": "0001"}).content.decode()
    assert 'name="pass"' not in letter
    assert "对责任单位的评价：基本满意" in letter


def test_an_old_pass_leads_back_to_the_code(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    old = ticket(case, now=timezone.now() - DAY)
    response = client.post("/rate/", {"pass": old})
    assert response.status_code == 409
    assert "请重新输入评价码" in response.content.decode()


# -- a low one -----------------------------------------------------------------------------------------------------


def test_a_low_grade_opens_a_follow_up_and_tells_the_supervisor_at_once(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=3, unit=3)
    assert FollowUp.objects.filter(case=case, status="open").count() == 2
    clock = case.deadlines.open().get(kind="follow_up")
    assert clock.department_id is None
    told = Message.objects.filter(kind="rating_low")
    assert [one.user for one in told] == [cast.supervisor]
    # A second low one does not begin the clock anew.
    other = served(cast, title="另一件")
    rated(other, hall=3)
    rated(other, unit=3, now=NOW + DAY)
    assert other.deadlines.open().filter(kind="follow_up").count() == 1
    assert FollowUp.objects.filter(case=other).count() == 2


def test_a_good_grade_opens_nothing(cast: Cast) -> None:
    rated(served(cast), hall=0, unit=1)
    assert not FollowUp.objects.exists()
    assert not Message.objects.filter(kind="rating_low").exists()


# -- two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_browsers_send_one_rating(cast: Cast) -> None:
    case = served(cast)
    good, answers = ticket(case), []

    def say(grade: int) -> None:
        try:
            rate_service(actor=PUBLIC, pass_text=good, said={"hall": Said(grade)}, now=NOW)
            answers.append("said")
        except Refused as no:
            answers.append(no.kind)
        finally:
            connections.close_all()

    both = [threading.Thread(target=say, args=(grade,)) for grade in (0, 1)]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert sorted(answers) == ["said", "state"]
    assert JournalEntry.objects.filter(verb="rate_service").count() == 1

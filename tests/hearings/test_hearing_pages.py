"""The pages: the list, those of a case, one from request to conclusion, the rules; and the door of every verb."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.actions import NewRespondent
from hearings.models import Hearing, HearingRules
from hearings.views.asking_doors import CASE_DOORS, HEARING_DOORS
from tests.cast import Cast
from tests.hearings.asking_steps import TITLE, WHY, asked, begun, granted, opened, scheduled
from tests.hearings.test_adopt_hearing_rules import OWN
from tests.life_reviews import in_reexamination, upper_units
from tests.matters import accepted

pytestmark = pytest.mark.django_db
ROLES = ("liaison", "head", "manager", "leader", "supervisor")


@pytest.fixture(scope="module")
def now() -> dt.datetime:
    """One moment for the whole file, so that the steps its tests begin with are the same (`tests.kept`)."""
    return timezone.now()


def page(client: Client, cast: Cast, who: str, address: str, status: int = 200) -> str:
    client.force_login(getattr(cast, who))
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def send(client: Client, cast: Cast, who: str, address: str, **data: Any) -> Any:
    client.force_login(getattr(cast, who))
    return client.post(address, data)


@pytest.mark.parametrize("who", ROLES)
def test_the_list_is_for_who_works_with_hearings(
    client: Client, cast: Cast, now: dt.datetime, who: str
) -> None:
    hearing = asked(cast, now=now)
    html = page(client, cast, who, "/hearings/")
    assert TITLE in html
    assert f"/hearings/{hearing.pk}/" in html
    assert TITLE not in page(client, cast, who, "/hearings/?state=over")
    assert TITLE in page(client, cast, who, "/hearings/?state=requested")


def test_others_have_no_list_and_another_unit_an_empty_one(
    client: Client, cast: Cast, now: dt.datetime
) -> None:
    hearing = asked(cast, now=now)
    for who in ("guide", "clerk"):
        page(client, cast, who, "/hearings/", 403)
    assert "这里没有听证" in page(client, cast, "liaison2", "/hearings/")
    page(client, cast, "liaison2", f"/hearings/{hearing.pk}/", 404)
    assert TITLE in page(client, cast, "liaison", "/hearings/?scope=mine")
    assert TITLE in page(client, cast, "clerk", f"/hearings/{hearing.pk}/")


def test_the_list_is_paged_by_key_with_constant_statements(
    client: Client, cast: Cast, now: dt.datetime
) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            page(client, cast, "manager", "/hearings/")
        return len(asked_for)

    asked(cast, now=now)
    page(client, cast, "manager", "/hearings/")
    few = count()
    for n in range(27):
        moment = now - dt.timedelta(minutes=n + 1)
        asked(cast, accepted(cast, moment), now=moment, title=f"第{n}件听证事项")
    assert count() == few
    html = page(client, cast, "manager", "/hearings/")
    assert html.count('<th scope="row">') == 25
    behind = html.split("after=")[1].split('"')[0].replace("&amp;", "&")
    second = page(client, cast, "manager", f"/hearings/?after={behind}")
    assert second.count('<th scope="row">') == 3
    assert "第26件听证事项" in second


def test_on_a_case_with_buttons_and_reasons(client: Client, cast: Cast, now: dt.datetime) -> None:
    case = accepted(cast, now)
    address = f"/cases/{case.pk}/hearings/"
    html = page(client, cast, "head", address)
    assert "登记听证申请" in html
    assert "aria-disabled" not in html
    asked(cast, case, now=now)
    html = page(client, cast, "head", address)
    assert "本事项已经有一次听证没有结束" in html
    page(client, cast, "liaison2", address, 404)
    assert address in page(client, cast, "head", f"/cases/{case.pk}/")


def test_one_hearing_says_what_is_missing_and_by_when(client: Client, cast: Cast, now: dt.datetime) -> None:
    hearing = asked(cast, now=now)
    address = f"/hearings/{hearing.pk}/"
    html = page(client, cast, "head", address)
    assert WHY in html
    assert "逾期不决定的，催办并上报" in html
    granted(cast, hearing, now=now)
    html = page(client, cast, "head", address)
    assert "还缺：主持人、记录员、听证员（应有5人，现有0人）" in html
    assert "云信听决字" in html
    assert "听证不影响本事项的办理、复查期限" in html
    scheduled(cast, hearing, now=now)
    assert "还没有发出通知" in page(client, cast, "head", address)
    html = page(client, cast, "supervisor", address)
    assert "现在还不能办理的" in html


def test_in_the_reexamination_it_says_what_is_not_counted(
    client: Client, cast: Cast, now: dt.datetime
) -> None:
    upper_units(cast)
    hearing = opened(cast, in_reexamination(cast, now), now=now)
    assert "听证所需时间不计算在复核期限内，到作出听证结论" in page(
        client, cast, "manager", f"/hearings/{hearing.pk}/"
    )


def test_a_closed_hearing_is_not_there_for_who_may_not_see_it(
    client: Client, cast: Cast, now: dt.datetime
) -> None:
    accused = NewRespondent(name="吴建平", user_id=cast.head.pk)
    facts = {"closed_ground": "privacy", "closed_reason": "涉及当事人的病历和家庭情况。"}
    hearing = opened(cast, accepted(cast, now, respondents=(accused,)), now=now, **facts)
    address = f"/hearings/{hearing.pk}/"
    for who in ("head", "liaison2", "guide", "administrator"):
        page(client, cast, who, address, 404)
        for door in HEARING_DOORS:
            page(client, cast, who, f"{address}{door.verb.replace('_', '-')}/", 404)
    client.logout()
    assert client.get(address).status_code == 302


TYPED: dict[str, dict[str, Any]] = {
    "request_hearing": {"title": TITLE, "reason": WHY},
    "open_hearing": {"title": TITLE, "reason": WHY, "ground": "major"},
    "grant_hearing": {"reason": WHY},
    "refuse_hearing": {"reason": WHY},
    "withdraw_hearing": {"reason": WHY},
    "set_openness": {"closed_ground": "privacy", "closed_reason": WHY},
    "postpone_hearing": {"ground": "panel", "reason": WHY, "days": "3"},
    "suspend_hearing": {"ground": "force", "reason": WHY},
    "resume_hearing": {"reason": WHY},
    "end_hearing": {"ground": "settled", "reason": WHY},
}


def _ready(verb: str, cast: Cast, now: dt.datetime) -> Hearing:
    """A hearing to which that verb may be done."""
    made = {
        "grant_hearing": asked, "refuse_hearing": asked, "withdraw_hearing": asked, "set_openness": granted,
        "postpone_hearing": scheduled, "suspend_hearing": begun, "end_hearing": begun,
    }  # fmt: skip
    if verb == "resume_hearing":
        from hearings import actions

        one = begun(cast, now=now)
        actor = cast.act(cast.head, now)
        return actions.suspend_hearing(actor=actor, hearing_id=one.pk, ground="force", reason=WHY, now=now)
    return made[verb](cast, now=now)


@pytest.mark.parametrize("door", CASE_DOORS, ids=lambda door: door.verb)
def test_the_doors_on_a_case(client: Client, cast: Cast, now: dt.datetime, door: Any) -> None:
    case = accepted(cast, now)
    address = f"/cases/{case.pk}/{door.verb.replace('_', '-')}/"
    data = {
        **TYPED[door.verb],
        "requested_on": f"{timezone.localdate(now)}",
        "organiser": cast.units["labour"].pk,
    }
    page(client, cast, "head", address)
    assert send(client, cast, "liaison2", address, **data).status_code == 404
    assert send(client, cast, "supervisor", address, **data).status_code == 403
    bad = send(client, cast, "head", address, **{**data, "reason": "短", "title": TITLE})
    assert bad.status_code == 422
    assert TITLE in bad.content.decode()
    done = send(client, cast, "head", address, **data)
    assert (done.status_code, done["Location"]) == (302, f"/hearings/{Hearing.objects.get().pk}/")
    assert send(client, cast, "head", address, **data).status_code == 409


@pytest.mark.parametrize("door", HEARING_DOORS, ids=lambda door: door.verb)
def test_the_doors_on_a_hearing(client: Client, cast: Cast, now: dt.datetime, door: Any) -> None:
    hearing = _ready(door.verb, cast, now)
    address = f"/hearings/{hearing.pk}/{door.verb.replace('_', '-')}/"
    who = "manager"
    data = {**TYPED[door.verb], "organiser": cast.units["labour"].pk}
    page(client, cast, who, address)
    assert send(client, cast, "liaison2", address, **data).status_code == 404
    assert send(client, cast, "supervisor", address, **data).status_code == 403
    if "reason" in data:
        assert send(client, cast, who, address, **{**data, "reason": "短"}).status_code == 422
    done = send(client, cast, who, address, **data)
    assert (done.status_code, done["Location"]) == (302, f"/hearings/{hearing.pk}/")
    assert f"/hearings/{hearing.pk}/" in page(client, cast, who, "/hearings/?state=open") or door.verb in (
        "refuse_hearing",
        "withdraw_hearing",
        "end_hearing",
    )
    if door.verb != "set_openness":
        assert send(client, cast, who, address, **data).status_code == 409


def test_the_rules_and_their_choice(client: Client, cast: Cast, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    html = page(client, cast, "manager", "/hearing-rules/")
    assert "本厅还没有采用规则" in html
    assert "山东省2006年听证规定" in html
    assert "采用另一个版本" in html
    assert "采用另一个版本" not in page(client, cast, "liaison", "/hearing-rules/")
    page(client, cast, "clerk", "/hearing-rules/", 403)
    assert (
        send(client, cast, "liaison", "/hearing-rules/", code="city_a", in_force_from=today).status_code
        == 403
    )
    assert send(client, cast, "manager", "/hearing-rules/", code="", in_force_from=today).status_code == 422
    assert (
        send(client, cast, "manager", "/hearing-rules/", code="city_a", in_force_from=today).status_code
        == 302
    )
    assert "现行" in page(client, cast, "manager", "/hearing-rules/")
    own = {**OWN, "code": "own", "in_force_from": today + dt.timedelta(days=1), "no_show_waives": "on"}
    del own["silence_grants"]
    bad = send(client, cast, "manager", "/hearing-rules/", **{**own, "panel_least": 4})
    assert bad.status_code == 422
    assert "本厅听证规则" in bad.content.decode()
    assert send(client, cast, "manager", "/hearing-rules/", **own).status_code == 302
    version = HearingRules.objects.get(code="own")
    assert (version.panel_least, version.silence_grants, version.no_show_waives) == (3, False, True)


def test_in_english_no_chinese_of_ours(client: Client, cast: Cast, now: dt.datetime) -> None:
    hearing = granted(cast, now=now)
    client.cookies["django_language"] = "en"
    for address in ("/hearings/", f"/hearings/{hearing.pk}/", "/hearing-rules/"):
        page(client, cast, "manager", address)

"""The pages of a hearing's day: who gets them, what they say when something is wrong, nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.models import User
from hearings.models import DeliberationNote, Hearing, PageSignature
from hearings.queries.session import newest_pages
from hearings.queries.session_panel import session_of
from tests.cast import Cast
from tests.hearings.session_steps import (
    FACTS,
    OPINION,
    REASON,
    begun,
    closed,
    concluded,
    found,
    key,
    keys,
    scheduled,
    written,
)

pytestmark = pytest.mark.django_db


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(user: User, hearing: Hearing, page: str, **data: Any) -> Any:
    path, _mark, query = page.partition("?")
    address = f"/hearings/{hearing.pk}/{path}/?{query}"
    return at(user).post(address, data) if data else at(user).get(address)


def test_from_the_list_of_who_came_to_the_paper(cast: Cast) -> None:
    """The whole day through the doors."""
    now = timezone.now()
    hearing = scheduled(cast, now)
    presider, recorder = cast.leader2, cast.clerk2
    assert "核对到场人员" in ask(presider, hearing, "session").content.decode()
    assert ask(presider, hearing, "start-hearing", present=keys(hearing)).status_code == 302
    page = ask(presider, hearing, "session").content.decode()
    assert "请开始下一项" in page
    for number in range(1, 9):
        if number in (5, 6):
            assert ask(presider, hearing, "skip-step", number=number, note="没有争议").status_code == 302
            continue
        assert ask(presider, hearing, "begin-step", number=number).status_code == 302
    assert "请承办单位作最后陈述" in ask(presider, hearing, "session").content.decode()
    assert ask(presider, hearing, "end-step", note="").status_code == 302
    assert ask(recorder, hearing, "write-page", number=1, text="信访人：工资没有付。").status_code == 302
    pages = [one.pk for one in newest_pages(hearing)]
    for name in ("张秀英", "陈志远", "孙丽华", "苏文清", "柳志刚", "白雪梅"):
        answer = ask(
            recorder,
            hearing,
            f"sign-page?who={key(hearing, name)}",
            pages=pages,
            outcome="signed",
        )
        assert answer.status_code == 302, answer.content.decode()
    asked = ask(presider, hearing, "close-session", x=1)
    assert asked.status_code == 200 and "结束听证，开始合议？" in asked.content.decode()
    assert ask(presider, hearing, "close-session", confirmed=1).status_code == 302
    seats = {seat.name: seat.pk for seat in hearing.seats.filter(role="member")}
    for name, who in (("苏文清", cast.panelist), ("柳志刚", recorder), ("白雪梅", recorder)):
        said = {"seat": seats[name], "finding": "supported", "text": REASON}
        assert ask(who, hearing, "record-finding", **said).status_code == 302
    told = {"finding": "supported", "facts_found": FACTS, "opinion": OPINION, "on_the_spot": "on"}
    assert ask(presider, hearing, "conclude-hearing", **told).status_code == 302
    hearing.refresh_from_db()
    assert hearing.status == "concluded"
    assert "云信听结字" in ask(cast.liaison, hearing, "conclusion").content.decode()


@pytest.mark.parametrize("page", ["deliberation", "conclude-hearing"])
def test_the_deliberation_is_there_for_those_who_sit_alone(cast: Cast, page: str) -> None:
    hearing = closed(cast)
    for who in ("leader2", "clerk2", "panelist"):
        assert ask(cast.people[who], hearing, page).status_code == 200
    for who in ("manager", "liaison", "head", "supervisor", "administrator", "leader", "clerk", "liaison2"):
        assert ask(cast.people[who], hearing, page).status_code == 404
    User.objects.filter(pk=cast.administrator.pk).update(is_superuser=True, is_staff=True)
    assert ask(User.objects.get(pk=cast.administrator.pk), hearing, page).status_code == 404
    assert Client().get(f"/hearings/{hearing.pk}/{page}/").status_code == 302, "sign in first"


def test_who_was_recused_sees_it_no_longer(cast: Cast) -> None:
    hearing = closed(cast)
    hearing.seats.filter(member__participant__user=cast.panelist).update(
        status="recused", left_reason="有利害关系"
    )
    for page in ("deliberation", "session", "transcript"):
        assert ask(cast.panelist, hearing, page).status_code == 404


def test_nobody_reads_anothers_finding_before_all_are_given(cast: Cast) -> None:
    hearing = closed(cast)
    found(cast, hearing, "supported")
    other = ask(cast.leader2, hearing, "deliberation").content.decode()
    assert REASON not in other and "已给出意见" in other
    assert REASON in ask(cast.panelist, hearing, "deliberation").content.decode(), "one's own"
    seats = hearing.seats.filter(role="member").order_by("id")
    for seat in list(seats)[1:]:
        said = {"seat": seat.pk, "finding": "supported", "text": REASON}
        assert ask(cast.clerk2, hearing, "record-finding", **said).status_code == 302
    assert REASON in ask(cast.leader2, hearing, "deliberation").content.decode()
    assert DeliberationNote.objects.count() == 3


def test_the_votes_stay_inside(cast: Cast) -> None:
    hearing = concluded(cast).hearing
    assert "3人中2人" in ask(cast.panelist, hearing, "conclusion").content.decode()
    for who in (cast.manager, cast.liaison):
        page = ask(who, hearing, "conclusion").content.decode()
        assert "诉求部分成立" in page and "3人中2人" not in page and "票数" not in page
    assert (
        "还没有作出结论"
        in ask(cast.liaison, closed(cast, case=None, engaged=False), "conclusion").content.decode()
    )


def test_who_is_missing_is_said_on_the_form_and_ticks_stay(cast: Cast) -> None:
    hearing = scheduled(cast, timezone.now())
    answer = ask(cast.leader2, hearing, "start-hearing", present=keys(hearing, "白雪梅"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "听证员白雪梅没有到场" in page and "办理延期" in page
    assert page.count("checked") == 6
    hearing.refresh_from_db()
    assert hearing.status == "scheduled"


def test_a_page_that_is_refused_comes_back_with_its_words(cast: Cast) -> None:
    hearing = begun(cast)
    text = "信访人：" + "很长的话" * 2000
    answer = ask(cast.clerk2, hearing, "write-page", number=1, text=text)
    assert answer.status_code == 422 and text in answer.content.decode()
    written(cast, hearing, "另一台平板写的")
    answer = ask(cast.clerk2, hearing, "write-page", number=1, text="信访人：我还有话说。")
    page = answer.content.decode()
    assert answer.status_code == 409 and "我还有话说" in page and 'value="2"' in page
    assert 'data-autosave-local="hearing-' in page


def test_a_correction_and_a_signature_that_are_refused(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    page = newest_pages(hearing)[0]
    said = {"text": "改过的话", "correction": "", "asked_by": "张秀英"}
    answer = ask(cast.clerk2, hearing, f"pages/{page.pk}/correct-page", **said)
    assert answer.status_code == 422 and "改过的话" in answer.content.decode()
    address = f"/hearings/{hearing.pk}/sign-page/?who={key(hearing, '张秀英')}"
    clerk = at(cast.clerk2)
    answer = clerk.post(
        address, {"pages": [page.pk], "outcome": "refused", "note": "没有记全", "witness": ""}
    )
    words = answer.content.decode()
    assert answer.status_code == 422 and "见证人" in words and "没有记全" in words and "checked" in words
    assert clerk.post(address, {"outcome": "signed"}).status_code == 422
    assert clerk.post(address, {"pages": [page.pk], "outcome": "signed"}).status_code == 302
    assert clerk.post(address, {"pages": [page.pk], "outcome": "signed"}).status_code == 422, "twice"
    assert PageSignature.objects.count() == 1
    assert clerk.get(f"/hearings/{hearing.pk}/sign-page/?who=party:0").status_code == 404


def test_out_of_order_is_said_on_the_sheet(cast: Cast) -> None:
    hearing = begun(cast)
    answer = ask(cast.leader2, hearing, "begin-step", number=3)
    assert answer.status_code == 409 and "下一项是" in answer.content.decode()
    answer = ask(cast.leader2, hearing, "close-session", confirmed=1)
    assert answer.status_code == 409 and "还没有进行，不能结束" in answer.content.decode()


def test_against_the_majority_and_before_the_end(cast: Cast) -> None:
    hearing = closed(cast)
    told = {"finding": "supported", "facts_found": FACTS, "opinion": OPINION}
    assert ask(cast.leader2, hearing, "conclude-hearing", **told).status_code == 409
    found(cast, hearing, "partly", "partly", "partly")
    answer = ask(cast.leader2, hearing, "conclude-hearing", **told)
    page = answer.content.decode()
    assert answer.status_code == 422 and "应当与多数意见一致" in page and FACTS in page
    short = ask(
        cast.leader2, hearing, "conclude-hearing", **{**told, "finding": "partly", "facts_found": "短"}
    )
    assert short.status_code == 422 and "查明的事实，至少10个字" in short.content.decode()


def test_the_transcript_costs_the_same_for_two_pages_and_twelve(cast: Cast) -> None:
    hearing = begun(cast)
    client = at(cast.clerk2)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/hearings/{hearing.pk}/transcript/").status_code == 200
        return len(asked)

    written(cast, hearing)
    cost()
    few = cost()
    written(cast, hearing, *(f"第{n}页的话" for n in range(10)))
    assert cost() == few


def test_the_panel_for_the_page_of_one(cast: Cast) -> None:
    hearing = closed(cast)
    now = timezone.now()
    for who, sits in (("manager", False), ("leader2", True)):
        told = session_of(cast.act(cast.people[who]), hearing, now=now)
        assert (told["session_sits"], told["session_pages"], told["session_missing"]) == (sits, 2, 0)
    assert (
        session_of(cast.act(cast.manager), scheduled(cast, engaged=False), now=now)["session_sheet"] is None
    )

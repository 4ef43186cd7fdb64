"""Whom a matter complains of, and who is recused, finds it by no door: list, search, page, paper, message, count.

《信访工作条例》第三十条第三款、第二十八条第三款.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent, Person, StoredFile
from cases.models import Case, ContentCategory, Respondent
from cases.queries.case_file import case_file, related_cases
from cases.queries.duplicates import Matter, find_duplicates
from cases.queries.respondents import known_asked
from cases.queries.work_list import frame_facts
from cases.views.all_doors import DOORS
from hall import outbox
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, Message, User
from staffing.actions import post_person
from staffing.lifecycle import CLERK, LIAISON
from tests.architecture.walking import Walker
from tests.cast import FOUNDED, TZ, Cast, yunxi
from tests.life_reviews import FINDINGS, answered, asked, asked_again, serve, staffed, upper_units
from tests.matters import ladder, registered

pytestmark = pytest.mark.django_db
TITLE = "检举窗口人员收受财物"
INFORMANT = Person(
    name="褚良知",
    id_kind="resident",
    id_number="530999197001010013",
    phone="13700137000",
    address="云溪县白塔镇",
)
KEPT_OUT = ("clerk2", "liaison", "liaison2", "head2", "head", "double", "newcomer")
"""A clerk and a liaison who are named, the people of a unit that is named, a head who is recused, somebody who holds a
post in the handling unit and one in the accused, and somebody who came to the accused unit later.
"""


def now() -> dt.datetime:
    return timezone.now()


def people(cast: Cast) -> None:
    """Those of the bodies above, and two more who have a post in the accused unit."""
    upper_units(cast)
    staffed(cast, "double", "秦两任", cast.units["labour"])
    post_person(
        actor=SYSTEM, user_id=cast.double.pk, role=LIAISON, title="经办人", department_id=cast.units["housing"].pk,
        from_on=FOUNDED.date(), now=FOUNDED,
    )  # fmt: skip
    staffed(cast, "newcomer", "许新任", cast.units["housing"])


def accused_case(cast: Cast, purpose: str = "accusation") -> Case:
    """Handled by the labour bureau; the names were only typed."""
    named = (
        NewRespondent(name="周子涵", position="登记员"),
        NewRespondent(name="陈志远"),
        NewRespondent(name="云溪县住房和城乡建设局"),
    )
    case = registered(
        cast, now(), purpose=purpose, title=TITLE, content="反映窗口人员收受财物，为他人插号。", people=(INFORMANT,),
        respondents=named, claims=("查处",),
    )  # fmt: skip
    case = actions.accept_case(
        actor=cast.act(cast.clerk, now()), case_id=case.pk, department_id=cast.units["labour"].pk,
        reason="由人社局先行核实。", now=now(),
    )  # fmt: skip
    actions.recuse_from_case(
        actor=cast.act(cast.manager, now()),
        case_id=case.pk,
        user_id=cast.head.pk,
        reason="与被反映人是亲属。",
        now=now(),
    )
    actions.add_material(
        actor=cast.act(cast.clerk, now()), case_id=case.pk, now=now(),
        file=StoredFile(name="转账记录.pdf", media_type="application/pdf", size=9, sha256="a" * 64, file="x.pdf"),
    )  # fmt: skip
    return case


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Case]]:
    """Once for the whole module: doors take the time from the wall."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = yunxi()
        people(cast)
        yield cast, accused_case(cast)
        transaction.set_rollback(True)


@pytest.fixture
def cast(made: tuple[Cast, Case]) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def case(made: tuple[Cast, Case]) -> Case:
    return Case.objects.get(pk=made[1].pk)


@pytest.fixture
def as_user(cast: Cast) -> Callable[[str], Client]:
    def signed_in(key: str) -> Client:
        client = Walker()
        client.force_login(getattr(cast, key))
        return client

    return signed_in


def test_a_typed_name_is_tied_to_the_one_person_or_unit_here(cast: Cast, case: Case) -> None:
    tied = [(one.user_id, one.department_id) for one in Respondent.objects.filter(case=case).order_by("id")]
    assert tied == [(cast.clerk2.pk, None), (cast.liaison.pk, None), (None, cast.units["housing"].pk)]


def test_a_name_that_two_share_or_nobody_has_is_left(cast: Cast) -> None:
    staffed(cast, "namesake", "陈志远", cast.units["housing"])
    stated = (NewRespondent(name="陈志远"), NewRespondent(name="某公司"), NewRespondent(name=" 周子涵 "))
    found = known_asked(stated, cast.hall.pk).answer()
    assert [one.user_id for one in found] == [None, None, cast.clerk2.pk]
    assert known_asked((), cast.hall.pk).answer() == ()
    away = User.objects.create(username="away", name="外地人")
    assert known_asked((NewRespondent(name=away.name),), cast.hall.pk).answer()[0].user_id is None


def test_who_may_see_it_does(cast: Cast, case: Case, as_user: Callable[[str], Client]) -> None:
    for key in ("clerk", "manager", "supervisor"):
        assert TITLE in as_user(key).get(f"/cases/{case.pk}/").content.decode()
        assert TITLE in as_user(key).get("/search/", {"q": "窗口人员"}).content.decode()


@pytest.mark.parametrize("key", KEPT_OUT)
def test_no_address_of_the_case_answers(
    cast: Cast, case: Case, as_user: Callable[[str], Client], key: str
) -> None:
    client, paper = as_user(key), IssuedDocument.objects.filter(stream=f"case:{case.pk}").latest("id")
    material, person = case.materials.get(), case.parties.get().petitioner_id
    pages = [
        "", "triage/", "receive/", "withdraw/", f"documents/{paper.pk}/", f"documents/{paper.pk}/file/",
        f"materials/{material.pk}/", f"people/{person}/reveal/",
        *(f"{verb.replace('_', '-')}/" for verb in DOORS),
    ]  # fmt: skip
    for number, page in enumerate(pages):
        url = f"/cases/{case.pk}/{page}"
        # One refusal's page is looked at for all of them.
        bare = {"accept": "application/json"} if number else {}
        assert client.get(url, headers=bare).status_code == 404, url
        answer = client.post(url, {"reason": "想看看是谁写的"}, headers=bare)
        assert answer.status_code in (404, 405), url
        assert TITLE not in answer.content.decode()
    assert client.post(f"/cases/{case.pk}/materials/add/").status_code == 404
    assert client.get(f"/petitioners/{person}/").status_code == 404
    assert client.get(reverse("intake:receipt", args=[case.pk])).status_code in (403, 404)


@pytest.mark.parametrize("key", KEPT_OUT)
def test_no_list_search_export_or_count_has_it(
    cast: Cast, case: Case, as_user: Callable[[str], Client], key: str
) -> None:
    client, late = as_user(key), case.deadlines.get(kind="handle")
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").latest("id")
    asked_for = [
        "窗口人员收受",
        case.number,
        case.query_code,
        "褚良知",
        "chuliangzhi",
        INFORMANT.phone,
        paper.number,
    ]
    for text in (*asked_for, INFORMANT.id_number):
        for part in ("", "people"):
            response = client.get("/search/", {"q": text, "in": part})
            assert response.status_code == 200  # a number that is found leads straight to its case
            page = response.content.decode()
            assert TITLE not in page
            assert f"/cases/{case.pk}/" not in page
            assert f"/petitioners/{case.parties.get().petitioner_id}/" not in page
    for scope in ("", "unit", "hall"):
        for url in ("/work/", "/work/export.csv"):
            body = b"".join(client.get(url, {"scope": scope})).decode()  # type: ignore[arg-type]
            assert case.number not in body
            assert TITLE not in body
    past = now() + dt.timedelta(days=200)
    assert late.due_at
    assert late.due_at < past
    actor = cast.act(getattr(cast, key), now())
    assert not Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    facts = frame_facts(actor, now=past)
    assert (facts.open, facts.overdue, facts.unread) == (0, 0, int(key == "head"))  # before the recusal


@pytest.mark.parametrize("key", KEPT_OUT)
def test_another_matter_of_the_same_person_does_not_show_it(cast: Cast, case: Case, key: str) -> None:
    """Registered and accepted by the accused themself: neither candidates nor earlier matters lead to it."""
    actor = cast.act(getattr(cast, key), now())
    other = registered(cast, now(), title="褚良知的另一件", people=(INFORMANT,))
    other = actions.accept_case(
        actor=cast.act(cast.clerk, now()), case_id=other.pk, department_id=cast.units["labour"].pk,
        reason="由人社局办理。", now=now(),
    )  # fmt: skip
    matter = Matter(
        name=INFORMANT.name, id_kind="resident", id_number=INFORMANT.id_number, phone=INFORMANT.phone, title=TITLE,
        content=case.content,
    )  # fmt: skip
    found = find_duplicates(actor, matter, today=now().date())
    assert case.pk not in [one.case_id for one in found]
    try:
        file = case_file(actor, other.pk, today=now().date())
    except Refused:  # not theirs to see at all
        return
    assert case.pk in file.earlier_ids
    assert case.pk not in related_cases(actor, file)


def test_the_registration_panel_keeps_it_from_the_accused_clerk(
    cast: Cast, case: Case, as_user: Callable[[str], Client]
) -> None:
    call_command("load_categories", verbosity=0)
    sent = {
        "hall": cast.hall.code, "form_token": uuid.uuid4(), "draft_revision": 0, "shown": "",
        "who-id_kind": "resident", "who-id_number": INFORMANT.id_number, "who-name": INFORMANT.name,
        "who-phone": INFORMANT.phone, "with-TOTAL_FORMS": 0, "with-INITIAL_FORMS": 0, "claim-TOTAL_FORMS": 1,
        "claim-INITIAL_FORMS": 0, "claim-0-text": "查处", "against-TOTAL_FORMS": 0, "against-INITIAL_FORMS": 0,
        "purpose": "accusation", "title": TITLE, "content": case.content, "channel": "visit",
        "category": ContentCategory.objects.filter(level=3)[0].pk, "place": "云溪县",
    }  # fmt: skip
    seen = as_user("clerk").post("/register/history/", sent).content.decode()
    assert case.number in seen
    hidden = as_user("clerk2").post("/register/history/", sent).content.decode()
    for word in (case.number, f"/cases/{case.pk}/"):
        assert word not in hidden


def test_no_message_of_any_step_reaches_them(cast: Cast) -> None:
    """A whole life with reminders in it: nothing that is sent about the case goes to who is kept out."""
    ladder()
    start = timezone.now().astimezone(TZ).replace(hour=10)
    case = accused_case(cast, purpose="request")
    case = answered(cast, case, now=start)
    opinion = case.opinions.get().document
    assert opinion is not None
    actions.sweep_deadlines(now=start + dt.timedelta(days=40))
    served_case = served_again(case, start)
    asked(cast, served_case, now=start)
    review = actions.issue_review(
        actor=cast.act(cast.petition, start), case_id=case.pk, outcome="change", now=start, **FINDINGS
    )
    assert review.document is not None
    serve(Case.objects.get(pk=case.pk), review.document, now=start)
    asked_again(cast, case, now=start)
    actions.sweep_deadlines(now=start + dt.timedelta(days=90))
    actions.order_redo(actor=cast.act(cast.city_petition, start), case_id=case.pk, now=start, **FINDINGS)
    actions.sweep_deadlines(now=start + dt.timedelta(days=200))
    actions.settle_case(
        actor=cast.act(staff_of_labour(cast), start), case_id=case.pk, kind="reconciliation",
        parties="褚良知、云溪县某单位",
        facts="事实已经查清。", terms="双方达成一致。", performance="即时履行完毕。", agreed_on=start.date(), now=start,
    )  # fmt: skip
    told = Message.objects.filter(url=f"/cases/{case.pk}/")
    assert told.filter(kind="deadline_step").exists()
    assert told.exclude(kind="deadline_step").exists()
    assert not sent_to_kept_out(cast, case)
    for message in told:
        subject, body = outbox.words(message)
        assert case.number in subject
        assert body.strip().endswith("。")


def sent_to_kept_out(cast: Cast, case: Case) -> list[Message]:
    """All but what the head was told before the recusal."""
    kept_out = {getattr(cast, key).pk for key in KEPT_OUT}
    named = Q(url__contains=f"/cases/{case.pk}/") | Q(context__number=case.number)
    return list(
        Message.objects.filter(named, user__in=kept_out).exclude(kind="case_accepted", user=cast.head)
    )


def staff_of_labour(cast: Cast) -> User:
    staffed(cast, "liaison3", "黄小石", cast.units["labour"])
    return cast.liaison3


def served_again(case: Case, at: dt.datetime) -> Case:
    case = Case.objects.get(pk=case.pk)
    document = case.opinions.get().document
    assert document is not None
    serve(case, document, now=at)
    return Case.objects.get(pk=case.pk)


def test_handing_over_tells_none_of_them(cast: Cast, case: Case) -> None:
    actions.hand_over_accusation(
        actor=cast.act(cast.clerk, now()), case_id=case.pk, competent_body="中共云溪县纪律检查委员会",
        reason="属于纪检监察机关职权。", now=now(),
    )  # fmt: skip
    assert not sent_to_kept_out(cast, case)


def test_when_no_liaison_of_the_unit_may_know_the_next_one_is_told(cast: Cast, case: Case) -> None:
    """Both liaisons are kept out: whoever is left is told, so that nothing hangs."""
    assert [m.user for m in Message.objects.filter(kind="case_accepted")] == [
        cast.head
    ]  # not recused at that time
    assert {m.user for m in Message.objects.filter(kind="nobody_left")} == {cast.manager}


def test_a_post_taken_up_later_in_the_accused_unit_closes_the_doors(cast: Cast, case: Case) -> None:
    assert case in Case.objects.visible_to(cast.act(cast.clerk, now()))
    post_person(
        actor=SYSTEM, user_id=cast.clerk.pk, role=LIAISON, title="经办人", department_id=cast.units["housing"].pk,
        from_on=now().astimezone(TZ).date(), now=now(),
    )  # fmt: skip
    actor = cast.act(User.objects.get(pk=cast.clerk.pk), now())
    assert actor.has(CLERK)
    assert not Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    for verb in ("hand_over_accusation", "withdraw_case"):
        with pytest.raises(Refused) as caught:
            getattr(actions, verb)(
                actor=actor, case_id=case.pk, reason="不想让别人看到", now=now(),
                **({"competent_body": "中共云溪县纪律检查委员会"} if verb == "hand_over_accusation" else {}),
            )  # fmt: skip
        assert caught.value.kind == "unseen"

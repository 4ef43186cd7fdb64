"""countersign_opinion: four eyes where there are four, and no signature survives an edit, whoever is faster."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from cases import rules
from cases.actions import countersign_opinion, draft_opinion, submit_opinion
from cases.models import Case, Recusal
from hall.access import SYSTEM, Refused, allowed
from hall.models import Message, User
from staffing.actions import post_person, register_user
from staffing.lifecycle import DEPARTMENT_HEAD
from tests.cast import FOUNDED, NOW, Cast, yunxi
from tests.life_opinions import answers, countersigned, drafted, opinion_of, submitted
from tests.matters import accepted
from tests.staffing.test_two_planners import _until_somebody_waits


def second_head(cast: Cast) -> User:
    user = register_user(actor=SYSTEM, username="head3", name="钱副局长", name_en="Qian", now=FOUNDED)
    post_person(
        actor=SYSTEM, user_id=user.pk, role=DEPARTMENT_HEAD, title="副局长", title_en="Deputy",
        hall_id=cast.hall.pk, department_id=cast.units["labour"].pk, from_on=FOUNDED.date(), now=FOUNDED,
    )  # fmt: skip
    return user


def by_the_head(cast: Cast) -> Case:
    """The head has written it personally."""
    case = accepted(cast)
    draft_opinion(actor=cast.act(cast.head), case_id=case.pk, rows=answers(case), now=NOW)
    submit_opinion(actor=cast.act(cast.head), case_id=case.pk, now=NOW)
    return Case.objects.get(pk=case.pk)


@pytest.mark.django_db
def test_the_head_signs_and_the_drafter_is_told(cast: Cast) -> None:
    case = countersigned(cast)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.countersigned_by, opinion.countersigned_at) == (
        "countersigned",
        cast.head,
        NOW,
    )
    assert (
        Message.objects.filter(kind="opinion_countersigned").values_list("user", flat=True).get()
        == cast.liaison.pk
    )


@pytest.mark.django_db
def test_who_wrote_it_does_not_sign_it_where_another_head_can(cast: Cast) -> None:
    case = by_the_head(cast)
    check, head = rules.check_can_countersign_opinion, cast.act(cast.head)
    assert allowed(check, head, case, now=NOW), "the unit has no other head"
    other = second_head(cast)
    verdict = allowed(check, head, case, now=NOW)
    assert (verdict.kind, str(verdict.reason)) == ("role", "您起草了这份处理意见，请由本单位其他负责人会签。")
    assert allowed(check, cast.act(other), case, now=NOW)
    Recusal.objects.create(case=case, user=other, reason="亲属", at=NOW)
    assert allowed(check, head, Case.objects.get(pk=case.pk), now=NOW), "the other one stays out of it"


@pytest.mark.django_db
def test_a_liaison_never_signs_and_a_draft_is_not_signed(cast: Cast) -> None:
    case = submitted(cast)
    check = rules.check_can_countersign_opinion
    assert allowed(check, cast.act(cast.liaison), case, now=NOW).kind == "role"
    assert allowed(check, cast.act(cast.head2), case, now=NOW).kind == "role"
    draft = drafted(cast, case=accepted(cast, title="另一件"))
    assert allowed(check, cast.act(cast.head), draft, now=NOW).kind == "state"
    with pytest.raises(Refused, match="起草中"):
        countersign_opinion(actor=cast.act(cast.head), case_id=draft.pk, now=NOW)


@pytest.mark.django_db
def test_the_head_reads_every_word_at_the_door(cast: Cast, client: Client) -> None:
    case = submitted(cast, timezone.now())
    client.force_login(cast.head)
    address = f"/cases/{case.pk}/countersign-opinion/"
    page = client.get(address).content.decode()
    assert page.count("责令用工单位于十五日内支付") == 2
    assert f"/cases/{case.pk}/return-opinion/" in page
    assert client.post(address).status_code == 302
    assert opinion_of(case).status == "countersigned"
    assert client.post(address).status_code == 409


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["sign", "edit"])
def test_no_signature_survives_an_edit_whoever_is_faster(first: str) -> None:
    cast = yunxi()
    case = submitted(cast)
    liaison, head = cast.act(cast.liaison), cast.act(cast.head)
    rows = answers(case, answer="会签时又改动的意见。")
    answers_of: list[str] = []

    def edit() -> None:
        draft_opinion(actor=liaison, case_id=case.pk, rows=rows, now=NOW)

    def sign() -> None:
        countersign_opinion(actor=head, case_id=case.pk, now=NOW)

    fast, slow = (sign, edit) if first == "sign" else (edit, sign)
    begun = threading.Event()

    def slower() -> None:
        try:
            begun.set()
            slow()
            answers_of.append("done")
        except Refused as refused:
            answers_of.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    with transaction.atomic():
        fast()
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        _until_somebody_waits()
    thread.join(timeout=30)
    opinion = opinion_of(case)
    assert (opinion.status, opinion.countersigned_by, opinion.countersigned_at) == ("draft", None, None)
    assert set(opinion.rows.values_list("answer", flat=True)) == {"会签时又改动的意见。"}
    expected = "done" if first == "sign" else "state: 处理意见现在是“起草中”，不能办理这一步。"
    assert answers_of == [expected]

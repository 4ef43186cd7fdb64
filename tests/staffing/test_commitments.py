"""Public commitments: drafted, published, withdrawn with a reason that stays readable; duty statements by version."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import Refused
from hall.models import JournalEntry, ref_of
from staffing.actions import (
    publish_commitment,
    request_leave,
    save_commitment,
    withdraw_commitment,
    write_duty,
)
from staffing.models import Commitment, DutyStatement
from staffing.queries import duty_of, duty_statements_of
from tests.cast import NOW, Cast

TODAY = NOW.date()


def draft(cast: Cast, text: str = "来访登记15分钟内有人接待", **facts: Any) -> Commitment:
    return save_commitment(actor=cast.act(cast.manager), hall_id=cast.hall.pk, text=text, now=NOW, **facts)


def public(cast: Cast, text: str = "来访登记15分钟内有人接待", **facts: Any) -> Commitment:
    return publish_commitment(
        actor=cast.act(cast.manager), commitment_id=draft(cast, text, **facts).pk, now=NOW
    )


def test_what_is_public_is_not_reworded(cast: Cast) -> None:
    one = draft(cast)
    draft(cast, "10分钟内有人接待", commitment_id=one.pk)
    publish_commitment(actor=cast.act(cast.manager), commitment_id=one.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        draft(cast, "30分钟内有人接待", commitment_id=one.pk)
    assert refused.value.kind == "state"
    with pytest.raises(DatabaseError), transaction.atomic():
        Commitment.objects.filter(pk=one.pk).update(text="尽快接待")
    with pytest.raises(DatabaseError), transaction.atomic():
        Commitment.objects.filter(pk=one.pk).update(status="drafted")
    verbs = JournalEntry.objects.filter(object=ref_of(one)).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["save_commitment", "save_commitment", "publish_commitment"]


def test_taken_back_with_a_reason_that_everybody_reads(client: Client, cast: Cast) -> None:
    one, hidden = public(cast), draft(cast, "只是草稿")
    public(cast, "劳动争议当日告知仲裁途径", department_id=cast.units["labour"].pk)
    with pytest.raises(Refused) as refused:
        withdraw_commitment(actor=cast.act(cast.manager), commitment_id=one.pk, now=NOW)
    assert refused.value.field == "reason"
    before = client.get("/halls/yunxi/commitments/")
    assert "来访登记15分钟内有人接待" in before.text
    assert "云溪县人力资源和社会保障局" in before.text
    assert "0999-8812348" in before.text
    assert hidden.text not in before.text
    withdraw_commitment(
        actor=cast.act(cast.manager), commitment_id=one.pk, reason="窗口调整，另作承诺", now=NOW
    )
    withdraw_commitment(actor=cast.act(cast.manager), commitment_id=hidden.pk, now=NOW)
    after = client.get("/halls/yunxi/commitments/")
    assert "窗口调整，另作承诺" in after.text
    assert hidden.text not in after.text
    assert not after.cookies
    again = client.get("/halls/yunxi/commitments/", headers={"if-none-match": after["ETag"]})
    assert again.status_code == 304


def test_the_page_costs_the_same_whatever_is_promised(client: Client, cast: Cast) -> None:
    public(cast)
    client.get("/halls/yunxi/commitments/")
    with CaptureQueriesContext(connection) as few:
        client.get("/halls/yunxi/commitments/")
    for n in range(8):
        public(cast, f"承诺{n}", department_id=cast.units["labour" if n % 2 else "housing"].pk)
    with CaptureQueriesContext(connection) as many:
        client.get("/halls/yunxi/commitments/")
    assert len(many) == len(few)


def test_who_promises_for_whom(cast: Cast) -> None:
    for name in ("clerk", "head", "leader"):
        with pytest.raises(Refused) as refused:
            save_commitment(actor=cast.act(cast.people[name]), hall_id=cast.hall.pk, text="x", now=NOW)
        assert refused.value.kind == "role"
    cast.hall.stations.filter(department=cast.units["land"]).delete()
    with pytest.raises(Refused) as refused:
        draft(cast, department_id=cast.units["land"].pk)
    assert refused.value.field == "department"


def test_by_the_pages(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    empty = client.post("/commitment-plan/new/", {"text": "", "order": 10})
    assert empty.status_code == 422
    assert client.post("/commitment-plan/new/", {"text": "当日登记", "order": 10}).status_code == 302
    one = Commitment.objects.get()
    assert (
        client.post(f"/commitment-plan/{one.pk}/change/", {"text": "当场登记", "order": 5}).status_code == 302
    )
    assert client.post(f"/commitment-plan/{one.pk}/publish/").status_code == 302
    assert client.get(f"/commitment-plan/{one.pk}/change/").status_code == 409
    assert client.post(f"/commitment-plan/{one.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"/commitment-plan/{one.pk}/withdraw/", {"reason": "重写"}).status_code == 302
    assert "重写" in client.get("/commitment-plan/").text


# -- duty statements ---------------------------------------------------------------------------------------------


def duty(cast: Cast, text: str, **facts: Any) -> DutyStatement:
    given = {"role": "clerk", "from_on": TODAY} | facts
    return write_duty(actor=cast.act(cast.manager), hall_id=cast.hall.pk, text=text, now=NOW, **given)


def test_a_new_version_leaves_the_old_one_readable(cast: Cast) -> None:
    duty(cast, "登记来访")
    duty(cast, "登记来访\n一次告知", from_on=TODAY + dt.timedelta(days=7))
    posting = cast.clerk.postings.get()
    assert duty_of(posting, TODAY).text == "登记来访"
    assert duty_of(posting, TODAY + dt.timedelta(days=7)).text == "登记来访\n一次告知"
    (told,) = duty_statements_of(cast.hall, TODAY + dt.timedelta(days=7))
    assert (told["now"].text, [one.text for one in told["former"]]) == ("登记来访\n一次告知", ["登记来访"])
    with pytest.raises(DatabaseError), transaction.atomic():
        DutyStatement.objects.update(text="x")


def test_a_postings_own_duties_go_before_those_of_the_role(cast: Cast) -> None:
    posting = cast.clerk.postings.get()
    duty(cast, "登记来访")
    duty(cast, "登记来访，兼管档案", posting_id=posting.pk)
    assert duty_of(posting, TODAY).text == "登记来访，兼管档案"
    assert duty_of(cast.clerk2.postings.get(), TODAY).text == "登记来访"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"role": "mayor"}, "role"),
        ({"text": " "}, "text"),
        ({"from_on": TODAY - dt.timedelta(days=1)}, "from_on"),
        ({"from_on": TODAY}, "from_on"),
    ],
)
def test_a_statement_must_be_sound(cast: Cast, facts: dict[str, Any], field: str) -> None:
    duty(cast, "登记来访")
    with pytest.raises(Refused) as refused:
        duty(cast, **({"text": "登记来访"} | facts))
    assert refused.value.field == field


def test_everyone_reads_the_own_duties(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    today = timezone.localdate()
    form = {"role": "clerk", "from_on": today, "text": "先听完，再登记"}
    assert client.post("/duties/write/", form).status_code == 302
    assert client.post("/duties/write/", form).status_code == 422
    assert "先听完，再登记" in client.get("/duties/").text
    client.force_login(cast.clerk)
    assert "先听完，再登记" in client.get("/my-post/").text
    assert client.get("/duties/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_duty_statement_holds_nobody_up_in_the_hall(cast: Cast) -> None:
    """Somebody asks for leave meanwhile: that only refers to the hall, and does not wait."""
    day = TODAY + dt.timedelta(days=5)
    clerk, holds, done = cast.act(cast.clerk), threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                duty(cast, "登记来访")
                holds.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    other = threading.Thread(target=write)
    other.start()
    try:
        assert holds.wait(timeout=20)
        with transaction.atomic():  # what it refers to is asked at the end of it
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            request_leave(
                actor=clerk, hall_id=cast.hall.pk, kind="annual", from_on=day, until_on=day, now=NOW
            )
    finally:
        done.set()
        other.join(timeout=30)

"""What somebody from outside did: record_service, correct_service, export_allowance; nobody in their own cause."""

from __future__ import annotations

import datetime as dt
import io
import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cases.actions import NewRespondent, note_service
from cases.models import Recusal
from cases.queries.timeline import timeline
from hall.access import Refused
from hall.models import JournalEntry
from intake.actions import correct_service, export_allowance, record_service, register_visit
from intake.models import ServiceContent, ServiceNote
from staffing.models import SocialParticipant
from tests.cast import NOW, Cast, queues, take
from tests.matters import ZHANG, accepted, matter, registered
from tests.social import lawyer, on_duty, participant, said

LATER = NOW + dt.timedelta(days=1)


def advised(
    cast: Cast, one: SocialParticipant, case_id: int | None = None, now: dt.datetime = NOW, **facts: Any
) -> ServiceNote:
    """Written down by the lawyer at the own account."""
    return record_service(
        actor=cast.act(cast.lawyer, now),
        participant_id=one.pk,
        facts=said(now, **facts),
        case_id=case_id,
        now=now,
    )


@pytest.mark.django_db
def test_the_lawyer_writes_and_the_file_says_that_somebody_helped(cast: Cast) -> None:
    case, one = accepted(cast), lawyer(cast)
    note = advised(cast, one, case.pk, referral="legal_aid", referral_to="法律援助中心")
    assert (note.kind, note.referred, note.is_sealed, note.version) == ("lawyer", True, False, 1)
    (act,) = [act for act in timeline(case).acts if act.name == "note_service"]
    assert act.text == "律师提供服务，已转介"
    assert not act.is_open
    told = "".join(f"{e.before}{e.after}{e.reason}" for e in JournalEntry.objects.all())
    assert "劳动仲裁" not in told and "法律援助中心" not in told


@pytest.mark.django_db
def test_words_lie_encrypted(cast: Cast) -> None:
    advised(cast, lawyer(cast), accepted(cast).pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM intake_servicecontent c")
        (row,) = cursor.fetchone()
    assert "仲裁".encode().hex() not in row and "仲裁" not in row
    assert ServiceContent.objects.get().opinion == "可以申请劳动仲裁"


@pytest.mark.django_db
def test_the_desk_writes_for_who_has_no_account(cast: Cast) -> None:
    case, elder = registered(cast), participant(cast, "elder_teacher", name="顾怀仁")
    note = record_service(
        actor=cast.act(cast.clerk), participant_id=elder.pk, facts=said(), case_id=case.pk, now=NOW
    )
    assert note.by == cast.clerk
    for who in (cast.guide, cast.liaison, cast.leader, cast.supervisor, cast.administrator):
        with pytest.raises(Refused) as refused:
            record_service(
                actor=cast.act(who), participant_id=elder.pk, facts=said(), case_id=case.pk, now=NOW
            )
        assert refused.value.kind == "role"


@pytest.mark.django_db
def test_a_visit_without_a_matter_is_enough_and_nothing_is_not(cast: Cast) -> None:
    ticket, one = take(cast, queues(cast)["B"]), lawyer(cast)
    note = record_service(
        actor=cast.act(cast.lawyer), participant_id=one.pk, facts=said(), visit_id=ticket.visit_id, now=NOW
    )
    assert note.visit == ticket.visit and note.case is None
    with pytest.raises(Refused) as refused:
        advised(cast, one)
    assert refused.value.field == "case_number"


@pytest.mark.django_db
def test_of_a_ticket_alone_the_case_that_came_of_it_bars(cast: Cast) -> None:
    """Who is complained of, or recused, learns neither that the visitor was helped nor what was said."""
    ticket, one = take(cast, queues(cast)["B"]), lawyer(cast)
    note = record_service(
        actor=cast.act(cast.lawyer), participant_id=one.pk, facts=said(), visit_id=ticket.visit_id, now=NOW
    )
    two = (cast.clerk2, cast.leader)

    def seen() -> list[bool]:
        return [ServiceNote.objects.visible_to(cast.act(who)).filter(pk=note.pk).exists() for who in two]

    assert seen() == [True, True]
    case = register_visit(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, visit_id=ticket.visit_id, form_token=uuid.uuid4(),
        new=matter(NOW, respondents=(NewRespondent(name=cast.leader.name, user_id=cast.leader.pk),)), now=NOW,
    )  # fmt: skip
    assert ServiceNote.objects.get(pk=note.pk).case is None
    assert seen() == [True, False]
    Recusal.objects.create(case=case, user=cast.clerk2, reason="近亲属", at=NOW)
    assert seen() == [False, False]
    assert not ServiceContent.objects.readable_by(cast.act(cast.clerk2)).exists()
    assert ServiceNote.objects.visible_to(cast.act(cast.clerk)).get() == note


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"no_conflict": False}, "no_conflict"),
        ({"question": "无"}, "question"),
        ({"opinion": " "}, "opinion"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"served_at": LATER}, "day"),
        ({"referral": "relief"}, "referral_to"),
        ({"referral_to": "民政局"}, "referral"),
        ({"level": "red"}, "level"),
        ({"satisfaction": 4}, "satisfaction"),
    ],
)
def test_bad_input_stands_at_its_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    case, one = accepted(cast), lawyer(cast)
    with pytest.raises(Refused) as refused:
        advised(cast, one, case.pk, **changed)
    assert (refused.value.kind, refused.value.field) == ("input", field)
    assert not ServiceNote.objects.exists()


@pytest.mark.django_db
def test_nobody_serves_in_their_own_cause(cast: Cast) -> None:
    one = lawyer(cast)
    accused = registered(cast, respondents=(NewRespondent(name=one.name),))
    firm = registered(cast, respondents=(NewRespondent(name=one.organisation),))
    recused = registered(cast)
    Recusal.objects.create(case=recused, user=cast.lawyer, reason="亲属", at=NOW)
    for case in (accused, firm, recused):
        with pytest.raises(Refused, match="没有这个编号") as refused:
            advised(cast, one, case.pk)
        assert refused.value.field == "case_number", (
            "whom it complains of does not learn that there is such a matter"
        )
    elder = participant(cast, "elder_cadre", name=ZHANG.name)
    with pytest.raises(Refused, match="信访人或者代表"):
        record_service(
            actor=cast.act(cast.clerk), participant_id=elder.pk, facts=said(), case_id=recused.pk, now=NOW
        )
    with pytest.raises(Refused, match="被反映人"):
        record_service(
            actor=cast.act(cast.clerk), participant_id=one.pk, facts=said(), case_id=accused.pk, now=NOW
        )


@pytest.mark.django_db
def test_without_the_promise_nobody_serves(cast: Cast) -> None:
    case, one = accepted(cast), participant(cast, promised_on=None)
    with pytest.raises(Refused, match="保密承诺书"):
        record_service(
            actor=cast.act(cast.clerk), participant_id=one.pk, facts=said(), case_id=case.pk, now=NOW
        )


@pytest.mark.django_db
def test_a_correction_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    case, one = accepted(cast), lawyer(cast)
    first = advised(cast, one, case.pk, referral="legal_aid", referral_to="法律援助中心", answer="waiting")
    told = said(LATER, referral="legal_aid", referral_to="法律援助中心", answer="taken", result="已指派律师",
                correction="补充转介结果")  # fmt: skip
    second = correct_service(actor=cast.act(cast.lawyer), note_id=first.pk, facts=told, now=LATER)
    assert (second.service, second.version) == (first.service, 2)
    assert list(ServiceNote.objects.current()) == [second]  # type: ignore[attr-defined]
    assert ServiceContent.objects.get(note=first).answer == "waiting"
    with pytest.raises(Refused, match="最新一版"):
        correct_service(actor=cast.act(cast.lawyer), note_id=first.pk, facts=told, now=LATER)
    with pytest.raises(Refused) as refused:
        correct_service(actor=cast.act(cast.lawyer), note_id=second.pk, facts=said(LATER), now=LATER)
    assert refused.value.field == "correction"
    with pytest.raises(Refused, match="由记录人"):
        correct_service(actor=cast.act(cast.clerk), note_id=second.pk, facts=told, now=LATER)
    assert sum(act.name == "note_service" for act in timeline(case).acts) == 1, (
        "still sent on: nothing new to say"
    )
    back = said(LATER, correction="误记了转介")
    correct_service(actor=cast.act(cast.manager), note_id=second.pk, facts=back, now=LATER)
    assert timeline(case).acts[0].text == "律师提供服务，未转介（更正）"


@pytest.mark.django_db
def test_the_database_keeps_what_was_written(cast: Cast) -> None:
    note = advised(cast, lawyer(cast), accepted(cast).pk)
    for change in (
        lambda: ServiceNote.objects.filter(pk=note.pk).update(referred=True),
        lambda: ServiceNote.objects.filter(pk=note.pk).delete(),
        lambda: ServiceContent.objects.filter(note=note).update(opinion="别的"),
        lambda: ServiceContent.objects.filter(note=note).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceNote.objects.create(
            hall=cast.hall, participant=note.participant, kind="psychologist", case=note.case, served_at=NOW,
            at=NOW, by=cast.lawyer,
        )  # fmt: skip


@pytest.mark.django_db
def test_note_service_is_the_halls(cast: Cast) -> None:
    case = accepted(cast)
    with pytest.raises(Refused) as refused:
        note_service(actor=cast.act(cast.liaison), case_id=case.pk, kind="lawyer", referred=False, now=NOW)
    assert refused.value.kind == "role"
    with pytest.raises(Refused) as refused:
        note_service(actor=cast.act(cast.clerk), case_id=case.pk, kind="wizard", referred=False, now=NOW)
    assert refused.value.field == "kind"


@pytest.mark.django_db
def test_the_month_in_a_sheet(cast: Cast, client: Client) -> None:
    case, one = accepted(cast), lawyer(cast)
    on_duty(cast, one, dt.date(2026, 11, 19))
    on_duty(cast, one, dt.date(2026, 11, 20))
    note = advised(cast, one, case.pk)
    fixed = said(LATER, correction="补充说明", served_at=note.served_at)
    correct_service(actor=cast.act(cast.lawyer), note_id=note.pk, facts=fixed, now=LATER)
    rows = export_allowance(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, month=dt.date(2026, 11, 1), now=NOW
    )
    assert [(row.participant, row.half_days, row.services) for row in rows] == [(one, 2, 1)]
    with pytest.raises(Refused):
        export_allowance(actor=cast.act(cast.lawyer), hall_id=cast.hall.pk, month=NOW.date(), now=NOW)
    client.force_login(cast.manager)
    page = load_workbook(io.BytesIO(client.get("/services/allowance.xlsx?month=2026-11").content)).active
    assert page is not None
    assert [cell.value for cell in page[3]][:6] == [1, "沈惠明", "律师", "云溪明正律师事务所", 2, 1]


@pytest.mark.django_db
def test_by_the_pages(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case, one = accepted(cast, now), lawyer(cast, now)
    client.force_login(cast.lawyer)
    assert client.get("/desk/")["Location"] == "/services/"
    local = timezone.localtime(now - dt.timedelta(minutes=30))
    form = {
        "participant": one.pk, "case_number": "没有的编号", "day": local.date(), "starts": f"{local:%H:%M}",
        "minutes": "30", "question": "工资拖欠该找谁", "opinion": "可以申请劳动仲裁", "no_conflict": "on",
    }  # fmt: skip
    page = client.post("/services/new/", form)
    assert page.status_code == 422
    assert "没有这个编号" in page.text and "可以申请劳动仲裁" in page.text, "nothing typed is lost"
    page = client.post("/services/new/", {**form, "case_number": case.number})
    assert page.status_code == 302
    note = ServiceNote.objects.get()
    assert "可以申请劳动仲裁" in client.get(page["Location"]).text
    assert client.get(f"/cases/{case.pk}/").status_code == 404, "who helps does not get the file"
    assert client.get(f"/services/{note.pk}/correct/").status_code == 200
    client.force_login(cast.clerk)
    assert f"/cases/{case.pk}/services/" in client.get(f"/cases/{case.pk}/").text
    assert "可以申请劳动仲裁" in client.get(f"/cases/{case.pk}/services/").text
    assert client.get(f"/services/{note.pk}/correct/").status_code == 403


@pytest.mark.django_db
def test_the_list_costs_the_same(cast: Cast, client: Client) -> None:
    one = lawyer(cast)
    client.force_login(cast.manager)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/services/").status_code == 200
        return len(queries)

    assert "还没有服务记录" in client.get("/services/").text
    advised(cast, one, accepted(cast).pk)
    few = cost()
    for _n in range(4):
        advised(cast, one, accepted(cast).pk)
    assert cost() == few


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_make_one_version(cast: Cast) -> None:
    note = advised(cast, lawyer(cast), registered(cast).pk)
    actor, start = cast.act(cast.lawyer), threading.Barrier(2)
    results: list[str] = []

    def correct() -> None:
        try:
            start.wait(timeout=20)
            facts = said(LATER, correction="补充说明情况")
            correct_service(actor=actor, note_id=note.pk, facts=facts, now=LATER)
            results.append("done")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=correct) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["done", "state"]
    assert ServiceNote.objects.count() == 2

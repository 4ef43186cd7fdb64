"""serve_opinion: each way of handing over has its own proof, and the day of receipt starts the petitioner's clock."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import rules
from cases.actions import StoredFile, serve_opinion
from cases.actions.serve import PICTURED, masked
from cases.models import Case, Deadline, Material, ServiceRecord
from cases.rules.service import NOTICE_DAYS
from hall import clock, documents
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry, statutory_calendar
from tests.cast import NOW, Cast, yunxi
from tests.life_opinions import DAY, answered, handed, served
from tests.matters import accepted
from tests.staffing.test_two_planners import _until_somebody_waits

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
PICTURE = StoredFile(name="留置.png", media_type="image/png", size=7, sha256="a" * 64, file="materials/aa/a")


def serve(cast: Cast, case: Case, now: dt.datetime = NOW, **facts: Any) -> ServiceRecord:
    said = handed(now, **facts)
    return serve_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, service=said, now=now)


def window(case: Case) -> Deadline:
    return case.deadlines.get(kind="apply_review")


@pytest.mark.django_db
def test_into_the_petitioners_own_hands(cast: Cast) -> None:
    case = answered(cast)
    record = serve(cast, case, NOW + 2 * DAY)
    case.refresh_from_db()
    assert case.status == "served"
    assert case.deadlines.get(kind="serve").met_at == NOW + 2 * DAY
    assert (window(case).department, window(case).started_on) == (None, record.served_on)
    due = clock.due(record.served_on, clock_term(case), calendar=statutory_calendar()).due
    assert window(case).due_on == due
    slip = documents.facts(record.record)
    assert slip["document_number"] == record.document.number
    assert (slip["served_to"], slip["received_by"], slip["serve_kind"]) == ("张秀英", "张秀英", "直接送达")
    assert slip["organ_name"] == "云溪县人力资源和社会保障局"
    assert record.servers == "陈志远"
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.after["method"], entry.after["paper"]) == (
        "serve_opinion", "direct", f"信访事项处理意见书 {record.document.number}",
    )  # fmt: skip
    assert "张秀英" not in str(entry.after)


def clock_term(case: Case) -> Any:
    from cases.terms import term

    return term("apply_review", case.law)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"receiver": ""}, "receiver"),
        ({"receiver": "李某"}, "relation"),
        ({"method": "post"}, "waybill"),
        ({"method": "electronic", "address": "13800010001"}, "method"),
        ({"method": "notice", "place": "居委会公告栏"}, "method"),
        ({"method": "leave", "outcome": "served"}, "outcome"),
        ({"method": "post", "outcome": "refused"}, "outcome"),
        ({"method": "leave", "outcome": "refused", "place": "家中", "witnesses": "周某、吴某"}, "reason"),
        ({"method": "leave", "outcome": "refused", "reason": "不愿签收", "witnesses": "周某、吴某"}, "place"),
        (
            {"method": "leave", "outcome": "refused", "reason": "不愿签收", "place": "家中", "witnesses": "周"},
            "witnesses",
        ),
        ({"outcome": "failed"}, "reason"),
        ({"method": "pigeon"}, "method"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"served_on": NOW.date() - DAY}, "served_on"),
        ({"served_on": NOW.date() + 8 * DAY}, "served_on"),
    ],
)  # fmt: skip
def test_what_a_way_needs_is_asked_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    case = answered(cast)
    with pytest.raises(Refused) as refused:
        serve(cast, case, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)
    assert not case.services.exists()
    assert Case.objects.get(pk=case.pk).status == "answered"


@pytest.mark.django_db
def test_by_post_on_the_day_of_signing(cast: Cast) -> None:
    case = answered(cast)
    signed = (NOW + 3 * DAY).date()
    record = serve(cast, case, NOW + 6 * DAY, method="post", waybill="EX123", receiver="", served_on=signed)
    assert (record.served_on, window(case).started_on) == (signed, signed)
    assert documents.facts(record.record)["waybill"] == "EX123"


@pytest.mark.django_db
def test_by_a_grown_up_of_the_household(cast: Cast) -> None:
    record = serve(cast, answered(cast), receiver="李建国", relation="配偶")
    assert documents.facts(record.record)["received_for"] == "李建国（配偶）"


@pytest.mark.django_db
def test_electronically_with_consent_and_the_address_is_masked(cast: Cast) -> None:
    case = answered(cast, case=accepted(cast, electronic_consent=True))
    record = serve(cast, case, method="electronic", address=" 13800010001 ", receiver="")
    assert record.address == "138********"
    assert masked("zhangxiuying@example.org") == "zh****@example.org"
    assert "13800010001" not in str(documents.facts(record.record))


@pytest.mark.django_db
def test_a_refusal_counts_when_it_was_left_with_two_witnesses_or_a_picture(cast: Cast) -> None:
    left = {
        "method": "leave",
        "outcome": "refused",
        "reason": "称不服，不愿签收。",
        "place": "家中",
        "receiver": "",
    }
    first = answered(cast)
    record = serve(cast, first, witnesses="周大明、吴小芳", **left)
    assert Case.objects.get(pk=first.pk).status == "served"
    slip = documents.facts(record.record)
    assert (slip["refusal"], slip["witnesses"]) == (["称不服，不愿签收。"], "周大明、吴小芳")
    assert JournalEntry.objects.filter(verb="serve_opinion").latest("id").reason == "称不服，不愿签收。"
    second = answered(cast, case=accepted(cast, title="另一件"))
    record = serve(cast, second, proof=PICTURE, **left)
    assert (record.proof.sha256, record.witnesses) == ("a" * 64, PICTURED)
    assert Material.objects.get(case=second) == record.proof
    assert JournalEntry.objects.filter(stream=f"case:{second.pk}", verb="add_material").count() == 1


@pytest.mark.django_db
def test_a_failed_attempt_is_kept_and_changes_nothing(cast: Cast) -> None:
    case = answered(cast)
    record = serve(cast, case, outcome="failed", reason="家中无人，电话不通。")
    case.refresh_from_db()
    assert (case.status, record.record) == ("answered", None)
    assert case.deadlines.get(kind="serve").met_at is None
    assert not case.deadlines.filter(kind="apply_review").exists()
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.after["outcome"]) == ("serve_opinion", "failed")
    serve(cast, case, NOW + DAY)
    assert [one.outcome for one in case.services.all()] == ["failed", "served"]


@pytest.mark.django_db
def test_a_public_notice_counts_when_its_days_have_passed(cast: Cast) -> None:
    case = answered(cast)
    serve(cast, case, method="post", outcome="failed", reason="查无此人，邮件退回。", waybill="EX1")
    posted = (NOW + 5 * DAY).date()
    record = serve(
        cast,
        case,
        NOW + 6 * DAY,
        method="notice",
        receiver="",
        place="城关镇人民政府公告栏",
        served_on=posted,
    )
    assert record.served_on == posted + dt.timedelta(days=NOTICE_DAYS) == dt.date(2026, 12, 23)
    found = window(case)
    assert (found.started_on, found.due_on) == (dt.date(2026, 12, 23), dt.date(2027, 1, 22))
    assert Case.objects.get(pk=case.pk).status == "served"
    assert "第九十五条" in str(documents.facts(record.record)["remarks"])
    assert (
        JournalEntry.objects.filter(verb="serve_opinion").latest("id").after["article"]
        == "《民事诉讼法》第九十五条"
    )


@pytest.mark.django_db
def test_who_may_serve_and_when(cast: Cast) -> None:
    case = answered(cast)
    check = rules.check_can_serve_opinion
    for who in (cast.liaison, cast.head, cast.clerk, cast.manager):
        assert allowed(check, cast.act(who), case, now=NOW), who
    for who in (cast.liaison2, cast.leader, cast.guide):
        assert allowed(check, cast.act(who), case, now=NOW).kind == "role"
    assert allowed(check, cast.act(cast.liaison), accepted(cast, title="在办"), now=NOW).kind == "state"
    done = served(cast, case=accepted(cast, title="已送达"))
    assert allowed(check, cast.act(cast.liaison), done, now=NOW).kind == "state"


@pytest.mark.django_db
def test_the_database_keeps_the_record(cast: Cast) -> None:
    case = served(cast)
    records = ServiceRecord.objects.filter(case=case)
    with pytest.raises(DatabaseError), transaction.atomic():
        records.update(receiver="别人")
    facts = {"case": case, "document": records.get().document, "served_on": NOW.date(), "at": NOW}
    for name, said in (
        ("service_succeeds_once", {"method": "direct", "outcome": "served"}),
        ("service_post_has_waybill", {"method": "post", "outcome": "served"}),
        ("service_refusal_has_witnesses", {"method": "leave", "outcome": "refused", "reason": "不收"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ServiceRecord.objects.create(**facts, **said)


# -- the door ------------------------------------------------------------------------------------------------------


def typed(now: dt.datetime, **facts: Any) -> dict[str, Any]:
    day = timezone.localdate(now).isoformat()
    return {"method": "direct", "outcome": "served", "served_on": day, "receiver": "张秀英", **facts}


@pytest.mark.django_db
def test_the_door_takes_the_proof_with_it(cast: Cast, client: Client, settings: Any, tmp_path: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path
    now = timezone.now()
    case = answered(cast, now)
    client.force_login(cast.clerk)
    address = f"/cases/{case.pk}/serve-opinion/"
    page = client.get(address).content.decode()
    assert page.count("<fieldset") >= 5
    assert "三十日可以申请复查" in page
    proof = SimpleUploadedFile("回执.png", PNG, "image/png")
    response = client.post(address, typed(now, receiver="李建国", proof=proof))
    assert response.status_code == 422
    page = response.content.decode()
    assert "不是本人签收的" in page
    assert "已收下：回执.png" in page
    kept = response.context["form"]["kept"].value()
    response = client.post(address, typed(now, receiver="李建国", relation="配偶", kept=kept))
    assert response.status_code == 302
    record = ServiceRecord.objects.get(case=case)
    assert (record.proof.name, record.proof.media_type) == ("回执.png", "image/png")
    assert (tmp_path / record.proof.file).read_bytes() == PNG


@pytest.mark.django_db
def test_a_proof_that_is_none_is_said_at_its_field(
    cast: Cast, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path
    now = timezone.now()
    case, other = answered(cast, now), answered(cast, now, accepted(cast, now, title="另一件"))
    client.force_login(cast.liaison)
    address = f"/cases/{case.pk}/serve-opinion/"
    page = SimpleUploadedFile("a.pdf", b"<html><script></script></html>", "application/pdf")
    assert client.post(address, typed(now, proof=page)).context["form"].errors.keys() == {"proof"}
    words = SimpleUploadedFile("a.txt", "说明".encode(), "text/plain")
    assert client.post(address, typed(now, proof=words)).context["form"].errors.keys() == {"proof"}
    settings.HALL_UPLOAD_LIMIT = 10
    large = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    assert "超过" in client.post(address, typed(now, proof=large)).context["form"].errors["proof"][0]
    settings.HALL_UPLOAD_LIMIT = 10_000
    bad = typed(now, receiver="", proof=SimpleUploadedFile("a.pdf", PDF, "application/pdf"))
    kept = client.post(f"/cases/{other.pk}/serve-opinion/", bad).context["form"]["kept"].value()
    assert kept
    assert client.post(address, typed(now, kept=kept)).status_code == 302, "a proof of another case is none"
    assert ServiceRecord.objects.get(case=case).proof is None
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.liaison)
    assert strict.post(f"/cases/{other.pk}/serve-opinion/", typed(now)).status_code == 403


@pytest.mark.django_db
def test_tries_before_are_shown(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = answered(cast, now)
    client.force_login(cast.liaison)
    address = f"/cases/{case.pk}/serve-opinion/"
    assert client.post(address, typed(now, outcome="failed", reason="家中无人应门。")).status_code == 302
    assert "家中无人应门。" in client.get(address).content.decode()
    client.force_login(cast.liaison2)
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_record_the_same_service() -> None:
    cast = yunxi()
    case = answered(cast)
    results: list[str] = []
    begun = threading.Event()

    def slower() -> None:
        try:
            begun.set()
            serve_opinion(actor=cast.act(cast.clerk), case_id=case.pk, service=handed(), now=NOW)
            results.append("served")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    with transaction.atomic():
        serve(cast, case)
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        _until_somebody_waits()
    thread.join(timeout=30)
    assert results == ["state"]
    assert IssuedDocument.objects.filter(kind="service_record").count() == 1

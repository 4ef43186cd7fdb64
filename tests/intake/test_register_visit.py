"""From a person at the window to a case with its receipt: through the page, in one act, exactly once."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, ContentCategory, DuplicateDecision
from hall import journal
from hall.celery import app as celery
from hall.models import IssuedDocument, JournalEntry
from intake.models import Draft, Visit
from tests.cast import Cast, queues, take

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WOMAN = "53090119680512004X"


@pytest.fixture
def cast(cast: Cast, categories: None) -> Cast:
    return cast


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.clerk)
    return client


def form(**changed: Any) -> dict[str, Any]:
    """The page filled in as far as a matter needs it; any field can be replaced, None leaves it out."""
    wages = ContentCategory.objects.get(name="农民工权益")
    sent = {
        "form_token": str(uuid.uuid4()), "draft_revision": "0", "shown": "",
        "who-id_kind": "resident", "who-id_number": WOMAN, "who-name": "张秀英", "who-phone": "138 0001 0001",
        "who-address": "云溪县城关镇人民路1号", "with-TOTAL_FORMS": "0", "with-INITIAL_FORMS": "0",
        "claim-TOTAL_FORMS": "2", "claim-INITIAL_FORMS": "0", "claim-0-text": "支付三个月工资", "claim-1-text": "",
        "against-TOTAL_FORMS": "1", "against-INITIAL_FORMS": "0", "against-0-name": "某建筑公司",
        "purpose": "request", "title": "请求协调支付拖欠的工资", "category": str(wages.pk), "category_text": wages.path,
        "place": "云溪县城关镇", "content": "在某工地做工三个月，工资至今未付。", "channel": "visit", "head_count": "",
        "public_consent": "on",
    }  # fmt: skip
    sent.update(changed)
    return {name: value for name, value in sent.items() if value is not None}


def companion(n: int, role: str, **facts: str) -> dict[str, str]:
    return {f"with-{n}-role": role, f"with-{n}-name": f"随行{n}", f"with-{n}-id_kind": "none"} | {
        f"with-{n}-{name}": value for name, value in facts.items()
    }


def send(client: Client, **changed: Any) -> Any:
    return client.post(reverse("intake:register"), form(**changed))


def errors(response: Any) -> dict[str, str]:
    """Field → what stands at it, over all parts of the page."""
    page, found = response.context["page"], {}
    for part in page.parts:
        for one in getattr(part, "forms", [part]):
            found |= {one.add_prefix(name): " ".join(words) for name, words in one.errors.items()}
    return found


def test_a_visitor_with_a_number_leaves_with_a_receipt(cast: Cast, clerk: Client) -> None:
    now = timezone.now()
    ticket = take(cast, queues(cast)["A"], now=now)
    response = send(clerk, visit=str(ticket.visit_id), materials=SimpleUploadedFile("合同.pdf", PDF))
    case = Case.objects.get()
    assert response.status_code == 302 and response["Location"] == reverse("intake:receipt", args=[case.pk])
    assert list(ticket.visit.cases.all()) == [case]
    person = case.parties.get().petitioner
    assert (person.sex, person.birth_date, person.region_code) == ("female", dt.date(1968, 5, 12), "530901")
    assert (person.id_number, person.phone) == (WOMAN, "13800010001")
    assert [c.text for c in case.claims.all()] == ["支付三个月工资"]
    assert case.respondents.get().name == "某建筑公司" and case.public_consent
    material = case.materials.get()
    assert (material.name, material.media_type, material.size) == ("合同.pdf", "application/pdf", len(PDF))
    receipt = IssuedDocument.objects.get(kind="receipt")
    assert receipt.number == case.number and case.query_code not in str(receipt.content)
    verbs = list(JournalEntry.objects.filter(stream=f"case:{case.pk}").values_list("verb", flat=True))
    assert verbs == ["register_case", "start_deadline", "add_material", "issue_document"]
    assert JournalEntry.objects.filter(stream=f"visit:{ticket.visit_id}", verb="register_visit").exists()
    assert journal.verify() == []
    page = clerk.get(response["Location"]).content.decode()
    for words in (
        case.number,
        f"{case.query_code[:5]}-{case.query_code[5:]}",
        "张秀英",
        "第二十二条",
        "林晓雯",
    ):
        assert words in page
    issued = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="add_material").hash
    assert issued in page and f'<strong class="num">{issued[:16]}</strong>' in page


def test_who_took_no_number_gets_a_visit_of_their_own(cast: Cast, clerk: Client) -> None:
    extra = companion(0, "representative") | companion(1, "companion")
    send(clerk, **extra, **{"with-TOTAL_FORMS": "2", "head_count": "6"})
    case, visit = Case.objects.get(), Visit.objects.get()
    assert (visit.head_count, visit.is_group, case.is_group) == (6, True, True)
    assert [p.role for p in case.parties.all()] == ["principal", "representative", "companion"]


def test_without_papers_without_phone_and_without_a_name(clerk: Client) -> None:
    bare = {"who-id_kind": "none", "who-id_number": "", "who-phone": ""}
    assert send(clerk, **bare).status_code == 302
    anonymous = {
        **bare,
        "who-name": "",
        "who-is_anonymous": "on",
        "title": "反映路灯不亮",
        "content": "路灯不亮。",
    }
    assert send(clerk, **anonymous).status_code == 302
    assert [case.is_anonymous for case in Case.objects.order_by("id")] == [False, True]


NO_ID = {"who-id_kind": "none", "who-id_number": ""}
WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [  # what is typed → field and a word of what stands there
    (
        {"who-id_number": "530901196805120040", "who-phone": "1380001", "purpose": None, "title": " ", "content": "",
         "category": "", "category_text": "", "is_oral": "on"},
        {"who-id_number": "校验位", "who-phone": "11位", "purpose": "信访目的", "title": "标题", "content": "如实记录",
         "category_text": "内容分类", "read_back": "确认无误"},
    ),
    (
        {"who-id_number": "53090119680512004", "who-phone": "abc", "title": "长" * 121, "category": "",
         "category_text": "没有这个词", "channel": "letter", "received_on": "2999-01-01", "head_count": "0",
         "against-0-name": "", "against-0-position": "经理"},
        {"who-id_number": "17位", "who-phone": "区号", "title": "120字", "category_text": "换一个词",
         "received_on": "晚于今天", "head_count": "至少为1", "against-0-name": "被反映"},
    ),
    (
        {"who-id_number": "530901680512004", "who-name": "", "category": "", "category_text": "工资"},
        {"who-id_number": "第一代", "who-name": "匿名", "category_text": "几个分类"},
    ),
    (
        {"who-id_number": "530901299905120049", "who-birth_date": "2999-01-01"},
        {"who-id_number": "晚于今天", "who-birth_date": "晚于今天"},
    ),
    (
        {"who-id_number": "53090119681312004X", "who-is_anonymous": "on"},
        {"who-id_number": "不存在", "who-is_anonymous": "不能同时"},
    ),
    ({"who-id_kind": "passport", "who-id_number": "E1"}, {"who-id_number": "护照号码"}),
    ({"who-id_kind": "none"}, {"who-id_kind": "选择是哪一种证件"}),
    ({**NO_ID, "who-birth_date": "31/12/1980"}, {"who-birth_date": "样式"}),
]  # fmt: skip


def test_an_error_stands_at_its_field_and_everything_typed_is_kept(clerk: Client) -> None:
    for changed, wanted in WRONG:
        token = str(uuid.uuid4())
        response = send(clerk, form_token=token, **changed)
        found = errors(response)
        assert response.status_code == 422 and set(found) == set(wanted), (changed, found)
        assert all(word in found[field] for field, word in wanted.items()), found
        page = response.content.decode()
        assert f"有{len(wanted)}处需要更正" in page and "云溪县城关镇人民路1号" in page, changed
        assert Draft.objects.get(pk=token).revision == 1
    assert not Case.objects.exists()


def test_a_sixth_representative_is_refused_at_that_row(clerk: Client) -> None:
    rows = {"with-TOTAL_FORMS": "7"}
    for n in range(7):
        rows |= companion(n, "companion" if n == 2 else "representative")
    found = errors(send(clerk, **rows))
    assert (
        list(found) == ["with-6-role"]
        and "第二十条" not in found["with-6-role"]
        and "最多5人" in found["with-6-role"]
    )
    assert send(clerk, **rows | companion(6, "companion")).status_code == 302
    assert Case.objects.get().parties.filter(role="representative").count() == 5


def test_rows_are_added_and_removed_without_a_script(clerk: Client) -> None:
    token = str(uuid.uuid4())
    added = send(clerk, form_token=token, add="with", title="", materials=SimpleUploadedFile("a.pdf", PDF))
    assert added.status_code == 200 and b'name="with-0-name"' in added.content
    assert "需要更正" not in added.content.decode() and "a.pdf" in added.content.decode()
    rows = {"with-TOTAL_FORMS": "2"} | companion(0, "companion") | companion(1, "companion")
    removed = send(clerk, form_token=token, draft_revision="1", remove="with-0", **rows)
    page = removed.content.decode()
    assert "随行1" in page and "随行0" not in page
    final = {"with-TOTAL_FORMS": "2"} | companion(1, "companion")
    assert send(clerk, form_token=token, draft_revision="2", **final).status_code == 302
    assert [p.petitioner.name for p in Case.objects.get().parties.all()] == ["张秀英", "随行1"]
    assert Case.objects.get().materials.get().name == "a.pdf"


def test_a_page_named_pdf_and_a_file_that_is_too_large_are_left_out_at_their_field(
    clerk: Client, settings: Any
) -> None:
    settings.HALL_UPLOAD_LIMIT = 1024 * 1024
    token = str(uuid.uuid4())
    files = [
        SimpleUploadedFile("答复.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        SimpleUploadedFile(
            "录像.mp4", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"x" * 3 * 1024 * 1024
        ),
        SimpleUploadedFile("../../合同.pdf", PDF),
        SimpleUploadedFile("空.txt", b""),
    ]
    response = send(clerk, form_token=token, materials=files)
    assert response.status_code == 422
    words = errors(response)["materials"]
    assert "网页" in words and "超过1MB" in words and "空文件" in words and "合同" not in words
    assert "在某工地做工三个月" in response.content.decode()
    assert send(clerk, form_token=token, draft_revision="1").status_code == 302
    assert [m.name for m in Case.objects.get().materials.all()] == ["合同.pdf"]


def test_a_visitor_waits_for_few_trips(clerk: Client, django_assert_max_num_queries: Any) -> None:
    """Session, user, posts, category; what is known, the number, the rows; the receipt's number, its rows."""
    send(clerk)
    sent = form(
        **{"who-id_kind": "none", "who-id_number": "", "who-phone": ""}, title="路灯不亮", content="村口。"
    )
    panel = clerk.post(reverse("intake:look-up-history"), sent).content.decode()
    sent |= dict(re.findall(r'<input type="hidden" name="(shown)" value="([^"]*)"', panel))
    with django_assert_max_num_queries(11):  # with the test's savepoint
        assert clerk.post(reverse("intake:register"), sent).status_code == 302


def test_the_same_form_twice_is_one_case(clerk: Client) -> None:
    token = str(uuid.uuid4())
    first, second = send(clerk, form_token=token), send(clerk, form_token=token)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1 and IssuedDocument.objects.count() == 1 and Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_the_same_moment_is_one_case(cast: Cast) -> None:
    sent = form()

    def post(_n: int) -> Any:
        client = Client()
        client.force_login(cast.clerk)
        try:
            return client.post(reverse("intake:register"), sent)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(post, range(3)))
    assert {answer["Location"] for answer in answers} == {
        reverse("intake:receipt", args=[Case.objects.get().pk])
    }
    assert Visit.objects.count() == 1 and IssuedDocument.objects.count() == 1


def test_a_likely_repeat_waits_for_the_clerks_decision(cast: Cast, clerk: Client) -> None:
    send(clerk)
    first = Case.objects.get()
    token = str(uuid.uuid4())
    asked = send(clerk, form_token=token)
    assert asked.status_code == 422 and list(errors(asked)) == ["duplicate"]
    shown = asked.context["shown"]
    done = send(clerk, form_token=token, draft_revision="1", shown=shown, duplicate=str(first.pk))
    assert done.status_code == 302
    repeat = Case.objects.exclude(pk=first.pk).get()
    decision = DuplicateDecision.objects.get(case=repeat)
    assert repeat.repeat_of == first and (decision.decision, decision.score) == ("repeat", 100)
    assert decision.reasons[0] == "id_number"
    looks = JournalEntry.objects.filter(verb="look_up_history", object__startswith="cases.petitioner:")
    assert looks.count() == 1 and "核对" in looks[0].reason
    assert (
        JournalEntry.objects.filter(verb="look_up_history", object=f"hall.user:{cast.clerk.pk}").count() == 1
    )


def test_contact_of_last_time_is_taken_over_and_on_record(cast: Cast, clerk: Client) -> None:
    send(clerk)
    case = Case.objects.get()
    panel = clerk.post(reverse("intake:look-up-history"), form(title="", content="")).content.decode()
    assert "138********" in panel and "13800010001" not in panel and "证件号码相同" in panel
    person = case.parties.get().petitioner_id
    asked = {"contact_case": str(case.pk), "contact_person": str(person)}
    assert (
        'data-known-phone="13800010001"'
        in clerk.post(reverse("intake:reuse-contact"), asked).content.decode()
    )
    assert JournalEntry.objects.filter(stream=f"petitioner:{person}", verb="reveal_person").count() == 1
    asked["contact_person"] = "999999"
    assert clerk.post(reverse("intake:reuse-contact"), asked).status_code == 404
    assert clerk.post(reverse("intake:reuse-contact"), {"contact_case": "x"}).status_code == 404


def test_a_number_known_under_another_name_is_refused_at_that_persons_name(clerk: Client) -> None:
    send(clerk)
    asked = {"title": "反映路灯不亮", "content": "路灯不亮。", "place": "", "who-phone": ""}
    token, other = str(uuid.uuid4()), "李四"
    first = send(clerk, form_token=token, **{"who-name": other}, **asked)
    shown = first.context["shown"]
    found = errors(
        send(
            clerk,
            form_token=token,
            draft_revision="1",
            shown=shown,
            duplicate="new",
            **{"who-name": other},
            **asked,
        )
    )
    assert list(found) == ["who-name"] and "另一姓名" in found["who-name"]
    row = {"with-TOTAL_FORMS": "1", **companion(0, "companion")}
    row |= {"with-0-id_kind": "resident", "with-0-id_number": WOMAN}
    bare = {"who-id_kind": "none", "who-id_number": "", "who-name": "王五"}
    found = errors(send(clerk, **row, **bare, **asked))
    assert list(found) == ["with-0-name"] and "张秀英" in found["with-0-name"]


def test_other_rooms_do_not_register(cast: Cast, client: Client) -> None:
    for who in (cast.liaison, cast.guide, cast.leader):
        client.force_login(who)
        assert client.get(reverse("intake:register")).status_code == 403
        assert client.post(reverse("intake:register"), form()).status_code == 403
    assert not Case.objects.exists()


def test_triage_in_the_same_act_and_its_refusal_undoes_all(cast: Cast, clerk: Client) -> None:
    token = str(uuid.uuid4())
    incomplete = send(
        clerk, form_token=token, **{"triage-outcome": "accept_case", "triage-ground": "own_remit"}
    )
    assert incomplete.status_code == 422 and list(errors(incomplete)) == ["triage-department"]
    assert not Case.objects.exists() and not IssuedDocument.objects.exists()
    unit = str(cast.units["labour"].pk)
    done = send(
        clerk, form_token=token, draft_revision="1",
        **{"triage-outcome": "accept_case", "triage-ground": "own_remit", "triage-department": unit},
    )  # fmt: skip
    assert done.status_code == 302
    assert Case.objects.get().status == "accepted" and IssuedDocument.objects.count() == 2


def test_registration_goes_on_while_redis_is_down(
    clerk: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    app: Any = celery
    kept = app.conf.broker_url
    app.conf.broker_url = "redis+socket:///nowhere/redis.sock"
    app._pool = app.amqp._producer_pool = (
        None  # which would go on with the address of before, and then with this one
    )
    try:
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            assert send(clerk).status_code == 302
    finally:
        app.conf.broker_url = kept
        app._pool = app.amqp._producer_pool = None
    assert callbacks and Case.objects.count() == 1
    assert IssuedDocument.objects.get().rendered_at is None

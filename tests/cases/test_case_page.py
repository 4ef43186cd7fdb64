"""The case page: what it says to whom, in how many queries; and the doors that belong to one case."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from cases import actions
from cases.actions import DuplicateChoice, NewRespondent, Person, StoredFile
from cases.models import Case, Deadline, Respondent
from cases.queries.case_file import case_file
from cases.queries.timeline import timeline
from hall import documents
from hall.models import IssuedDocument
from tests.cast import NOW, Cast
from tests.life_opinions import countersigned, drafted, handed
from tests.matters import ZHANG, accepted, forwarded, ladder, registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def page(client: Client) -> object:
    def read(who: object, case: Case, query: str = "") -> str:
        client.force_login(who)  # type: ignore[arg-type]
        response = client.get(f"/cases/{case.pk}/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return read


def test_it_says_number_title_state_responsible_unit_and_person(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    case = accepted(cast, timezone.now())
    text = page(cast.liaison, case)
    for words in (
        case.number, case.title, "办理中", cast.units["labour"].name, "部门联络员 陈志远", "支付三个月工资",
        "法律还要求什么", "为何是这一天？", "办理信访事项", "《信访工作条例》第三十四条", "信访事项受理告知书",
        "在某工地做工三个月",
    ):  # fmt: skip
        assert words in text, words


def test_numbers_and_address_are_masked(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    text = page(cast.liaison, accepted(cast, timezone.now()))
    for secret in (ZHANG.id_number, ZHANG.phone, ZHANG.address):
        assert secret not in text
    for masked in ("530999************", "138********", "云溪县城关镇****"):
        assert masked in text


def test_the_ribbon_explains_the_date_as_the_clock_does(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    case = accepted(cast, timezone.now())
    text = page(cast.liaison, case)
    clock = Deadline.objects.get(case=case, kind="handle")
    assert "依据《信访工作条例》第三十四条，办理信访事项的期限为60日。" in text
    assert "参照《民法典》第二百零一条" in text
    assert clock.due_on is not None
    assert f"{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日" in text


def test_next_steps_grey_the_button_with_the_reason_of_the_rule(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    case = registered(cast, timezone.now())
    text = page(cast.clerk, case)
    assert f'href="/cases/{case.pk}/triage/"' in text
    text = page(cast.supervisor, case)
    assert f'href="/cases/{case.pk}/triage/"' not in text
    assert "这一步由登记大厅的登记员、大厅负责人办理。" in text
    given = forwarded(cast, timezone.now(), title="第二件")
    assert f'href="/cases/{given.pk}/receive/"' in page(cast.liaison, given)
    assert "这一步由承办单位的部门联络员、部门负责人办理。" in page(cast.clerk, given)


def test_the_timeline_tells_acts_newest_first_and_pages_by_key(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    case = accepted(cast, NOW - DAY)
    for n in range(25):
        file = StoredFile(
            name=f"材料{n}.txt", media_type="text/plain", size=1, sha256=f"{n:064}", file=f"x/{n}"
        )
        actions.add_material(
            actor=cast.act(cast.clerk), case_id=case.pk, file=file, now=NOW + dt.timedelta(minutes=n)
        )
    file = case_file(cast.act(cast.liaison), case.pk, today=NOW.date())
    first = timeline(file.case)
    assert [act.text for act in first.acts] == [f"材料{n}.txt" for n in range(24, 4, -1)]
    assert first.after is not None
    rest = timeline(file.case, after=first.after)
    assert [act.name for act in rest.acts] == ["add_material"] * 5 + ["accept_case", "register_case"]
    assert rest.after is None
    # Clocks and papers stand with the act that caused them.
    assert rest.acts[-2].document_ids
    assert any("办理信访事项" in line for line in rest.acts[-2].details)
    text = page(cast.liaison, case)
    assert f"?after={first.after}" in text
    assert "材料24.txt" in text
    assert "受理告知书" in page(cast.liaison, case, f"?after={first.after}")


def test_what_the_system_does_with_an_act_stands_with_it(cast: Cast) -> None:
    """The service record, the clocks and the invitation to rate are one act with it; its result comes first."""
    case = countersigned(cast, NOW - DAY)
    actions.issue_opinion(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW - DAY / 2)
    failed, handed_over = handed(outcome="failed", reason="家中无人，改日再送。"), handed()
    for hours, service in ((1, failed), (2, handed_over)):
        when = NOW + dt.timedelta(hours=hours)
        actions.serve_opinion(actor=cast.act(cast.liaison), case_id=case.pk, service=service, now=when)
    served, tried, issued = timeline(Case.objects.get(pk=case.pk)).acts[:3]
    assert [served.name, tried.name, issued.name] == ["serve_opinion", "serve_opinion", "issue_opinion"]
    assert (served.text.split("\n")[0], tried.text.split("\n")[0]) == (
        "送达结果：已送达",
        "送达结果：未能送达",
    )
    assert any("申请复查" in line for line in served.details)
    assert any(line.startswith("已邀请信访人评价") for line in served.details)
    assert len(served.document_ids) == 1


def test_an_edit_says_whose_signature_fell(cast: Cast) -> None:
    case = drafted(cast, NOW, countersigned(cast, NOW - DAY), facts="又查到一个月。")
    assert timeline(case).acts[0].text == "诉求：1、2\n会签随之失效"


def test_an_act_is_never_cut_by_the_page(cast: Cast) -> None:
    case = accepted(cast, NOW)
    file = case_file(cast.act(cast.liaison), case.pk, today=NOW.date())
    whole = timeline(file.case, size=100)
    assert [act.name for act in whole.acts] == ["accept_case", "register_case"]
    assert timeline(file.case, size=3).acts  # nothing else to show: then it is cut rather than lost


def test_it_shows_people_respondents_materials_duplicates_and_earlier_matters(cast: Cast, page) -> None:  # type: ignore[no-untyped-def]
    earlier = accepted(cast, timezone.now(), title="去年反映的同一工地")
    helper = Person(name="李代表", role="representative", phone="13900020002")
    case = accepted(
        cast,
        timezone.now(),
        title="再次反映",
        people=(ZHANG, helper),
        head_count=6,
        respondents=(NewRespondent(name="某建筑公司", position="项目部"),),
        duplicates=(
            DuplicateChoice(candidate_id=earlier.pk, score=92, reasons=("id_number",), decision="repeat"),
        ),
    )
    text = page(cast.clerk, case)
    people = ("李代表", "代表", "某建筑公司", "项目部", "集体访")
    for words in (*people, "判重92分", "证件号码相同", earlier.number, "去年反映的同一工地"):
        assert words in text, words
    # Another unit's earlier matter is not even named to a unit.
    secret = accepted(cast, timezone.now(), unit="housing", title="外墙渗水")
    text = page(cast.liaison, case)
    assert secret.number not in text
    assert secret.title not in text


def test_a_constant_number_of_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ladder()
    case = accepted(cast, timezone.now() - 70 * DAY)
    client.force_login(cast.liaison)
    client.get("/cases/1/")
    with django_assert_max_num_queries(20) as few:
        assert client.get(f"/cases/{case.pk}/").status_code == 200
    for n in range(8):
        accepted(cast, timezone.now(), title=f"又一件{n}")
        file = StoredFile(name=f"{n}.txt", media_type="text/plain", size=1, sha256=f"{n:064}", file=f"x/{n}")
        actions.add_material(actor=cast.act(cast.clerk), case_id=case.pk, file=file, now=timezone.now())
    for n in range(5):
        Respondent.objects.create(case=case, name=f"某公司{n}")
    with django_assert_max_num_queries(20) as many:
        client.get(f"/cases/{case.pk}/")
    assert abs(len(many.captured_queries) - len(few.captured_queries)) <= 1
    assert len(many.captured_queries) <= 13


# -- who may not see it -------------------------------------------------------------------------------------------


def doors(case: Case) -> list[str]:
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").first()
    assert paper is not None
    material, party = case.materials.get(), case.parties.get()
    return [
        f"/cases/{case.pk}/", f"/cases/{case.pk}/triage/", f"/cases/{case.pk}/receive/", f"/cases/{case.pk}/withdraw/",
        f"/cases/{case.pk}/documents/{paper.pk}/", f"/cases/{case.pk}/documents/{paper.pk}/file/",
        f"/cases/{case.pk}/materials/{material.pk}/", f"/cases/{case.pk}/people/{party.petitioner_id}/reveal/",
        f"/petitioners/{party.petitioner_id}/",
    ]  # fmt: skip


def with_material(cast: Cast, case: Case, content: bytes = b"hello") -> Case:
    digest = hashlib.sha256(content).hexdigest()
    path = Path(settings.HALL_PRIVATE_ROOT) / "materials" / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    file = StoredFile(
        name="欠条.txt", media_type="text/plain", size=5, sha256=digest, file=f"materials/{digest}"
    )
    actions.add_material(actor=cast.act(cast.clerk), case_id=case.pk, file=file, now=timezone.now())
    return case


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_unit_gets_404_at_every_door(cast: Cast, client: Client, method: str) -> None:
    case = with_material(cast, accepted(cast, timezone.now()))
    client.force_login(cast.liaison2)
    for door in doors(case):
        assert getattr(client, method)(door).status_code in ((404,) if method == "get" else (404, 405)), door
    assert case.number not in client.get("/search/?q=拖欠").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_respondents_unit_gets_404_at_every_door_whatever_it_was_given(
    cast: Cast, client: Client, method: str
) -> None:
    case = with_material(cast, accepted(cast, timezone.now()))
    Respondent.objects.create(case=case, name="县人社局", department=cast.units["labour"])
    client.force_login(cast.liaison)
    for door in doors(case):
        assert getattr(client, method)(door).status_code in ((404,) if method == "get" else (404, 405)), door
    for page in (
        "/work/",
        "/search/?q=拖欠的工资",
        f"/search/?q={case.number}",
        "/search/?q=张秀英&in=people",
    ):
        text = client.get(page).content.decode()
        assert f"/cases/{case.pk}/" not in text
        assert case.title not in text
    assert case.number not in b"".join(client.get("/work/export.csv")).decode()  # type: ignore[arg-type]


def test_a_paper_or_material_of_another_case_is_not_found_under_this_one(cast: Cast, client: Client) -> None:
    mine, other = (
        accepted(cast, timezone.now()),
        with_material(cast, accepted(cast, timezone.now(), title="另一件")),
    )
    paper = IssuedDocument.objects.get(stream=f"case:{other.pk}")
    client.force_login(cast.liaison)
    assert client.get(f"/cases/{mine.pk}/documents/{paper.pk}/").status_code == 404
    assert client.get(f"/cases/{mine.pk}/materials/{other.materials.get().pk}/").status_code == 404


# -- papers and materials -----------------------------------------------------------------------------------------


def test_a_paper_is_readable_at_once_and_its_file_is_the_same_every_time(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    paper = IssuedDocument.objects.get(stream=f"case:{case.pk}")
    client.force_login(cast.liaison)
    door = f"/cases/{case.pk}/documents/{paper.pk}/"
    waiting = client.get(door).content.decode()
    assert "PDF正在生成" in waiting
    assert paper.number in waiting
    assert "予以受理" in waiting
    assert client.get(f"{door}file/").status_code == 409
    documents.render(paper.pk, now=timezone.now())
    assert "PDF正在生成" not in client.get(door).content.decode()
    first = client.get(f"{door}file/")
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF")
    assert first.content == client.get(f"{door}file/").content


def test_a_material_is_shown_but_never_run(cast: Cast, client: Client) -> None:
    case = with_material(cast, accepted(cast, timezone.now()))
    client.force_login(cast.liaison)
    response = client.get(f"/cases/{case.pk}/materials/{case.materials.get().pk}/")
    assert b"".join(response) == b"hello"  # type: ignore[arg-type]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    html = Case.objects.get(pk=case.pk)
    digest = hashlib.sha256(b"<script>").hexdigest()
    (Path(settings.HALL_PRIVATE_ROOT) / "materials" / digest).write_bytes(b"<script>")
    file = StoredFile(
        name="a.html", media_type="text/html", size=8, sha256=digest, file=f"materials/{digest}"
    )
    material = actions.add_material(
        actor=cast.act(cast.clerk), case_id=html.pk, file=file, now=timezone.now()
    )
    response = client.get(f"/cases/{case.pk}/materials/{material.pk}/")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


# -- receiving and withdrawing, and pages that are older than the case ---------------------------------------------


def head(client: Client, case: Case, move: str) -> str:
    text = client.get(f"/cases/{case.pk}/{move}/").content.decode()
    return text.split('name="seen" value="')[1].split('"')[0]


def test_receive_case_through_its_page(cast: Cast, client: Client) -> None:
    case = forwarded(cast, timezone.now())
    client.force_login(cast.liaison)
    response = client.post(f"/cases/{case.pk}/receive/", {"seen": head(client, case, "receive")}, follow=True)
    assert "已接收" in response.content.decode()
    case.refresh_from_db()
    assert case.status == "accepted"
    client.force_login(cast.head)
    assert client.post(f"/cases/{case.pk}/receive/").status_code == 409


def test_withdraw_case_needs_the_petitioners_words(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    assert client.post(f"/cases/{case.pk}/withdraw/", {"reason": " "}).status_code == 422
    seen = (
        client.get(f"/cases/{case.pk}/withdraw/")
        .content.decode()
        .split('name="seen" value="')[1]
        .split('"')[0]
    )
    client.post(f"/cases/{case.pk}/withdraw/", {"reason": "本人当面表示工资已付清", "seen": seen})
    case.refresh_from_db()
    assert case.status == "withdrawn"
    assert not case.deadlines.open().exists()
    assert "依法没有" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_the_page_gives_away_neither_half_of_the_way_to_the_petitioners_door(
    cast: Cast, client: Client
) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    for secret in (case.query_code, f"*{ZHANG.phone[-4:]}", f"*{ZHANG.id_number[-4:]}"):
        assert secret not in page, secret


def test_what_was_typed_is_given_back_with_the_refusal(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now())
    client.force_login(cast.clerk)
    seen = head(client, case, "withdraw")
    actions.accept_case(
        actor=cast.act(cast.clerk2), case_id=case.pk, department_id=cast.units["labour"].pk,
        reason="属本县职权", now=timezone.now(),
    )  # fmt: skip
    told = "本人当面说：工资已经付清，\n<b>不再</b>反映。"
    page = client.post(f"/cases/{case.pk}/withdraw/", {"reason": told, "seen": seen}).content.decode()
    assert "您刚才填写的内容" in page
    assert "工资已经付清，<br>&lt;b&gt;不再&lt;/b&gt;反映。" in page
    form = {"outcome": "guide_case", "ground": "not_ours", "competent_body": "石桥县某局", "seen": seen}
    response = client.post(f"/cases/{case.pk}/triage/", form)
    assert response.status_code == 409
    assert "石桥县某局" in response.content.decode()
    # A door of the common kind does the same.
    seen = head(client, case, "record-work")
    actions.withdraw_case(
        actor=cast.act(cast.clerk), case_id=case.pk, reason="本人撤回。", now=timezone.now()
    )
    day = timezone.localdate().isoformat()
    said = {"seen": seen, "kind": "phone", "happened_on": day, "text": "与信访人通话半小时的要点。"}
    response = client.post(f"/cases/{case.pk}/record-work/", said)
    assert response.status_code == 409
    assert "与信访人通话半小时的要点。" in response.content.decode()


def test_a_stale_page_does_nothing_and_says_what_happened_meanwhile(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now())
    client.force_login(cast.clerk)
    seen = (
        client.get(f"/cases/{case.pk}/withdraw/")
        .content.decode()
        .split('name="seen" value="')[1]
        .split('"')[0]
    )
    actions.accept_case(
        actor=cast.act(cast.clerk2),
        case_id=case.pk,
        department_id=cast.units["labour"].pk,
        reason="属本县职权",
        now=timezone.now(),
    )
    response = client.post(f"/cases/{case.pk}/withdraw/", {"reason": "本人当面撤回", "seen": seen})
    assert response.status_code == 409
    text = response.content.decode()
    for words in ("事项已有变化", "周子涵", "受理", "办理中"):
        assert words in text
    case.refresh_from_db()
    assert case.status == "accepted"
    # A page without its number is stopped by the rule alone, with the same answer.
    form = {"outcome": "guide_case", "ground": "not_ours", "competent_body": "某局"}
    response = client.post(f"/cases/{case.pk}/triage/", form)
    assert response.status_code == 409
    assert "不能再办理这一步" in response.content.decode()

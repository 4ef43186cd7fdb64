"""Papers: numbered without gaps or doubles, complete or refused, printed once, the same for ever, never with a hole."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typst
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from hall import documents, journal
from hall.access import SYSTEM, Actor, Refused
from hall.documents import kinds, press
from hall.models import Counter, IssuedDocument, JournalEntry, User

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
UNPRINTABLE = "\U00030001"
"""A character of the rarest that no font we know of has."""
LETTERS = Path(django_settings.BASE_DIR).parent / "shared" / "data" / "messages.csv"
CODES = list(documents.KINDS)


@pytest.fixture(autouse=True)
def private_root(settings: Settings, tmp_path: Path) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


def facts(kind: str = "notice_accepted", **other: Any) -> dict[str, Any]:
    return documents.sample(documents.KINDS[kind]) | other


def issue(
    kind: str = "notice_accepted",
    *,
    organ: str = "云信",
    now: dt.datetime = NOW,
    law: str = "r22",
    **other: Any,
) -> IssuedDocument:
    return documents.issue(
        kind, organ=organ, ref="cases.case:12", stream="case:12", content=facts(kind, **other), actor=SYSTEM,
        now=now, law=law,
    )  # fmt: skip


def words(page: Mapping[str, Any]) -> str:
    return json.dumps(page, ensure_ascii=False)


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_number_says_word_year_and_serial_without_padding() -> None:
    assert issue().number == "云信受告字〔2026〕1号"
    assert issue().number == "云信受告字〔2026〕2号"
    assert issue("letter_forward").number == "云信转字〔2026〕1号"
    assert issue(organ="河信").number == "河信受告字〔2026〕1号"


@pytest.mark.django_db
def test_numbers_start_again_with_the_year_of_the_hall_not_of_utc() -> None:
    issue()
    eve = dt.datetime(2026, 12, 31, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert issue(now=eve).number == "云信受告字〔2026〕2号"
    assert issue(now=eve + dt.timedelta(minutes=1)).number == "云信受告字〔2027〕1号"


@pytest.mark.django_db
def test_a_hall_may_have_its_own_word(settings: Settings) -> None:
    settings.HALL_DOCUMENT_WORDS = {"notice_accepted": "{organ}访受"}
    assert issue().number == "云信访受〔2026〕1号"


def test_no_two_kinds_share_a_series() -> None:
    """The number alone names a paper: 云信协字〔2026〕1号 must not be two."""
    words = [kind.word for kind in kinds.KINDS.values() if kind.word]
    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    issue()

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        assert issue().serial == 2
        raise Stop
    assert issue().serial == 2


@pytest.mark.django_db(transaction=True)
def test_two_connections_leave_no_gap_and_no_double() -> None:
    start = threading.Barrier(2)

    def clerk(rolls_back: bool) -> None:
        start.wait(5)
        for n in range(12):
            with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                issue()
                assert 1 / (n % 3 if rolls_back else 1)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(clerk, rolls_back) for rolls_back in (True, False)]:
            done.result(30)
    serials = sorted(IssuedDocument.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 12 + 8 + 1))


@pytest.mark.django_db
def test_a_slip_bears_the_number_of_the_matter() -> None:
    assert issue("receipt").number == "YZ202611210017"
    assert issue("receipt").number == "YZ202611210017-2"
    assert issue("registration_form").number == "YZ202611210017（登记表）"


@pytest.mark.django_db
def test_a_void_number_is_kept_and_never_given_again() -> None:
    document = issue()
    documents.void(document.pk, reason="受理单位写错", actor=SYSTEM, now=NOW)
    assert issue().number == "云信受告字〔2026〕2号"
    document.refresh_from_db()
    assert (document.number, document.void_reason) == ("云信受告字〔2026〕1号", "受理单位写错")
    with pytest.raises(Refused, match="已经作废"):
        documents.void(document.pk, reason="再次", actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="理由"):
        documents.void(issue().pk, reason="  ", actor=SYSTEM, now=NOW)


# --- completeness -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_refusal_names_everything_that_is_missing_and_takes_no_number() -> None:
    with pytest.raises(Refused) as refused:
        issue(petitioner="", handle_due=None, claims=["  ", ""])
    assert str(refused.value) == "《信访事项受理告知书》还缺：信访人姓名、诉求、办理期限。"
    assert (refused.value.kind, refused.value.field) == ("input", "petitioner")
    assert not Counter.objects.exists()


def test_an_opinion_answers_every_claim_in_every_part() -> None:
    rows = facts("opinion")["opinions"]
    rows[1] = rows[1] | {"basis": " ", "opinion": ""}
    with pytest.raises(Refused, match="还缺：第2项诉求的依据、第2项诉求的意见。"):
        kinds.take(documents.KINDS["opinion"], facts("opinion", opinions=rows))


@pytest.mark.parametrize("code", CODES)
def test_each_required_fact_is_asked_for_by_name(code: str) -> None:
    kind = documents.KINDS[code]
    for fact in kind.facts:
        if fact.name in kind.required:
            with pytest.raises(Refused, match=re.escape(fact.label)):
                kinds.take(kind, facts(code, **{fact.name: None}))


@pytest.mark.parametrize("code", CODES)
def test_the_required_facts_are_enough(code: str) -> None:
    kind = documents.KINDS[code]
    bare = {name: value for name, value in facts(code).items() if name in kind.required}
    page = kinds.compose(kind, kinds.take(kind, bare), law="r22", on=NOW.date())
    assert "None" not in words(page)
    assert "{" not in "".join(block[1] for block in page["blocks"] if isinstance(block[1], str))


def test_a_fact_that_the_paper_does_not_know_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="petitoner"):
        kinds.take(documents.KINDS["notice_accepted"], facts(petitoner="李秀兰"))
    with pytest.raises(ValueError, match="notice_acepted"):
        documents.preview("notice_acepted", {}, organ="云信", now=NOW)


# --- words --------------------------------------------------------------------------------------------------


def compose(code: str, law: str = "r22", **other: Any) -> dict[str, Any]:
    kind = documents.KINDS[code]
    return kinds.compose(kind, kinds.take(kind, facts(code, **other)), law=law, on=NOW.date())


def test_the_words_follow_the_law_of_the_matter() -> None:
    assert "《信访工作条例》第二十三条" in words(compose("notice_accepted"))
    old = words(compose("letter_forward", law="r05"))
    assert "《信访条例》第二十一条" in old
    assert "决定是否受理并书面告知信访人" in old
    assert "工作日" not in old  # the objection is of 2022
    with pytest.raises(Refused, match="《信访条例》没有《信访事项接收情况及处理途径告知书》"):
        compose("notice_received", law="r05")


def test_a_provisional_date_says_so_and_why() -> None:
    assert "2027年1月25日（暂定）" in words(compose("notice_accepted"))
    texts = [block[1] for block in compose("notice_accepted")["blocks"]]
    assert texts[-2:] == [kinds.PROVISIONAL, "特此告知。"]
    assert "暂定" not in words(compose("notice_accepted", handle_due=dt.date(2026, 12, 30)))


def test_a_part_without_its_fact_is_left_out() -> None:
    page = words(compose("notice_declined", competent_address=None, time_limit=None, claims=None))
    assert "该事项由云州仲裁委员会处理，电话：0870-8129900。" in page
    assert "提起期限" not in page
    assert "您提出的诉求为" not in page


def test_headings_number_themselves() -> None:
    blocks = compose("opinion", opinions=facts("opinion")["opinions"][:1])["blocks"]
    assert [text for kind, text in blocks if kind == "h1"] == [
        "一、您提出的诉求",
        "二、逐项处理意见",
        "三、权利告知",
    ]
    assert kinds.cn_numeral(10) + kinds.cn_numeral(12) + kinds.cn_numeral(30) == "十十二三十"


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("张\u202e三\u200b丰\ufeff", "张三丰"),
        ("气死我了😡😡👍🏽！", "气死我了〔图〕！"),
        ("\uf0b7 第一条", "〓 第一条"),
        ("a\tb\u00a0c\x07\x00", "a b c"),
        ("5★ ☎ ※ → 中", "5★ ☎ ※ → 中"),
        ("𠮷野家㐂", "𠮷野家㐂"),
        ("葛\U000e0101飾", "葛飾"),
    ],
)
def test_text_is_cleaned_of_what_paper_cannot_carry(given: str, printed: str) -> None:
    assert kinds.take(documents.KINDS["notice_accepted"], facts(matter=given))["matter"] == printed


def test_values_are_never_read_as_template() -> None:
    page = words(
        compose("notice_accepted", matter="{contact_phone}[[x]]", claims=["# 标题", "@claims", "{law}"])
    )
    for literal in ("“{contact_phone}[[x]]”", "1. # 标题", "2. @claims", "3. {law}"):
        assert literal in page


# --- frozen -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"number": "x"},
        {"content": {}},
        {"title": "x"},
        {"issued_by_name": "x"},
        {"serial": 9},
        {"template_version": "x"},
    ],
)
def test_the_database_refuses_to_change_an_issued_paper(change: dict[str, Any]) -> None:
    rows = IssuedDocument.objects.filter(pk=issue().pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


@pytest.mark.django_db
def test_print_and_void_happen_once_in_the_database_too() -> None:
    document = documents.render(issue().pk, now=NOW)
    documents.void(document.pk, reason="错字", actor=SYSTEM, now=NOW)
    rows = IssuedDocument.objects.filter(pk=document.pk)
    for change in (
        {"sha256": "0" * 64},
        {"file": "x"},
        {"pages": 9},
        {"void_reason": "x"},
        {"voided_at": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


@pytest.mark.django_db
def test_issuing_and_voiding_stand_in_the_journal_without_personal_data() -> None:
    user = User.objects.create_user("zhoumin", name="周敏")
    actor = Actor(name="周敏", user_id=user.pk)
    document = documents.issue(
        "opinion",
        organ="云信",
        ref="cases.case:12",
        stream="case:12",
        content=facts("opinion"),
        actor=actor,
        now=NOW,
    )
    documents.void(document.pk, reason="错字", actor=actor, now=NOW)
    assert (document.issued_by, document.issued_by_name) == (user, "周敏")
    entries = JournalEntry.objects.filter(stream="case:12").order_by("seq")
    assert [entry.verb for entry in entries] == ["issue_document", "void_document"]
    assert entries[0].after["number"] == document.number
    assert "李秀兰" not in words(entries[0].after)
    assert journal.verify("case:12") == []


@pytest.mark.django_db
def test_a_paper_with_secrets_is_ciphertext_in_the_database() -> None:
    document = issue("receipt")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM hall_issueddocument WHERE id = %s", [document.pk])
        stored = cursor.fetchone()[0]
    assert "K7F3" not in stored
    assert "李秀兰" not in stored
    document.refresh_from_db()
    assert documents.facts(document)["query_code"] == "K7F3-92QM"
    assert documents.page(document)["number"] == "YZ202611210017"


# --- print --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_kind_prints_as_pdf_a_and_for_screen_readers(code: str) -> None:
    (pdf,) = documents.preview(code, facts(code), organ="云信", now=NOW)
    assert pdf.startswith(b"%PDF-1.7")
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in pdf
    assert 1 <= press.count_pages(pdf) <= 4


def typeset(page: Mapping[str, Any], **other: Any) -> bytes:
    return press.typeset(page, number="云信受告字〔2026〕1号", moment=NOW, **other)[0]


def test_the_same_paper_is_the_same_file_to_the_byte() -> None:
    first = typeset(compose("opinion"))
    press._compiler.cache_clear()
    assert typeset(compose("opinion")) == first
    assert typeset(compose("opinion"), stamp="作废") != first
    assert typeset(compose("receipt")) == typeset(compose("receipt"))


def test_a_long_paper_goes_on_and_a_receipt_fits_its_sheet() -> None:
    many = [f"要求第{n}项：" + "请依法公开并书面答复，" * 6 for n in range(1, 21)]
    assert press.count_pages(typeset(compose("notice_accepted", claims=many))) > 3
    assert press.count_pages(typeset(compose("receipt"))) == 1
    assert len(press.typeset(compose("notice_closed"), number="x", moment=NOW, as_="png", ppi=30)) == 2


@pytest.mark.parametrize(
    "evil",
    [
        '#read("/etc/passwd")',
        "#{",
        "]",
        "*粗* _斜_ $x^2$ `c`",
        '#import "main.typ"',
        "\\u{41} @ref <label> // 注释",
        '"); panic("',
    ],
)
def test_nothing_written_by_a_person_acts_as_markup(evil: str) -> None:
    page = compose("opinion", petitioner=evil, matter=evil, attachments=[evil], cc=[evil])
    typeset(page)
    shown = json.loads(press._compiler().eval("query(title).first().body"))
    assert f"关于{evil}信访事项的处理意见" in json.dumps(shown, ensure_ascii=False).replace(
        '\\"', '"'
    ).replace("\\\\", "\\")


@pytest.mark.django_db
def test_a_worker_prints_what_waits_once(private_root: Path) -> None:
    document = issue()
    assert documents.render_due(now=NOW) == 1
    assert documents.render_due(now=NOW) == 0
    document.refresh_from_db()
    pdf = documents.read(document)
    assert hashlib.sha256(pdf).hexdigest() == document.sha256
    assert (private_root / document.file).read_bytes() == pdf
    assert (document.rendered_at, document.pages, document.next_attempt_at) == (
        NOW,
        press.count_pages(pdf),
        None,
    )
    assert documents.render(document.pk, now=NOW + dt.timedelta(days=1)).rendered_at == NOW
    assert [p.suffix for p in private_root.rglob("*") if p.is_file()] == [".pdf"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_print_each_paper_once() -> None:
    for _n in range(6):
        with transaction.atomic():
            issue("notice_closed")

    def worker() -> int:
        printed = documents.render_due(now=NOW)
        connection.close()
        return printed

    with ThreadPoolExecutor(2) as pool:
        printed = [done.result(30) for done in [pool.submit(worker) for _n in range(2)]]
    assert sum(printed) == 6
    assert not IssuedDocument.objects.filter(rendered_at=None).exists()


@pytest.mark.django_db
def test_a_missing_glyph_stops_this_paper_with_its_name_and_no_other() -> None:
    broken, fine = issue(petitioner=f"李{UNPRINTABLE}兰"), issue()
    assert documents.render_due(now=NOW) == 1
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (fine.rendered_at, broken.rendered_at) == (NOW, None)
    assert f"“{UNPRINTABLE}”（U+30001）" in broken.last_error
    assert "fonts-noto-cjk" in broken.last_error
    assert (broken.attempts, broken.next_attempt_at) == (1, NOW + documents.BACK_OFF[0])
    with pytest.raises(Refused, match="字体里没有这些字"):
        documents.read(broken)
    assert f"李{UNPRINTABLE}兰" in words(documents.page(broken))  # the print page of the browser still works
    documents.render_due(now=NOW + dt.timedelta(minutes=2))
    broken.refresh_from_db()
    assert broken.attempts == 2


@pytest.mark.django_db
def test_a_disk_that_fails_only_delays(settings: Settings, tmp_path: Path, private_root: Path) -> None:
    (tmp_path / "full").write_text("")
    settings.HALL_PRIVATE_ROOT = tmp_path / "full"
    document = issue()
    assert documents.render_due(now=NOW) == 0
    settings.HALL_PRIVATE_ROOT = private_root
    assert documents.render_due(now=NOW + documents.BACK_OFF[0]) == 1
    document.refresh_from_db()
    assert (document.last_error, document.attempts) == ("", 1)


@pytest.mark.django_db
def test_a_file_that_was_touched_is_not_handed_out(private_root: Path) -> None:
    document = documents.render(issue().pk, now=NOW)
    path = private_root / document.file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(documents.Damaged, match="not what was printed"):
        documents.read(document)
    path.unlink()
    with pytest.raises(documents.Damaged, match="is gone"):
        documents.read(document)


@pytest.mark.django_db
def test_a_paper_voided_before_it_was_printed_says_so() -> None:
    document = issue()
    plain = press.typeset(documents.page(document), number=document.number, moment=document.issued_at)[0]
    documents.void(document.pk, reason="错字", actor=SYSTEM, now=NOW)
    assert documents.read(documents.render(document.pk, now=NOW)) != plain


# --- fonts --------------------------------------------------------------------------------------------------


def only(paths: list[str]) -> Callable[[], typst.Fonts]:
    return lambda: typst.Fonts(include_system_fonts=False, font_paths=paths)


def test_the_package_alone_has_a_face_for_every_role() -> None:
    chosen = press.choose(only([press.BUNDLED])())
    assert press.without_face(chosen) == []
    assert (chosen["fang"], chosen["hei"], chosen["edge"]) == (["Noto Serif SC"], ["Noto Sans SC"], True)


def test_without_a_chinese_font_nothing_is_printed() -> None:
    assert press.without_face(press.choose(only([])())) == ["fang", "kai", "hei", "song"]
    assert press.check_fonts() == []


@pytest.mark.skipif(not LETTERS.exists(), reason="the real letters are not beside this checkout")
def test_every_character_of_the_real_letters_can_be_printed() -> None:
    with LETTERS.open(encoding="utf-8-sig", newline="") as file:
        used = {char for row in csv.DictReader(file) for value in row.values() for char in str(value)}
    text = "".join(sorted(used - {"\n"}))
    typeset(compose("letter_forward", summary=[text[i : i + 500] for i in range(0, len(text), 500)]))

"""The transcript: written page by page, corrected as a new version, signed or refused by everybody who was there."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry
from hearings import actions
from hearings.models import Hearing, PageSignature, TranscriptPage
from hearings.queries.session import matrix_of, newest_pages
from tests.cast import NOW, Cast
from tests.hearings.session_steps import (
    all_signed,
    begun,
    by,
    closed,
    gone_through,
    key,
    signed,
    written,
)

TEXT = "信访人：每月工资六千元。"


def correct(
    cast: Cast, hearing: Hearing, page: TranscriptPage, text: str = TEXT, **facts: str
) -> TranscriptPage:
    said = {"correction": "数额由五千改为六千", "asked_by": "张秀英", **facts}
    return actions.correct_page(
        actor=by(cast, "clerk2"), hearing_id=hearing.pk, page_id=page.pk, text=text, now=NOW, **said
    )


@pytest.mark.django_db
def test_write_page_numbers_by_itself(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing, "第一页", "第二页")
    assert [(page.number, page.version, page.text) for page in newest_pages(hearing)] == [
        (1, 1, "第一页"),
        (2, 1, "第二页"),
    ]
    entry = JournalEntry.objects.filter(verb="write_page").latest("id")
    assert entry.after["page"] == 2 and "第二页" not in str(entry.after)


@pytest.mark.django_db
def test_pressed_twice_is_written_once(cast: Cast) -> None:
    hearing = begun(cast)
    facts = {"actor": by(cast, "clerk2"), "hearing_id": hearing.pk, "text": "第一页", "number": 1, "now": NOW}
    actions.write_page(**facts)
    with pytest.raises(Refused, match="第1页已经保存过了") as caught:
        actions.write_page(**facts)
    assert caught.value.kind == "state" and hearing.pages.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["leader2", "manager", "panelist", "liaison"])
def test_the_recorder_alone_writes_and_corrects(cast: Cast, who: str) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    page = newest_pages(hearing)[0]
    with pytest.raises(Refused) as caught:
        actions.write_page(actor=by(cast, who), hearing_id=hearing.pk, text="多写一页", now=NOW)
    assert caught.value.kind == "role"
    with pytest.raises(Refused) as caught:
        actions.correct_page(
            actor=by(cast, who), hearing_id=hearing.pk, page_id=page.pk, text=TEXT, correction="改数额",
            asked_by="张秀英", now=NOW,
        )  # fmt: skip
    assert caught.value.kind == "role"


@pytest.mark.django_db
def test_bad_pages(cast: Cast) -> None:
    hearing = begun(cast)
    for text in ("", "  ", "长" * 6001):
        with pytest.raises(Refused) as caught:
            written(cast, hearing, text)
        assert (caught.value.kind, caught.value.field) == ("input", "text")


@pytest.mark.django_db
def test_correct_page_is_a_new_version_that_everybody_signs_anew(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing, "信访人：每月工资五千元。", "没有别的。")
    all_signed(cast, hearing)
    assert matrix_of(hearing).is_whole
    old = newest_pages(hearing)[0]
    new = correct(cast, hearing, old)
    assert (new.number, new.version, new.asked_by) == (1, 2, "张秀英")
    matrix = matrix_of(hearing)
    assert {page.number for _who, page in matrix.missing} == {1} and len(matrix.missing) == 6
    assert matrix.voided == {1: 6} and old.signatures.count() == 6, "they stay under what they were given for"
    signed(cast, hearing, "张秀英", page_ids=[new.pk])
    assert len(matrix_of(hearing).missing) == 5


@pytest.mark.django_db
def test_bad_corrections(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    page = newest_pages(hearing)[0]
    for facts, field in (
        ({"text": page.text}, "text"),
        ({"correction": ""}, "correction"),
        ({"asked_by": ""}, "asked_by"),
    ):
        with pytest.raises(Refused) as caught:
            correct(cast, hearing, page, **facts)
        assert (caught.value.kind, caught.value.field) == ("input", field)
    correct(cast, hearing, page)
    with pytest.raises(Refused, match="刚才更正过") as caught:
        correct(cast, hearing, page, "又改")
    assert caught.value.kind == "state"


@pytest.mark.django_db
def test_sign_page_and_refuse_and_leave(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    signed(cast, hearing, "张秀英", "refused", note="认为没有记全", witness="白雪梅")
    signed(cast, hearing, "陈志远", "absent", note="11:20因急事离场")
    actions.sign_page(
        actor=by(cast, "panelist"), hearing_id=hearing.pk, who=key(hearing, "苏文清"), outcome="signed",
        page_ids=[page.pk for page in newest_pages(hearing)], now=NOW,
    )  # fmt: skip
    told = {(one.outcome, one.witness, one.note) for one in PageSignature.objects.all()}
    assert told == {
        ("refused", "白雪梅", "认为没有记全"),
        ("absent", "", "11:20因急事离场"),
        ("signed", "", ""),
    }
    assert "没有记全" not in str(
        JournalEntry.objects.filter(verb="sign_page").values_list("after", flat=True)
    )


@pytest.mark.django_db
def test_bad_signatures(cast: Cast) -> None:
    hearing = begun(cast, NOW, "陈志远")
    written(cast, hearing)
    pages = [page.pk for page in newest_pages(hearing)]

    def no(who: str, name: str, field: str, outcome: str = "signed", **facts: object) -> str:
        with pytest.raises(Refused) as caught:
            actions.sign_page(
                actor=by(cast, who), hearing_id=hearing.pk, who=key(hearing, name) if name else "seat:0",
                outcome=outcome, now=NOW, **{"page_ids": pages, **facts},
            )  # fmt: skip
        assert caught.value.field == field
        return caught.value.kind

    assert no("clerk2", "张秀英", "note", "refused", witness="白雪梅") == "input"
    assert no("clerk2", "张秀英", "witness", "refused", note="没有记全") == "input"
    assert no("clerk2", "张秀英", "note", "absent") == "input"
    assert no("clerk2", "张秀英", "outcome", "perhaps") == "input"
    assert no("clerk2", "张秀英", "pages", page_ids=[]) == "input"
    assert no("clerk2", "", "who") == "input"
    assert no("clerk2", "陈志远", "who") == "input", "who did not come signs nothing"
    assert no("clerk2", "周子涵", "who") == "input", "the recorder wrote it"
    assert no("panelist", "张秀英", "") == "role", "nobody signs for another"
    assert no("panelist", "白雪梅", "") == "role"
    assert no("manager", "张秀英", "") == "role"
    signed(cast, hearing, "张秀英")
    assert no("clerk2", "张秀英", "") == "state", "twice"
    assert PageSignature.objects.count() == 2


@pytest.mark.django_db
def test_the_database_keeps_what_was_signed(cast: Cast) -> None:
    hearing = begun(cast)
    written(cast, hearing)
    signed(cast, hearing, "张秀英")
    for change in (
        lambda: PageSignature.objects.update(outcome="refused", note="改", witness="某"),
        lambda: TranscriptPage.objects.update(text="改"),
        lambda: PageSignature.objects.all().delete(),
    ):
        with pytest.raises(Exception, match=r"append_only|Cannot|protect"), transaction.atomic():
            change()
    page = newest_pages(hearing)[0]
    party = hearing.parties.get(kind="petitioner")
    with pytest.raises(IntegrityError), transaction.atomic():
        PageSignature.objects.create(page=page, party=party, outcome="signed", at=NOW, digest="")
    unit = hearing.parties.get(kind="unit")
    with pytest.raises(IntegrityError, match="refusal_is_witnessed"), transaction.atomic():
        PageSignature.objects.create(page=page, party=unit, outcome="refused", note="不签", at=NOW, digest="")


# -- a signature and a correction at once --------------------------------------------------------------------------


def _until_somebody_waits() -> None:
    for _n in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited for our row")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["action", "row"])
def test_a_signature_that_races_a_correction_signs_nothing(cast: Cast, way: str) -> None:
    """Through the action the lock holds it back; past the action the trigger `signature_of_newest_page` does."""
    hearing = begun(cast)
    written(cast, hearing, "信访人：每月工资五千元。")
    page, who = newest_pages(hearing)[0], key(hearing, "张秀英")
    party, recorder = hearing.parties.get(kind="petitioner"), by(cast, "clerk2")
    said: list[str] = []

    def sign() -> None:
        try:
            if way == "action":
                actions.sign_page(
                    actor=recorder,
                    hearing_id=hearing.pk,
                    who=who,
                    outcome="signed",
                    page_ids=[page.pk],
                    now=NOW,
                )
            else:
                PageSignature.objects.create(page=page, party=party, outcome="signed", at=NOW, digest="")
            said.append("signed")
        except Refused as refused:
            said.append(f"{refused.kind}: {refused}")
        except IntegrityError as error:
            said.append(str(error).partition("\n")[0])
        finally:
            connection.close()

    with transaction.atomic():
        correct(cast, hearing, page)
        thread = threading.Thread(target=sign)
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=30)
    wanted = {
        "action": "state: 这一页刚才更正过，请重新打开，宣读新的一稿。",
        "row": "the page was corrected meanwhile",
    }
    assert said == [wanted[way]]
    assert PageSignature.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_recorders_write_one_page_each(cast: Cast) -> None:
    """The same page sent from two tablets: one is kept, the other is told."""
    hearing = begun(cast)
    recorder, barrier = by(cast, "clerk2"), threading.Barrier(2)
    said: list[str] = []

    def write(text: str) -> None:
        try:
            barrier.wait(timeout=20)
            actions.write_page(actor=recorder, hearing_id=hearing.pk, text=text, number=1, now=NOW)
            said.append("written")
        except Refused as refused:
            said.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(text,)) for text in ("甲", "乙")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert sorted(said) == ["state", "written"] and hearing.pages.count() == 1


# -- closing -------------------------------------------------------------------------------------------------------


def close(cast: Cast, hearing: Hearing, who: str = "leader2") -> Hearing:
    return actions.close_session(actor=by(cast, who), hearing_id=hearing.pk, now=NOW)


@pytest.mark.django_db
def test_close_session_waits_for_every_page_of_everybody(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="还没有进行，不能结束"):
        close(cast, hearing)
    gone_through(hearing)
    with pytest.raises(Refused, match="还没有笔录"):
        close(cast, hearing)
    written(cast, hearing)
    signed(cast, hearing, "张秀英")
    with pytest.raises(Refused, match="陈志远（第1、2页）") as caught:
        close(cast, hearing)
    assert caught.value.kind == "state" and "张秀英" not in str(caught.value)
    with pytest.raises(Refused) as caught:
        close(cast, hearing, "liaison")
    assert caught.value.kind == "role"


@pytest.mark.django_db
def test_close_session_issues_the_record_and_starts_the_days_of_the_rules(cast: Cast) -> None:
    hearing = begun(cast)
    gone_through(hearing)
    written(cast, hearing, "信访人：每月工资五千元。", "没有别的。")
    correct(cast, hearing, newest_pages(hearing)[0])
    signed(cast, hearing, "张秀英", "refused", note="认为没有记全", witness="白雪梅")
    for name in ("陈志远", "孙丽华", "苏文清", "柳志刚", "白雪梅"):
        signed(cast, hearing, name)
    assert close(cast, hearing).status == "deliberating"
    paper = IssuedDocument.objects.get(kind="record_hearing")
    told = str(paper.content)
    for words in (
        "每月工资六千元",
        "第1页第2稿，应张秀英要求更正",
        "拒绝签名（认为没有记全；见证人：白雪梅）",
    ):
        assert words in told
    assert "五千元" not in told.replace("数额由五千改为六千", "")
    clock = hearing.case.deadlines.get(kind="hearing_conclude")
    assert (clock.item, (clock.own_rule or {})["days"]) == (f"{hearing.pk}", 12)
    assert clock.due_on == NOW.date().replace(day=30)
    row = hearing.case.proceedings.get()
    assert (row.stage, row.until_on, row.blocks_opinion) == ("deliberating", clock.due_on, True)
    assert hearing.steps.get(kind="last_unit").ended_at == NOW
    assert hearing.steps.get(kind="recess").began_at == NOW


@pytest.mark.django_db
def test_after_the_end_nothing_is_written_or_signed(cast: Cast) -> None:
    hearing = closed(cast)
    page = newest_pages(hearing)[0]
    with pytest.raises(Refused, match="合议中"):
        written(cast, hearing, "补一页")
    with pytest.raises(Refused, match="合议中"):
        correct(cast, hearing, page)
    with pytest.raises(Refused, match="合议中"):
        signed(cast, hearing, "张秀英", page_ids=[page.pk])
    with pytest.raises(Refused, match="合议中"):
        actions.close_session(actor=SYSTEM, hearing_id=hearing.pk, now=NOW)

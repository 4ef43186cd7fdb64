"""Real letters go in whole; a broken row costs itself alone; running again adds nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.models import Case
from hall.access import Refused
from hall.models import JournalEntry
from intake.actions.import_matters import MatterRow, import_matter
from intake.forms.matters_file import Rejected, open_matters
from tests.cast import NOW, Cast

LETTERS = Path(settings.BASE_DIR).parent / "shared" / "data" / "messages.csv"
HEAD = "id,subject,text,sent_at\n"


def run(path: Path, *options: str) -> dict[str, object]:
    out = io.StringIO()
    call_command("import_matters", str(path), "--hall", "yunxi", "--json", *options, stdout=out, verbosity=0)
    return json.loads(out.getvalue())


def rows(text: str | bytes) -> list[MatterRow | Rejected]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(open_matters(raw).records(now=NOW))


def test_every_letter_of_the_real_file_goes_in_and_none_a_second_time(
    cast: Cast, categories: None, tmp_path: Path
) -> None:
    if not LETTERS.exists():
        pytest.skip("the real letters are not here")
    assert run(LETTERS) == {"registered": 247, "skipped": 0, "rejected": []}
    assert run(LETTERS) == {"registered": 0, "skipped": 247, "rejected": []}
    case = Case.objects.get(source_ref="167047")
    assert (case.title, case.channel, case.category.name) == (
        "反映A7县邮政局体制改革的问题",
        "online",
        "交通运输",
    )  # type: ignore[union-attr]
    assert case.is_anonymous and case.claims.count() == 1 and case.law == "r22"
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="import_matter")
    assert entry.after["sent_at"].startswith("2014-11-08T16:18:24+08:00")
    assert case.deadlines.open().get().kind == "sort"


def test_each_encoding_is_recognised(cast: Cast, tmp_path: Path) -> None:
    text = HEAD + "1,反映路灯不亮,城关镇建设路的路灯不亮。,2026-11-01 08:00\n"
    for number, raw in enumerate(
        (text.encode(), text.encode("utf-8-sig"), text.encode("gb18030"), text.encode("utf-16"))
    ):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(raw)
        assert run(path)["registered"] == (1 if number == 0 else 0)
        assert run(path) == {"registered": 0, "skipped": 1, "rejected": []}
    assert Case.objects.get().content == "城关镇建设路的路灯不亮。"


def test_broken_rows_are_named_by_their_line_and_the_others_go_in(cast: Cast, tmp_path: Path) -> None:
    lines = [
        "id,subject,text,sent_at,unknown",
        "1,第一件,内容一,2026-11-01,x",
        "2,第二件",  # 3: missing columns
        '3,第三件,"两行的\n内容",2026-11-01,x',  # 4 and 5
        "4,第四件,内容,昨天,x",  # 6: no date
        "5,第五件,   ,2026-11-01,x",  # 7: no text
        f"6,{'长' * 121},内容,2026-11-01,x",  # 8: long subject
        "7,第七件,内\x00容,2026-11-01,x",  # 9: NUL
        '8,"第八件,内容,2026-11-01,x',  # 10: a quotation mark that is not closed
        "9,第九件,内容九,2026-11-01,x",
        "10,第十件,内容,有逗号,2026-11-01,x",  # 12: one column too many
        "1,第一件,别的内容,2026-11-01,x",  # 13: the number is taken
        ",无编号,内容,2026-11-01,x",  # 14
        "",
        "11,未来,内容,2099-01-01,x",  # 16
        "12,末件,内容,2026年11月2日,x",
    ]
    path = tmp_path / "broken.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = run(path)
    assert report["registered"] == 4 and report["skipped"] == 0
    assert set(Case.objects.values_list("source_ref", flat=True)) == {"1", "3", "9", "12"}
    rejected = {row["line"]: row["reason"] for row in report["rejected"]}  # type: ignore[attr-defined]
    assert list(rejected) == [3, 6, 7, 8, 9, 10, 12, 13, 14, 16]
    words = {3: "缺少列", 6: "不是日期", 7: "text为空", 8: "121字", 9: "NUL", 10: "引号", 12: "逗号", 13: "第2行",
             14: "id为空", 16: "晚于现在"}  # fmt: skip
    assert all(word in rejected[line] for line, word in words.items()), rejected


def test_one_line_in_another_encoding_costs_only_itself(cast: Cast) -> None:
    good = HEAD.encode() + "".join(f"{n},第{n}件,内容,2026-11-01\n" for n in range(5)).encode()
    read = rows(good + "9,坏行,内容,2026-11-01\n".encode("gb18030") + "10,好行,内容,2026-11-01\n".encode())
    assert [type(row).__name__ for row in read] == ["MatterRow"] * 5 + ["Rejected", "MatterRow"]
    assert read[5].line == 7 and "编码" in read[5].reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"a,b\n1,2\n", "缺少列"),
        (b"\x00\x01\x02\xff\xfe", "缺少列"),
        (b"id,id,subject,text,sent_at\n", "同名"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_an_error(
    cast: Cast, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(path)
    with pytest.raises(CommandError, match="读不到"):
        run(tmp_path / "absent.csv")
    with pytest.raises(CommandError, match="yunxi"):
        call_command("import_matters", str(path), "--hall", "nowhere")


def test_periods_run_from_receipt_by_the_hall_or_from_the_letter(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(HEAD + "1,反映旧事,内容,2014-11-08\n", encoding="utf-8")
    run(path, "--received-from", "sent_at", "--channel", "letter")
    case = Case.objects.get()
    assert (case.received_on, case.law, case.channel) == (dt.date(2014, 11, 8), "r05", "letter")


def test_the_sender_is_checked_as_at_the_counter(cast: Cast, categories: None) -> None:
    row = MatterRow(
        line=2, ref="x1", subject="反映欠薪", text="内容", sent_at=NOW,
        categories=("劳动和社会保障", "劳动关系", "农民工权益"), name="张三", id_number="11010519491231002X",
        phone="138 0013 8000", purpose="request",
    )  # fmt: skip
    clerk = cast.act(cast.clerk)
    done = import_matter(
        actor=clerk, hall_id=cast.hall.pk, row=row, channel="letter", received_on=NOW.date(), now=NOW
    )
    person = done.case.parties.get().petitioner
    assert (person.name, person.sex, person.phone) == ("张三", "female", "13800138000")
    assert done.case.category is not None and done.case.category.level == 3
    again = import_matter(
        actor=clerk, hall_id=cast.hall.pk, row=row, channel="letter", received_on=NOW.date(), now=NOW
    )
    assert again.case == done.case and not again.is_new
    with pytest.raises(Refused, match="本大厅"):
        import_matter(
            actor=cast.act(cast.liaison),
            hall_id=cast.hall.pk,
            row=row,
            channel="letter",
            received_on=NOW.date(),
            now=NOW,
        )

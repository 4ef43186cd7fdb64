"""Matters in the national order, taken out (`ask_national_export`), and back in: the same fields."""

from __future__ import annotations

import base64
import csv
import dataclasses
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cases.actions import (
    NewRespondent,
    Person,
    ask_national_export,
    forget_exports,
    make_national_exports,
    new_case,
)
from cases.actions import exchange_export as exports
from cases.forms.exchange import guessed, national_file, read_rows
from cases.forms.exchange_file import read_table
from cases.lifecycle.national import NATIONAL_FIELDS
from cases.models import NationalExport, Recusal
from cases.queries.exchange import ExchangeFilter, exchange_list
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.depth import examples
from tests.matters import ZHANG, matter, registered

pytestmark = pytest.mark.django_db
WHO = dataclasses.replace(ZHANG, id_number="530999196805120045")
"""With a number whose last digit is right: files are read with care."""


def asked(
    cast: Cast, who: str = "clerk", *, opened: bool = False, reason: str = "", **facts: Any
) -> NationalExport:
    wanted = {name: facts.pop(name) for name in ("first", "last", "entered") if name in facts}
    return ask_national_export(
        actor=cast.act(getattr(cast, who)),
        asked=ExchangeFilter(hall_id=cast.hall.pk, **wanted),
        file_format=facts.get("file_format", "xlsx"),
        is_opened=opened,
        reason=reason,
        now=NOW,
        write=national_file,
    )


def content(export: NationalExport) -> bytes:
    return base64.b64decode(export.content)


def lines(export: NationalExport) -> list[dict[str, str]]:
    if export.format == "xlsx":
        heads, *rows = load_workbook(io.BytesIO(content(export))).active.iter_rows(values_only=True)
        return [dict(zip(heads, [cell or "" for cell in row], strict=True)) for row in rows]
    text = content(export).decode("utf-8-sig" if export.format == "csv" else "gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("way", ["xlsx", "csv", "gb18030"])
def test_in_the_national_order_and_words(cast: Cast, way: str) -> None:
    registered(cast, national_number="GJ1", is_skip_level=True)
    export = asked(cast, file_format=way)
    (line,) = lines(export)
    assert list(line) == [one.heading for one in NATIONAL_FIELDS]
    assert list(line)[:8] == [
        "信访件编号",
        "信访日期",
        "登记时间",
        "信访形式",
        "信访人数",
        "标题",
        "概况信息",
        "投诉内容",
    ]
    assert (line["信访件编号"], line["信访日期"], line["信访形式"]) == ("GJ1", "2026-11-18", "来访")
    assert (line["信访目的"], line["是否依法逐级走访"], line["姓名"]) == ("求决", "0", "张秀英")
    assert "*" in line["证件号码"] and "*" in line["手机"] and line["出生日期"] == "1968-**-**"
    assert (
        ZHANG.id_number not in str(line) and ZHANG.phone not in str(line) and ZHANG.address not in str(line)
    )


def test_utf8_has_its_mark(cast: Cast) -> None:
    registered(cast)
    assert content(asked(cast, file_format="csv")).startswith(b"\xef\xbb\xbf")
    assert not content(asked(cast, file_format="gb18030")).startswith(b"\xef\xbb\xbf")


def test_opened_it_is_a_look_at_each_person(cast: Cast) -> None:
    case = registered(cast)
    export = asked(cast, opened=True, reason="录入国家信访信息系统")
    (line,) = lines(export)
    assert (line["证件号码"], line["手机"], line["住址"]) == (ZHANG.id_number, ZHANG.phone, ZHANG.address)
    person = case.parties.get().petitioner_id
    told = JournalEntry.objects.filter(verb="reveal_person").order_by("stream")
    assert [entry.stream for entry in told] == [f"case:{case.pk}", f"petitioner:{person}"]
    assert {entry.reason for entry in told} == {"录入国家信访信息系统"}
    entry = JournalEntry.objects.get(verb="ask_national_export")
    assert (entry.after["rows"], entry.after["opened"], entry.reason) == (1, True, "录入国家信访信息系统")
    assert ZHANG.id_number.encode() not in bytes(_stored(export))


def _stored(export: NationalExport) -> memoryview:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_nationalexport WHERE id = %s", [export.pk])
        found: memoryview = cursor.fetchone()[0]
    return found


def test_masked_nobody_is_looked_at(cast: Cast) -> None:
    registered(cast)
    asked(cast)
    assert not JournalEntry.objects.filter(verb="reveal_person").exists()


def test_who_may(cast: Cast) -> None:
    registered(cast)
    for who in ("clerk", "manager", "supervisor"):
        assert asked(cast, who).rows == 1
    for who in ("guide", "liaison", "leader", "administrator"):
        with pytest.raises(Refused) as refused:
            asked(cast, who)
        assert refused.value.kind == "role"
    with pytest.raises(Refused) as refused:
        asked(cast, opened=True, reason="看")
    assert (refused.value.kind, refused.value.field) == ("input", "reason")


def test_who_is_kept_out_of_a_case_does_not_take_it_along(cast: Cast) -> None:
    secret = registered(cast)
    registered(cast, title="另一件", people=())
    Recusal.objects.create(case=secret, user=cast.clerk, reason="亲属", at=NOW)
    assert [line["标题"] for line in lines(asked(cast))] == ["另一件"]


def test_period_and_what_is_not_entered(cast: Cast) -> None:
    registered(cast, NOW - dt.timedelta(days=40), title="旧的")
    registered(cast, title="录了的", national_number="GJ1")
    registered(cast, title="没录的")
    assert {line["标题"] for line in lines(asked(cast, first=NOW.date()))} == {"录了的", "没录的"}
    assert {line["标题"] for line in lines(asked(cast, last=NOW.date() - dt.timedelta(days=1)))} == {"旧的"}
    assert {line["标题"] for line in lines(asked(cast, entered="no"))} == {"旧的", "没录的"}
    assert {line["标题"] for line in lines(asked(cast, entered="yes"))} == {"录了的"}
    with pytest.raises(Refused) as refused:
        asked(cast, first=NOW.date() + dt.timedelta(days=9))
    assert (refused.value.kind, refused.value.field) == ("input", "first")


def test_a_large_one_is_made_by_a_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    for n in range(3):
        registered(cast, title=f"第{n}件")
    export = asked(cast)
    assert (export.status, export.content) == ("queued", "")
    assert make_national_exports(write=national_file, now=NOW) == 1
    assert make_national_exports(write=national_file, now=NOW) == 0
    export.refresh_from_db()
    assert (export.status, len(lines(export))) == ("done", 3)
    assert forget_exports(now=NOW + dt.timedelta(hours=23)) == 0
    assert forget_exports(now=NOW + dt.timedelta(days=1)) == 1
    export.refresh_from_db()
    assert export.content == ""


def test_as_many_statements_for_many_as_for_few(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            asked(cast)
        return len(seen)

    registered(cast)
    few = statements()
    for n in range(5):
        registered(cast, title=f"第{n}件")
    assert statements() == few


def test_the_list_goes_on_behind_its_key(cast: Cast) -> None:
    made = [registered(cast, title=f"第{n}件", national_number=f"GJ{n}" if n % 2 else "") for n in range(5)]
    actor, wanted = cast.act(cast.clerk), ExchangeFilter(hall_id=cast.hall.pk, entered="no")
    page, after = exchange_list(actor, wanted, size=2)
    assert ([case.pk for case in page], after) == ([made[4].pk, made[2].pk], made[2].pk)
    page, after = exchange_list(actor, wanted, size=2, after=after)
    assert ([case.pk for case in page], after) == ([made[0].pk], None)


@pytest.mark.parametrize("way", ["xlsx", "csv", "gb18030"])
def test_no_cell_is_a_formula(cast: Cast, way: str) -> None:
    registered(cast, title='=HYPERLINK("http://x","点")', place="@SUM(A1)", content="+1-1")
    export = asked(cast, file_format=way)
    if way == "xlsx":
        sheet = load_workbook(io.BytesIO(content(export))).active
        assert "f" not in {cell.data_type for cells in sheet.iter_rows() for cell in cells}
        return
    cells = [cell for line in lines(export) for cell in line.values()]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


_WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="；*、，,;"),
    min_size=1,
    max_size=30,
)
_NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)
_OTHERS = st.lists(_NAMES, max_size=3)


@settings(
    max_examples=examples(25, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    way=st.sampled_from(["xlsx", "csv", "gb18030"]),
    words=st.lists(_WORDS, min_size=6, max_size=6),
    channel=st.sampled_from(["visit", "letter", "online", "phone", "other"]),
    purpose=st.sampled_from(["suggestion", "appeal", "request", "accusation", "inquiry", "other"]),
    flags=st.lists(st.booleans(), min_size=5, max_size=5),
    count=st.integers(8, 9999),
    representatives=_OTHERS,
    companions=_OTHERS,
    claims=st.lists(_WORDS, min_size=1, max_size=4),
    named=st.booleans(),
)
def test_out_and_in_again_it_is_the_same_matter(
    cast: Cast, way: str, words: list[str], channel: str, purpose: str, flags: list[bool], count: int,
    representatives: list[str], companions: list[str], claims: list[str], named: bool,
) -> None:  # fmt: skip
    people = (WHO, *(Person(role="representative", name=name) for name in representatives),
              *(Person(role="companion", name=name) for name in companions))  # fmt: skip
    title, content_, summary, place, respondent, position = words
    stated = matter(
        channel=channel, purpose=purpose, title=title, content=content_, summary=summary, place=place,
        people=people if named else (), claims=tuple(claims), head_count=count,
        respondents=(NewRespondent(name=respondent, position=position),), place_region_id=cast.county.pk,
        is_confidential=flags[0] or purpose == "accusation", public_consent=flags[1], is_urgent=flags[2],
        is_law_related=flags[3], is_skip_level=flags[4],
    )  # fmt: skip
    with_case = registered(cast, **{f.name: getattr(stated, f.name) for f in dataclasses.fields(stated)})
    export = asked(cast, file_format=way, opened=True, reason="往返核对")
    table = read_table(content(export))
    rows = read_rows(table.rows, guessed(table.headings, {}), now=NOW)
    (found,) = [one for one in rows if one.facts["x_btbh"] == with_case.number]
    assert found.errors == {}
    again = new_case(found.facts)
    if named:
        again = dataclasses.replace(
            again, people=(dataclasses.replace(again.people[0], region_code=""), *again.people[1:])
        )
    assert dataclasses.replace(again, source_ref="") == stated

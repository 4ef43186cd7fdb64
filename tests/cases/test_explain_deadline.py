"""`manage.py explain_deadline`: the vectors of the law at the door, and bad input said clearly."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def explain(*args: str) -> str:
    out = StringIO()
    call_command("explain_deadline", *args, stdout=out)
    return out.getvalue()


def explained(*args: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(explain(*args, "--json"))
    assert list(result) == ["due", "nominal", "provisional", "article", "steps"]
    return result


@pytest.mark.parametrize(
    ("args", "nominal", "due"),
    [
        ("--term sort --start 2023-09-15", "2023-09-30", "2023-10-07"),
        ("--term object --start 2023-09-28", "2023-10-11", "2023-10-11"),
        ("--term object --start 2025-01-24", "2025-02-07", "2025-02-07"),
        ("--term handle --start 2024-12-03", "2025-02-01", "2025-02-05"),
        ("--term handle --start 2024-12-03 --extension 30", "2025-03-03", "2025-03-03"),
        ("--term handle --start 2023-10-01", "2023-11-30", "2023-11-30"),
        ("--term reexamine --start 2025-06-02 --hold 2025-06-10:2025-06-20", "2025-07-12", "2025-07-14"),
        (
            "--term reexamine --start 2025-06-02 --hold 2025-06-10:2025-06-15 --hold 2025-06-15:2025-06-20",
            "2025-07-12",
            "2025-07-14",
        ),
    ],
)
def test_the_vectors_of_the_law(args: str, nominal: str, due: str) -> None:
    result = explained(*args.split())
    assert (result["nominal"], result["due"], result["provisional"]) == (nominal, due, False)
    assert all(isinstance(step, str) for step in result["steps"])


def test_the_law_follows_the_start_unless_it_is_given() -> None:
    assert explained("--term", "handle", "--start", "2022-04-30")["article"] == "《信访条例》第三十三条"
    assert explained("--term", "handle", "--start", "2022-05-01")["article"] == "《信访工作条例》第三十四条"
    given = explained("--term", "handle", "--start", "2022-05-01", "--law", "r05")
    assert given["article"] == "《信访条例》第三十三条"


def test_a_date_in_a_year_that_is_not_published_is_provisional() -> None:
    result = explained("--term", "handle", "--start", "2026-11-21")
    assert (result["due"], result["provisional"]) == ("2027-01-20", True)
    assert "2027年放假安排尚未公布" in " ".join(result["steps"])
    assert "是，放假安排尚未公布" in explain("--term", "handle", "--start", "2026-11-21")


def test_a_pause_that_lasts_leaves_no_date() -> None:
    result = explained("--term", "reexamine", "--start", "2025-06-02", "--hold", "2025-06-10:")
    assert (result["due"], result["nominal"], result["provisional"]) == (None, None, False)
    assert "尚未确定" in explain("--term", "reexamine", "--start", "2025-06-02", "--hold", "2025-06-10:")


def test_words_for_people() -> None:
    text = explain("--term", "handle", "--start", "2024-12-03")
    assert "2025-02-05  2025年2月5日 周三" in text
    assert "顺延至2025年2月5日 周三" in text
    assert "Art. 34" in explain("--term", "handle", "--start", "2024-12-03", "--language", "en")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("--term handel --start 2024-12-03", "sort, notify, object, simple_accept, simple_handle, handle"),
        ("--term object --start 2024-12-03 --law r05", "《信访条例》没有期限"),
        ("--term handle --start 2024-12-03 --law r06", "r22, r05"),
        ("--term handle --start 2004-12-03", "没有可适用的规定"),
        ("--term handle --start 2024-13-03", "日期“2024-13-03”不正确"),
        ("--term handle --start 2024-12-03 --extension 31", "只能延长0至30日"),
        ("--term handle --start 2024-12-03 --extension -1", "只能延长0至30日"),
        ("--term review --start 2024-12-03 --extension 1", "不得延长"),
        ("--term handle --start 2024-12-03 --extension ten", "invalid int value"),
        ("--term handle --start 2024-12-03 --hold 2024-12-10:2024-12-20", "不得中止"),
        ("--term reexamine --start 2024-12-03 --hold 2024-12-20:2024-12-10", "早于开始日"),
        ("--term reexamine --start 2024-12-03 --hold 2024-12-20", "应为“开始日:结束日”"),
        ("--term reexamine --start 2024-12-03 --hold 2024-12-20:x", "日期“x”不正确"),
        ("--term handle --start 9999-12-03", "超出历法范围"),
        ("--term handle --start 2024-12-03 --language fr", "zh-hans, en"),
    ],
)
def test_bad_input_is_said_clearly(args: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        explain(*args.split())
    assert words in str(refused.value)


def test_refusals_come_in_the_asked_language() -> None:
    with pytest.raises(CommandError) as refused:
        explain("--term", "handle", "--start", "2024-12-03", "--extension", "31", "--language", "en")
    assert "an extension is 0 to 30 days" in str(refused.value)

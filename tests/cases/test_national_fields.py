"""docs/exchange.md says the fields that the code has, in their order; every code list is written and read alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cases.lifecycle import CHANNELS, ID_KINDS, PURPOSES
from cases.lifecycle.national import (
    FIELD_BY_CODE,
    NATIONAL_FIELDS,
    NOT_KEPT,
    NationalField,
    national_word,
    readings,
)

DOC = Path(__file__).parents[2] / "docs" / "exchange.md"


def _cell(one: NationalField) -> str:
    said = (("必", one.is_needed), ("出", not one.is_read), ("遮", one.is_personal))
    marks = "".join(mark for mark, holds in said if holds)
    return f"`{one.code}` {one.heading}" + (f" ({marks})" if marks else "")


def test_the_page_says_what_the_code_has() -> None:
    rows = [line for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = [cell.strip() for line in rows for cell in line.strip("|").split("|") if cell.strip()]
    assert told == [_cell(one) for one in NATIONAL_FIELDS]


def test_codes_and_headings_are_each_there_once() -> None:
    codes = [one.code for one in NATIONAL_FIELDS]
    names = [name for one in NATIONAL_FIELDS for name in (one.heading, one.code, *one.aliases)]
    assert len(set(codes)) == len(codes) == len(FIELD_BY_CODE)
    assert len(set(names)) == len(names)
    assert not set(names) & {*NOT_KEPT, *NOT_KEPT.values()}
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


@pytest.mark.parametrize(
    ("kind", "codes"), [("channel", CHANNELS), ("purpose", PURPOSES), ("id_kind", ID_KINDS)]
)
def test_what_is_written_is_read(kind: str, codes: dict[str, str]) -> None:
    assert {code: readings(kind)[national_word(kind, code)] for code in codes} == {
        code: code for code in codes
    }

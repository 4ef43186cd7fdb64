"""The cells of a national file, each read by its field; what is wrong is said at its cell, with the nearest right."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import WINDOWS_EPOCH

from cases.actions import FileRow
from cases.lifecycle.national import (
    FIELD_BY_CODE,
    NATIONAL_FIELDS,
    NEEDED_FIELDS,
    NO,
    NOT_KEPT,
    YES,
    NationalField,
    readings,
)
from cases.models import ContentCategory
from cases.rules.papers import check_birth_date, read_paper, read_phone
from hall.access import Refused
from staffing.forms.people_file import day_of
from staffing.models import Jurisdiction

OWN_NUMBER = "x_btbh"
"""Ours alone to say; read back, it tells that the row is a matter of this hall."""
READABLE = tuple(one for one in NATIONAL_FIELDS if one.is_read or one.code == OWN_NUMBER)


def _key(text: str) -> str:
    """Headings differ in spaces, stars and remarks in brackets."""
    return re.sub(
        r"\s|[*＊：:]|[(（\[【].*", "", unicodedata.normalize("NFKC", text), flags=re.DOTALL
    ).lower()


@lru_cache(maxsize=1)
def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in READABLE:
        for name in (one.heading, one.code, *one.aliases):
            found.setdefault(_key(name), one.code)
    return found


@lru_cache(maxsize=1)
def _others() -> frozenset[str]:
    """National names that are known and not read: not kept here, or ours alone to say."""
    known = dict(NOT_KEPT) | {one.heading: one.code for one in NATIONAL_FIELDS if one not in READABLE}
    return frozenset(_key(name) for pair in known.items() for name in pair)


def recognised(headings: Sequence[str], saved: Mapping[str, str] | None = None) -> dict[int, str]:
    """Place of the column → field, each field once; a saved order goes before the names."""
    found: dict[int, str] = {}
    for at, heading in enumerate(headings):
        code = (saved or {}).get(heading) or _headings().get(_key(heading), "")
        if code in FIELD_BY_CODE and code not in found.values():
            found[at] = code
    return found


def is_not_kept(heading: str) -> bool:
    """A national field that the house has no place for."""
    return _key(heading) in _others()


def missing_fields(columns: Mapping[int, str]) -> list[NationalField]:
    return [one for one in NEEDED_FIELDS if one.code not in columns.values()]


_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("day", "flag", "number", "category", "region")),
    **dict.fromkeys(("names", "lines"), ()),
}
"""What an empty cell says; "" of all other kinds."""


class RowReader:
    """Reads the rows of a file against what the house knows today: categories, regions, the day."""

    def __init__(self, columns: Mapping[int, str], *, now: dt.datetime) -> None:
        self.columns, self.today = columns, timezone.localdate(now)

    @cached_property
    def _known_categories(self) -> tuple[dict[str, int], list[str]]:
        """What names a category, and all words from which the nearest is chosen."""
        found: dict[str, int] = {}
        words: list[str] = []
        rows = ContentCategory.objects.filter(is_active=True).values_list("pk", "code", "name", "path")
        names = [name for _pk, _code, name, _path in rows]
        for pk, code, name, path in rows:
            found |= {code: pk, path: pk}
            if names.count(name) == 1:
                found[name] = pk
            words += [code, name]
        return found, words

    @cached_property
    def _regions(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for pk, code, name in Jurisdiction.objects.values_list("pk", "code", "name"):
            found |= {code: pk, name: pk, code.rstrip("0").ljust(6, "0"): pk}
        return found

    def read(self, line: int, cells: Sequence[Any]) -> FileRow:
        facts: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for at, code in self.columns.items():
            one = FIELD_BY_CODE[code]
            value = cells[at] if at < len(cells) else ""
            try:
                facts[code] = self._read(one, value)
            except ValueError as error:
                # The reason is kept in the clear: it does not repeat when somebody was born.
                is_told = one.is_personal and one.kind == "day" and "*" not in str(value)
                errors[code] = _("请按 1980-06-01 的样式填写日期。") if is_told else str(error)
            except Refused as refused:
                errors[code] = str(refused)
        for one in NEEDED_FIELDS:
            if one.code not in errors and not facts.get(one.code):
                errors[one.code] = _("请填写%(what)s。") % {"what": _(one.heading)}
        self._read_person(facts, errors)
        return FileRow(line, cells, facts, errors)

    def _read(self, one: NationalField, value: Any) -> Any:
        text = str(value).strip()
        if not text:
            return _EMPTY.get(one.kind, "")
        reader = getattr(self, f"_{one.kind}", None)
        if reader is not None:
            return reader(value, text)
        if one.kind in ("channel", "purpose", "id_kind", "sex"):
            return self._code(one, text)
        _check_whole(value, text)
        if one.is_personal and "*" in text:
            raise ValueError(_("这是遮盖过的内容（含*），请用完整的文件。"))
        if one.code == "xfjbh" and re.search(r"\s", text):
            raise ValueError(_("编号中间没有空格。"))
        return self._long(one, text)

    def _long(self, one: NationalField, text: str) -> str:
        if one.most and len(text) > one.most:
            raise ValueError(_("最多%(n)s个字，现在是%(now)s个。") % {"n": one.most, "now": len(text)})
        return text

    def _day(self, value: Any, text: str) -> str:
        if "*" in text:
            raise ValueError(_("这是遮盖过的内容（含*），请用完整的文件。"))
        text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", text)
        day = day_of(text, WINDOWS_EPOCH)
        if not 1890 <= day.year <= 2100:
            raise ValueError(_("年份不对：%(text)s。") % {"text": text[:20]})
        if day > self.today:
            raise ValueError(_("日期%(day)s晚于今天。") % {"day": day.isoformat()})
        return day.isoformat()

    def _number(self, value: Any, text: str) -> int:
        found = re.fullmatch(r"(\d{1,6})\s*[人个名]?", unicodedata.normalize("NFKC", text))
        if not found or not 1 <= int(found[1]) <= 9999:
            raise ValueError(_("人数请填1至9999的数字。"))
        return int(found[1])

    def _flag(self, value: Any, text: str) -> bool:
        word = unicodedata.normalize("NFKC", text).lower()
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError(_("请填1（是）或0（否）。"))

    def _code(self, one: NationalField, text: str) -> str:
        known = readings(one.kind)
        if text in known:
            return known[text]
        words = [word for word in known if not word.isdigit()]
        near = difflib.get_close_matches(text, words, 1, 0.5)
        if near:
            raise ValueError(
                _("代码表里没有“%(text)s”。是不是“%(near)s”？") % {"text": text[:20], "near": near[0]}
            )
        facts = {
            "text": text[:20],
            "words": "、".join(dict.fromkeys(w for w, c in known.items() if not w.isdigit())),
        }
        raise ValueError(_("代码表里没有“%(text)s”。可填：%(words)s。") % facts)

    def _category(self, value: Any, text: str) -> int:
        text = text.zfill(6) if text.isdigit() else text
        categories, category_words = self._known_categories
        if found := categories.get(text):
            return found
        # A code's nearest is one of its own branch: what differs is at its end.
        words = [w for w in category_words if w.isdigit() == text.isdigit()]
        near = [w for w in words if text.isdigit() and w == text[:4] + "00"] or [
            w for w in words if text.isdigit() and w == text[:2] + "0000"
        ]
        near = near or difflib.get_close_matches(text, words, 1, 0.5)
        if near:
            raise ValueError(
                _("内容分类里没有“%(text)s”。是不是“%(near)s”？") % {"text": text[:20], "near": near[0]}
            )
        raise ValueError(_("内容分类里没有“%(text)s”。请填六位代码或者分类的名称。") % {"text": text[:20]})

    def _region(self, value: Any, text: str) -> int:
        if found := self._regions.get(text):
            return found
        near = difflib.get_close_matches(text, self._regions, 1, 0.5)
        if near:
            raise ValueError(
                _("没有这个区划“%(text)s”。是不是“%(near)s”？") % {"text": text[:20], "near": near[0]}
            )
        raise ValueError(_("没有这个区划“%(text)s”。请填行政区划代码或者名称。") % {"text": text[:20]})

    def _names(self, value: Any, text: str) -> list[str]:
        names = [name.strip() for name in re.split(r"[、,，;；\n]+", text) if name.strip()]
        if any(len(name) > 60 for name in names) or len(names) > 60:
            raise ValueError(_("请用顿号隔开各人的姓名，每个姓名最多60字，最多60人。"))
        return names

    def _lines(self, value: Any, text: str) -> list[str]:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if any(len(line) > 500 for line in lines):
            raise ValueError(_("每项诉求一行，每行最多500字。"))
        return lines

    def _read_person(self, facts: dict[str, Any], errors: dict[str, str]) -> None:
        """The paper says who somebody is; what the other columns say differently is an error at their cells."""
        self._read_number(facts, errors)
        if "sjh" not in errors and facts.get("sjh"):
            try:
                facts["sjh"] = read_phone(facts["sjh"])
            except Refused as refused:
                errors["sjh"] = str(refused)
        if facts.get("csrq") and "csrq" not in errors:
            try:
                check_birth_date(dt.date.fromisoformat(facts["csrq"]), today=self.today)
            except Refused as refused:
                errors["csrq"] = str(refused)
        told = [code for code in ("zjhm", "sjh", "zz", "x_db", "x_sfr") if facts.get(code)]
        if told and not facts.get("xm") and "xm" not in errors:
            errors["xm"] = _("有证件、电话、住址或者同来的人，却没有姓名。匿名的请清空这些列。")

    def _read_number(self, facts: dict[str, Any], errors: dict[str, str]) -> None:
        number = facts.get("zjhm")
        if not number or errors.keys() & {"zjhm", "zjlx"}:
            if not number and "zjhm" not in errors:
                facts["zjlx"] = ""
            return
        kind = facts.get("zjlx") or ("resident" if re.fullmatch(r"\d{17}[\dXx]", number) else "")
        if not kind or kind == "none":
            errors["zjlx"] = _("填了证件号码，请填写证件类型。")
            return
        try:
            paper = read_paper(kind, number, today=self.today)
        except Refused as refused:
            errors["zjhm"] = str(refused)
            return
        facts |= {"zjlx": kind, "zjhm": paper.number}
        if not paper.birth_date:
            return
        born = paper.birth_date.isoformat()
        if facts.get("csrq") and facts["csrq"] != born:
            errors["csrq"] = _("与身份证号码里的出生日期不符。")
        if facts.get("xb") and facts["xb"] != paper.sex:
            errors["xb"] = _("与身份证号码里的性别不符。")
        facts |= {"csrq": born, "xb": paper.sex, "region": paper.region_code}


def _check_whole(value: Any, text: str) -> None:
    """Excel keeps fifteen digits of a number: the rest of an identity card's are gone for good."""
    is_long = isinstance(value, int | float) and abs(value) >= 10**15
    if is_long or re.fullmatch(r"\d(\.\d+)?[eE]\+?\d{2,3}", text):
        raise ValueError(
            _("这一格在Excel里是数字，后面几位已经丢失。请把该列设为“文本”，重新填写完整的号码。")
        )

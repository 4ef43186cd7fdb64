"""Reading a CSV of letters: whatever is in the file, each record becomes a row or a rejection with its line.

The line is the physical line of the file on which the record begins, as an editor shows it. A quotation mark that
is never closed costs its own line, not the rest of the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import PURPOSES
from cases.rules import CONTENT_LENGTH, TITLE_LENGTH
from hall.clock import HOSTS_DIFFER
from intake.actions.import_matters import MatterRow

REQUIRED = ("id", "subject", "text", "sent_at")
LEVELS = ("level_1", "level_2", "level_3")
OPTIONAL = (*LEVELS, "category", "name", "id_number", "phone", "address", "place", "purpose")
LENGTHS = {
    "id": 80,
    "subject": TITLE_LENGTH,
    "text": CONTENT_LENGTH,
    "name": 60,
    "id_number": 30,
    "phone": 30,
    "address": 120,
    "place": 200,
}
_DATES = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日", "%Y%m%d%H%M%S", "%Y%m%d", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d",
)  # fmt: skip
_PURPOSE_OF = {**{code: code for code in PURPOSES}, **{words: code for code, words in PURPOSES.items()}}


class Unreadable(Exception):
    """Nothing of the file can be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rejected:
    line: int
    reason: str


@dataclass(frozen=True)
class MattersFile:
    """A file that has been opened: its encoding, its columns, and its records one by one."""

    encoding: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: Sequence[str]
    first: int

    def records(self, *, now: dt.datetime) -> Iterator[MatterRow | Rejected]:
        seen: dict[str, tuple[int, str]] = {}
        for line, values in self._split():
            if isinstance(values, str):
                yield Rejected(line, values)
                continue
            row = _row(line, dict(zip(self.columns, values, strict=True)), now=now)
            if isinstance(row, MatterRow):
                before, text = seen.setdefault(row.ref, (line, row.text))
                if before != line and text != row.text:
                    yield Rejected(
                        line, _("编号%(ref)s在第%(n)s行已经用过，内容不同。") % {"ref": row.ref, "n": before}
                    )
                    continue
            yield row

    def __len__(self) -> int:
        """About how many records there are, for showing progress."""
        return max(len(self.lines) - self.first, 0)

    def _split(self) -> Iterator[tuple[int, list[str] | str]]:
        """(line, values) or (line, what is wrong)."""
        start, width = self.first, len(self.columns)
        while start < len(self.lines):
            reader = csv.reader(self.lines[n] for n in range(start, len(self.lines)))
            while True:
                line = start + reader.line_num
                try:
                    values = next(reader, None)
                except csv.Error as error:
                    values, wrong = [], _("不是有效的CSV：%(error)s。") % {"error": error}
                else:
                    wrong = ""
                if values is None:
                    return
                taken = start + reader.line_num - line
                if not wrong and not any(value.strip() for value in values):
                    continue
                if not wrong and len(values) != width:
                    wrong = self._wrong_width(len(values), taken)
                if not wrong:
                    yield line + 1, values
                    continue
                yield line + 1, wrong
                if taken > 1:  # it may have swallowed good lines: begin again behind its first one
                    start = line + 1
                    break

    def _wrong_width(self, got: int, taken: int) -> str:
        facts = {"got": got, "want": len(self.columns)}
        if taken > 1:
            return _("引号没有成对，或者列数不符（%(got)s列，应为%(want)s列）。") % facts
        if got < len(self.columns):
            return _("缺少列：只有%(got)s列，应为%(want)s列。") % facts
        return _("列数为%(got)s，应为%(want)s：内容里有逗号时，整段应加引号。") % facts


def open_matters(raw: bytes) -> MattersFile:
    """Find out the encoding and the columns. Raises Unreadable."""
    if not raw.strip():
        raise Unreadable(_("文件是空的。"))
    encoding, text = _decode(raw)
    lines = list(io.StringIO(text, newline=""))
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    try:
        header = next(csv.reader([lines[first]]), [])
    except csv.Error as error:
        raise Unreadable(_("第%(n)s行不是列名：%(error)s。") % {"n": first + 1, "error": error}) from error
    columns = tuple(name.strip().strip("\ufeff").lower() for name in header)
    if missing := [name for name in REQUIRED if name not in columns]:
        raise Unreadable(
            _("文件缺少列：%(missing)s。第一行应有列名 id、subject、text、sent_at。")
            % {"missing": "、".join(missing)}
        )
    if len(set(columns)) != len(columns):
        raise Unreadable(_("有两列同名，请改名后再导入。"))
    ignored = tuple(name for name in columns if name not in REQUIRED + OPTIONAL)
    return MattersFile(encoding, columns, ignored, lines, first + 1)


def _decode(raw: bytes) -> tuple[str, str]:
    """UTF-8 with or without mark, UTF-16 with one, else GB18030; a broken line costs only itself (it shows U+FFFD)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", raw.decode("utf-16", errors="replace")
    try:
        return "utf-8", raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    lines = [line for line in raw.split(b"\n") if not line.isascii()]
    as_utf8 = sum(_decodes(line, "utf-8") for line in lines)
    encoding = "utf-8" if as_utf8 * 2 > len(lines) else "gb18030"
    return encoding, raw.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _row(line: int, values: Mapping[str, str], *, now: dt.datetime) -> MatterRow | Rejected:
    facts = {name: values.get(name, "").strip() for name in REQUIRED + OPTIONAL}
    wrong = _wrong(facts)
    sent_at = None if wrong else _moment(facts["sent_at"])
    if not wrong and sent_at is None:
        wrong = _("来件时间“%(at)s”不是日期，应为 2026-11-21 09:30 或 2026/11/21 09:30:00。") % {
            "at": facts["sent_at"][:40]
        }
    elif sent_at is not None and sent_at > now + HOSTS_DIFFER:
        wrong = _("来件时间%(at)s晚于现在。") % {"at": facts["sent_at"][:40]}
    if wrong or sent_at is None:
        return Rejected(line, wrong)
    return MatterRow(
        line=line,
        ref=facts["id"],
        subject=facts["subject"],
        text=facts["text"],
        sent_at=sent_at,
        categories=_categories(facts),
        purpose=_PURPOSE_OF.get(facts["purpose"], "other"),
        **{name: facts[name] for name in ("name", "id_number", "phone", "address", "place")},
    )


def _wrong(facts: Mapping[str, str]) -> str:
    """Why the record cannot be taken; "" when it can."""
    if any("\x00" in value for value in facts.values()):
        return _("含有空字符（NUL），文件可能已损坏。")
    if any("\ufffd" in value for value in facts.values()):
        return _("有无法识别的字符，该行的编码与文件不一致。")
    if empty := [name for name in REQUIRED if not facts[name]]:
        return _("%(name)s为空。") % {"name": "、".join(empty)}
    if "\n" in facts["id"]:
        return _("引号没有成对。")
    for name, length in LENGTHS.items():
        if (got := len(facts[name])) > length:
            return _("%(name)s有%(n)s字，超过%(max)s字。") % {"name": name, "n": got, "max": length}
    return ""


def _moment(text: str) -> dt.datetime | None:
    """A moment in the hall's time zone; a date alone is its midnight. None when it is no date of 1949 or later."""
    plain = re.sub(r"\s+", " ", text).strip()
    found: dt.datetime | None = None
    try:
        found = dt.datetime.fromisoformat(plain)
    except ValueError:
        for pattern in _DATES:
            try:
                found = dt.datetime.strptime(plain, pattern)  # noqa: DTZ007
            except ValueError:
                continue
            break
    if found is None or not 1949 <= found.year <= 9998:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _categories(facts: Mapping[str, str]) -> tuple[str, ...]:
    if facts["category"]:
        return tuple(part.strip() for part in re.split(r"[/／>|]", facts["category"]) if part.strip())
    return tuple(facts[name] for name in LEVELS if facts[name])

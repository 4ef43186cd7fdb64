"""What papers there are, which facts each must carry, and how facts become the words of the paper.

The table is data, hall/typst/kinds.toml; docs/documents.md explains its notation. Nothing here knows Typst or
the database: facts in, a page out (title, addressee, blocks, rows), which is frozen with the document and from
which both the PDF and the print page are made.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from hall.access import Refused
from hall.citations import in_english

TYPST = Path(__file__).resolve().parent.parent / "typst"
OPINION = {"text": "诉求", "facts": "查明的事实", "basis": "依据", "conclusion": "结论", "opinion": "意见"}
PROVISIONAL = "标注“暂定”的日期，其所在年度的放假调休安排尚未公布；公布后日期有变化的，将另行告知。"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a paper says. A secret one (query code, ID number) makes the stored content ciphertext."""

    name: str
    label: str
    type: str
    secret: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of paper. `word` is the series of its 文号, "{organ}受告字"; slips are numbered by `number` instead."""

    code: str
    title: str
    title_en: str
    layout: str
    facts: tuple[Fact, ...]
    required: frozenset[str]
    word: str = ""
    number: str = ""
    heading: str = ""
    subtitle: str = ""
    to: str = ""
    body: str = ""
    rows: str = ""
    laws: tuple[str, ...] = ("r22", "r05")

    @property
    def label(self) -> str:
        return self.title_en if in_english() else self.title

    @property
    def sealed(self) -> bool:
        """True when the content is stored encrypted."""
        return any(fact.secret for fact in self.facts)


def _load() -> tuple[dict[str, dict[str, Any]], dict[str, Fact], dict[str, Kind]]:
    table = tomllib.loads((TYPST / "kinds.toml").read_text("utf-8"))
    facts = {name: Fact(name, row[0], row[1], "secret" in row[2:]) for name, row in table["facts"].items()}
    kinds = {}
    for code, row in table["kinds"].items():
        names = row.pop("facts").split()
        kinds[code] = Kind(
            code=code,
            facts=tuple(facts[name.rstrip("?")] for name in names),
            required=frozenset(name for name in names if not name.endswith("?")),
            laws=tuple(row.pop("laws", table["laws"])),
            **row,
        )
    return table["laws"], facts, kinds


LAWS, FACTS, KINDS = _load()


def sample(kind: Kind) -> dict[str, Any]:
    """Facts of an invented matter: what a paper of this kind looks like, before there is one."""
    table = tomllib.loads((TYPST / "samples.toml").read_text("utf-8"))
    said = table["facts"] | table["kinds"].get(kind.code, {})
    return {fact.name: said[fact.name] for fact in kind.facts if fact.name in said}


# --- cleaning: what a paper can carry -----------------------------------------------------------------------

_KEPT_SYMBOLS = frozenset("★☆☎♀♂")


def _is_pictograph(char: str) -> bool:
    """Emoji and their like: no face for official papers has them."""
    code = ord(char)
    if code >= 0x1F000:
        return unicodedata.category(char)[0] == "S"
    return (0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF) and char not in _KEPT_SYMBOLS


def clean(text: str) -> str:
    """A text that paper can carry: no control, direction or invisible characters; what cannot be printed is shown.

    A pictograph becomes 〔图〕 and a private-use character 〓, the printer's mark for a missing sort: visibly
    replaced, never dropped in silence. Line breaks stay.
    """
    out: list[str] = []
    for char in text.replace("\r\n", "\n").replace("\r", "\n"):
        category = unicodedata.category(char)
        if char == "\n":
            out.append(char)
        elif category == "Cc" or category[0] == "Z":
            out.append(" " if char != "\u3000" else char)
        elif category in ("Cf", "Cs") or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
            continue
        elif category == "Co":
            out.append("〓")
        elif _is_pictograph(char):
            if not out or out[-1] != "〔图〕":
                out.append("〔图〕")
        else:
            out.append(char)
    return "".join(out)


def _line(value: Any) -> str:
    return " ".join(clean(str(value)).split())


def _prose(value: Any) -> list[str]:
    paragraphs = value if isinstance(value, (list, tuple)) else str(value).splitlines()
    return [line for paragraph in paragraphs if (line := _line(paragraph))]


def _date(value: Any) -> str:
    day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    if isinstance(day, dt.datetime):
        day = (localtime(day) if is_aware(day) else day).date()
    return day.isoformat()


def _due(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"on": _date(value["on"]), "provisional": bool(value.get("provisional", False))}
    return {"on": _date(value), "provisional": False}


def _moment(value: Any) -> str:
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return (localtime(moment) if is_aware(moment) else moment).isoformat(timespec="minutes")


def _opinions(value: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    cleaners = {key: _line if key in ("text", "conclusion") else _prose for key in OPINION}
    return [{key: cleaner(row.get(key, "")) for key, cleaner in cleaners.items()} for row in value]


def _promises(value: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"what": _line(row["what"]), "due": _due(row["due"]), "article": _line(row.get("article", ""))}
        for row in value
    ]


def _tasks(value: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    cleaners = {"unit": _line, "person": _line, "text": _line, "due": _date}
    return [{key: cleaner(row.get(key, "")) for key, cleaner in cleaners.items()} for row in value]


def _inks(value: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Drawn names: whole numbers alone, so that nothing but lines is drawn from them."""
    return [
        {
            "who": _line(row["who"]),
            "lines": [[[int(x), int(y)] for x, y in line] for line in row["lines"]],
        }
        for row in value
    ]


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "text": _line,
    "prose": _prose,
    "date": _date,
    "due": _due,
    "moment": _moment,
    "number": int,
    "lines": lambda value: [line for item in value if (line := _line(item))],
    "opinions": _opinions,
    "promises": _promises,
    "tasks": _tasks,
    "inks": _inks,
}


def take(kind: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a paper in the form they are stored. Raises Refused(input) naming every missing element.

    A fact the kind does not know, or a value of the wrong type, is the caller's mistake: TypeError, ValueError.
    """
    if unknown := content.keys() - {fact.name for fact in kind.facts}:
        raise TypeError(f"{kind.code} has no such facts: {', '.join(sorted(unknown))}")
    facts: dict[str, Any] = {}
    missing: list[tuple[str, str]] = []
    for fact in kind.facts:
        value = content.get(fact.name)
        stored = _CLEANERS[fact.type](value) if value not in (None, "") else None
        if stored or stored == 0:
            facts[fact.name] = stored
        elif fact.name in kind.required:
            missing.append((fact.name, fact.label))
    for n, opinion in enumerate(facts.get("opinions", ()), 1):
        for key, label in OPINION.items():
            if not opinion[key]:
                missing.append(("opinions", _("第%(n)d项诉求的%(what)s") % {"n": n, "what": label}))
    if missing:
        raise Refused(
            _("《%(paper)s》还缺：%(missing)s。")
            % {"paper": kind.title, "missing": "、".join(label for _name, label in missing)},
            "input",
            field=missing[0][0],
        )
    return facts


# --- words --------------------------------------------------------------------------------------------------


def cn_date(value: str | dt.date) -> str:
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _show_due(value: Mapping[str, Any]) -> str:
    return cn_date(value["on"]) + ("（暂定）" if value["provisional"] else "")


def _show_moment(value: str) -> str:
    moment = dt.datetime.fromisoformat(value)
    return f"{cn_date(moment.date())} {moment:%H:%M}"


def cn_numeral(n: int) -> str:
    """一, 二, … 十, 十一, … 九十九."""
    tens, ones = divmod(n, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def numbered(items: list[str]) -> list[str]:
    return [f"{n}. {item}" for n, item in enumerate(items, 1)] if len(items) > 1 else items


_SHOWN: dict[str, Callable[[Any], list[str]]] = {
    "text": lambda value: [value],
    "prose": lambda value: value,
    "date": lambda value: [cn_date(value)],
    "due": lambda value: [_show_due(value)],
    "moment": lambda value: [_show_moment(value)],
    "number": lambda value: [str(value)],
    "lines": numbered,
    "opinions": lambda value: numbered([row["text"] for row in value]),
    "promises": lambda value: [row["what"] for row in value],
    "tasks": lambda value: numbered([row["text"] for row in value]),
    "inks": lambda value: [row["who"] for row in value],
}
_NAME = re.compile(r"\{(\w+)\}")
_PART = re.compile(r"(\[\[.*?\]\])")


def fill(template: str, words: Mapping[str, list[str]]) -> str | None:
    """The template with its facts; None when one it needs is missing. Values are never read as template again."""
    out = ""
    for part in _PART.split(template):
        if part.startswith("[["):
            out += fill(part[2:-2], words) or ""
        elif any(name not in words for name in _NAME.findall(part)):
            return None
        else:
            out += _NAME.sub(lambda match: "".join(words[match[1]]), part)
    return out


def _bare(text: str) -> str:
    return text.rstrip("。；;.，, ")


def _block_opinions(facts: Mapping[str, Any]) -> list[list[Any]]:
    blocks: list[list[Any]] = []
    for n, row in enumerate(facts["opinions"], 1):
        blocks.append(["h2", f"（{cn_numeral(n)}）关于“{_bare(row['text'])}”"])
        for lead, paragraphs in (
            ("查明的事实：", row["facts"]),
            ("依据：", row["basis"]),
            (f"处理意见：{row['conclusion']}。", row["opinion"]),
        ):
            blocks += [["p", (lead if i == 0 else "") + text] for i, text in enumerate(paragraphs)]
    return blocks


def _block_summary(facts: Mapping[str, Any]) -> list[list[Any]]:
    """One look at all claims; only where there are several."""
    rows = [[str(n), _bare(row["text"]), row["conclusion"]] for n, row in enumerate(facts["opinions"], 1)]
    if len(rows) < 2:
        return []
    head = ["序号", "诉求", "处理意见"]
    return [["table", {"head": head, "widths": [2, 16, 5], "narrow": [0, 2], "rows": rows}]]


def _block_of(name: str) -> Callable[[Mapping[str, Any]], list[list[Any]]]:
    """A list under its announcement, left out with it where there is nothing in it."""
    return lambda facts: [["p", item] for item in numbered(facts.get(name, []))]


def _block_tasks(facts: Mapping[str, Any]) -> list[list[Any]]:
    """Who does what by when."""
    rows = [
        [
            str(n),
            row["unit"] + (f"（{row['person']}）" if row["person"] else ""),
            row["text"],
            cn_date(row["due"]),
        ]
        for n, row in enumerate(facts.get("tasks", ()), 1)
    ]
    head = ["序号", "责任单位和责任人", "任务", "期限"]
    return (
        [["table", {"head": head, "widths": [2, 7, 10, 6], "narrow": [0, 3], "rows": rows}]] if rows else []
    )


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], list[list[Any]]]] = {
    "claims": lambda facts: [["p", item] for item in numbered(facts.get("claims", []))],
    "demands": lambda facts: [["p", item] for item in numbered(facts.get("demands", []))],
    "asked": lambda facts: [["p", item] for item in numbered([row["text"] for row in facts["opinions"]])],
    "opinions": _block_opinions,
    "summary_of_opinions": _block_summary,
    "tasks": _block_tasks,
    **{name: _block_of(name) for name in ("sittings", "attended", "absent", "dissents")},
}


def _body(kind: Kind, facts: Mapping[str, Any], words: Mapping[str, list[str]]) -> list[list[Any]]:
    sections: list[tuple[str, list[list[Any]]]] = [("", [])]
    for line in filter(None, map(str.strip, kind.body.splitlines())):
        here = sections[-1][1]
        alone = _NAME.fullmatch(line)
        if line.startswith("# "):
            sections.append((line[2:], []))
        elif line.startswith("@"):
            name, _space, lead = line[1:].partition(" ")
            block = _BLOCKS[name](facts)
            here += [["p", lead], *block] if lead and block else block
        elif alone:
            here += [["p", paragraph] for paragraph in words.get(alone[1], ())]
        elif (text := fill(line, words)) is not None:
            here.append(["p", text])
    headed = [title for title, here in sections if title and here]
    blocks: list[list[Any]] = []
    for title, here in sections:
        if title and here:
            n = headed.index(title) + 1
            blocks.append(["h1", f"{cn_numeral(n)}、{title}" if len(headed) > 1 else title])
        blocks += here
    return blocks


def _rows(kind: Kind, words: Mapping[str, list[str]]) -> list[list[dict[str, Any]]]:
    """The rows of a form or slip as cells {text, hand, lines}; label and value by turns."""
    rows = []
    for line in filter(None, map(str.strip, kind.rows.splitlines())):
        cells: list[dict[str, Any]] = []
        filled = False
        for n, part in enumerate(line.split("|")):
            if room := re.fullmatch(r"[~+](\d+)", part):
                if len(cells) % 2:
                    cells.append({"text": [], "hand": "", "lines": 0})
                cells[-1]["lines"] = int(room[1])
                continue
            printed, _mark, hand = part.partition("#")
            alone = _NAME.fullmatch(printed)
            text = words.get(alone[1], []) if alone else [value] if (value := fill(printed, words)) else []
            filled = filled or bool(n % 2 and text)
            cells.append({"text": text, "hand": hand, "lines": 0})
        if filled or kind.layout == "form":
            rows.append(cells)
    return rows


def compose(kind: Kind, facts: Mapping[str, Any], *, law: str, on: dt.date) -> dict[str, Any]:
    """The page that is frozen with the document: every word that will be printed but the number."""
    if law not in kind.laws:
        raise Refused(
            _("%(law)s没有《%(paper)s》这种文书。") % {"law": LAWS[law]["law"], "paper": kind.title}, "input"
        )
    types = {fact.name: fact.type for fact in kind.facts}
    words = {name: [text] for name, text in LAWS[law].items() if isinstance(text, str)}
    words |= {name: _SHOWN[types[name]](value) for name, value in facts.items()}
    dues = [value for name, value in facts.items() if types[name] == "due"]
    dues += [row["due"] for row in facts.get("promises", ())]
    digest = facts.get("journal_hash", "")
    blocks = _body(kind, facts, words)
    if any(due["provisional"] for due in dues) and kind.layout in ("official", "letter"):
        # Before the closing phrase, which stays last.
        blocks.insert(len(blocks) - blocks[-1][1].startswith("特此"), ["p", PROVISIONAL])
    return {
        "layout": kind.layout,
        "paper": kind.title,
        "title": fill(kind.heading, words) or kind.title,
        "subtitle": fill(kind.subtitle, words) or "",
        "sign": facts.get("organ_name") or facts["hall_name"],
        "date": cn_date(on),
        "to": fill(kind.to, words) or "",
        "blocks": blocks,
        "rows": _rows(kind, words),
        "attachments": facts.get("attachments", []),
        "cc": facts.get("cc", []),
        "provisional": any(due["provisional"] for due in dues),
        "law": LAWS[law]["law"],
        "promises": [
            [row["what"], _show_due(row["due"]), row["article"].removeprefix(LAWS[law]["law"])]
            for row in facts.get("promises", ())
        ],
        "code": facts.get("query_code", ""),
        "url": facts.get("query_url", ""),
        "link": facts.get("query_link") or facts.get("query_url", ""),
        "check_url": facts.get("check_url", ""),
        "hash": " ".join(digest[i : i + 8] for i in range(0, len(digest), 8)),
        **({"inks": facts["inks"]} if facts.get("inks") else {}),
    }

"""Finding cases and people: Chinese by bigrams, names and titles by pinyin too, numbers exactly.

What is stored (`search_vector`) and what is asked (`search_query`) are cut by the same rules, under one GIN
index. A run of Chinese becomes its bigrams; its last character stands alone as well, so that a question of
one character is a prefix look-up and needs no index of single characters. Letters and digits are whole words,
found by their beginning. Pinyin has no tones and ü is v; a surname is read as surnames are (单 shan), in two
readings where two are in use.

Measured on 100,000 cases made of real letters: with every single character stored as well the column would be
39 % and the index 12 % larger, and one character would be found no faster (2–11 ms either way).

Traditional characters are left as they are. Nothing that a person types can break the question: terms are
letters, digits and Chinese characters alone.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Exists, Expression, Func, OuterRef, Q, QuerySet, Value
from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PINYIN_DICT

from cases.lifecycle import ID_KINDS
from cases.models import Case, CaseParty, Petitioner
from cases.queries.rights import visible_select
from hall.access import Actor
from hall.fields import blind_index
from hall.models import IssuedDocument

MOST_TERMS = 20_000  # a tsvector holds at most 1 MB
MOST_ASKED = 40  # terms of one question
MOST_EXACT = 500  # rows that one number can lead to
MOST_FOUND = 50  # rows of one answer; more are on the next page
LONGEST_WORD = 40

_HAN = "\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_PART = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
_ASCII = re.compile(r"[a-z]+")
_SYLLABLE = re.compile(r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)[aeiouv]+(?:n|ng)?|a|ai|an|ang|ao|e|en|er|ou")

# Surnames that are read otherwise than the character elsewhere; two readings where both are met with.
SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",), "曾": ("zeng",), "仇": ("qiu",), "解": ("xie",), "查": ("zha",), "区": ("ou",),
    "盖": ("ge", "gai"), "朴": ("piao",), "乐": ("yue", "le"), "繁": ("po",), "秘": ("bi", "mi"),
    "员": ("yun", "yuan"), "召": ("shao",), "折": ("she",), "黑": ("he", "hei"), "种": ("chong",),
    "重": ("chong",), "覃": ("qin", "tan"), "缪": ("miao",), "翟": ("zhai", "di"), "谌": ("chen", "shen"),
    "郇": ("xun", "huan"), "隗": ("wei", "kui"), "祭": ("zhai", "ji"), "尉": ("wei", "yu"),
    "宓": ("mi", "fu"), "句": ("gou", "ju"), "都": ("du",), "牟": ("mou", "mu"), "柏": ("bai", "bo"),
    "费": ("fei", "bi"), "阚": ("kan",), "长": ("chang", "zhang"), "洗": ("xian",), "么": ("yao",),
    "卜": ("bu",), "适": ("kuo", "shi"), "藏": ("zang", "cang"), "乜": ("nie", "mie"), "行": ("xing", "hang"),
}  # fmt: skip
COMPOUND_SURNAME = re.compile(
    "尉迟|万俟|长孙|令狐|澹台|单于|宰父|鲜于|欧阳|司马|诸葛|上官|皇甫|慕容|夏侯|公孙|宇文|轩辕|东方|独孤|呼延|"
    "端木|司徒|西门|南宫|闻人|申屠|太史"
)
_COMPOUND = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"),
}  # fmt: skip


# --- cutting ------------------------------------------------------------------------------------------------


def normal(text: str) -> str:
    """Full width to half, compatibility forms to plain ones, lower case; ü as v, the way it is typed."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", plain).replace("ü", "v")


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """(Chinese run, "") or ("", word), in order."""
    for match in _PART.finditer(normal(text)):
        yield match[1] or "", (match[2] or "")[:LONGEST_WORD]


def bigrams(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)]


def search_terms(text: str) -> list[str]:
    """What is stored for a text: bigrams and the last character of each Chinese run, and whole words."""
    terms: dict[str, None] = {}
    for run, word in _parts(text):
        terms.update(dict.fromkeys([*bigrams(run), run[-1]] if run else [word]))
    return list(islice(terms, MOST_TERMS))


def person_terms(name: str) -> list[str]:
    """A name: its characters, full pinyin, given name and initials, in every reading in use."""
    joined = re.sub(r"[\s·•・．.‧]+", "", name) if any(run for run, _word in _parts(name)) else name
    terms = dict.fromkeys(search_terms(name) + search_terms(joined))
    run = next((run for run, _word in _parts(joined)), "")
    if 2 <= len(run) <= 15:
        for readings in _name_readings(run):
            given = 2 if COMPOUND_SURNAME.match(run) and len(run) > 2 else 1
            terms["".join(readings)[:LONGEST_WORD]] = None
            terms["".join(readings[given:])[:LONGEST_WORD]] = None
            terms["".join(syllable[0] for syllable in readings)] = None
    elif run:
        terms.update(dict.fromkeys(lazy_pinyin(run[:MOST_ASKED])))
    return list(terms)


def case_terms(
    *,
    title: str,
    content: str,
    summary: str = "",
    place: str = "",
    claims: Iterable[str] = (),
    names: Iterable[str] = (),
    respondents: Iterable[str] = (),
) -> list[str]:
    """Everything a case is found by: its words, its title in pinyin, its people in characters and pinyin."""
    terms = dict.fromkeys(pinyin_terms(title))
    for name in (*names, *respondents):
        terms.update(dict.fromkeys(person_terms(name)))
    for text in (title, summary, *claims, place, content):
        terms.update(dict.fromkeys(search_terms(text)))
    return list(islice(terms, MOST_TERMS))


def pinyin_terms(text: str) -> list[str]:
    """The pinyin of each pair of neighbours: 拖欠工资 → tuoqian, qiangong, gongzi."""
    terms: dict[str, None] = {}
    for run, _word in _parts(text):
        readings = lazy_pinyin(run, errors="ignore") if run else []
        terms.update(dict.fromkeys(a + b for a, b in pairwise(readings)))
    return list(terms)


def _name_readings(run: str) -> list[list[str]]:
    """The readings of a name, at most eight; the surname as a surname."""
    spoken = pinyin(run, style=Style.NORMAL, heteronym=True, errors="ignore")
    if len(spoken) != len(run):
        return [lazy_pinyin(run, errors="ignore")]
    choices: list[Sequence[str]] = [tuple(dict.fromkeys(readings))[:2] for readings in spoken]
    usual = lazy_pinyin(run, errors="ignore")
    choices = [tuple(dict.fromkeys((usual[n], *choice)))[:2] for n, choice in enumerate(choices)]
    if COMPOUND_SURNAME.match(run):
        choices[:2] = [(syllable,) for syllable in _COMPOUND.get(run[:2], usual[:2])]
    elif run[0] in SURNAMES:
        choices[0] = SURNAMES[run[0]]
    else:
        choices[0] = (lazy_pinyin(run[0])[0],)
    return [list(readings) for readings in islice(product(*choices), 8)]


# --- storing and asking -------------------------------------------------------------------------------------


def search_vector(terms: Iterable[str]) -> Expression:
    """The terms as a tsvector, for an INSERT or UPDATE: `case.search = search_vector(case_terms(...))`.

    Built by the database from an array: no text parser, no dictionary, no configuration to depend on.
    """
    words = sorted({term for term in terms if term})
    return Func(
        Value(words),
        function="array_to_tsvector",
        template="%(function)s(%(expressions)s::text[])",
        output_field=SearchVectorField(),
    )


def search_query(text: str) -> str:
    """The question as a tsquery: all of its words must be there. "" when there is nothing to look for."""
    asked: dict[str, None] = {}
    for run, word in _parts(text[:400]):
        if len(run) == 1:
            asked[f"'{run}':*"] = None
        elif run:
            asked.update(dict.fromkeys(f"'{pair}'" for pair in bigrams(run)))
        else:
            asked[_asked_word(word)] = None
    return " & ".join(islice(asked, MOST_ASKED))


def _asked_word(word: str) -> str:
    """A word by its beginning; one that reads as three or more syllables also as the pinyin of a title."""
    if len(word) == 1:
        return f"'{word}'"
    ways = [f"'{word}':*"]
    for syllables in islice(_syllables(word), 4):
        if len(syllables) > 2:
            pairs = [a + b for a, b in pairwise(syllables)]
            ways.append("(" + " & ".join(f"'{pair}'" for pair in pairs) + ")")
    return ways[0] if len(ways) == 1 else "(" + " | ".join(ways) + ")"


@lru_cache(maxsize=1)
def _all_syllables() -> frozenset[str]:
    """The syllables of standard Chinese: every reading of the dictionary that has the shape of one."""
    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    plain = (unicodedata.normalize("NFD", reading.replace("ü", "v")) for reading in marked)
    found = {"".join(ch for ch in reading if not unicodedata.combining(ch)) for reading in plain}
    return frozenset(filter(_SYLLABLE.fullmatch, found))


def _syllables(word: str) -> Iterator[list[str]]:
    """Every way to read the word as syllables of pinyin, long ones first."""
    if not _ASCII.fullmatch(word) or len(word) > LONGEST_WORD:
        return
    known = _all_syllables()
    ends: list[bool] = [False] * len(word) + [True]
    for start in range(len(word) - 1, -1, -1):
        reach = range(start + 1, min(start + 6, len(word)) + 1)
        ends[start] = any(ends[end] and word[start:end] in known for end in reach)
    if not ends[0]:
        return

    def read(start: int) -> Iterator[list[str]]:
        if start == len(word):
            yield []
        for end in range(min(start + 6, len(word)), start, -1):
            if ends[end] and word[start:end] in known:
                for rest in read(end):
                    yield [word[start:end], *rest]

    yield from read(0)


# --- cases and people ---------------------------------------------------------------------------------------

# How many rows a question finds is what the planner knows least: a beginning of a word counts for it as two
# percent of all, whatever it is; and how many of them a reader may see it does not know either. So the index is
# asked first, for a few. When these are all, the right is asked for just these. When there are more, the words are
# common: the newest that fit are taken, then asked for the right, in growing portions until the page is full.
# Each statement says after which id the next one goes on; the lines come with it, for a second statement and forty
# fields of each case take longer than the index takes to find twenty.
_FEW_FOUND = """
WITH few AS MATERIALIZED (
        SELECT ARRAY(SELECT id FROM {table} WHERE search @@ %(asked)s::tsquery LIMIT %(few)s) AS ids),
    taken AS MATERIALIZED (SELECT CASE WHEN cardinality(ids) < %(few)s THEN ids ELSE '{{}}' END AS ids FROM few)
SELECT step.after, {columns}
FROM (SELECT CASE WHEN cardinality(ids) = %(few)s THEN %(after)s END AS after FROM few) step
    LEFT JOIN ({seen} LIMIT %(limit)s) line ON true {named} ORDER BY line.pk DESC
"""
_NEWEST = """
WITH newest AS MATERIALIZED (SELECT id FROM {table} WHERE search @@ %(asked)s::tsquery AND id < %(after)s
        ORDER BY id DESC LIMIT %(portion)s),
    taken AS MATERIALIZED (SELECT ARRAY(SELECT id FROM newest) AS ids)
SELECT step.after, {columns}
FROM (SELECT CASE WHEN count(*) = %(portion)s THEN min(id) END AS after FROM newest) step
    LEFT JOIN ({seen} LIMIT %(limit)s) line ON true {named} ORDER BY line.pk DESC
"""
_CASES = "cases_case.id = ANY((SELECT ids FROM taken)::bigint[]) AND cases_case.id < %(after)s"
_PEOPLE = (
    "SELECT p.id AS pk FROM cases_petitioner p WHERE p.id = ANY((SELECT ids FROM taken)::bigint[]) AND p.id < %(after)s"
    " AND EXISTS ({visible}) ORDER BY p.id DESC"
)
_ON_VISIBLE = (
    "EXISTS (SELECT FROM cases_caseparty x WHERE x.case_id = cases_case.id AND x.petitioner_id = p.id)"
)
_FEW, _PORTION, _LAST = 2000, 100, 2**62


class FoundCase(NamedTuple):
    """A line of the answer; nobody may handle it yet."""

    pk: int
    number: str
    query_code: str
    title: str
    status: str
    received_on: dt.date
    hall: str
    hall_en: str
    handler: str | None
    handler_en: str | None


_OF_CASE = ("pk", "number", "query_code", "title", "status", "received_on")
_COLUMNS = ", ".join(f"line.{name}" for name in _OF_CASE) + ", h.name, h.name_en, u.name, u.name_en"
_NAMED = """
    LEFT JOIN staffing_hall h ON h.id = line.hall_id LEFT JOIN staffing_department u ON u.id = line.first_handler_id
"""


def search_cases(
    actor: Actor, text: str, *, after: int | None = None, limit: int = MOST_FOUND
) -> list[FoundCase]:
    """The newest cases that the actor may see and that fit the text; a next page starts `after` an id.

    A case number, query code, document number, telephone or ID number is looked up exactly, by index; when
    nothing has it, the text is searched like any other.
    """
    if exact := exact_cases(text):
        visible = Case.objects.visible_to(actor).filter(pk__in=exact, pk__lt=after or _LAST)
        names = [f"{of}__{name}" for of in ("hall", "first_handler") for name in ("name", "name_en")]
        if found := visible.order_by("-id").values_list(*_OF_CASE, *names)[:limit]:
            return [FoundCase(*line) for line in found]
    return [FoundCase(*line) for line in _lines(case_question(actor), text, after, limit)]


@dataclass(frozen=True, slots=True)
class Question:
    """The two statements, the few and the newest, and the parameters of the reader's right in them."""

    few: str
    newest: str
    right: dict[str, Any]


def case_question(actor: Actor) -> Question:
    """What is asked of the cases for this reader."""
    seen, right = visible_select(actor, _CASES, (*_OF_CASE, "hall_id", "first_handler_id"))
    return _question("cases_case", seen, right, columns=_COLUMNS, named=_NAMED)


def _question(table: str, seen: str, right: dict[str, Any], *, columns: str, named: str = "") -> Question:
    facts = {"table": table, "seen": seen, "columns": columns, "named": named}
    return Question(_FEW_FOUND.format(**facts), _NEWEST.format(**facts), right)


def bounds(asked: str, *, after: int | None, limit: int, portion: int = _PORTION) -> dict[str, Any]:
    """The other parameters of both statements."""
    return {"asked": asked, "after": after or _LAST, "limit": limit, "few": _FEW, "portion": portion}


def _lines(question: Question, text: str, after: int | None, limit: int) -> list[list[Any]]:
    asked, found, portion, sql = search_query(text), list[list[Any]](), _PORTION, question.few
    with connection.cursor() as cursor:
        while asked and len(found) < limit:
            params = bounds(asked, after=after, limit=limit - len(found), portion=portion)
            cursor.execute(sql, question.right | params)
            rows = cursor.fetchall()
            found += [line for _after, *line in rows if line[0] is not None]
            after = rows[0][0]
            if after is None:
                break
            portion *= 8 if sql is question.newest else 1
            sql = question.newest
    return found


def search_people(
    actor: Actor, text: str, *, after: int | None = None, limit: int = MOST_FOUND
) -> QuerySet[Petitioner]:
    """The people on cases that the actor may see: by name (also pinyin, initials), phone or ID number."""
    people = Petitioner.objects.defer("search").order_by("-id")
    if by_number := _by_number(text):
        parties = CaseParty.objects.filter(petitioner=OuterRef("pk"), case__in=Case.objects.visible_to(actor))
        known = Petitioner.objects.filter(by_number, Exists(parties), pk__lt=after or _LAST)
        if found := list(known.order_by("-id").values_list("pk", flat=True)[:limit]):
            return people.filter(pk__in=found)
    visible, right = visible_select(actor, _ON_VISIBLE)
    question = _question("cases_petitioner", _PEOPLE.format(visible=visible), right, columns="line.pk")
    return people.filter(pk__in=[pk for (pk,) in _lines(question, text, after, limit)])


def _token(text: str) -> str:
    """The text without spaces and dashes when it is one number or code, else ""."""
    token = re.sub(r"[\s\-‐–—]+", "", unicodedata.normalize("NFKC", text)).upper()
    return token if re.fullmatch(r"[0-9A-Z]{6,40}", token) else ""


def _by_number(text: str) -> Q | None:
    """People with that telephone or ID number; both through their keyed index."""
    token = _token(text)
    if not token or sum(ch.isdigit() for ch in token) < 5:
        return None
    index = blind_index(token)
    return Q(phone_index=index) | Q(id_kind__in=list(ID_KINDS), id_index=index)


def exact_cases(text: str) -> list[int]:
    """Ids of the cases with that very number; each way of being known is a look-up under its own index."""
    if "〔" in text or "[" in text:
        number = re.sub(r"[^\w〔〕]+", "", text.replace("[", "〔").replace("]", "〕"))
        papers = IssuedDocument.objects.filter(number=number, stream__startswith="case:")
        return [int(stream.removeprefix("case:")) for stream in papers.values_list("stream", flat=True)]
    token = _token(text)
    if not token:
        return []
    ids = Case.objects.order_by().values_list("pk", flat=True)
    ways: list[QuerySet[Any, int]] = [ids.filter(query_code=token), ids.filter(national_number=token)]
    if by_number := _by_number(text):
        people = list(Petitioner.objects.filter(by_number).values_list("pk", flat=True)[:MOST_EXACT])
        parties = CaseParty.objects.order_by().filter(petitioner__in=people)
        ways.append(parties.values_list("case_id", flat=True))
    return list(ids.filter(number=token).union(*ways)[:MOST_EXACT])

"""Words, names in pinyin, and numbers find what the reader may see; nothing typed can break the question."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.actions import NewCase, Person, register_case
from cases.models import Case
from cases.queries.search import (
    bounds,
    case_question,
    case_terms,
    person_terms,
    pinyin_terms,
    search_cases,
    search_people,
    search_query,
    search_terms,
    search_vector,
)
from hall.access import SYSTEM
from tests.cast import NOW, Cast
from tests.depth import examples


def register(cast: Cast, title: str, content: str = "事情经过如上。", **facts: object) -> Case:
    people = facts.pop("people", (Person(name="张三", phone="13800138000"),))
    new = NewCase(
        channel="visit", purpose="request", title=title, content=content, received_on=NOW.date(),
        people=people, **facts,  # type: ignore[arg-type]
    )  # fmt: skip
    return register_case(actor=cast.act(cast.clerk), hall_id=cast.hall.pk, new=new, now=NOW)


def numbers(cast: Cast, text: str) -> list[str]:
    return [case.title for case in search_cases(cast.act(cast.clerk), text)]


def test_a_text_is_stored_as_bigrams_whole_words_and_the_last_character_of_each_run() -> None:
    assert search_terms("A7县拖欠工资，１２３") == ["a7", "县拖", "拖欠", "欠工", "工资", "资", "123"]
    assert search_terms("  ，。！ \x00 ' \\ ") == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", ["shanxiongxin", "sxx", "xiongxin"]),
        ("曾国强", ["zengguoqiang", "zgq"]),
        ("解小敏", ["xiexiaomin", "xxm"]),
        ("翟志刚", ["zhaizhigang", "dizhigang"]),
        ("尉迟恭", ["yuchigong", "ycg", "gong"]),
        ("欧阳修文", ["ouyangxiuwen", "xiuwen", "oyxw"]),
        ("吕布", ["lvbu"]),
        ("阿不都·买买提", ["abudoumaimaiti"]),
        ("John Smith", ["john", "smith"]),
    ],
)
def test_a_name_is_found_by_its_pinyin_and_initials(name: str, typed: list[str]) -> None:
    assert set(typed) <= set(person_terms(name))


def test_a_surname_is_not_read_like_the_word() -> None:
    assert "danxiongxin" not in person_terms("单雄信")
    assert "cengguoqiang" not in person_terms("曾国强")


def test_words_pinyin_and_single_characters_find_a_case(cast: Cast) -> None:
    register(
        cast,
        "反映建筑公司拖欠工资",
        "包工头去向不明，欠薪三个月。",
        claims=("支付工资四万元",),
        place="城关镇",
    )
    register(cast, "请求解决住房漏水", people=(Person(name="单雄信"),))
    wages, leak = ["反映建筑公司拖欠工资"], ["请求解决住房漏水"]
    for text in (
        "拖欠",
        "拖欠工资",
        "工资 建筑",
        "薪",
        "城关镇",
        "四万元",
        "tuoqiangongzi",
        "张三",
        "ZhangSan",
    ):
        assert numbers(cast, text) == wages, text
    for text in ("漏水", "水", "房", "shan xiongxin", "sxx", "单雄信", "jiejuezhufang"):
        assert numbers(cast, text) == leak, text
    assert numbers(cast, "拖欠 漏水") == []
    assert numbers(cast, "，") == []


def test_numbers_are_looked_up_exactly(cast: Cast) -> None:
    person = Person(name="李四", id_kind="resident", id_number="11010519491231002X", phone="13911112222")
    case = register(cast, "请求落实政策", people=(person,), national_number="GJ2026110001")
    other = register(cast, "电话13911112222无人接听", people=(Person(name="王五", phone="13700000000"),))
    code = case.query_code
    for text in (case.number, case.number.lower(), code, f"{code[:5]}-{code[5:]}".lower(), "11010519491231002x",
                 "139 1111 2222", "GJ2026110001"):  # fmt: skip
        assert numbers(cast, text) == [case.title], text
    assert numbers(cast, "13700000000") == [other.title]
    assert [p.name for p in search_people(cast.act(cast.clerk), "11010519491231002X")] == ["李四"]
    assert [p.name for p in search_people(cast.act(cast.clerk), "wangwu")] == ["王五"]
    assert [p.name for p in search_people(cast.act(cast.clerk), "王")] == ["王五"]


def test_nobody_finds_what_they_may_not_see(cast: Cast) -> None:
    case = register(cast, "请求解决住房漏水")
    for who in (cast.liaison, cast.guide):
        actor = cast.act(who)
        for text in ("漏水", case.number, "13800138000", "张三"):
            assert not search_cases(actor, text)
            assert not search_people(actor, text).exists()


def test_the_next_page_starts_after_an_id(cast: Cast) -> None:
    cases = [register(cast, f"反映噪音扰民{n}") for n in range(5)]
    actor = cast.act(cast.clerk)
    first = search_cases(actor, "噪音", limit=3)
    rest = search_cases(actor, "噪音", after=first[-1].pk)
    assert [case.pk for case in first + rest] == [case.pk for case in reversed(cases)]


@settings(
    max_examples=examples(150, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.one_of(st.text(), st.text(alphabet="'\"\\&|!():*<>- a王\x00%_1Ⅷ½ßﬁ·〔〕[]")))
def test_whatever_is_typed_the_question_is_valid(db: None, text: str) -> None:
    terms = case_terms(title=text, content=text, names=[text], respondents=[text])
    list(Case.objects.annotate(stored=search_vector(terms)).values("stored"))
    search_cases(SYSTEM, text)
    list(search_people(SYSTEM, text))


def test_what_was_stored_is_found_again_by_its_own_words() -> None:
    stored = set(search_terms("云溪县城关镇建设路12号Ａ栋漏水"))
    assert all(
        term.strip("'") in stored for term in search_query("建设路12号").split(" & ") if ":*" not in term
    )
    assert pinyin_terms("拖欠工资") == ["tuoqian", "qiangong", "gongzi"]


def many(cast: Cast, count: int) -> None:
    """Cases in bulk, each with a word of its own and words that all share, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_case SELECT made.* FROM cases_case c, generate_series(1, %s) n,"
            " LATERAL jsonb_populate_record(NULL::cases_case,"
            " to_jsonb(c) || jsonb_build_object('id', c.id + n, 'number', 'PAD' || n, 'query_code', 'PAD' || n,"
            " 'search', array_to_tsvector(ARRAY['路灯', '不亮', '亮', 'pad' || n]))) made"
            " WHERE c.id = (SELECT max(id) FROM cases_case)",
            [count],
        )
        cursor.execute("SELECT gin_clean_pending_list('case_search')")
        cursor.execute("ANALYZE cases_case")


def plan(cast: Cast, text: str, *, is_common: bool = False) -> str:
    question, lines = case_question(cast.act(cast.clerk)), []
    asked = bounds(search_query(text), after=None, limit=25)
    with connection.cursor() as cursor:
        for sql in (question.few, question.newest) if is_common else (question.few,):
            cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql, question.right | asked)
            lines += [row[0] for row in cursor.fetchall()]
    return "\n".join(lines)


def test_the_index_answers_and_common_words_stop_early(cast: Cast) -> None:
    """Rare words go through the GIN index, also a beginning, of which the planner thinks that it is common."""
    case = register(cast, "反映建筑公司拖欠工资")
    many(cast, 5000)
    actor = cast.act(cast.clerk)
    for text in ("建筑公司拖欠工资", "pad4711", "tuoqiangongzi", "薪"):
        assert "Bitmap Index Scan on case_search" in plan(cast, text), text
        assert "Seq Scan on cases_case" not in plan(cast, text), text
    assert [one.pk for one in search_cases(actor, "建筑公司拖欠工资")] == [case.pk]
    assert [one.number for one in search_cases(actor, "pad4711")] == ["PAD4711"]
    common = plan(cast, "路灯", is_common=True)
    assert max(float(rows) for rows in re.findall(r"actual rows=([\d.]+)", common)) <= 2000
    newest = [one.pk for one in search_cases(actor, "路灯", limit=30)]
    assert len(newest) == 30 and newest == sorted(newest, reverse=True)
    assert [one.pk for one in search_cases(actor, "路灯", after=newest[9], limit=20)] == newest[10:]

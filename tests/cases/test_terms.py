"""The table of periods: every one with its article, and nothing under a law that does not know it."""

from __future__ import annotations

from datetime import date

import pytest

from cases.terms import CODES, LAWS, TERMS, LocalRule, UnknownTerm, law_for, term
from hall.clock import Unit

# code: (r22: days, unit, article) and (r05: article), from law.md §1, §2 and §4.
EXPECTED = {
    "sort": (15, Unit.NATURAL, "第二十二条", "第二十一条"),
    "notify": (15, Unit.NATURAL, "第二十三条", "第二十二条"),
    "object": (5, Unit.WORKDAY, "第二十三条第三款", None),
    "simple_accept": (3, Unit.WORKDAY, "简易办理办法", None),
    "simple_handle": (10, Unit.WORKDAY, "简易办理办法", None),
    "handle": (60, Unit.NATURAL, "第三十四条", "第三十三条"),
    "apply_review": (30, Unit.NATURAL, "第三十五条", "第三十四条"),
    "review": (30, Unit.NATURAL, "第三十五条", "第三十四条"),
    "apply_reexamination": (30, Unit.NATURAL, "第三十六条第一款", "第三十五条第一款"),
    "reexamine": (30, Unit.NATURAL, "第三十六条", "第三十五条"),
    # A duty without a number: the hall's own.
    "report": (60, Unit.NATURAL, "第二十二条", "第二十一条"),
    "arbitrate": (5, Unit.WORKDAY, "第二十四条", "第二十四条"),
    "contribute": (15, Unit.NATURAL, "第三十二条", "第三十一条"),
    "supplement": (15, Unit.NATURAL, "第三十二条", "第三十一条"),
    "report_urgent": (1, Unit.WORKDAY, "第二十五条", "第二十六条"),
    "serve": (5, Unit.WORKDAY, "第三十四条", "第三十二条"),
    "follow_up": (10, Unit.WORKDAY, "第三十二条", "第三十一条"),
    # Not of the regulations, but of the State Bureau's rules for halls; the leader sets the date.
    "instruction": (180, Unit.NATURAL, "国信发〔2015〕12号（二）", "国信发〔2015〕12号（二）"),
    "sponsor": (180, Unit.NATURAL, "国信发〔2015〕12号（三）", "国信发〔2015〕12号（三）"),
    "confer": (30, Unit.NATURAL, "国信发〔2015〕12号（六）", "国信发〔2015〕12号（六）"),
    "countersign": (5, Unit.WORKDAY, "国信发〔2015〕12号（六）", "国信发〔2015〕12号（六）"),
    "commitment": (180, Unit.NATURAL, "国信发〔2015〕12号（六）", "国信发〔2015〕12号（六）"),
    "joint_decision": (30, Unit.NATURAL, "国信发〔2015〕12号（六）", "国信发〔2015〕12号（六）"),
    "hearing_apply": (30, Unit.NATURAL, "国信发〔2015〕12号（七）", "国信发〔2015〕12号（七）"),
    "hearing_decide": (7, Unit.WORKDAY, "国信发〔2015〕12号（七）", "国信发〔2015〕12号（七）"),
    "hearing_hold": (30, Unit.NATURAL, "国信发〔2015〕12号（七）", "国信发〔2015〕12号（七）"),
    "hearing_serve": (10, Unit.NATURAL, "国信发〔2015〕12号（七）", "国信发〔2015〕12号（七）"),
    "supervise": (30, Unit.NATURAL, "第四十条", "第三十六条"),
    "statement": (5, Unit.WORKDAY, "国信发〔2015〕12号（十三）", "国信发〔2015〕12号（十三）"),
    "hearing_conclude": (20, Unit.NATURAL, "国信发〔2015〕12号（七）", "国信发〔2015〕12号（七）"),
}


def test_the_table_is_whole() -> None:
    assert set(CODES) == set(EXPECTED)
    assert set(TERMS["r05"]) == {code for code, row in EXPECTED.items() if row[3]}


@pytest.mark.parametrize("code", EXPECTED)
def test_every_period_has_its_days_and_its_article(code: str) -> None:
    days, unit, article, older = EXPECTED[code]
    new = term(code, "r22")
    assert (new.days, new.unit) == (days, unit)
    assert article in new.article
    assert new.in_force_from == date(2022, 5, 1)
    if older:
        old = term(code, "r05")
        assert (old.days, old.unit, old.max_extension) == (days, unit, new.max_extension)
        assert "《信访条例》" in old.article or old.article == new.article == older
        assert older in old.article
        assert old.in_force_from == date(2005, 5, 1)


def test_what_is_extended_is_named_and_only_a_reexamination_pauses() -> None:
    for law in LAWS:
        assert {code: t.max_extension for code, t in TERMS[law].items() if t.max_extension} == {
            "handle": 30,
            "sponsor": 180,
            "commitment": 180,
            "hearing_hold": 60,
        }
        assert [code for code, t in TERMS[law].items() if t.holds_article] == ["reexamine"]


@pytest.mark.parametrize("law", LAWS)
def test_a_local_rule_gives_a_period_its_number_and_its_source(law: str) -> None:
    local = LocalRule(
        15, "natural", "某省信访听证规则第六条", "Hearing rules, Art. 6", "15日内决定。", "Within 15 days."
    )
    found = local.on(term("hearing_decide", law))
    assert (found.days, found.unit, found.article, found.rule) == (
        15,
        Unit.NATURAL,
        local.article,
        local.rule,
    )
    assert (found.code, found.law, found.name) == ("hearing_decide", law, term("hearing_decide", law).name)
    assert LocalRule(**local.facts()) == local


def test_every_period_is_told_in_both_languages() -> None:
    for found in (t for terms in TERMS.values() for t in terms.values()):
        chinese, english = (
            (found.name, found.article, found.rule),
            (found.name_en, found.article_en, found.rule_en),
        )
        assert all(chinese)
        assert all(text and text.isascii() for text in english), found
        assert all(str(found.days) in text for text in (found.rule, found.rule_en)), found


@pytest.mark.parametrize(
    ("registered", "law"),
    [("2005-05-01", "r05"), ("2022-04-30", "r05"), ("2022-05-01", "r22"), ("2026-11-21", "r22")],
)
def test_the_day_of_registration_decides_on_the_law(registered: str, law: str) -> None:
    assert law_for(date.fromisoformat(registered)) == law


def test_before_the_first_regulations_there_is_no_law() -> None:
    with pytest.raises(UnknownTerm) as refused:
        law_for(date(2005, 4, 30))
    assert "2005-05-01" in refused.value.say("zh-hans")
    assert "2005-05-01" in refused.value.say("en")


@pytest.mark.parametrize(
    ("code", "law", "named"),
    [
        ("handel", "r22", "handle"),
        ("object", "r05", "《信访条例》"),
        ("simple_accept", "r05", "sort"),
        ("handle", "r99", "r05"),
    ],
)
def test_what_there_is_none_of_is_refused_with_what_there_is(code: str, law: str, named: str) -> None:
    with pytest.raises(UnknownTerm) as refused:
        term(code, law)
    assert named in refused.value.say("zh-hans")
    assert "There is no law" in refused.value.say("en") or code in refused.value.say("en")

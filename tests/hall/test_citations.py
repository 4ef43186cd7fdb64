"""Articles on the English pages."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from cases.lifecycle import GROUNDS, LIFECYCLES
from hall.citations import cite

R22 = "Regulations on Petition Work"


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("《信访工作条例》第二十条", f"{R22}, Art. 20"),
        ("《信访工作条例》第二十条第一款", f"{R22}, Art. 20 para. 1"),
        ("《信访工作条例》第二十三条、第三十一条第（六）项", f"{R22}, Art. 23, Art. 31(6)"),
        ("《信访工作条例》第三十一条第（一）项至第（四）项", f"{R22}, Art. 31(1) to (4)"),
        ("《信访条例》第二十一条第一款第（一）项", "Petition Regulations (2005), Art. 21 para. 1(1)"),
        ("《民法典》第一百零二条", "Civil Code, Art. 102"),
        ("第十条", "Art. 10"),
        ("国信办发〔2022〕17号", "Simple Handling Measures (2022, No. 17)"),
        ("国信发〔2015〕12号（二）", "Joint Reception Hall Rules (2015, No. 12), part (2)"),
        ("国信发〔2015〕12号（五）（六）", "Joint Reception Hall Rules (2015, No. 12), part (5) (6)"),
        ("国信发〔1999〕3号（一）", "国信发〔1999〕3号（一）"),
        ("《海商法》第二十条", "《海商法》第二十条"),
        ("", ""),
    ],
)
def test_a_citation_is_whole_in_english_or_left_alone(chinese: str, english: str) -> None:
    with override("en"):
        assert cite(chinese) == english
    with override("zh-hans"):
        assert cite(chinese) == chinese


def test_every_article_of_the_case_tables_can_be_said_in_english() -> None:
    articles = {ground.article_of(law) for ground in GROUNDS.values() for law in ("r22", "r05")}
    articles |= {move.article for table in LIFECYCLES for move in table.moves if move.article}
    with override("en"):
        assert not [text for text in articles if cite(text) == text]

"""What the generated pages claim is so: settings that the code reads, tests that name the period they test."""

from pathlib import Path

import pytest

from cases.terms import CODES, OWN_NUMBERS, TERMS
from hall.management.commands.generated_docs import TESTS, TRANSITION, VARIABLES, law_terms, named_in_code

TESTS_AT = Path(__file__).parent.parent


def test_every_variable_is_described() -> None:
    assert named_in_code() - VARIABLES.keys() == set()
    assert VARIABLES.keys() - named_in_code() == set()


@pytest.mark.parametrize("code", CODES)
def test_every_period_has_its_tests_and_they_name_it(code: str) -> None:
    assert TESTS[code]
    for name in (*TESTS[code], TRANSITION):
        path = TESTS_AT / (f"{name}.py" if "/" in name else f"cases/{name}.py")
        assert f'"{code}"' in path.read_text(encoding="utf-8"), name


def test_no_test_is_named_for_a_period_that_there_is_none_of() -> None:
    assert TESTS.keys() == set(CODES)


def test_a_number_of_the_hall_is_marked_under_both_laws() -> None:
    marked = [row for row in law_terms() if " * |" in row]
    assert len(marked) == sum(code in terms for code in OWN_NUMBERS for terms in TERMS.values())
    assert all("本厅规则" in row for row in marked)
    assert sum("本厅规则" in row for row in law_terms()) == len(marked)

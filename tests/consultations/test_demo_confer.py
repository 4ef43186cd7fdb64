"""What the demo shows of consultations is brought about by the real actions."""

from __future__ import annotations

import pytest

from cases.models import Case
from consultations.management.demo_confer import confer
from consultations.queries.page import table_of
from tests.cast import NOW, Cast
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def test_the_demo_confers_on_the_first_case_that_allows_it(cast: Cast) -> None:
    cases: list[Case] = [registered(cast), accepted(cast)]
    one = confer(cases, [cast.units[code] for code in ("labour", "housing", "land")], now=NOW)
    assert one is not None
    assert one.case == cases[1]
    table = table_of(one)
    assert [line.outcome for line in table.lines] == ["conflict", "open", "open"]
    assert one.sittings.count() == 1
    assert confer(cases, list(cast.units.values()), now=NOW) is None

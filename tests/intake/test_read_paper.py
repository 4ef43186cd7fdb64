"""An ID number is read as it stands; a county that is not in today's list is no reason to refuse a person."""

import datetime as dt

import pytest

from intake.rules import registration as rules

TODAY = dt.date(2026, 11, 18)


@pytest.mark.parametrize(
    ("number", "region", "name"),
    [
        ("530999198803150020", "530999", "云南省"),  # the province is known, the county is not
        ("110101199003071233", "110101", "北京市东城区"),
    ],
)
def test_region_from_the_first_six_digits(number: str, region: str, name: str) -> None:
    paper = rules.read_paper("resident", number, today=TODAY)
    assert (paper.region_code, paper.region) == (region, name)

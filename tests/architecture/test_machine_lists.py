"""The lists for machines, each of them: as many statements for one row as for all, page by page, nothing private."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.machines.rows import RowsView
from tests.architecture.walking import Walker
from tests.architecture.world import World
from tests.machines import machine_doors

pytestmark = pytest.mark.django_db
LISTS = {address: view for address, view in machine_doors().items() if issubclass(view, RowsView)}
READERS = ("manager", "supervisor", "clerk", "leader", "liaison", "head")
ASKED = {
    "search_cases": "&q=工资", "search_petitioners": "&q=张", "list_pool_members": "&hall_id={hall}",
    "list_guidance_talks": "&hall={hall}", "list_service_referrals": "&hall={hall}",
    "list_national_numbers": "&hall_id={hall}", "list_national_import_rows": "&file={exchange_import}",
}  # fmt: skip


def read(walker: Walker, address: str, size: int, asked: str = "") -> tuple[Any, int]:
    """The answer and how many statements it took."""
    with CaptureQueriesContext(connection) as statements:
        response = walker.get(f"{address}?size={size}{asked}")
    return response, len(statements)


@pytest.mark.parametrize("address", sorted(LISTS))
def test_a_list_costs_the_same_for_one_row_and_for_many(
    here: World, walkers: dict[str, Walker], address: str
) -> None:
    """And its pages together are the whole."""
    asked = ASKED.get(LISTS[address].rows.name, "").format(hall=here.hall.pk, **here.leading)
    found: dict[str, list[Any]] = {}
    for name in READERS:
        response, _count = read(walkers[name], address, 200, asked)
        if response.status_code == 200:
            found[name] = json.loads(response.content)["results"]
    assert found, "nobody may read it"
    name = max(found, key=lambda one: len(found[one]))
    whole, many = read(walkers[name], address, 200, asked)
    first, one = read(walkers[name], address, 1, asked)
    if len(found[name]) > 1:
        assert many == one, f"{len(found[name])} rows"
        after = json.loads(first.content)["after"]
        second, _count = read(walkers[name], address, 1, f"{asked}&after={after}")
        told = json.loads(whole.content)["results"]
        assert json.loads(first.content)["results"] + json.loads(second.content)["results"] == told[:2]


def test_a_person_is_found_masked(here: World, walkers: dict[str, Walker]) -> None:
    person = here.petitioner
    response, _count = read(walkers["clerk"], "/api/v1/petitioners/", 200, f"&q={person.phone}")
    (told,) = json.loads(response.content)["results"]
    assert told["id"] == person.pk
    assert person.name not in str(told) and person.phone not in str(told)
    nobody, _count = read(walkers["stranger"], "/api/v1/petitioners/", 200, f"&q={person.phone}")
    assert json.loads(nobody.content)["results"] == []
    empty, _count = read(walkers["clerk"], "/api/v1/search/", 200, "&q=%20")
    assert json.loads(empty.content)["results"] == []


def test_figures_are_those_of_the_page(here: World, walkers: dict[str, Walker]) -> None:
    """Who sees none is refused, and nobody asks for a unit or a hall that is not theirs."""
    response, _count = read(walkers["manager"], "/api/v1/indicators/", 200)
    told = {one["code"]: one for one in json.loads(response.content)["results"]}
    assert "answer" in told and told["answer"]["denominator"] >= 0
    assert read(walkers["clerk"], "/api/v1/indicators/", 1)[0].status_code == 403
    foreign = f"&unit={here.cast.units['housing'].pk}"
    assert read(walkers["head"], "/api/v1/indicators/", 1, foreign)[0].status_code == 422
    assert read(walkers["manager"], "/api/v1/indicators/", 1, "&period=later")[0].status_code == 422

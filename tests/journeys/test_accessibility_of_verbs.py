"""Every page of the life of a case where it can be used, looked at like every other page: doors, cases, letters."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.views.all_doors import DOORS
from tests.cast import Cast
from tests.journeys.hands import Door
from tests.journeys.looking import WIDE, faults_of, report
from tests.life_doors import BEFORE, in_every_state
from tests.life_reviews import upper_units
from tests.matters import ladder

CASES = ("registered", "urgent", "served", "reviewed", "finally_closed", "settled", "unhappy")
LETTERS = ("answered", "served", "in_reexamination", "finally_closed", "settled")


@pytest.fixture
def cases(yunxi: Cast) -> dict[str, Case]:
    ladder()
    upper_units(yunxi)
    call_command("load_routes", verbosity=0)
    return in_every_state(yunxi, timezone.now())


class Walk:
    """One browser for each person; what is wrong is kept under the name of the page."""

    def __init__(self, door: Door, cast: Cast) -> None:
        self.door, self.cast = door, cast
        self.pages: dict[str, Page] = {}
        self.faults: dict[str, list[str]] = {}

    def page(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.door(self.cast.people[who] if who else None, viewport=WIDE)
        return self.pages[who]

    def look(self, name: str, page: Page) -> None:
        if found := faults_of(page, name, chinese=True):
            self.faults[name] = found

    def visit(self, name: str, who: str, address: str) -> None:
        page = self.page(who)
        answer = page.goto(address)
        assert answer, name
        assert answer.status == 200, name
        self.look(name, page)


def test_each_verb_where_it_can_be_done(door: Door, yunxi: Cast, cases: dict[str, Case]) -> None:
    assert set(BEFORE) == set(DOORS)
    walk = Walk(door, yunxi)
    for verb, (state, who) in BEFORE.items():
        walk.visit(verb, who, f"/cases/{cases[state].pk}/{verb.replace('_', '-')}/")
        expect(walk.page(who).locator("main .form-actions [aria-disabled=true]")).to_have_count(0)
    desk = walk.page("liaison")
    desk.goto(f"/cases/{cases['countersigned'].pk}/issue-opinion/")
    desk.get_by_role("button", name="看文书草稿").click()
    expect(desk.get_by_role("region", name="将要出具的文书")).to_be_visible()
    walk.look("a draft", desk)
    assert not walk.faults, report(walk.faults)


def test_the_case_and_the_letter_in_its_states(door: Door, yunxi: Cast, cases: dict[str, Case]) -> None:
    walk = Walk(door, yunxi)
    for state in CASES:
        walk.visit(f"case {state}", "manager", f"/cases/{cases[state].pk}/")
    person: Any = cases["served"].parties.get().petitioner_id
    walk.visit("person", "clerk", f"/petitioners/{person}/")
    walk.visit("follow-ups", "supervisor", "/follow-ups/")
    walk.visit("rate", "", "/rate/")
    page = walk.page("")
    for state in LETTERS:
        page.goto("/progress/")
        page.get_by_label("查询码").fill(cases[state].query_code)
        page.get_by_label("手机号后四位").fill("0001")
        page.keyboard.press("Enter")
        expect(page.get_by_role("article")).to_be_visible()
        walk.look(f"letter {state}", page)
    page.get_by_role("button", name="评价").click()
    page.get_by_role("region", name="责任单位").get_by_label("不满意", exact=True).check()
    walk.look("rating", page)
    assert not walk.faults, report(walk.faults)

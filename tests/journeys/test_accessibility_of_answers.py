"""What comes after a form was sent, and the pages of refusal, looked at like every other page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.architecture.doorways import asked_with
from tests.architecture.world import World
from tests.journeys.hands import Door
from tests.journeys.looking import by, faults_of, report

ANSWERS: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    # who, address, what is sent (None: rightly filled in, as the table does)
    ("anon", "/progress/", None),
    ("anon", "/progress/", {"code": "", "digits": ""}),
    ("anon", "/sign-in/", None),
    ("anon", "/halls/<code>/complaint/", None),
    ("anon", "/halls/<code>/complaint/", {"text": "短", "phone": "1"}),
    ("anon", "/complaint-answer/", None),
    ("anon", "/complaint-answer/", {"code": "-"}),
    ("clerk", "/register/", {"who-id_number": "1", "with-TOTAL_FORMS": "1", "with-INITIAL_FORMS": "0"}),
    ("clerk", "/cases/<pk>/triage/", {"outcome": "guide_case", "ground": "sue"}),
    ("clerk", "/cases/<pk>/people/<petitioner_id>/reveal/", None),
    ("clerk", "/guide/<hall>/take-number/", None),
    ("clerk", "/tickets/<ticket>/leave/", {}),
    ("manager", "/people/<user_id>/password/", None),
    ("manager", "/reception-plan/<reception_id>/change/", {"day": "x"}),
)
REFUSALS = (("clerk", "/people/"), ("clerk", "/cases/999999/"), ("anon", "/nowhere/"))


def send(page: Page, address: str, data: dict[str, Any]) -> None:
    """Post a form from a page of the house, as its own form would."""
    page.goto("/sign-in/?next=/password/")  # a page with a form, for anybody
    with page.expect_navigation() as navigation:
        page.evaluate(
            """([address, data]) => {
              const form = Object.assign(document.createElement('form'), {method: 'post', action: address});
              const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
              for (const [name, value] of Object.entries({...data, csrfmiddlewaretoken: token})) {
                form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
              }
              document.body.append(form);
              form.submit();
            }""",
            [address, {name: str(value) for name, value in data.items()}],
        )
    assert navigation.value and navigation.value.status in (200, 422), (address, navigation.value)


def test_nor_by_how_an_answer_is_made(door: Door, live_server: Any, here: World) -> None:
    """After a form was sent: errors at their fields, a letter, a secret shown once; and the pages of refusal."""
    faults: dict[str, list[str]] = {}
    pages: dict[str, Page] = {}
    for name, route, data in ANSWERS:
        page = pages.setdefault(name, pages.get(name) or by(here, door, name))
        asked = asked_with(here, route)
        send(page, asked["address"], asked["data"] if data is None else data)
        if found := faults_of(page, route, chinese=True):
            faults[f"POST {route} {data or ''}"] = found
    for name, address in REFUSALS:
        pages[name].goto(address)
        if found := faults_of(pages[name], address, chinese=True):
            faults[address] = found
    assert not faults, report(faults)

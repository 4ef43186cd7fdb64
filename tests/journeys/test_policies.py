"""The browser holds to what the headers say: no page of ours offends, and what is slipped into one is not run."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from tests.architecture.doorways import PAGES, asked_with
from tests.architecture.world import World
from tests.journeys.conftest import session_of
from tests.journeys.hands import Door
from tests.journeys.looking import by

WALKED = (
    ("/", "anon"),
    ("/halls/<code>/receptions/", "anon"),
    ("/halls/<code>/receptions/<reception_id>/book/", "anon"),
    ("/check-receipt/", "anon"),
    ("/sign-in/", "anon"),
    ("/desk/", "clerk"),
    ("/register/", "clerk"),
    ("/work/", "clerk"),
    ("/cases/<pk>/", "clerk"),
    ("/cases/<pk>/documents/<document_id>/", "clerk"),
    ("/console/<window>/", "clerk"),
    ("/display/<hall>/", "anon"),
    ("/kiosk/<hall>/", "anon"),
    ("/board/month/", "manager"),
    ("/admin/", "administrator"),
    ("/admin/staffing/jurisdiction/", "administrator"),
    ("/admin/staffing/hall/<hall_pk>/change/", "administrator"),
)
"""One page of each kind: who is shown it. Beside these every journey fails at the first violation (conftest.Watch)."""
LISTEN = "addEventListener('securitypolicyviolation', e => told(e.violatedDirective + ' ' + e.blockedURI))"


def listening(context: BrowserContext) -> list[str]:
    """What the browser refuses on the pages of this context, as it happens."""
    refused: list[str] = []
    context.expose_function("told", lambda said: refused.append(said))
    context.add_init_script(LISTEN)
    return refused


def test_no_page_offends_against_its_own_policy(door: Door, live_server: Any, here: World) -> None:
    pages: dict[str, Page] = {}
    refused: dict[str, list[str]] = {}
    for route, name in WALKED:
        if name not in pages:
            pages[name] = by(here, door, name)
            refused[name] = listening(pages[name].context)
        address = route.replace("<hall_pk>", str(here.hall.pk))
        if address == route:
            asked = asked_with(here, route)
            query = PAGES.get(route) or asked["page"]
            address = asked["address"] + "".join(f"?{k}={v}" for k, v in query.items())
        answer = pages[name].goto(address)
        assert answer is not None and answer.status == 200, (address, answer and answer.status)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        pages[name].wait_for_load_state()
        assert refused[name] == [], address


SLIPPED_IN = """
<script>window.ran = 1</script>
<script src="https://elsewhere.example/a.js"></script>
<img src="data:image/png;base64,x" onerror="window.ran = 2">
<img src="https://elsewhere.example/pixel.png">
<p id="styled" style="position: fixed">x</p>
<iframe src="/"></iframe>
<object data="/"></object>
<base href="https://elsewhere.example/">
<form id="away" action="https://elsewhere.example/" method="post"></form>
</body>"""

BY_STRING = "try { new Function('window.ran = 3')() } catch { } try { eval('window.ran = 4') } catch { }\n"
"""What a script of our own would do if it made code of text that somebody sent."""


def test_what_is_slipped_into_a_page_is_not_run(browser: Any, live_server: Any, here: World) -> None:
    """As if a hole let markup through: the page is ours with its own headers, only its body has more."""
    context = browser.new_context(base_url=live_server.url)
    try:
        context.add_cookies([session_of(here.cast.clerk, live_server.url)])
        refused = listening(context)
        page = context.new_page()

        def slip(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text().replace("</body>", SLIPPED_IN))

        def speak(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=f"{BY_STRING}{answer.text()}")

        page.route("**/desk/", slip)
        page.route("**/js/app.js*", speak)
        page.goto("/desk/")
        page.evaluate("document.getElementById('away').submit()")
        page.evaluate(
            "fetch('https://elsewhere.example/').catch(() => 0).then("
            "() => fetch('http://127.0.0.1:18622/').catch(() => 0))"
        )
        page.wait_for_timeout(200)
        assert page.evaluate("window.ran") is None
        assert page.evaluate("getComputedStyle(document.getElementById('styled')).position") == "static"
        assert page.evaluate("document.baseURI").startswith(live_server.url)
        assert page.url.startswith(live_server.url)
        assert {one.partition(" ")[0] for one in refused} == {
            "script-src", "script-src-elem", "script-src-attr", "img-src", "style-src-attr", "frame-src", "object-src",
            "base-uri", "form-action", "connect-src",
        }, refused  # fmt: skip
        assert "script-src eval" in refused
        assert "connect-src http://127.0.0.1:18622/" in refused, (
            "the reader belongs to the registration alone"
        )
    finally:
        context.close()

import pytest
from tests.architecture.world import World
pytestmark = pytest.mark.django_db(transaction=True)
def test_shots(here: World, door) -> None:
    a = here.leading
    pages = {
        "list": ("supervisor", "/supervisions/"), "one": ("supervisor", f"/supervisions/{a['supervision_answered']}/"),
        "proposed": ("supervisor", f"/supervisions/{a['supervision_proposed']}/"),
        "confirm": ("supervisor", f"/supervisions/{a['supervision_proposed']}/confirm-supervision/"),
        "new": ("supervisor", "/supervisions/new/"), "rules": ("manager", "/supervision-rules/"),
        "unit": ("liaison", "/supervisions/"), "close": ("supervisor", f"/supervisions/{a['supervision_answered']}/close-supervision/"),
    }
    import os
    for width in (1440, 390):
        for lang in ("zh-CN", "en"):
            for name, (who, url) in pages.items():
                page = door(here.cast.people[who], viewport={"width": width, "height": 900}, locale=lang)
                if lang == "en":
                    page.context.add_cookies([{"name": "django_language", "value": "en", "url": page.context._options["baseURL"] if False else os.environ.get("X", "") or page.context.cookies()[0]["domain"] and f"http://{page.context.cookies()[0]['domain']}"}])
                page.goto(url)
                page.screenshot(path=f"/tmp/sup_{name}_{width}_{lang}.png", full_page=True)
                page.close()

"""What every answer says to the browser: which kind carries which headers, and how a page asks for more."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hall.headers import ALL_CLOSED, BARE, CLOSED, Headers, of_handed_in, opens
from hall.machines.problems import MEDIA_TYPE
from tests.cast import Cast

POLICY = "Content-Security-Policy"
JITSI = "HALL_JITSI_URL"


def directives(response: Any) -> dict[str, set[str]]:
    """The policy as directive → sources."""
    parts = [one.split() for one in response[POLICY].split(";")]
    return {name: set(sources) for name, *sources in parts}


def assert_of_a_page(response: Any, *reached: str) -> None:
    """Nothing inline, nothing from elsewhere, in no frame; `reached` are the origins that scripts may ask besides."""
    assert directives(response) == {
        "default-src": {"'none'"}, "script-src": {"'self'"}, "style-src": {"'self'"}, "img-src": {"'self'", "data:"},
        "font-src": {"'self'"}, "connect-src": {"'self'", *reached}, "media-src": {"'self'", "blob:"},
        "manifest-src": {"'self'"}, "worker-src": {"'self'"}, "object-src": {"'none'"}, "base-uri": {"'none'"},
        "form-action": {"'self'"}, "frame-ancestors": {"'none'"},
    }  # fmt: skip


def assert_common(response: Any) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Permissions-Policy"] == ALL_CLOSED and "camera=()" in ALL_CLOSED
    assert response[POLICY]


def test_a_page_for_people_without_a_login(client: Client, cast: Cast) -> None:
    for address, status in (
        ("/sign-in/", 200), ("/desk/", 302), ("/accessibility/", 200), ("/nowhere/", 404), ("/halls/nowhere/", 404),
        ("/halls/yunxi/complaint/", 200), ("/check-receipt/", 200), ("/device/enrol/", 200), ("/progress/", 200),
    ):  # fmt: skip
        response = client.get(address)
        assert response.status_code == status, address
        assert_common(response)
        assert_of_a_page(response)
        assert ("no-store" in response["Cache-Control"]) is (address != "/accessibility/"), address


def test_a_page_of_the_staff_is_kept_by_no_cache(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk)
    for address in ("/desk/", "/work/", "/accessibility/", "/admin/", "/cases/999999/", "/nowhere/"):
        response = client.get(address)
        assert_common(response)
        assert_of_a_page(response)
        assert "no-store" in response["Cache-Control"], address
        assert response["X-Frame-Options"] == "DENY"


def test_a_form_without_its_token_and_a_sent_form(cast: Cast) -> None:
    careful = Client(enforce_csrf_checks=True)
    for response in (careful.post("/sign-in/", {}), Client().post("/sign-in/", {})):
        assert_common(response)
        assert_of_a_page(response)
        assert "no-store" in response["Cache-Control"]


def test_what_is_no_page_loads_nothing(client: Client, cast: Cast) -> None:
    for address in (
        "/api/v1/openapi.json", "/api/v1/problems/role/", "/api/v1/nowhere/", "/api/v1/cases/", "/healthz", "/readyz",
        "/digests.json", "/static/js/app.js", "/static/img/icons.svg",
    ):  # fmt: skip
        response = client.get(address)
        assert_common(response)
        assert response[POLICY] == BARE, address
        assert directives(response)["frame-ancestors"] == {"'none'"}
        if address.startswith("/api/"):
            assert "no-store" in response["Cache-Control"], address


def test_static_files_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/static/css/tokens.css")["Cache-Control"]


def test_a_problem_of_a_machine_is_no_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk)
    response = client.post("/api/v1/cases/1/close/", "{", content_type="application/json")
    assert response["Content-Type"].startswith(MEDIA_TYPE)
    assert response[POLICY] == BARE
    assert "no-store" in response["Cache-Control"]


def test_a_fault_of_the_house_carries_them_too(cast: Cast, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.hall.faulty_urls"
    response = Client(raise_request_exception=False).get("/fault/")
    assert response.status_code == 500
    assert_common(response)
    assert_of_a_page(response)


def test_only_the_registration_reaches_the_reader(client: Client, cast: Cast, settings: Any) -> None:
    client.force_login(cast.clerk)
    settings.HALL_READER_URL = "http://127.0.0.1:18622"
    assert_of_a_page(client.get("/register/"), "http://127.0.0.1:18622", "ws://127.0.0.1:18622")
    assert_of_a_page(client.get("/desk/"))
    settings.HALL_READER_URL = ""
    assert_of_a_page(client.get("/register/"))


def shown(view: Any) -> HttpResponse:
    response = Headers(view)(RequestFactory().get("/room/"))
    assert isinstance(response, HttpResponse)
    return response


def room(request: Any) -> HttpResponse:
    return HttpResponse("room")


def test_a_page_asks_for_what_it_needs(settings: Any) -> None:
    asking = opens("camera", "microphone", "display-capture", connect=JITSI, frame=JITSI)(room)
    setattr(settings, JITSI, "")
    inside = shown(asking)
    assert {"camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()"} <= set(
        inside["Permissions-Policy"].split(", ")
    )
    assert_of_a_page(inside)
    setattr(settings, JITSI, "https://meet.example.org/rooms")
    outside = shown(asking)
    assert 'camera=(self "https://meet.example.org")' in outside["Permissions-Policy"]
    assert directives(outside)["frame-src"] == {"https://meet.example.org"}
    assert {"https://meet.example.org", "wss://meet.example.org"} < directives(outside)["connect-src"]
    assert directives(outside)["script-src"] == {"'self'"}
    assert shown(room)["Permissions-Policy"] == ALL_CLOSED, "what one page opens is open on no other"
    assert "frame-src" not in directives(shown(room))


def test_what_is_no_origin_opens_nothing(settings: Any) -> None:
    for address in ("javascript:alert(1)", "data:text/html,x", "*", "'unsafe-inline'", "//x.cn", "x"):
        setattr(settings, JITSI, address)
        assert_of_a_page(shown(opens("camera", connect=JITSI, frame=JITSI)(room)))


def test_a_feature_that_is_not_known_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="kamera"):
        opens("kamera")
    assert len(set(CLOSED)) == len(CLOSED)


def test_what_a_view_says_itself_stays(settings: Any) -> None:
    def paper(request: Any) -> HttpResponse:
        said = {POLICY: "sandbox; default-src 'none'", "Cache-Control": "public, max-age=60"}
        return HttpResponse("x", headers=said)

    response = shown(paper)
    assert (response[POLICY], response["Cache-Control"]) == (
        "sandbox; default-src 'none'",
        "public, max-age=60",
    )


def test_what_was_handed_in_lies_in_a_sandbox() -> None:
    for kind in ("image/png", "text/plain", "application/octet-stream", "text/html"):
        assert of_handed_in(kind) == "sandbox; default-src 'none'"
    assert of_handed_in("application/pdf") == BARE


def test_the_nonce_of_a_page_that_needs_one(settings: Any) -> None:
    def page(request: Any) -> HttpResponse:
        return HttpResponse(f'<style nonce="{request.csp_nonce}"></style>')

    one, other = shown(page), shown(page)
    nonce = one.content.decode().partition('nonce="')[2].partition('"')[0]
    assert directives(one)["style-src"] == {"'self'", f"'nonce-{nonce}'"} and len(nonce) >= 22
    assert nonce not in other[POLICY]


def test_people_are_sent_to_tls_and_machines_inside_are_not(cast: Cast, settings: Any) -> None:
    """As a city sets it (HALL_TLS): the proxy says what came over TLS."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$", r"^api/"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    client = Client()
    sent = client.get("/sign-in/")
    assert (sent.status_code, sent["Location"]) == (301, "https://testserver/sign-in/")
    assert sent["Permissions-Policy"] == ALL_CLOSED
    assert client.get("/healthz").status_code == 200
    plain = client.get("/api/v1/cases/")
    assert (plain.status_code, plain.json()["kind"]) == (403, "plain"), (
        "sent on, a machine would never notice"
    )
    secure = client.get("/sign-in/", headers={"X-Forwarded-Proto": "https"})
    assert (secure.status_code, secure["Strict-Transport-Security"]) == (
        200,
        "max-age=31536000; includeSubDomains",
    )


def test_a_page_that_has_not_changed_keeps_its_own_policy(client: Client, cast: Cast) -> None:
    """Browsers lay the headers of a 304 over the page they kept: a bare policy would leave it without styles."""
    page = client.get("/accessibility/")
    again = client.get("/accessibility/", headers={"if-none-match": page["ETag"]})
    assert again.status_code == 304
    assert POLICY not in again and "Permissions-Policy" not in again
    assert again.get("Cache-Control", page["Cache-Control"]) == page["Cache-Control"]

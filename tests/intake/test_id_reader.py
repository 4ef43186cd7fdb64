"""The contract of the ID reader's agent, kept by the simulator: who may ask, with what, how often."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from cases.models import Petitioner
from hall import settings as house
from intake.management.simulation.reader import CARDS, Agent, Credential, enrol, numbered
from staffing.actions import issue_device_code, pass_for_reader, revoke_device
from tests.cast import Cast
from tests.devices import enrolled, registered

ORIGIN = "http://testserver"


@contextmanager
def serving(agent: Agent) -> Iterator[Agent]:
    server = agent.serve()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield agent
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def reader(cast: Cast) -> Iterator[Agent]:
    device, token = enrolled(cast, "reader", "一号窗口阅读器", timezone.now())
    with serving(Agent(Credential(token, device.pk, ORIGIN), port=0)) as agent:
        yield agent


def ask(agent: Agent, method: str, path: str, **headers: str) -> tuple[int, dict[str, Any], Any]:
    sent = {"Origin": ORIGIN, **headers}
    address = f"http://127.0.0.1:{agent.port}{path}"
    request = urllib.request.Request(address, method=method, headers={k: v for k, v in sent.items() if v})
    try:
        answer = urllib.request.urlopen(request, timeout=5)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = answer.read()
        return answer.status, json.loads(body) if body else {}, answer.headers


def passed(cast: Cast, agent: Agent) -> str:
    client = Client()
    client.force_login(cast.clerk)
    given = client.post(f"/devices/{agent.credential.reader}/pass/")
    assert given.status_code == 200
    return f"Bearer {given.json()['pass']}"


def test_a_pass_of_the_hall_reads_one_card_once(cast: Cast, reader: Agent) -> None:
    status, said, headers = ask(reader, "GET", "/v1/status")
    assert (status, said) == (200, {"version": 1, "reader": reader.credential.reader, "ready": True})
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    shown = passed(cast, reader)
    status, said, _headers = ask(reader, "POST", "/v1/read", Authorization=shown)
    assert (status, said) == (200, CARDS[0])
    assert ask(reader, "POST", "/v1/read", Authorization=shown)[:2] == (403, {"reason": "used"})
    for _n in CARDS[1:]:
        assert ask(reader, "POST", "/v1/read", Authorization=passed(cast, reader))[0] == 200
    assert ask(reader, "POST", "/v1/read", Authorization=passed(cast, reader))[0] == 409
    assert not Petitioner.objects.exists(), "reading keeps nothing"


def test_nobody_else_is_answered(cast: Cast, reader: Agent) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": ""},
        {"Origin": "null"},
        {"Host": f"evil.example:{reader.port}"},
    ):
        for method, path in (("GET", "/v1/status"), ("OPTIONS", "/v1/read"), ("POST", "/v1/read")):
            status, said, answered = ask(reader, method, path, **headers)
            assert (status, said) == (403, {"reason": "origin"}), (method, headers)
            if "Origin" in headers:
                assert answered["Access-Control-Allow-Origin"] is None
    assert ask(reader, "GET", "/v1/cards")[0] == 404
    assert len(reader.cards) == len(CARDS)


def test_a_browser_is_told_that_it_may_ask(reader: Agent) -> None:
    status, _said, headers = ask(
        reader, "OPTIONS", "/v1/read", **{"Access-Control-Request-Private-Network": "true"}
    )
    assert status == 204
    assert headers["Access-Control-Allow-Private-Network"] == "true"
    assert headers["Access-Control-Allow-Headers"] == "Authorization"
    assert headers["Vary"] == "Origin"


def test_a_pass_is_for_one_reader_one_origin_and_a_minute(cast: Cast, reader: Agent) -> None:
    clerk, now = cast.act(cast.clerk), timezone.now()
    other, _token = enrolled(cast, "reader", "二号窗口阅读器", now)

    def made(device_id: int, origin: str = ORIGIN) -> str:
        return "Bearer " + pass_for_reader(actor=clerk, device_id=device_id, origin=origin, now=now)

    mine = reader.credential.reader
    for shown, why in (
        ("", "signature"),
        ("Bearer x.y", "signature"),
        ("Basic " + made(mine)[7:], "signature"),
        (made(other.pk), "signature"),
        (made(mine, "https://evil.example"), "another reader or hall"),
    ):
        assert ask(reader, "POST", "/v1/read", Authorization=shown)[:2] == (403, {"reason": why})
    late = made(mine)
    reader.clock = lambda: time.time() + 61
    assert ask(reader, "POST", "/v1/read", Authorization=late)[:2] == (403, {"reason": "expired"})
    assert len(reader.cards) == len(CARDS)


def test_a_reader_that_was_taken_back_gets_no_pass(cast: Cast, reader: Agent) -> None:
    device_id = reader.credential.reader
    revoke_device(actor=cast.act(cast.administrator), device_id=device_id, reason="换新", now=timezone.now())
    client = Client()
    client.force_login(cast.clerk)
    assert client.post(f"/devices/{device_id}/pass/").status_code == 403
    client.force_login(cast.guide)
    assert client.post(f"/devices/{device_id}/pass/").status_code == 403
    assert client.post("/devices/999999/pass/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_agent_enrols_over_the_network_and_hears_when_it_is_taken_back(
    cast: Cast, live_server: Any
) -> None:
    now = timezone.now()
    device, code = registered(cast, "reader", now=now)
    credential = enrol(live_server.url, code)
    assert (credential.reader, credential.origin) == (device.pk, live_server.url)
    with pytest.raises(PermissionError, match="没有这个登记码"):
        enrol(live_server.url, code)
    agent = Agent(credential, port=0)
    agent.ask_hall()
    assert agent.stopped == ""
    admin = cast.act(cast.administrator)
    _device, _code = issue_device_code(actor=admin, device_id=device.pk, now=now)
    revoke_device(actor=admin, device_id=device.pk, reason="换新", now=now)
    agent.ask_hall()
    assert "换新" in agent.stopped
    with serving(agent):
        assert ask(agent, "GET", "/v1/status", Origin=live_server.url)[1]["ready"] is False
        status, said, _headers = ask(agent, "POST", "/v1/read", Origin=live_server.url)
        assert (status, said) == (403, {"reason": agent.stopped})


def test_the_cards_are_nobodys() -> None:
    assert numbered("11010519491231002") == "11010519491231002X", "the example of GB 11643"
    assert all(card["id_number"].startswith("530901") for card in CARDS)


def test_the_page_has_the_button_only_where_there_are_readers(
    client: Client, cast: Cast, settings: Any
) -> None:
    client.force_login(cast.clerk)
    assert "data-read-id" in client.get("/register/").text
    settings.HALL_READER_URL = ""
    assert "data-read-id" not in client.get("/register/").text


@pytest.mark.parametrize(
    "wrong",
    [
        "http://192.168.1.4:18622",
        "http://127.0.0.1",
        "http://127.0.0.1:18622/v1",
        "ws://127.0.0.1:18622",
        "x",
    ],
)
def test_the_reader_is_on_the_computer_itself(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HALL_READER_URL"):
        house._reader_url(wrong)
    with pytest.raises(ImproperlyConfigured, match="HALL_PRINTER_NETWORKS"):
        house._networks("HALL_PRINTER_NETWORKS", f"10.0.0.0/8,{wrong}")

"""A device is trusted from the code that is typed at it until it is taken back; the code opens once."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import PUBLIC, Refused
from hall.models import JournalEntry
from staffing.actions import (
    bind_devices,
    change_device,
    enrol_device,
    exchange_code,
    issue_device_code,
    pass_for_reader,
    register_device,
    revoke_device,
    see_device,
)
from staffing.actions.devices import signature_of
from staffing.actions.machines import digest
from staffing.models import Device
from staffing.rules import CODE_LASTS, DEVICE_COOKIE, WRONG_CODES, DeviceFacts
from tests.cast import NOW, Cast
from tests.devices import KINDS, browser, enrolled, registered

MINUTE = dt.timedelta(minutes=1)


# -- the verbs ---------------------------------------------------------------------------------------------------


def test_a_code_becomes_a_credential_once(cast: Cast) -> None:
    device, code = registered(cast, "kiosk")
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert code.replace("-", "") not in str(Device.objects.values().get()), "only its hash is kept"
    typed = f" {code.lower().replace('-', ' ')} "
    done = enrol_device(actor=PUBLIC, code=typed, kinds=KINDS, now=NOW)
    assert done is not None
    known, secret = done
    assert known.pk == device.pk
    assert secret not in str(Device.objects.values().get())
    seen = see_device(secret, now=NOW)
    assert seen is not None and seen.pk == device.pk
    assert enrol_device(actor=PUBLIC, code=code, kinds=KINDS, now=NOW) is None, "used"
    said = [
        entry.verb
        for entry in JournalEntry.objects.filter(object=f"staffing.device:{device.pk}").order_by("id")
    ]
    assert said == ["register_device", "enrol_device"]
    assert not any(
        word in json.dumps([entry.after, entry.before])
        for entry in JournalEntry.objects.filter(verb__endswith="_device")
        for word in (secret, code, digest(secret))
    )


def test_a_code_ends_and_a_new_one_voids_it(cast: Cast) -> None:
    device, first = registered(cast, "display")
    with pytest.raises(Refused, match="过期"):
        enrol_device(actor=PUBLIC, code=first, kinds=KINDS, now=NOW + CODE_LASTS)
    _device, second = issue_device_code(actor=cast.act(cast.administrator), device_id=device.pk, now=NOW)
    assert enrol_device(actor=PUBLIC, code=first, kinds=KINDS, now=NOW) is None
    assert enrol_device(actor=PUBLIC, code=second, kinds=KINDS, now=NOW) is not None


def test_enrolling_again_ends_the_former_credential(cast: Cast) -> None:
    device, old = enrolled(cast, "kiosk")
    _device, code = issue_device_code(actor=cast.act(cast.administrator), device_id=device.pk, now=NOW)
    assert see_device(old, now=NOW) is not None, "it goes on until the new code is typed"
    enrol_device(actor=PUBLIC, code=code, kinds=KINDS, now=NOW)
    assert see_device(old, now=NOW) is None


def test_who_keeps_devices_and_of_which_hall(cast: Cast) -> None:
    device, _secret = enrolled(cast, "kiosk")
    for name in ("clerk", "manager", "supervisor"):
        actor = cast.act(cast.people[name])
        acts = (
            lambda actor=actor: register_device(
                actor=actor, hall_id=cast.hall.pk, kind="kiosk", facts=DeviceFacts("二号"), now=NOW
            ),
            lambda actor=actor: change_device(
                actor=actor, device_id=device.pk, facts=DeviceFacts("二号"), now=NOW
            ),
            lambda actor=actor: issue_device_code(actor=actor, device_id=device.pk, now=NOW),
            lambda actor=actor: revoke_device(actor=actor, device_id=device.pk, reason="坏了", now=NOW),
            lambda actor=actor: bind_devices(
                actor=actor, hall_id=cast.hall.pk, kiosk=True, display=False, now=NOW
            ),
        )
        for act in acts:
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.kind == "role"


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        ("kiosk", {"name": " "}, "name"),
        ("kiosk", {"name": "一号"}, "name"),
        ("radio", {"name": "二号"}, "kind"),
        ("printer", {"name": "二号"}, "host"),
        ("printer", {"name": "二号", "host": "8.8.8.8"}, "host"),
        ("printer", {"name": "二号", "host": "127.0.0.1"}, "host"),
        ("printer", {"name": "二号", "host": "printer.example"}, "host"),
        ("printer", {"name": "二号", "host": "192.168.1.9", "port": 0}, "port"),
        ("kiosk", {"name": "二号", "host": "192.168.1.9"}, "host"),
        ("display", {"name": "二号", "printer_id": -1}, "printer"),
        ("kiosk", {"name": "二号", "printer_id": -1}, "printer"),
        ("reader", {"name": "二号", "window_id": -1}, "window"),
    ],
)
def test_what_is_written_of_a_device(cast: Cast, kind: str, facts: dict[str, object], field: str) -> None:
    registered(cast, "kiosk")
    with pytest.raises(Refused) as refused:
        register_device(
            actor=cast.act(cast.administrator), hall_id=cast.hall.pk, kind=kind,
            facts=DeviceFacts(**facts), now=NOW,  # type: ignore[arg-type]
        )  # fmt: skip
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_a_device_is_taken_back_with_a_reason(cast: Cast) -> None:
    device, secret = enrolled(cast, "display")
    admin = cast.act(cast.administrator)
    with pytest.raises(Refused) as refused:
        revoke_device(actor=admin, device_id=device.pk, reason=" ", now=NOW)
    assert refused.value.field == "reason"
    revoke_device(actor=admin, device_id=device.pk, reason="屏幕被盗", now=NOW)
    known = see_device(secret, now=NOW)
    assert known is not None and known.state == "revoked"
    for again in (
        lambda: revoke_device(actor=admin, device_id=device.pk, reason="屏幕被盗", now=NOW),
        lambda: issue_device_code(actor=admin, device_id=device.pk, now=NOW),
        lambda: change_device(actor=admin, device_id=device.pk, facts=DeviceFacts("二号"), now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.kind == "state"
    registered(cast, "display"), "its name is free again"


def test_the_database_holds_what_a_device_is(cast: Cast) -> None:
    device, _secret = enrolled(cast, "kiosk")
    one = Device.objects.filter(pk=device.pk)
    for wrong in (
        {"secret_hash": None},
        {"code_hash": "x"},
        {"revoked_at": NOW},
        {"host": "192.168.1.9"},
        {"printer": device},
        {"port": 0},
        {"kind": "printer"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            one.update(**wrong)


def test_kiosks_are_bound_where_there_is_one(cast: Cast) -> None:
    admin = cast.act(cast.administrator)
    with pytest.raises(Refused, match="先登记一台"):
        bind_devices(actor=admin, hall_id=cast.hall.pk, kiosk=True, display=False, now=NOW)
    enrolled(cast, "kiosk")
    hall = bind_devices(actor=admin, hall_id=cast.hall.pk, kiosk=True, display=True, now=NOW)
    assert hall.kiosk_enrolled_only and hall.display_enrolled_only
    bind_devices(actor=admin, hall_id=cast.hall.pk, kiosk=True, display=True, now=NOW)
    assert JournalEntry.objects.filter(verb="bind_devices").count() == 1


def test_wrong_codes_are_counted_by_where_they_come_from(cast: Cast) -> None:
    _device, code = registered(cast, "kiosk")

    def typed(what: str, address: str = "10.0.0.9") -> object:
        return exchange_code(actor=PUBLIC, code=what, address=address, kinds=KINDS, now=NOW)

    for _n in range(WRONG_CODES):
        assert typed("AAAA-AAAA") is None
    with pytest.raises(Refused) as refused:
        typed(code)
    assert refused.value.kind == "busy"
    assert typed(code, "10.0.0.10") is not None, "nobody else is locked out"


def test_being_there_is_noted_to_the_minute(cast: Cast) -> None:
    device, secret = enrolled(cast, "display")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        see_device(secret, now=NOW + MINUTE / 2)
    assert len(asked) == 1
    see_device(secret, now=NOW + 2 * MINUTE)
    device.refresh_from_db()
    assert device.last_seen_at == NOW + 2 * MINUTE
    assert see_device("device_unknown", now=NOW) is None
    assert see_device("", now=NOW) is None


# -- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_type_one_code_at_once(cast: Cast) -> None:
    _device, code = registered(cast, "kiosk")
    gate = threading.Barrier(4)

    def typed(_n: int) -> object:
        try:
            gate.wait(timeout=10)
            return enrol_device(actor=PUBLIC, code=code, kinds=KINDS, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(typed, range(4)))
    winners = [one for one in found if one is not None]
    assert len(winners) == 1
    assert JournalEntry.objects.filter(verb="enrol_device").count() == 1


# -- the pass of a reader ----------------------------------------------------------------------------------------


def test_a_pass_is_made_for_who_registers_and_for_a_reader_in_use(cast: Cast) -> None:
    device, secret = enrolled(cast, "reader")
    clerk = cast.act(cast.clerk)
    made = pass_for_reader(actor=clerk, device_id=device.pk, origin="https://hall.example", now=NOW)
    body, _dot, signature = made.partition(".")
    assert signature == signature_of(digest(secret), body), "the agent checks it with what it has"
    with pytest.raises(Refused) as refused:
        pass_for_reader(
            actor=cast.act(cast.guide), device_id=device.pk, origin="https://hall.example", now=NOW
        )
    assert refused.value.kind == "role"
    revoke_device(actor=cast.act(cast.administrator), device_id=device.pk, reason="换新", now=NOW)
    with pytest.raises(Refused, match="换新"):
        pass_for_reader(actor=clerk, device_id=device.pk, origin="https://hall.example", now=NOW)


# -- the doors ---------------------------------------------------------------------------------------------------


def test_from_the_administrators_page_to_the_kiosk(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert "还没有登记设备" in client.get("/devices/").text
    wrong = client.post(
        "/devices/new/", {"kind": "printer", "name": "东门", "host": "8.8.8.8", "port": "9100"}
    )
    assert wrong.status_code == 422
    assert "内部网络" in wrong.text and "东门" in wrong.text
    shown = client.post("/devices/new/", {"kind": "kiosk", "name": "东门取号机", "confirms": "on"})
    assert "no-store" in shown["Cache-Control"]
    code = re.search(r"data-device-code>([^<]+)<", shown.text)
    assert code
    assert code[1] not in client.get("/devices/").text, "shown once"
    kiosk = Client()
    assert kiosk.get("/device/enrol/").status_code == 200
    assert kiosk.post("/device/enrol/", {"code": ""}).status_code == 422
    bad = kiosk.post("/device/enrol/", {"code": "AAAA-AAAA"})
    assert (bad.status_code, "没有这个登记码" in bad.text) == (422, True)
    done = kiosk.post("/device/enrol/", {"code": code[1]})
    assert done["Location"] == "/kiosk/yunxi/"
    cookie = done.cookies[DEVICE_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert kiosk.get("/device/self/").json()["kind"] == "kiosk"
    assert "在用" in client.get("/devices/").text


def test_an_agent_gets_its_token_and_a_browser_none_of_it(cast: Cast) -> None:
    _device, code = registered(cast, "reader", now=timezone.now())
    assert Client().post("/device/enrol/", {"code": code}).status_code == 422, "not at the browser's door"
    agent = Client(headers={"accept": "application/json"})
    assert "没有这个登记码" in agent.post("/device/enrol/", {"code": "AAAA-AAAA"}).json()["reason"]
    said = agent.post("/device/enrol/", {"code": code}).json()
    assert said["origin"] == "http://testserver"
    own = {"authorization": f"Bearer {said['token']}"}
    assert Client().get("/device/self/", headers=own).json()["device"] == said["reader"]
    assert Client().get("/device/self/").status_code == 404
    revoke_device(actor=cast.act(cast.administrator), device_id=said["reader"], reason="换新", now=NOW)
    told = Client().get("/device/self/", headers=own)
    assert (told.status_code, "换新" in told.json()["reason"]) == (403, True)


def test_the_list_asks_the_same_for_many_and_pages_by_key(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    enrolled(cast, "kiosk", "零号")

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    client.get("/devices/")
    few = asked("/devices/")
    for n in range(45):
        registered(cast, "display", f"{n}号")
    assert asked("/devices/") == few
    page = client.get("/devices/")
    more = re.search(r'href="(\?after=\d+)"', page.text)
    assert more
    assert "零号" in client.get(f"/devices/{more[1]}").text
    assert "零号" in client.get("/devices/?kind=kiosk").text
    assert "零号" not in client.get("/devices/?state=waiting").text
    assert "没有符合条件" in client.get("/devices/?state=revoked").text


def test_another_halls_administrator_sees_none_of_it(client: Client, cast: Cast) -> None:
    device, _secret = enrolled(cast, "kiosk")
    client.force_login(cast.clerk)
    assert client.get("/devices/").status_code == 403
    assert client.post(f"/devices/{device.pk}/revoke/", {"reason": "x"}).status_code == 404


def test_taking_back_at_the_page(client: Client, cast: Cast) -> None:
    device, secret = enrolled(cast, "display", now=timezone.now())
    client.force_login(cast.administrator)
    empty = client.post(f"/devices/{device.pk}/revoke/", {"reason": ""})
    assert (empty.status_code, "请写明停用的原因" in empty.text) == (422, True)
    client.post(f"/devices/{device.pk}/revoke/", {"reason": "已换新屏"})
    stopped = browser(secret).get("/display/yunxi/")
    assert stopped.status_code == 403
    assert "已换新屏" in stopped.text and "/device/enrol/" in stopped.text

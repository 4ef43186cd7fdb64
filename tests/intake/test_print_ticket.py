"""Paper for a number: it never holds up the number, is printed once, and says 重打 when it may be the second."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import PUBLIC, Refused
from hall.models import JournalEntry
from intake.actions import paper, print_jobs, print_ticket, take_number, work_off
from intake.actions.paper import wrapped
from intake.models import PrintJob, Queue, Ticket, Visit
from intake.rules import MOST_COPIES
from intake.rules.queue import ENROLLED_A_MINUTE, KIOSK_A_MINUTE
from staffing.actions import bind_devices, revoke_device
from staffing.models import Device
from tests.cast import NOW, Cast, queues, take
from tests.devices import browser, enrolled, registered
from tests.intake.printer import Printer, a_printer, words_of

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def printer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Printer]:
    settings.HALL_PRINTER_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    monkeypatch.setattr(paper, "ANSWER", 0.3)
    monkeypatch.setattr(paper, "WHOLE", 0.9)
    with a_printer() as one:
        yield one


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def kiosk_with(
    cast: Cast, printer: Printer, name: str = "东门", now: dt.datetime = NOW, **facts: Any
) -> tuple[Device, str]:
    device, _code = registered(
        cast,
        "printer",
        f"{name}打印机",
        now,
        host=printer.host,
        port=printer.port,
        profile="default",
        **facts,
    )
    kiosk, secret = enrolled(cast, "kiosk", f"{name}取号机", now, printer_id=device.pk)
    return Device.objects.select_related("printer").get(pk=kiosk.pk), secret


def taken(kiosk: Device, queue: Queue, now: dt.datetime = NOW, **facts: Any) -> Ticket:
    return take_number(
        actor=PUBLIC, queue_id=queue.pk, form_token=uuid.uuid4(), kiosk=kiosk, now=now, **facts
    )


# -- what is printed ---------------------------------------------------------------------------------------------


def test_a_number_comes_out_on_paper(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    take(cast, line["A"], NOW - SECOND)
    ticket = taken(kiosk, line["A"], priority_reason="elderly")
    assert (ticket.number, printer.calls) == ("A002", 0), "the number does not wait for the paper"
    assert work_off(now=NOW) == 1
    (slip,) = printer.slips
    said = words_of(slip)
    for words in ("云溪县联合接访大厅", "A002", "前面还有", "优先", f"/tickets/{ticket.token}/", "信访登记"):
        assert words in said
    for words in ("重打", "年满七十周岁", "elderly"):
        assert words not in said
    assert slip.startswith(b"\x1b@") and slip.endswith(b"\x1dV\x00"), "begun anew and cut"
    assert b"\x1c\x26" in slip and "云溪县联合接访大厅".encode("gb18030") in slip
    assert b"\x1d(k" in slip, "the printer draws the QR code itself"
    job = PrintJob.objects.get()
    assert (job.status, job.copy, job.attempts, job.next_attempt_at) == ("printed", 1, 1, None)
    assert work_off(now=NOW + dt.timedelta(minutes=5)) == 0
    assert len(printer.slips) == 1


def test_in_the_language_of_the_kiosk(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer, confirms=False)
    taken(kiosk, line["A"], language="en")
    work_off(now=NOW)
    for _n in range(50):
        if printer.slips:
            break
        time.sleep(0.02)
    assert "Yunxi County Joint Reception Hall" in words_of(printer.slips[0]).replace("\n", " ")


def test_lines_are_broken_by_width_and_steer_nothing() -> None:
    assert wrapped("接访大厅", 4) == ["接访", "大厅"]
    assert wrapped("Joint Reception Hall", 16) == ["Joint Reception", "Hall"]
    assert wrapped("a\x1b@\nb", 10) == ["a@b"]
    assert wrapped("", 10) == [""]


def test_again_says_so_on_the_paper(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    ticket = taken(kiosk, line["A"])
    guide = cast.act(cast.guide)

    def again(**facts: Any) -> PrintJob:
        return print_ticket(actor=guide, ticket_id=ticket.pk, printer_id=kiosk.printer_id, now=NOW, **facts)

    with pytest.raises(Refused, match="正在打印"):
        again()
    work_off(now=NOW)
    assert again().copy == 2
    with pytest.raises(Refused, match="正在打印"):
        again()
    work_off(now=NOW)
    assert ["重打" in words_of(slip) for slip in printer.slips] == [False, True]
    assert all("A001" in words_of(slip) for slip in printer.slips)
    assert JournalEntry.objects.get(verb="print_ticket").after["copy"] == 2
    for _n in range(MOST_COPIES - 2):
        again()
        work_off(now=NOW)
    with pytest.raises(Refused) as refused:
        again()
    assert refused.value.kind == "busy"
    assert Ticket.objects.count() == 1


def test_who_prints_what_and_where(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    other, _secret = enrolled(cast, "kiosk", "西门取号机", printer_id=kiosk.printer_id)
    ticket = taken(kiosk, line["A"])
    work_off(now=NOW)

    def asked(**facts: Any) -> str:
        asks = {"actor": PUBLIC, "ticket_id": ticket.pk, "printer_id": kiosk.printer_id, "now": NOW} | facts
        with pytest.raises(Refused) as refused:
            print_ticket(**asks)
        return refused.value.kind

    assert asked() == "role"
    assert asked(kiosk=other) == "role", "the number of another kiosk is not for this one"
    assert asked(actor=cast.act(cast.supervisor)) == "role"
    assert asked(kiosk=kiosk, printer_id=None) == "state"
    assert asked(kiosk=kiosk, printer_id=kiosk.pk) == "state", "a kiosk is no printer"
    assert asked(kiosk=kiosk, now=NOW + dt.timedelta(days=1)) == "state"


# -- when the printer is out -------------------------------------------------------------------------------------


def test_a_printer_that_refuses_gets_it_later(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = free.getsockname()[1]
    Device.objects.filter(pk=kiosk.printer_id).update(port=dead)
    ticket = taken(kiosk, line["A"])
    assert work_off(now=NOW) == 1
    job = PrintJob.objects.get()
    assert (job.status, job.begun, ticket.number) == ("waiting", False, "A001")
    assert "refused" in job.last_error.lower()
    assert work_off(now=NOW + SECOND) == 0, "it is left alone for a while"
    Device.objects.filter(pk=kiosk.printer_id).update(port=printer.port)
    assert work_off(now=NOW + 7 * SECOND) == 1
    assert "重打" not in words_of(printer.slips[0]), "nothing had left the printer"


def test_a_printer_without_paper_gets_it_later(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    printer.mood = "empty"
    taken(kiosk, line["A"])
    work_off(now=NOW)
    assert PrintJob.objects.get().last_error == "paper out"
    printer.mood = "well"
    work_off(now=NOW + 7 * SECOND)
    assert ["重打" in words_of(slip) for slip in printer.slips] == [False]


@pytest.mark.parametrize("mood", ["dies", "hangs"])
def test_a_printer_that_dies_or_hangs_in_the_middle(
    cast: Cast, line: dict[str, Queue], printer: Printer, mood: str
) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    printer.mood = mood
    taken(kiosk, line["A"])
    began = time.monotonic()
    work_off(now=NOW)
    assert time.monotonic() - began < 3
    job = PrintJob.objects.get()
    assert (job.status, job.begun) == ("waiting", mood == "dies")
    printer.mood = "well"
    work_off(now=NOW + 10 * SECOND)
    job.refresh_from_db()
    assert (job.status, job.attempts, len(printer.slips)) == ("printed", 2, 1)
    assert ("重打" in words_of(printer.slips[0])) is (mood == "dies"), "half a slip may lie there"
    assert (Ticket.objects.count(), Visit.objects.count()) == (1, 1)


def test_a_printer_that_is_out_holds_up_no_other(
    cast: Cast, line: dict[str, Queue], printer: Printer
) -> None:
    with a_printer() as broken:
        broken.mood = "hangs"
        stuck, _secret = kiosk_with(cast, broken, "西门")
        kiosk, _secret = kiosk_with(cast, printer)
        for _n in range(3):
            taken(stuck, line["A"])
        taken(kiosk, line["B"])
        began = time.monotonic()
        work_off(now=NOW)
        assert time.monotonic() - began < 3, "asked once, not once for each of its slips"
        assert (broken.calls, len(printer.slips)) == (1, 1)


def test_paper_that_comes_too_late_is_not_printed(
    cast: Cast, line: dict[str, Queue], printer: Printer
) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    taken(kiosk, line["A"])
    assert work_off(now=NOW + print_jobs.TOO_LATE) == 0
    assert (PrintJob.objects.get().status, printer.calls) == ("dead", 0)
    second = taken(kiosk, line["A"])
    revoke_device(actor=cast.act(cast.administrator), device_id=kiosk.printer_id or 0, reason="坏了", now=NOW)
    assert work_off(now=NOW) == 0
    assert PrintJob.objects.get(ticket=second).status == "dead"
    kiosk = Device.objects.select_related("printer").get(pk=kiosk.pk)
    assert not PrintJob.objects.filter(ticket=taken(kiosk, line["A"])).exists(), "and none is asked for"


def test_a_worker_that_died_leaves_a_job_that_is_tried_again(
    cast: Cast, line: dict[str, Queue], printer: Printer
) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    taken(kiosk, line["A"])
    job = print_jobs._claim(set(), NOW)
    assert job is not None
    taken(kiosk, line["A"])
    assert work_off(now=NOW + SECOND) == 0, "the printer is held by the one that says nothing"
    later = NOW + print_jobs.LEASE
    assert work_off(now=later) == 2
    assert ["重打" in words_of(slip) for slip in printer.slips] == [True, False]
    print_jobs._settle(job, None, later)
    assert sorted(PrintJob.objects.values_list("status", flat=True)) == ["printed", "printed"]


def test_what_went_wrong_with_our_own_words_is_kept(
    cast: Cast, line: dict[str, Queue], printer: Printer, settings: Any
) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    Device.objects.filter(pk=kiosk.printer_id).update(profile="no-such-printer")
    taken(kiosk, line["A"])
    work_off(now=NOW)
    job = PrintJob.objects.get()
    assert (job.status, job.begun, bool(job.last_error)) == ("waiting", False, True)


# -- two at once -------------------------------------------------------------------------------------------------


def _at_once(count: int, act: Any) -> list[Any]:
    gate = threading.Barrier(count)

    def run(n: int) -> Any:
        try:
            gate.wait(timeout=10)
            return act(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_several_workers_print_each_slip_once_and_one_at_a_time(cast: Cast, printer: Printer) -> None:
    line = queues(cast)
    kiosk, _secret = kiosk_with(cast, printer)
    numbers = [taken(kiosk, line["A"]).number for _n in range(8)]
    for n in range(10):
        _at_once(3, lambda _n, n=n: work_off(now=NOW + n * SECOND))
        if not PrintJob.objects.exclude(status="printed").exists():
            break
    said = [words_of(slip) for slip in printer.slips]
    assert sorted(next(no for no in numbers if no in words) for words in said) == numbers
    assert printer.most_at_once == 1
    assert not any("重打" in words for words in said)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_more_slip(cast: Cast, printer: Printer) -> None:
    line = queues(cast)
    kiosk, _secret = kiosk_with(cast, printer)
    ticket = taken(kiosk, line["A"])
    work_off(now=NOW)
    guide = cast.act(cast.guide)

    def press(_n: int) -> str:
        try:
            print_ticket(actor=guide, ticket_id=ticket.pk, printer_id=kiosk.printer_id, now=NOW)
        except Refused as refused:
            return refused.kind
        return "printed"

    assert sorted(_at_once(3, press)) == ["printed", "state", "state"]
    assert PrintJob.objects.count() == 2


def test_the_database_holds_what_is_printed(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    for _n in range(2):
        taken(kiosk, line["A"])
    jobs = PrintJob.objects.order_by("id")
    with pytest.raises(IntegrityError), transaction.atomic():
        jobs.update(status="sending")
    with pytest.raises(IntegrityError), transaction.atomic():
        jobs.update(status="printed")
    work_off(now=NOW)
    for wrong in (lambda: jobs.update(copy=9), lambda: jobs.first().delete()):  # type: ignore[union-attr]
        with pytest.raises((IntegrityError, ProgrammingError, Exception)), transaction.atomic():
            wrong()


# -- the kiosk's doors -------------------------------------------------------------------------------------------


def test_an_enrolled_kiosk_from_touch_to_paper(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    now = timezone.now()
    kiosk, secret = kiosk_with(cast, printer, now=now)
    visitor = browser(secret)
    sent = {"form_token": uuid.uuid4(), "queue": line["A"].pk, "priority": "", "head_count": 1}
    done = visitor.post("/kiosk/yunxi/", sent, follow=True)
    ticket = Ticket.objects.get()
    assert ticket.visit.device == kiosk
    assert "号票正在打印" in done.text
    assert visitor.post("/kiosk/yunxi/", sent, follow=True).redirect_chain == done.redirect_chain
    assert PrintJob.objects.count() == 1, "the same form, the same number, the same paper"
    at = f"/kiosk/yunxi/{ticket.token}/"
    again = visitor.post(f"{at}print/", follow=True)
    assert "正在打印，请稍等" in again.text
    work_off(now=timezone.now())
    assert "号票已打印" in visitor.get(f"{at}paper/").text
    visitor.post(f"{at}print/")
    work_off(now=timezone.now())
    assert ["重打" in words_of(slip) for slip in printer.slips] == [False, True]
    stranger = Client().post(f"{at}print/")
    assert stranger.status_code == 403


def test_a_stranger_cannot_use_up_what_an_enrolled_kiosk_may_give(
    cast: Cast, line: dict[str, Queue], printer: Printer
) -> None:
    kiosk, _secret = enrolled(cast, "kiosk")
    for _n in range(KIOSK_A_MINUTE):
        take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW)
    with pytest.raises(Refused) as refused:
        take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=NOW)
    assert refused.value.kind == "busy"
    for _n in range(ENROLLED_A_MINUTE):
        taken(kiosk, line["A"])
    with pytest.raises(Refused) as refused:
        taken(kiosk, line["A"])
    assert refused.value.kind == "busy", "a kiosk that was stolen has a limit of its own"


def test_a_hall_that_binds_its_kiosk_and_display(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    kiosk, secret = enrolled(cast, "kiosk", now=now)
    _display, shown = enrolled(cast, "display", "大屏", now=now)
    sent = {"form_token": uuid.uuid4(), "queue": line["A"].pk, "priority": "", "head_count": 1}
    assert client.get("/kiosk/yunxi/").status_code == 200, "open until the hall binds it"
    admin = cast.act(cast.administrator)
    bind_devices(actor=admin, hall_id=cast.hall.pk, kiosk=True, display=True, now=now)
    for path in ("/kiosk/yunxi/", "/display/yunxi/", "/display/yunxi/live/", "/api/halls/yunxi/display"):
        assert client.get(path).status_code == 403, path
    refused = client.post("/kiosk/yunxi/", sent)
    assert (refused.status_code, "登记过的取号机" in refused.text) == (403, True)
    assert "/device/enrol/" in client.get("/display/yunxi/").text
    assert browser(shown).get("/kiosk/yunxi/").status_code == 403, "a display is no kiosk"
    assert browser(shown).get("/display/yunxi/live/").status_code == 200
    assert browser(secret).post("/kiosk/yunxi/", sent).status_code == 302
    with pytest.raises(Refused):
        take_number(actor=PUBLIC, queue_id=line["A"].pk, form_token=uuid.uuid4(), now=now)
    client.force_login(cast.clerk)
    assert client.get("/display/yunxi/").status_code == 200, "staff look at it from their desks"
    revoke_device(actor=admin, device_id=kiosk.pk, reason="被盗", now=now)
    stopped = browser(secret).get("/kiosk/yunxi/")
    assert (stopped.status_code, "被盗" in stopped.text) == (403, True)


def test_a_display_that_was_taken_back_hears_it_though_nothing_moved(
    cast: Cast, line: dict[str, Queue]
) -> None:
    now = timezone.now()
    device, secret = enrolled(cast, "display", now=now)
    screen = browser(secret)
    tag = screen.get("/display/yunxi/live/")["ETag"]
    with CaptureQueriesContext(connection) as asked:
        same = screen.get("/display/yunxi/live/", headers={"if-none-match": tag})
    assert (same.status_code, len(asked)) == (304, 2)
    revoke_device(actor=cast.act(cast.administrator), device_id=device.pk, reason="换新", now=now)
    assert screen.get("/display/yunxi/live/", headers={"if-none-match": tag}).status_code == 403


def test_a_number_that_is_done_is_not_printed(cast: Cast, line: dict[str, Queue], printer: Printer) -> None:
    kiosk, _secret = kiosk_with(cast, printer)
    ticket = taken(kiosk, line["A"])
    Ticket.objects.filter(pk=ticket.pk).update(status="left")
    assert work_off(now=NOW) == 0
    assert PrintJob.objects.get().status == "dead"
    with pytest.raises(Refused):
        print_ticket(actor=cast.act(cast.guide), ticket_id=ticket.pk, printer_id=kiosk.printer_id, now=NOW)


def test_the_desk_prints_on_the_printer_that_it_names(
    client: Client, cast: Cast, line: dict[str, Queue], printer: Printer
) -> None:
    now = timezone.now()
    client.force_login(cast.guide)
    ticket = take(cast, line["A"], now)
    at = f"/tickets/{ticket.pk}/print/"
    refused = client.post(at)
    assert (refused.status_code, "没有可用的号票打印机" in refused.text) == (409, True)
    kiosk, _secret = kiosk_with(cast, printer, now=now)
    desk = client.post(at, {"printer": kiosk.printer_id}, follow=True)
    assert "A001已送去打印" in desk.text and "东门打印机" in desk.text
    work_off(now=timezone.now())
    assert "A001" in words_of(printer.slips[0])
    assert client.post(at, {"printer": kiosk.pk}).status_code == 409, "a kiosk is no printer"

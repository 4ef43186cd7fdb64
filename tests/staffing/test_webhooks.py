"""Other systems are told: what goes out and what does not, to whom, how often, and what a receiver can prove."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as house
from django.db import connection, transaction
from django.utils import timezone

from cases.actions import announce_events
from cases.queries.verbs import VERBS
from hall import journal, outbox
from hall.access import SYSTEM, Refused
from hall.models import Happening, JournalEntry
from hall.webhooks import EVENTS
from hall.webhooks.posting import NotTaken, checked, is_inner, parsed
from staffing.actions import (
    forget_deliveries,
    replay_delivery,
    rotate_webhook,
    save_webhook,
    send_delivery,
    send_test_event,
)
from staffing.models import Delivery, Webhook
from staffing.tasks import send_deliveries
from tests.cast import NOW, Cast
from tests.matters import forwarded, ladder, registered
from tests.receiver import Receiver, receiver, self_signed

HEARD = ("register_case", "forward_case", "close_case")
SOON = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def inside(settings: LazySettings) -> None:
    """The receivers of these tests are on this machine."""
    settings.HALL_WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    settings.HALL_WEBHOOK_SECONDS = 1


@pytest.fixture
def city() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def entered(cast: Cast, city: Receiver, *, now: dt.datetime = NOW, **facts: Any) -> tuple[Webhook, str]:
    return save_webhook(
        actor=cast.act(cast.administrator, now), hall_id=cast.hall.pk,
        **{"name": "城市数据交换平台", "url": city.url, "events": HEARD, "now": now, **facts},
    )  # fmt: skip


def consumer() -> Any:
    """The check that docs/api.md gives to receivers, as it stands there."""
    text = (house.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], found)  # type: ignore[index]
    return found["checked"]


# -- what goes out -----------------------------------------------------------------------------------------------


def test_what_happens_to_a_matter_is_told_without_a_word_about_people(cast: Cast, city: Receiver) -> None:
    ladder()
    _webhook, secret = entered(cast, city)
    case = forwarded(cast, NOW)
    assert announce_events(now=NOW) > 0
    assert send_deliveries() == 2
    told = [json.loads(body) for _headers, body in city.came]
    assert [one["event"] for one in told] == ["register_case", "forward_case"]
    first = JournalEntry.objects.get(verb="register_case", stream=f"case:{case.pk}")
    assert told[0]["case"] == {
        "id": case.pk, "number": case.number, "version": first.seq,
        "url": f"{house.HALL_SITE_URL}/api/v1/cases/{case.pk}/",
    }  # fmt: skip
    assert dt.datetime.fromisoformat(told[0]["at"]) == first.at
    said = "".join(body for _headers, body in city.came)
    assert "张秀英" not in said and "13800010001" not in said
    assert case.title not in said
    assert set(told[0]) == {"id", "event", "at", "case"}
    headers, body = city.came[0]
    assert consumer()(secret, headers, body, now=timezone.now().timestamp()) == told[0]


def test_each_event_is_told_once(cast: Cast, city: Receiver) -> None:
    entered(cast, city)
    registered(cast, NOW)
    assert announce_events(now=NOW) == 1
    assert announce_events(now=NOW) == 0
    assert not Happening.objects.exists()
    assert Delivery.objects.count() == 1


def test_who_does_not_ask_is_told_nothing(cast: Cast, city: Receiver) -> None:
    other, _secret = entered(cast, city, events=("close_case",))
    resting, _secret = entered(cast, city, url=city.url + "&rest", is_active=False)
    registered(cast, NOW)
    announce_events(now=NOW)
    assert not Delivery.objects.exists()
    assert not Happening.objects.exists()
    assert other.is_active and not resting.is_active


def test_a_reminder_is_an_event_only_when_the_period_is_over(cast: Cast) -> None:
    case = registered(cast, NOW)
    Happening.objects.all().delete()
    for days in (-3, 0, 1):
        JournalEntry.objects.create(
            stream=f"case:{case.pk}", at=NOW, actor_name="system", verb="take_step", object="cases.deadline:1",
            after={"days": days},
        )  # fmt: skip
    JournalEntry.objects.create(
        stream=f"case:{case.pk}",
        at=NOW,
        actor_name="system",
        verb="record_work",
        object=f"cases.case:{case.pk}",
    )
    assert [one.entry.after["days"] for one in Happening.objects.select_related("entry")] == [1]


def test_the_closed_list_names_verbs_that_cases_know() -> None:
    assert set(EVENTS) <= set(VERBS)


# -- signatures --------------------------------------------------------------------------------------------------


def test_a_late_copy_a_changed_body_and_another_secret_are_refused(cast: Cast, city: Receiver) -> None:
    webhook, secret = entered(cast, city)
    send_test_event(actor=cast.act(cast.administrator), webhook_id=webhook.pk, now=NOW)
    assert send_delivery(now=NOW) is not None
    headers, body = city.came[0]
    check, sent = consumer(), NOW.timestamp()
    assert check(secret, headers, body, now=sent + 299)["event"] == "test"
    for wrong in (
        {"now": sent + 301},
        {"now": sent - 301},
        {"body": body.replace("test", "tost")},
        {"headers": {**headers, "webhook-id": "msg_other"}},
        {"headers": {**headers, "webhook-timestamp": str(int(sent) + 100)}},
        {"headers": {**headers, "webhook-signature": ""}},
        {"secret": "whsec_" + "QUJD" * 10},
    ):
        asked = {"secret": secret, "headers": headers, "body": body, "now": sent, **wrong}
        with pytest.raises(ValueError, match=r"late|signature"):
            check(**asked)


def test_while_a_secret_is_turned_over_both_are_content(cast: Cast, city: Receiver) -> None:
    webhook, old = entered(cast, city)
    admin, check = cast.act(cast.administrator), consumer()
    _webhook, new = rotate_webhook(actor=admin, webhook_id=webhook.pk, now=NOW)
    assert new != old
    with pytest.raises(Refused, match="过渡期"):
        rotate_webhook(actor=admin, webhook_id=webhook.pk, now=NOW)
    send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    send_delivery(now=NOW)
    for secret in (old, new):
        assert check(secret, *city.came[0], now=NOW.timestamp())
    later = NOW + dt.timedelta(days=2, seconds=1)
    send_test_event(actor=admin, webhook_id=webhook.pk, now=later)
    send_delivery(now=later)
    assert check(new, *city.came[1], now=later.timestamp())
    with pytest.raises(ValueError, match="signature"):
        check(old, *city.came[1], now=later.timestamp())
    rotate_webhook(actor=admin, webhook_id=webhook.pk, now=later)
    assert old not in str(list(JournalEntry.objects.values_list("after", "before")))


def test_the_secret_is_not_readable_in_the_database(cast: Cast, city: Receiver) -> None:
    _webhook, secret = entered(cast, city)
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM staffing_webhook w")
        assert secret not in cursor.fetchone()[0]
        cursor.execute("SELECT encode(secret, 'escape') FROM staffing_webhook")
        assert secret.removeprefix("whsec_") not in cursor.fetchone()[0]


# -- failing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "code", "answered"),
    [
        ("500", "status", 500), ("404", "status", 404), ("redirect", "redirect", 302), ("hang", "timeout", None),
        ("drip", "timeout", None), ("drop", "connection", None),
    ],
)  # fmt: skip
def test_a_failure_is_kept_and_tried_again_with_the_same_id(
    cast: Cast, city: Receiver, mode: str, code: str, answered: int | None
) -> None:
    webhook, _secret = entered(cast, city)
    send_test_event(actor=cast.act(cast.administrator), webhook_id=webhook.pk, now=NOW)
    city.mode = mode
    began = timezone.now()
    failed = send_delivery(now=NOW)
    assert timezone.now() - began < dt.timedelta(seconds=3)
    assert failed is not None
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.answered) == ("pending", 1, answered)
    assert failed.last_error == f"NotTaken: {code}"
    assert failed.next_attempt_at == NOW + outbox.BACK_OFF[0]
    assert send_delivery(now=NOW) is None
    city.mode = "take"
    again = send_delivery(now=NOW + outbox.BACK_OFF[0])
    assert again is not None and (again.state, again.answered) == ("sent", 204)
    assert len(city.came) == 2  # a redirect was not followed
    assert len(set(city.ids)) == 1
    assert city.ids[0] == failed.message_id
    assert city.came[0][1] == city.came[1][1]


def test_after_the_last_try_it_is_dead_and_can_be_replayed_by_hand(cast: Cast, city: Receiver) -> None:
    webhook, _secret = entered(cast, city)
    admin = cast.act(cast.administrator)
    one = send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    with pytest.raises(Refused, match="等待发送"):
        replay_delivery(actor=admin, delivery_id=one.pk, now=NOW)
    city.mode, now = "503", NOW
    for wait in (*outbox.BACK_OFF, SOON):
        assert send_delivery(now=now) is not None
        now += wait
    one.refresh_from_db()
    assert (one.state, one.attempts, one.next_attempt_at) == ("dead", 6, None)
    assert send_delivery(now=now + dt.timedelta(days=9)) is None
    city.mode = "take"
    replay_delivery(actor=admin, delivery_id=one.pk, now=now)
    sent = send_delivery(now=now)
    assert sent is not None and sent.state == "sent"
    assert set(city.ids) == {one.message_id}
    assert JournalEntry.objects.filter(verb="replay_delivery").count() == 1
    replay_delivery(actor=admin, delivery_id=one.pk, now=now)  # what was sent may be sent once more
    assert send_delivery(now=now) is not None


def test_one_that_fails_keeps_no_other_waiting(cast: Cast, city: Receiver) -> None:
    with receiver("hang") as dead:
        away, _secret = entered(cast, dead, now=timezone.now())
        here, _secret = entered(cast, city, now=timezone.now())
        admin = cast.act(cast.administrator, timezone.now())
        for _n in range(3):
            send_test_event(actor=admin, webhook_id=away.pk, now=timezone.now())
            send_test_event(actor=admin, webhook_id=here.pk, now=timezone.now())
        assert send_deliveries() == 4  # all of the one, the first of the other
        assert (len(city.came), len(dead.came)) == (3, 1)


def test_what_waits_for_one_that_rests_goes_when_it_is_back(cast: Cast, city: Receiver) -> None:
    webhook, _secret = entered(cast, city)
    admin = cast.act(cast.administrator)
    send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    facts = {"hall_id": cast.hall.pk, "name": "平台", "url": city.url, "events": HEARD, "now": NOW}
    save_webhook(actor=admin, webhook_id=webhook.pk, is_active=False, **facts)
    assert send_delivery(now=NOW) is None
    with pytest.raises(Refused, match="停用"):
        send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    save_webhook(actor=admin, webhook_id=webhook.pk, is_active=True, **facts)
    assert send_delivery(now=NOW) is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_delivery_twice(cast: Cast) -> None:
    with receiver("slow") as city:
        webhook, _secret = entered(cast, city)
        for _n in range(3):
            send_test_event(actor=cast.act(cast.administrator), webhook_id=webhook.pk, now=NOW)
        gate = threading.Barrier(4)

        def work() -> None:
            gate.wait()
            while send_delivery(now=NOW) is not None:
                pass
            connection.close()

        threads = [threading.Thread(target=work) for _n in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(city.ids) == len(set(city.ids)) == 3
        assert city.most_at_once > 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_announce_an_event_once_and_a_late_commit_is_not_missed(cast: Cast) -> None:
    with receiver() as city:
        entered(cast, city)
        first, second = registered(cast, NOW), registered(cast, NOW)
        announce_events(now=NOW)
        Delivery.objects.all().delete()
        earlier, later = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                journal.record(SYSTEM, "close_case", first, now=NOW)
                earlier.set()
                later.wait(20)
            connection.close()

        one = threading.Thread(target=slow)
        one.start()
        earlier.wait(20)
        journal.record(SYSTEM, "close_case", second, now=NOW)
        assert announce_events(now=NOW) == 1
        later.set()
        one.join()
        counts: list[int] = []

        def announce() -> None:
            counts.append(announce_events(now=NOW))
            connection.close()

        threads = [threading.Thread(target=announce) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(counts) == 1
        assert set(Delivery.objects.values_list("subject", flat=True)) == {first.number, second.number}
        assert Delivery.objects.count() == 2


def test_old_deliveries_are_forgotten_and_waiting_ones_kept(cast: Cast, city: Receiver) -> None:
    webhook, _secret = entered(cast, city)
    admin = cast.act(cast.administrator)
    sent = send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    send_delivery(now=NOW)
    waiting = send_test_event(actor=admin, webhook_id=webhook.pk, now=NOW)
    assert forget_deliveries(now=NOW + dt.timedelta(days=89)) == 0
    assert forget_deliveries(now=NOW + dt.timedelta(days=91)) == 1
    assert list(Delivery.objects.values_list("pk", flat=True)) == [waiting.pk] != [sent.pk]


# -- where to ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_inner_addresses_are_known_in_every_dress(address: str) -> None:
    assert is_inner(address)


def test_addresses_of_the_world_are_not_inner() -> None:
    assert not is_inner("223.5.5.5")
    assert not is_inner("2400:3200::1")


def test_nothing_goes_inside_without_leave(cast: Cast, city: Receiver, settings: LazySettings) -> None:
    webhook, _secret = entered(cast, city)
    send_test_event(actor=cast.act(cast.administrator), webhook_id=webhook.pk, now=NOW)
    settings.HALL_WEBHOOK_NETWORKS = []
    failed = send_delivery(now=NOW)
    assert failed is not None and failed.last_error == "NotTaken: inner"
    assert city.came == []


def test_a_name_that_leads_inside_is_refused_and_plain_text_stays_inside() -> None:
    with pytest.raises(NotTaken, match="inner"):
        checked("localhost", 443, is_plain=False, networks=[])
    with pytest.raises(NotTaken, match="plain"):
        checked("223.5.5.5", 80, is_plain=True, networks=[])
    with pytest.raises(NotTaken, match="inner"):
        checked("2130706433", 443, is_plain=False, networks=[])  # 127.0.0.1 as a number
    with pytest.raises(NotTaken, match="name"):
        checked("nobody.invalid", 443, is_plain=False, networks=[])
    assert checked("223.5.5.5", 443, is_plain=False, networks=[]) == "223.5.5.5"


def test_a_certificate_that_is_not_known_or_of_another_name_is_refused(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SSL_CERT_FILE` names a city's own authority; nothing else opens the door."""
    ours, other = self_signed(tmp_path, "127.0.0.1"), self_signed(tmp_path, "127.0.0.2")
    for paper, known, failure in ((ours, None, "tls"), (other, other, "tls"), (ours, ours, "")):
        with receiver(paper=paper) as city:
            webhook, _secret = entered(cast, city)
            send_test_event(actor=cast.act(cast.administrator), webhook_id=webhook.pk, now=NOW)
            if known:
                monkeypatch.setenv("SSL_CERT_FILE", str(known))
            tried = send_delivery(now=NOW)
            assert tried is not None
            assert tried.last_error == (f"NotTaken: {failure}" if failure else "")
            assert len(city.came) == (0 if failure else 1)


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://a.cn/", "https://", "https://u:p@a.cn/", "https://a.cn/#x", "https://a.cn:99999/", "javascript:1",
        "https://a.cn/\n", "https://a .cn/", "file:///etc/passwd", "https://[::1",
    ],
)  # fmt: skip
def test_only_whole_addresses_are_taken(cast: Cast, city: Receiver, url: str) -> None:
    assert parsed(url) is None or url.endswith("\n")
    if not url.endswith("\n"):
        with pytest.raises(Refused) as refused:
            entered(cast, city, url=url)
        assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"events": ()}, "events"),
        ({"events": ("drop_table",)}, "events"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, city: Receiver, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        entered(cast, city, **facts)
    assert (refused.value.kind, refused.value.field) == ("input", field)


def test_one_address_is_entered_once_and_by_the_administrator_alone(
    cast: Cast, city: Receiver, settings: LazySettings
) -> None:
    webhook, _secret = entered(cast, city)
    with pytest.raises(Refused, match="已经登记"):
        entered(cast, city)
    with pytest.raises(Refused) as refused:
        save_webhook(
            actor=cast.act(cast.manager), hall_id=cast.hall.pk, name="平台", url="https://a.cn/", events=HEARD, now=NOW
        )  # fmt: skip
    assert refused.value.kind == "role"
    assert not Webhook.objects.visible_to(cast.act(cast.manager)).exists()
    assert Webhook.objects.visible_to(cast.act(cast.administrator)).get() == webhook
    assert city.url not in str(list(JournalEntry.objects.values_list("after", flat=True)))
    settings.HALL_WEBHOOK_NETWORKS = []
    with pytest.raises(Refused, match="https"):
        entered(cast, city, url="http://exchange.example.cn/")

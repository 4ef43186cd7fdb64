"""Whoever holds a receipt learns whether the record stands; whoever does not learns nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accountability import actions
from accountability.queries import merkle
from cases.models import QueryAttempt
from hall.access import Refused
from hall.models import JournalEntry
from tests.accountability.verify_steps import tamper, write
from tests.cast import NOW, Cast
from tests.matters import registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HERE, TODAY = "192.0.2.7", NOW.date()


def asked(value: str, day: dt.date = TODAY, now: dt.datetime = NOW + DAY, address: str = HERE) -> str:
    found = actions.check_receipt(value=value, day=day, address=address, now=now)
    return found.verdict if found else "unknown"


def test_a_receipt_is_proved_by_the_digest_of_its_day() -> None:
    write("case:2", 4)
    entry = write("case:1", 3)
    assert asked(entry.hash, now=NOW) == "early"
    actions.publish_due_digests(now=NOW + DAY)
    assert asked(entry.hash) == asked(entry.hash[:16]) == "proved"
    assert not QueryAttempt.objects.exists()
    found = actions.check_receipt(value=entry.hash, day=NOW.date(), address=HERE, now=NOW + DAY)
    assert found and found.proof
    leaf = merkle.leaf(bytes.fromhex(entry.hash))
    assert merkle.climbed(leaf, found.proof.steps) == found.proof.digest.root


def test_another_day_and_another_value_are_unknown() -> None:
    entry = write()
    assert asked(entry.hash, (NOW - DAY).date()) == "unknown"
    assert asked("0" * 16) == "unknown"


def test_a_changed_record_is_told() -> None:
    entry = write(times=3)
    actions.publish_due_digests(now=NOW + DAY)
    tamper("UPDATE hall_journalentry SET reason = '改过' WHERE seq = 2")
    assert asked(entry.hash) == "broken"
    first = JournalEntry.objects.get(stream="case:1", seq=1)
    found = actions.check_receipt(value=first.hash, day=NOW.date(), address=HERE, now=NOW + DAY)
    assert found and found.verdict == "proved" and not found.later_is_whole


def test_a_digest_that_no_longer_follows_is_told() -> None:
    entry = write("case:1")
    write("case:2")
    actions.publish_due_digests(now=NOW + DAY)
    tamper("DELETE FROM hall_journalentry WHERE stream = 'case:2'")
    assert asked(entry.hash) == "broken"


def test_tries_are_limited() -> None:
    write()
    for n in range(10):
        assert asked(f"{n:016x}") == "unknown"
    with pytest.raises(Refused) as refused:
        asked(f"{11:016x}")
    assert refused.value.kind == "busy"
    assert asked("f" * 16, address="192.0.2.8") == "unknown"


# -- the page ------------------------------------------------------------------------------------------------------


def test_the_page_with_a_real_receipt(client: Client, cast: Cast) -> None:
    now = timezone.now() - DAY
    case = registered(cast, now)
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    actions.publish_due_digests(now=timezone.now())
    typed = " ".join(entry.hash[n : n + 4] for n in range(0, 64, 4)).upper()
    page = client.post(
        reverse("accountability:check-receipt"),
        {"value": typed, "day": timezone.localdate(entry.at).isoformat()},
    )
    said = page.content.decode()
    assert page.status_code == 200 and "这条记录在，没有被改过。" in said
    assert page.context["proof"].digest.root in said
    for secret in (case.number, case.title, f"case:{case.pk}", cast.clerk.name, "register_case"):
        assert secret not in said
    assert "no-store" in page.headers["Cache-Control"]


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client: Client, cast: Cast) -> None:
    url = reverse("accountability:check-receipt")
    assert client.get(url).status_code == 200
    day = timezone.localdate().isoformat()
    unknown = client.post(url, {"value": "0123456789abcdef", "day": day})
    assert unknown.status_code == 422 and "这一天没有这个校验码" in unknown.content.decode()
    assert "0123456789abcdef" in unknown.content.decode()
    short = client.post(url, {"value": "o123", "day": day})
    assert short.status_code == 422 and "至少抄16位" in short.content.decode()
    ahead = timezone.localdate() + DAY
    assert client.post(url, {"value": "0" * 16, "day": ahead.isoformat()}).status_code == 422


def test_the_page_says_when_it_was_asked_too_often(client: Client, cast: Cast) -> None:
    url = reverse("accountability:check-receipt")
    day = timezone.localdate().isoformat()
    answers = [client.post(url, {"value": f"{n:016x}", "day": day}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]

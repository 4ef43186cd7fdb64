"""Whoever guesses is stopped, and whoever is guessed at gets in: `begin_try`, `sign_in_failed`."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hall.access import SYSTEM, Actor
from hall.models import JournalEntry, User, stream_of
from staffing.actions import begin_try, change_password, forget_sign_in_tries, reset_password
from staffing.models import SignInTry
from staffing.queries import network_name, origin
from staffing.rules import window
from tests.cast import NOW, Cast

GOOD = "Green-Valley-27"
TRIES = settings.HALL_SIGN_IN_TRIES


@pytest.fixture
def clerk(cast: Cast) -> User:
    now = timezone.now()
    reset_password(actor=SYSTEM, user_id=cast.clerk.pk, password="Temporary-88-x", now=now)
    return change_password(actor=Actor("林晓雯", cast.clerk.pk), old="Temporary-88-x", new=GOOD, now=now)


def try_in(client: Client, password: str = GOOD, name: str = "clerk", address: str = "10.0.0.1") -> int:
    return client.post("/sign-in/", {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def test_an_attack_from_elsewhere_does_not_lock_the_owner_out(clerk: User) -> None:
    """Known device, or simply another network: the owner comes in while the stranger waits."""
    own, stranger = Client(), Client()
    assert try_in(own, address="10.0.0.7") == 302
    own.post("/sign-out/")
    for _n in range(TRIES):
        try_in(stranger, "guess", address="203.0.113.9")
    assert try_in(stranger, GOOD, address="203.0.113.9") == 429, "the right password too: nothing is learnt"
    assert try_in(own, address="10.0.0.7") == 302
    assert try_in(Client(), address="10.0.0.8") == 302


def test_a_thousand_networks_get_one_try_a_minute_and_the_known_device_all_of_its_own(clerk: User) -> None:
    own = Client()
    assert try_in(own, address="10.0.0.7") == 302
    own.post("/sign-out/")
    for n in range(4 * TRIES + 10):
        try_in(Client(), "guess", address=f"203.0.{n // 250}.{n % 250}")
    assert SignInTry.objects.count() == 4 * TRIES
    assert try_in(Client(), GOOD, address="198.51.100.1") == 429
    assert try_in(own, address="198.51.100.2") == 302, "the cookie, not the address, makes the device"
    SignInTry.objects.update(at=timezone.now() - dt.timedelta(seconds=61))
    try_in(Client(), "guess", address="198.51.100.3")
    try_in(Client(), "guess", address="198.51.100.4")
    assert SignInTry.objects.count() == 4 * TRIES + 1, "one, and the minute begins anew"


def test_one_password_on_many_names_is_stopped_by_its_network(clerk: User) -> None:
    answers = [try_in(Client(), "Spring-2026!", name=f"name{n}", address="203.0.113.9") for n in range(55)]
    assert SignInTry.objects.count() == 10 * TRIES
    assert answers[-5:] == [429] * 5
    assert try_in(Client(), address="10.0.0.8") == 302


def test_a_device_that_guesses_itself_is_closed_as_well(clerk: User) -> None:
    """Its cookie is no way around: five tries on it, and what the owner gets wrong at home stays at home."""
    own = Client()
    try_in(own)
    own.post("/sign-out/")
    assert [try_in(own, "wrong") for _n in range(TRIES)][-1] == 429
    assert try_in(own) == 429
    assert try_in(Client(), address="10.0.0.9") == 302


def test_a_cookie_of_ones_own_making_or_for_another_name_helps_nobody(clerk: User, cast: Cast) -> None:
    forged = Client()
    forged.cookies["hall_device"] = "forged:1:xyz"
    for _n in range(TRIES):
        try_in(forged, "guess")
    assert try_in(forged) == 429
    reset_password(actor=SYSTEM, user_id=cast.guide.pk, password=GOOD, now=timezone.now())
    colleague = Client()
    assert try_in(colleague, name="guide", address="10.0.0.5") == 302
    colleague.post("/sign-out/")
    row = SignInTry.objects.count()
    try_in(colleague, "guess", address="10.0.0.5")
    assert not SignInTry.objects.latest("pk").known, "known for the guide, a stranger for the clerk"
    assert SignInTry.objects.count() == row + 1


def test_a_name_that_nobody_has_is_answered_the_same_with_as_much_work(clerk: User) -> None:
    try_in(Client(), "warm", address="10.1.1.1")
    counts, pages = [], []
    for name in ("clerk", "nobody"):
        client = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/sign-in/", {"username": name, "password": "no"}, REMOTE_ADDR="10.0.0.2")
        counts.append([q["sql"].split()[0] for q in asked])
        pages.append(answer.text.replace(name, "NAME"))
        closed = [try_in(client, "no", name=name, address="10.0.0.2") for _n in range(TRIES)]
        assert closed == [422, 422, 422, 429, 429]
    assert counts[0] == counts[1]
    strip = [page.partition("csrfmiddlewaretoken")[0] + page.partition("</h1>")[2] for page in pages]
    assert strip[0] == strip[1]
    kept = JournalEntry.objects.filter(stream="sign-in:unknown")
    assert kept.count() == TRIES
    assert "nobody" not in str(list(kept.values())), "people type passwords into the field for names"


def test_success_forgets_what_this_way_in_got_wrong_and_nothing_else(clerk: User) -> None:
    try_in(Client(), "guess", address="203.0.113.9")
    home = Client()
    for _n in range(TRIES - 1):
        try_in(home, "typo")
    assert try_in(home) == 302
    assert SignInTry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_are_no_more_than_one_after_another() -> None:
    """Counted before the password is looked at, in line: two connections cannot both have the last try."""
    admitted: list[int] = []

    def guess() -> None:
        for _n in range(4):
            tried = begin_try(
                username="clerk", origin=origin("clerk", device="", address="10.0.0.1"), now=NOW
            )
            if tried.pk:
                admitted.append(tried.pk)
        connection.close()

    threads = [threading.Thread(target=guess) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == TRIES


def test_tries_are_forgotten_when_no_limit_counts_them(db: None) -> None:
    begin_try(username="x", origin=origin("x", device="", address="::1"), now=NOW)
    assert forget_sign_in_tries(now=NOW + window()) == 0
    assert forget_sign_in_tries(now=NOW + 3 * window()) == 1


def test_what_is_kept_of_an_address_names_no_machine() -> None:
    assert network_name("10.12.3.77") == "10.12.3.*"
    assert network_name("2001:db8:1:2::77") == "2001:db8:1::*"
    assert network_name("") == ""


def test_a_wrong_password_is_in_the_journal_of_the_account(client: Client, clerk: User) -> None:
    try_in(client, "wrong")
    assert JournalEntry.objects.filter(stream=stream_of(clerk)).latest("seq").verb == "sign_in_failed"

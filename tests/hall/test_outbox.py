"""What is posted arrives once; a failing gateway delays and never loses; two workers never send one row twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone, translation
from pytest_django import Settings

from hall import outbox
from hall.models import Message, User

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.UTC)
WORDS = {"number": "YUNXIXF2026110001LF", "title": "路灯不亮"}


class Broken(outbox.BaseSMSBackend):
    def send_messages(self, messages: Sequence[outbox.Text]) -> int:
        raise ConnectionError("gateway is down")


class Recording(outbox.BaseSMSBackend):
    sent: list[outbox.Text] = []

    def send_messages(self, messages: Sequence[outbox.Text]) -> int:
        self.sent.extend(messages)
        return len(messages)


def _user(**facts: str) -> User:
    return User.objects.create_user("liwei", name="李伟", **facts)


def _post(to: User | outbox.Phone, once: str = "x") -> int:
    return outbox.post("case_accepted", to=to, context=WORDS, once=once, now=NOW)


def test_in_the_application_it_is_there_at_once() -> None:
    user = _user()
    assert _post(user) == 1
    message = Message.objects.get()
    assert (message.channel, message.state, message.user) == ("app", "sent", user)
    with translation.override("zh-hans"):
        subject, body = outbox.words(message)
    assert WORDS["number"] in f"{subject} {body}"


def test_the_same_occasion_is_told_once() -> None:
    user = _user(email="li@example.org")
    assert _post(user) == 2
    assert _post(user) == 0
    assert Message.objects.count() == 2


def test_mail_goes_out_in_the_reader_s_language_and_only_once() -> None:
    _post(_user(email="li@example.org", language="en"))
    assert outbox.deliver(now=NOW) == 1
    assert outbox.deliver(now=NOW) == 0
    assert [m.to for m in mail.outbox] == [["li@example.org"]]
    assert WORDS["number"] in f"{mail.outbox[0].subject} {mail.outbox[0].body}"


def test_a_broken_gateway_backs_off_and_the_row_is_kept(settings: Settings) -> None:
    settings.HALL_SMS_BACKEND = f"{__name__}.Broken"
    _post(outbox.Phone("13800138000"))
    now = NOW
    for wait in outbox.BACK_OFF:
        assert outbox.deliver(now=now) == 1
        message = Message.objects.get()
        assert (message.state, message.next_attempt_at) == ("pending", now + wait)
        assert outbox.deliver(now=now + wait - dt.timedelta(seconds=1)) == 0
        now += wait
    assert outbox.deliver(now=now) == 1
    message.refresh_from_db()
    assert message.state == "dead"
    assert "gateway is down" in message.last_error
    Recording.sent.clear()
    settings.HALL_SMS_BACKEND = f"{__name__}.Recording"
    assert outbox.requeue(message_id=message.pk, now=now)
    assert outbox.deliver(now=now) == 1
    assert [text.to for text in Recording.sent] == ["13800138000"]


def test_only_the_reader_marks_as_read() -> None:
    user, other = _user(), User.objects.create_user("wang", name="王")
    _post(user)
    pk = Message.objects.get().pk
    assert outbox.mark_read(user_id=other.pk, message_ids=[pk], now=NOW) == 0
    assert outbox.mark_read(user_id=user.pk, message_ids=[pk], now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_rows(settings: Settings) -> None:
    Recording.sent.clear()
    settings.HALL_SMS_BACKEND = f"{__name__}.Recording"
    for n in range(30):
        _post(outbox.Phone(f"138001380{n:02d}"), once=str(n))

    def worker() -> None:
        outbox.deliver(now=timezone.now() + dt.timedelta(days=3650))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(text.to for text in Recording.sent) == [f"138001380{n:02d}" for n in range(30)]

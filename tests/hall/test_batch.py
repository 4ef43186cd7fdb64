"""Several statements in one trip are the same statements."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hall import journal
from hall.access import SYSTEM
from hall.batch import Ask, insert, inserts, keys, missing, planned, together
from hall.models import Counter, JournalEntry, Message, User

pytestmark = pytest.mark.django_db


def _one(sql: str, *params: Any) -> Ask[Any]:
    return Ask(sql, params, lambda rows: rows[0][0] if rows else None)


def test_answers_come_in_the_order_asked_in_one_trip(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answers = together(
            _one("SELECT %s::int", 1),
            Counter.objects.next_asked("thing"),
            Counter.objects.next_asked("thing"),
            _one("DELETE FROM hall_counter WHERE key = %s", "other"),
            _one("SELECT value FROM hall_counter WHERE key = %s", "thing"),
        )
    assert answers == [1, 1, 2, None, 2]


def test_rows_of_several_tables_go_in_together_and_the_journal_is_chained(
    django_assert_num_queries: Any,
) -> None:
    now = timezone.now()
    user_id, message_id = keys(User, Message).answer()
    user = User(pk=user_id, username="new", name="新人", phone="13800010001")
    message = Message(
        pk=message_id, kind="note", channel="app", user=user, once="a", context={"n": 1}, created_at=now
    )
    entries = [journal.entry(SYSTEM, verb, user, now=now, after={"百分": "5%"}) for verb in ("one", "two")]
    with django_assert_num_queries(1):
        head = insert(user, message, *entries, then=journal.head_asked(f"user:{user_id}"))
    stored = list(JournalEntry.objects.filter(stream=f"user:{user_id}").order_by("seq"))
    assert [(row.seq, row.verb) for row in stored] == [(1, "one"), (2, "two")]
    assert stored[0].after == {"百分": "5%"}
    assert stored[-1].hash == head and journal.verify() == []
    known = User.objects.get(pk=user_id)
    assert (known.phone, bytes(known.phone_index)) == ("13800010001", user.phone_index)
    user.save(update_fields=["name"])  # it knows that it is there
    assert User.objects.create(username="next", name="下一位").pk > user_id


def test_a_row_that_the_database_refuses_takes_the_others_with_it() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(
            User(username="one", name="一"), User(username="one", name="二"), Counter(key="after", value=1)
        )
    assert not User.objects.filter(username="one").exists() and not Counter.objects.exists()


def test_neighbours_of_one_table_are_one_statement() -> None:
    users = [User(username=str(n), name=str(n)) for n in range(3)]
    assert len(inserts(*users[:2], Counter(key="a"), users[2])) == 3


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_lock_sees_what_was_done_while_it_waited() -> None:
    """The look-up is not answered from before the lock, though both were sent at once."""
    lock = _one("SELECT pg_advisory_xact_lock(7)")
    count = _one("SELECT value FROM hall_counter WHERE key = %s", "thing")
    has, seen = threading.Event(), []

    def second() -> None:
        has.wait()
        with transaction.atomic():
            seen.append(together(lock, count)[1])
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        together(lock)
        has.set()
        thread.join(0.3)
        assert thread.is_alive()
        Counter.objects.next("thing")
    thread.join(10)
    assert seen == [1]


def test_a_planned_statement_is_planned_once_logged_like_any_and_plans_anew_after_a_rollback(
    django_assert_num_queries: Any,
) -> None:
    kept = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%planned once%%'"
    asked = "SELECT value, %(n)s::int FROM hall_counter WHERE key = %(key)s -- planned once"
    Counter.objects.create(key="thing", value=7)
    for n in range(3):
        assert planned(asked, {"n": n, "key": "thing"}) == [(7, n)]
    assert _one(kept).answer() == 3
    with django_assert_num_queries(1) as logged:
        assert planned(asked, {"n": 5, "key": "thing"}) == [(7, 5)]
    assert "planned once" in logged[0]["sql"]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Counter.objects.filter(key="thing").update(value=8)
        assert planned(asked, {"n": 1, "key": "thing"}) == [(8, 1)]
        raise ZeroDivisionError
    assert planned(asked, {"n": 1, "key": "thing"}) == [(7, 1)]
    assert planned(asked, {"n": 1, "key": "else"}) == []


def test_a_row_that_is_there_already_is_left_and_not_counted() -> None:
    Counter.objects.create(key="a", value=1)
    assert sum(together(*missing(Counter(key="a", value=9), Counter(key="b", value=2)))) == 1
    assert dict(Counter.objects.values_list("key", "value")) == {"a": 1, "b": 2}

"""A digest for every day, once, in order, over every entry; and a list that outsiders can keep and check."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accountability import actions, rules
from accountability.models import JournalDigest
from accountability.queries import digests, merkle
from hall.access import SYSTEM, Refused, allowed
from hall.models import JournalEntry
from tests.accountability.verify_steps import tamper, write
from tests.cast import NOW, Cast, yunxi

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    """Founded last week: every day since then gets its digest, and since January those would be three hundred."""
    return yunxi(NOW - 7 * DAY)


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 word for word: split at the largest power of two below n."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:k]) + by_the_book(leaves[k:])).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100])
def test_the_tree_is_that_of_rfc_6962_and_every_path_leads_up(count: int) -> None:
    hashes = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)]
    all_leaves = list(merkle.leaves("2026-11-18 1 1 -", hashes))
    root = merkle.root(all_leaves)
    assert root == by_the_book([b"2026-11-18 1 1 -", *map(bytes.fromhex, hashes)]).hex()
    for place, one in enumerate(all_leaves):
        steps = merkle.path(all_leaves, place)
        assert merkle.climbed(one, steps) == root
        assert len(steps) <= len(all_leaves).bit_length()
    other = merkle.leaf(b"another")
    assert merkle.climbed(other, merkle.path(all_leaves, 0)) != root


def test_the_tree_of_nothing_and_the_place_behind_the_end() -> None:
    with pytest.raises(ValueError, match="leaf"):
        merkle.root([])
    with pytest.raises(IndexError):
        merkle.path([b"x"], 1)


@pytest.mark.django_db
def test_days_are_published_in_order_and_made_up() -> None:
    write(times=2, now=NOW - 3 * DAY)
    write("case:2", 3, now=NOW - DAY)
    write("case:3", now=NOW)
    assert actions.publish_due_digests(now=NOW) == 3
    rows = list(JournalDigest.objects.order_by("day"))
    assert [(one.day, one.entries) for one in rows] == [
        ((NOW - 3 * DAY).date(), 2), ((NOW - 2 * DAY).date(), 0), ((NOW - DAY).date(), 3)
    ]  # fmt: skip
    assert [one.previous_root for one in rows] == ["", rows[0].root, rows[1].root]
    assert rows[0].last_id == rows[1].last_id < rows[2].last_id
    assert actions.publish_due_digests(now=NOW) == 0
    found = digests.recount_digests()
    assert (found.days, found.bad_days) == (3, [])
    # What the digests themselves wrote, and what came today, lies under the next ones.
    actions.publish_due_digests(now=NOW + DAY)
    assert sum(JournalDigest.objects.values_list("entries", flat=True)) == JournalEntry.objects.count() - 1


@pytest.mark.django_db
def test_publish_digest_again_is_the_same_digest() -> None:
    write(now=NOW - DAY)
    day = (NOW - DAY).date()
    first = actions.publish_digest(actor=SYSTEM, day=day, now=NOW)
    assert actions.publish_digest(actor=SYSTEM, day=day, now=NOW + DAY).pk == first.pk
    assert JournalEntry.objects.filter(verb="publish_digest").count() == 1


@pytest.mark.django_db
def test_nobody_publishes_by_hand_or_ahead(cast: Cast) -> None:
    actor = cast.act(cast.administrator)
    day = (NOW - DAY).date()
    assert allowed(rules.check_can_publish_digest, actor, day, now=NOW).kind == "role"
    assert allowed(rules.check_can_publish_digest, SYSTEM, NOW.date(), now=NOW).kind == "state"
    actions.publish_digest(actor=SYSTEM, day=day, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.publish_digest(actor=SYSTEM, day=(NOW + DAY).date(), now=NOW + 3 * DAY)
    assert refused.value.kind == "state"


@pytest.mark.django_db
def test_an_entry_that_is_written_late_lies_under_the_next_digest() -> None:
    """An entry dated yesterday that came after yesterday's digest is not lost."""
    write(now=NOW - DAY)
    actions.publish_due_digests(now=NOW)
    late = write("case:5", now=NOW - DAY)
    assert digests.covering(late.pk) is None
    actions.publish_due_digests(now=NOW + DAY)
    covering = digests.covering(late.pk)
    assert covering and covering.day == NOW.date()
    proof = digests.proof_of(late.pk)
    assert proof and proof.holds


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE accountability_journaldigest SET entries = 0", "DELETE FROM accountability_journaldigest"],
)
def test_the_database_keeps_what_was_published(statement: str) -> None:
    write(now=NOW - DAY)
    actions.publish_due_digests(now=NOW)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["last", "all"])
def test_a_digest_that_was_deleted_is_noticed_and_not_made_again(which: str, cast: Cast) -> None:
    """Entries rewritten, digest deleted, and the worker would lay a fresh root over it."""
    write(times=2, now=NOW - 3 * DAY)
    assert actions.publish_due_digests(now=NOW) >= 3
    assert digests.recount_digests().is_whole
    assert actions.verify_journal(actor=SYSTEM, now=NOW).is_whole
    gone = list(JournalDigest.objects.order_by("day").values_list("day", flat=True))
    gone = gone if which == "all" else gone[-1:]
    remove(gone)
    assert digests.recount_digests().bad_days == gone
    with pytest.raises(Refused) as refused:
        actions.publish_digest(actor=SYSTEM, day=gone[0], now=NOW)
    assert refused.value.kind == "state"
    assert actions.publish_due_digests(now=NOW + DAY) == 0
    assert not JournalDigest.objects.filter(day__in=gone).exists()
    assert not actions.verify_journal(actor=SYSTEM, now=NOW).is_whole


@pytest.mark.django_db
def test_a_digest_that_went_with_its_entry_is_missed_by_the_last_walk(cast: Cast) -> None:
    write(times=2, now=NOW - 3 * DAY)
    actions.publish_due_digests(now=NOW)
    actions.verify_journal(actor=SYSTEM, now=NOW)
    last = JournalDigest.objects.latest("day")
    remove([last.day])
    tamper(
        "DELETE FROM hall_journalentry WHERE verb = 'publish_digest' AND after ->> 'day' = %s", f"{last.day}"
    )
    found = digests.recount_digests()
    assert (found.bad_days, found.lost, found.is_whole) == ([], 1, False)


@pytest.mark.django_db
def test_a_digest_with_another_root_than_its_entry(cast: Cast) -> None:
    """Entry, digest and root were all made anew; the journal's word of it was not."""
    write(times=2, now=NOW - 2 * DAY)
    actions.publish_due_digests(now=NOW)
    last = JournalDigest.objects.latest("day")
    tamper(
        "UPDATE hall_journalentry SET after = jsonb_set(after::jsonb, '{root}', '\"x\"')"
        " WHERE verb = 'publish_digest' AND after ->> 'day' = %s", f"{last.day}",
    )  # fmt: skip
    assert last.day in digests.recount_digests().bad_days


def remove(days: list[dt.date]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accountability_journaldigest DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM accountability_journaldigest WHERE day = ANY(%s)", [days])
        cursor.execute("ALTER TABLE accountability_journaldigest ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_two_digests_do_not_follow_the_same_one() -> None:
    write(now=NOW - DAY)
    actions.publish_due_digests(now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        JournalDigest.objects.create(
            day=NOW.date(), entries=0, last_id=0, root="0" * 64, previous_root="", published_at=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_one_digest() -> None:
    write(now=NOW - DAY)
    barrier = threading.Barrier(2)

    def worker() -> None:
        barrier.wait()
        actions.publish_due_digests(now=NOW)
        connection.close()

    threads = [threading.Thread(target=worker) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert JournalDigest.objects.count() == 1
    assert JournalEntry.objects.filter(verb="publish_digest").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_digest_waits_for_whoever_is_writing() -> None:
    """A number that is taken and not committed must not slip below `last_id`."""
    write(now=NOW - DAY)
    wrote, published = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write("case:slow", now=NOW - DAY)
            wrote.set()
            published.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    wrote.wait(10)
    write("case:quick", now=NOW - DAY)
    assert actions.publish_due_digests(now=NOW) == 0  # the patience ends; ten minutes later it comes again
    published.set()
    thread.join()
    assert actions.publish_due_digests(now=NOW) == 1
    assert JournalDigest.objects.get().entries == 3


# -- what outsiders get --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_public_page_and_its_copies(client: Client, cast: Cast) -> None:
    write(times=3, now=NOW - DAY)
    actions.publish_due_digests(now=NOW)
    one = JournalDigest.objects.order_by("-day")[0]
    page = client.get(reverse("accountability:digests"))
    assert page.status_code == 200 and one.root in page.content.decode()
    lines = client.get(reverse("accountability:digests-txt")).content.decode().splitlines()
    day, entries, last_id, previous, root = lines[-1].split(" ")
    assert (day, root) == (one.day.isoformat(), one.root)
    told = client.get(reverse("accountability:digests-json")).json()
    assert told["digests"][-1]["root"] == root and told["digests"][-1]["previous_root"] == previous
    # An outsider with the hashes of the day recomputes the root from the line alone.
    hashes = JournalEntry.objects.filter(id__lte=one.last_id).order_by("id").values_list("hash", flat=True)
    mine = list(hashes)[-int(entries) :]
    assert merkle.root(merkle.leaves(f"{day} {entries} {last_id} {previous}", mine)) == root


@pytest.mark.django_db
def test_the_page_goes_on_behind_a_day(client: Client) -> None:
    write(now=NOW - 40 * DAY)
    actions.publish_due_digests(now=NOW)
    front = client.get(reverse("accountability:digests"))
    assert len(front.context["rows"]) == 30 and front.context["after"]
    rest = client.get(reverse("accountability:digests"), {"after": front.context["after"]})
    assert len(rest.context["rows"]) == 10 and not rest.context["after"]
    assert client.get(reverse("accountability:digests"), {"after": "2026-99-99"}).status_code == 200

"""Whatever is done to the record behind its triggers, the walk says which entry and what; the digest says the rest."""

from __future__ import annotations

import datetime as dt
import io
import json
import tracemalloc

import pytest
from django.core.management import CommandError, call_command

from accountability import actions, rules
from accountability.models import JournalCheck, JournalDigest
from accountability.queries import digests
from accountability.queries.flaws import flaw_in_words
from hall import journal, outbox
from hall.access import SYSTEM, Refused, allowed
from hall.journal import Flaw
from hall.models import JournalEntry, JournalHead, Message, said_by_entry
from tests.accountability.verify_steps import REHASH, tamper, write
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def first_flaw(stream: str = "") -> tuple[str, int, str]:
    (flaw,) = journal.walk(stream).flaws
    return flaw.stream, flaw.seq, flaw.kind


def test_a_whole_journal_is_counted() -> None:
    write("case:1", 3, reason='tab\tback\\slash\n"行"'), write("case:2", 2)
    found = journal.walk()
    assert (found.entries, found.streams, found.bad, found.flaws) == (5, 2, 0, [])
    assert found.is_whole and found.per_second > 0
    assert journal.walk("case:2").entries == 2
    assert journal.walk("case:9").streams == 0


def test_changed_words() -> None:
    write(times=3), write("case:2", 2)
    tamper("UPDATE hall_journalentry SET reason = '改过' WHERE stream = 'case:1' AND seq = 2")
    assert first_flaw() == ("case:1", 2, "hash")
    entry = JournalEntry.objects.get(stream="case:1", seq=2)
    (flaw,) = journal.walk().flaws
    assert flaw.found == entry.hash != flaw.expected and flaw.entry_id == entry.pk
    assert "第2条：内容与校验值不符" in flaw_in_words(flaw)


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = '别人'", "verb = 'other'", "object = 'x:1'", "at = at + interval '1 microsecond'",
        "after = '{}'", "before = '{\"a\": 1}'", "actor_id = NULL, reason = 'x'", "hash = repeat('0', 64)",
        "previous = repeat('0', 64)",
    ],
)  # fmt: skip
def test_every_column_is_under_the_hash(change: str) -> None:
    write(times=3)
    tamper(f"UPDATE hall_journalentry SET {change} WHERE seq = 2")
    assert first_flaw() == ("case:1", 2, "hash")


def test_changed_words_with_a_fresh_hash_break_the_next_link() -> None:
    write(times=3)
    tamper("UPDATE hall_journalentry SET reason = '改过' WHERE seq = 2")
    tamper(REHASH.format(said=said_by_entry()), "case:1", 2)
    assert first_flaw() == ("case:1", 3, "previous")


def test_a_deleted_middle_entry() -> None:
    write(times=3)
    tamper("DELETE FROM hall_journalentry WHERE seq = 2")
    (flaw,) = journal.walk().flaws
    assert (flaw.seq, flaw.kind, flaw.expected, flaw.found) == (2, "gap", "2", "3")
    assert "缺第2条" in flaw_in_words(flaw)


def test_a_deleted_first_entry() -> None:
    write(times=2)
    tamper("DELETE FROM hall_journalentry WHERE seq = 1")
    assert first_flaw() == ("case:1", 1, "gap")


def test_a_deleted_last_entry_is_missed_by_its_head() -> None:
    write(times=3)
    tamper("DELETE FROM hall_journalentry WHERE seq = 3")
    assert first_flaw() == ("case:1", 3, "cut")
    tamper("DELETE FROM hall_journalentry")
    assert first_flaw() == ("case:1", 1, "cut")


def test_a_deleted_last_entry_and_its_head_are_missed_by_the_digest_alone() -> None:
    """Who holds the database can set the head back, too. What is published they cannot take back."""
    write(times=3), write("case:2", 2)
    actions.publish_due_digests(now=NOW + DAY)
    kept = JournalEntry.objects.get(stream="case:1", seq=2)
    tamper("DELETE FROM hall_journalentry WHERE stream = 'case:1' AND seq = 3")
    JournalHead.objects.filter(stream="case:1").update(seq=2, hash=kept.hash)
    assert journal.walk().is_whole
    assert digests.recount_digests().bad_days == [NOW.date()]


def test_swapped_entries() -> None:
    write(times=4)
    tamper("UPDATE hall_journalentry SET seq = 99 WHERE seq = 2")
    tamper("UPDATE hall_journalentry SET seq = 2 WHERE seq = 3")
    tamper("UPDATE hall_journalentry SET seq = 3 WHERE seq = 99")
    assert first_flaw() == ("case:1", 2, "hash")


def test_a_forged_entry_behind_the_end() -> None:
    last = write(times=2)
    tamper(
        "INSERT INTO hall_journalentry (stream, seq, at, actor_name, verb, object, before, after, reason, previous,"
        " hash) VALUES ('case:1', 3, now(), 'x', 'close_case', 'x:1', '{}', '{}', '', %s, '')",
        last.hash,
    )
    tamper(REHASH.format(said=said_by_entry()), "case:1", 3)
    (flaw,) = journal.walk().flaws
    assert (flaw.seq, flaw.kind, flaw.expected) == (3, "beyond", last.hash)


def test_a_forged_file_that_no_head_knows() -> None:
    write(times=2)
    JournalHead.objects.all().delete()
    assert first_flaw() == ("case:1", 1, "beyond")


def test_an_entry_put_in_later_under_a_published_day_is_missed_by_the_digest() -> None:
    write(times=2)
    first = JournalEntry.objects.order_by("pk").first()
    assert first
    actions.publish_due_digests(now=NOW + DAY)
    free = first.pk - 1
    tamper(
        "INSERT INTO hall_journalentry (id, stream, seq, at, actor_name, verb, object, before, after, reason,"
        " previous, hash) VALUES (%s, 'case:7', 1, %s, 'x', 'close_case', 'x:1', '{}', '{}', '', '', '')",
        free, NOW,
    )  # fmt: skip
    tamper(REHASH.format(said=said_by_entry()), "case:7", 1)
    forged = JournalEntry.objects.get(stream="case:7")
    JournalHead.objects.create(stream="case:7", seq=1, hash=forged.hash)
    assert journal.walk().is_whole
    assert digests.recount_digests().bad_days == [NOW.date()]


def test_only_the_first_bad_entry_of_each_stream_is_told() -> None:
    write("case:1", 4), write("case:2", 2), write("case:3", 2)
    tamper("UPDATE hall_journalentry SET reason = 'x' WHERE stream <> 'case:3' AND seq >= 2")
    assert [(flaw.stream, flaw.seq) for flaw in journal.walk().flaws] == [("case:1", 2), ("case:2", 2)]


def test_from_the_middle_on() -> None:
    write(times=4), write("case:2")
    tamper("UPDATE hall_journalentry SET reason = 'x' WHERE stream = 'case:1' AND seq = 2")
    found = journal.walk("", 3)
    assert (found.entries, found.bad) == (2, 0)
    assert journal.walk("", 2).flaws[0].seq == 2
    tamper("UPDATE hall_journalentry SET previous = repeat('0', 64) WHERE stream = 'case:1' AND seq = 3")
    assert journal.walk("case:1", 3).flaws[0].seq == 3


def test_the_walk_needs_no_more_memory_for_more_entries() -> None:
    def peak() -> int:
        tracemalloc.start()
        journal.walk()
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    for n in range(20):
        write(f"case:{n}", 5)
    peak()
    few = peak()
    for n in range(20):
        write(f"case:{n}", 45)
    assert peak() < few * 2 + 20_000


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_tells_and_ends_well() -> None:
    write(times=3)
    out = io.StringIO()
    call_command("verify_journal", stdout=out)
    assert "核对1条链、3条记录" in out.getvalue() and "不完整的链0条" in out.getvalue()


def test_the_command_ends_with_1_and_says_the_entry() -> None:
    write(times=3)
    actions.publish_due_digests(now=NOW + DAY)
    tamper("UPDATE hall_journalentry SET reason = 'x' WHERE stream = 'case:1' AND seq = 2")
    tamper("DELETE FROM hall_journalentry WHERE stream = 'case:1' AND seq = 3")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_journal", stdout=out)
    assert ended.value.code == 1
    assert "case:1 第2条" in out.getvalue() and f"{NOW:%Y-%m-%d}公布的摘要" in out.getvalue()


def test_the_command_answers_machines() -> None:
    write(times=3)
    out = io.StringIO()
    call_command("verify_journal", "--json", "--stream", "case:1", "--from", "2", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["whole"], told["entries"], told["flaws"]) == (True, 2, [])
    assert told["seconds"] >= 0 and told["entries_per_second"] > 0


@pytest.mark.parametrize("asked", [["--stream", "case:77"], ["--from", "0"]])
def test_the_command_refuses_what_is_not_there(asked: list[str]) -> None:
    write()
    with pytest.raises(CommandError):
        call_command("verify_journal", *asked)


# -- the nightly walk ----------------------------------------------------------------------------------------------


def test_the_worker_keeps_what_it_found(cast: Cast) -> None:
    check = actions.verify_journal(actor=SYSTEM, now=NOW)
    assert check.is_whole and check.entries > 20 and check.per_second > 0
    assert not Message.objects.filter(kind="journal_broken").exists()
    assert JournalEntry.objects.filter(verb="verify_journal", after__entries=check.entries).exists()


def test_administrators_and_supervisors_are_told_at_once(cast: Cast) -> None:
    write(times=3)
    tamper("UPDATE hall_journalentry SET reason = 'x' WHERE stream = 'case:1' AND seq = 2")
    check = actions.verify_journal(actor=SYSTEM, now=NOW)
    assert not check.is_whole
    assert Flaw(**check.flaws[0]).seq == 2
    told = Message.objects.filter(kind="journal_broken", channel="app")
    assert {message.user for message in told} == {cast.administrator, cast.supervisor}
    assert all(message.urgent for message in told)
    subject, text = outbox.words(told[0])
    assert "办理记录" in subject and "1" in text


def test_only_the_worker_keeps_a_walk(cast: Cast) -> None:
    actor = cast.act(cast.administrator)
    assert allowed(rules.check_can_verify_journal, actor, now=NOW).kind == "role"
    with pytest.raises(Refused):
        actions.verify_journal(actor=actor, now=NOW)
    assert not JournalCheck.objects.exists()
    assert not JournalDigest.objects.exists()

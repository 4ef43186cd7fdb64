"""A file from the national system (`read_national_file`, `map_national_file`, `import_national_file`): one way in."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from cases.actions import (
    forget_exchange,
    import_national_file,
    import_national_rows,
    map_national_file,
    note_national_number,
)
from cases.forms.exchange import guessed, kept_rows, read_rows, rejected_file
from cases.models import Case, ContentCategory, ExchangeMapping, NationalImport
from hall.access import Refused
from hall.models import JournalEntry, Message
from staffing.models import Posting
from tests.cases.exchange import HEADS, ROW, errors, handed_in, imported, results, row, text, xlsx
from tests.cast import NOW, Cast
from tests.matters import registered

pytestmark = pytest.mark.django_db


def test_a_row_is_registered_as_at_the_counter(cast: Cast) -> None:
    file = imported(cast, xlsx(ROW))
    assert (file.status, results(file)) == ("done", ["done"])
    case = file.rows.get().case
    assert case is not None
    assert (case.national_number, case.channel, case.purpose) == ("GJ2026110077", "letter", "request")
    assert (case.title, case.received_on, case.hall_id) == (
        "反映工资拖欠",
        dt.date(2026, 11, 16),
        cast.hall.pk,
    )
    (party,) = case.parties.select_related("petitioner")
    assert (party.petitioner.name, party.petitioner.id_number) == ("张秀英", "530999196805120045")
    assert (party.petitioner.birth_date, party.petitioner.sex) == (dt.date(1968, 5, 12), "female")
    assert case.deadlines.filter(kind="sort").count() == 1
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="register_case")
    assert entry.actor_id == cast.clerk.pk
    assert Message.objects.filter(kind="national_file_imported", user=cast.clerk).count() == 1


def test_the_same_row_is_not_registered_twice(cast: Cast) -> None:
    plain = row(信访件编号="")
    first = imported(cast, xlsx(ROW, ROW, plain, plain))
    assert results(first) == ["done", "known", "done", "known"]
    assert "第2行" in errors(first)[1][""]
    assert results(handed_in(cast, text(ROW, plain))) == ["known", "known"]
    assert Case.objects.count() == 2


def test_a_number_known_from_the_counter_is_not_registered_again(cast: Cast) -> None:
    registered(cast, national_number=ROW[0])
    file = handed_in(cast, xlsx(row(标题="换了标题")))
    assert results(file) == ["known"]
    assert Case.objects.count() == 1


def test_a_matter_that_comes_back_with_its_number_gets_it(cast: Cast) -> None:
    case = registered(cast)
    file = imported(
        cast, xlsx([*ROW, case.number], [*row(标题="另一件", 信访件编号=""), ""], heads=[*HEADS, "本厅编号"])
    )
    assert results(file) == ["known", "done"]
    case.refresh_from_db()
    assert case.national_number == ROW[0]
    assert JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="note_national_number").count() == 1


def test_what_registering_refuses_is_said_at_its_row(cast: Cast) -> None:
    file = imported(cast, xlsx(row(姓名="李强"), row(信访件编号="GJ2", 姓名="张秀英")))
    assert results(file) == ["done", "wrong"]
    assert "另一姓名" in errors(file)[1]["xm"]
    assert file.status == "done"


def test_a_dead_worker_only_delays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had in hand is undone, what it had done stays, the next goes on."""
    file = handed_in(cast, xlsx(*(row(信访件编号=f"GJ{n}", 标题=f"第{n}件") for n in range(6))))
    import_national_file(actor=cast.act(cast.clerk), import_id=file.pk, now=NOW)

    class Dead(BaseException):
        pass

    def dies(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "cases_nationalimportrow" in sql and sql.startswith("UPDATE"):
            done.append(1)
            if len(done) == 4:
                raise Dead
        return execute(sql, params, many, context)

    done: list[int] = []
    with pytest.raises(Dead), connection.execute_wrapper(dies):
        import_national_rows(now=NOW)
    assert sorted(results(file)) == ["done"] * 3 + ["ready"] * 3
    assert Case.objects.count() == 3
    assert import_national_rows(now=NOW) == 3
    file.refresh_from_db()
    assert (file.status, results(file), Case.objects.count()) == ("done", ["done"] * 6, 6)
    assert import_national_rows(now=NOW) == 0


def test_confirmed_twice_it_is_one_import(cast: Cast) -> None:
    file = handed_in(cast, xlsx(ROW))
    for _time in range(2):
        import_national_file(actor=cast.act(cast.clerk), import_id=file.pk, now=NOW)
    assert JournalEntry.objects.filter(verb="import_national_file").count() == 1


def test_who_may(cast: Cast) -> None:
    for who in ("guide", "liaison", "leader", "supervisor", "administrator"):
        with pytest.raises(Refused) as refused:
            handed_in(cast, xlsx(ROW), who=who)
        assert refused.value.kind == "role"
    file = handed_in(cast, xlsx(ROW))
    for who, kind in (("clerk2", "unseen"), ("manager", "unseen")):
        with pytest.raises(Refused) as refused:
            import_national_file(actor=cast.act(getattr(cast, who)), import_id=file.pk, now=NOW)
        assert refused.value.kind == kind
    with pytest.raises(Refused) as refused:
        wrong = handed_in(cast, xlsx(row(信访目的="")))
        import_national_file(actor=cast.act(cast.clerk), import_id=wrong.pk, now=NOW)
    assert refused.value.kind == "state"


def test_who_lost_the_post_registers_nothing_more(cast: Cast) -> None:
    file = handed_in(cast, xlsx(ROW))
    import_national_file(actor=cast.act(cast.clerk), import_id=file.pk, now=NOW)
    later = NOW + dt.timedelta(days=1)
    Posting.objects.filter(user=cast.clerk).update(until_on=NOW.date())
    import_national_rows(now=later)
    file.refresh_from_db()
    assert (file.status, results(file), Case.objects.count()) == ("stopped", ["ready"], 0)
    assert "登记员" in file.failure


def test_another_order_of_the_columns_is_kept_for_the_next_file(cast: Cast) -> None:
    heads = ["A", "B", *HEADS[2:]]
    file = handed_in(cast, xlsx(ROW, heads=heads))
    assert results(file) == ["wrong"] and "信访日期" in errors(file)[0]["xfrq"]
    columns = {**guessed(heads, {}), 0: "xfjbh", 1: "xfrq"}
    rows = read_rows(list(kept_rows(file)), columns, now=NOW)
    map_national_file(
        actor=cast.act(cast.clerk), import_id=file.pk, columns=columns, rows=rows, save_as="省里的表", now=NOW
    )
    assert results(file) == ["ready"]
    saved = ExchangeMapping.objects.get(hall=cast.hall, name="省里的表")
    assert guessed(heads, saved.columns) == columns
    import_national_file(actor=cast.act(cast.clerk), import_id=file.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        map_national_file(actor=cast.act(cast.clerk), import_id=file.pk, columns=columns, rows=rows, now=NOW)
    assert refused.value.kind == "state"


def test_what_stood_in_it_is_deleted_after_a_week(cast: Cast) -> None:
    done, open_one = imported(cast, xlsx(ROW)), handed_in(cast, xlsx(row(信访件编号="GJ9")))
    assert forget_exchange(now=NOW + dt.timedelta(days=6)) == 0
    assert forget_exchange(now=NOW + dt.timedelta(days=7)) == 2
    (kept,) = done.rows.all()
    assert (kept.cells, kept.facts, kept.result) == ("", "", "done")
    assert results(open_one) == []
    rejected_file(done, now=NOW)
    assert forget_exchange(now=NOW + dt.timedelta(days=8)) == 0


def test_nothing_personal_lies_in_the_clear_or_in_the_journal(cast: Cast) -> None:
    file = imported(cast, xlsx(ROW))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells, facts FROM cases_nationalimportrow WHERE file_id = %s", [file.pk])
        cells, facts = cursor.fetchone()
        cursor.execute("SELECT string_agg(after::text || before::text || reason, '') FROM hall_journalentry")
        told = cursor.fetchone()[0]
    for secret in (ROW[8], ROW[9], ROW[6]):
        assert secret.encode() not in bytes(cells) + bytes(facts)
        assert secret not in told


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_files_at_once_register_each_row_once(cast: Cast) -> None:
    rows = [row(信访件编号=f"GJ{n}" if n % 2 else "", 标题=f"第{n}件") for n in range(8)]
    files = [handed_in(cast, xlsx(*rows)) for _file in range(2)]
    for file in files:
        import_national_file(actor=cast.act(cast.clerk), import_id=file.pk, now=NOW)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            import_national_rows(now=NOW)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    import_national_rows(now=NOW)  # whoever ended last may have left the end of a file to the next round
    assert failed == []
    assert Case.objects.count() == 8
    assert set(NationalImport.objects.values_list("status", flat=True)) == {"done"}
    told = [result for file in files for result in results(file)]
    assert (told.count("done"), told.count("known")) == (8, 8)


@pytest.mark.django_db(transaction=True)
def test_one_number_noted_at_two_windows_stands_on_one_case(cast: Cast) -> None:
    first, second = registered(cast), registered(cast, title="另一件")
    clerk, begun, out = cast.act(cast.clerk), threading.Event(), []

    def late() -> None:
        begun.wait(5)
        try:
            note_national_number(actor=clerk, case_id=second.pk, number="GJ1", now=NOW)
        except Refused as refused:
            out.append((refused.kind, refused.field))
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    with transaction.atomic():
        note_national_number(actor=clerk, case_id=first.pk, number="GJ1", now=NOW)
        begun.set()
        thread.join(0.5)
        assert thread.is_alive()  # it waits for the lock
    thread.join()
    assert out == [("input", "number")]
    assert list(Case.objects.filter(national_number="GJ1")) == [first]


def test_codes_are_those_of_the_tree(cast: Cast, categories: None) -> None:
    one = ContentCategory.objects.filter(level=2).first()
    assert one is not None
    heads = [*HEADS, "内容分类"]
    by_code, by_name, wrong = (
        [*row(信访件编号=f"GJ{n}"), value]
        for n, value in enumerate((one.code, one.path, f"{one.code[:4]}88"))
    )
    file = handed_in(cast, xlsx(by_code, by_name, wrong, heads=heads))
    assert results(file) == ["ready", "ready", "wrong"]
    assert f"{one.code[:4]}00" in errors(file)[2]["nrfldm"]

"""A key is changed while the hall is open: nothing is lost, everything has the new key at the end, and it is proven."""

from __future__ import annotations

import base64
import io
import os
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from cases.models import Petitioner
from hall import fields
from hall.management.commands import rotate_keys
from hall.models import IssuedDocument, Message, User
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def people(count: int) -> list[Petitioner]:
    return [
        Petitioner.objects.create(
            name=f"来访人{n}", id_kind="id_card", id_number=f"53099919900101{n:04}", phone=f"138{n:08}",
            created_at=timezone.now(),
        )
        for n in range(count)
    ]  # fmt: skip


def paper(text: str) -> IssuedDocument:
    """Its words are sealed and can never be changed."""
    return IssuedDocument.objects.create(
        kind="receipt", organ="云", year=2026, serial=1, number="云〔2026〕1号", title="回执", ref="cases.case:1",
        stream="case:1", content={"sealed": fields.sealed(text)}, template_version="1", issued_at=NOW,
        issued_by_name="系统",
    )  # fmt: skip


def told(text: str) -> Message:
    return Message.objects.create(
        kind="booking_code", channel="sms", address="13800138000", once="one", created_at=NOW,
        context={"minutes": 10, "sealed": fields.sealed(text)},
    )  # fmt: skip


def rotate(*args: str) -> str:
    out = io.StringIO()
    call_command("rotate_keys", *args, stdout=out)
    return out.getvalue()


def test_every_encrypted_column_and_sealed_text_gets_the_new_key(settings: Settings) -> None:
    one, document, message = people(7)[0], paper('{"name": "张三"}'), told("482913")
    former = settings.HALL_FIELD_KEYS
    settings.HALL_FIELD_KEYS = [new_key(), *former]
    with pytest.raises(CommandError, match=r"cases\.Petitioner 7"):
        rotate("--check")
    said = rotate("--batch", "3")
    assert "cases.Petitioner: 7 rows re-encrypted" in said
    assert said.rstrip().splitlines()[-1].startswith("proven: no row of ")
    settings.HALL_FIELD_KEYS = settings.HALL_FIELD_KEYS[:1]  # the former key is gone for good
    again = Petitioner.objects.get(phone_index=fields.blind_index("13800000000"))
    assert (again.pk, again.id_number, again.phone) == (one.pk, "530999199001010000", "13800000000")
    document.refresh_from_db()
    message.refresh_from_db()
    assert fields.decrypt(base64.b64decode(document.content["sealed"])) == '{"name": "张三"}'
    assert fields.decrypt(base64.b64decode(message.context["sealed"])) == "482913"
    assert message.context["minutes"] == 10 and message.address == "13800138000"
    assert "re-encrypted" not in rotate(), "nothing is left to do"


def test_to_sm4_and_back_with_the_look_up_columns(settings: Settings) -> None:
    people(5)
    settings.HALL_FIELD_ALGORITHM = "sm4"
    assert Petitioner.objects.filter(phone_index=fields.blind_index("13800000003")).count() == 0
    said = rotate("--index", "--batch", "2")
    assert "cases.Petitioner: 10 look-up keys made anew" in said
    assert Petitioner.objects.get(phone_index=fields.blind_index("13800000003")).phone == "13800000003"
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT substr(phone, 1, 1) FROM cases_petitioner")
        assert [bytes(row[0]) for row in cursor.fetchall()] == [b"\x02"]
    settings.HALL_FIELD_ALGORITHM = "aes"
    assert Petitioner.objects.latest("pk").phone == "13800000004", "read whatever it was written with"
    rotate("--index")
    assert Petitioner.objects.get(phone_index=fields.blind_index("13800000003")).phone == "13800000003"


def test_the_look_up_key_changes_and_codes_that_were_given_out_stay_good(settings: Settings) -> None:
    people(3)
    code = fields.keyed("rating", "ABCD1234")
    settings.HALL_CODE_KEY, settings.HALL_INDEX_KEY = settings.HALL_INDEX_KEY, new_key()
    assert "6 look-up keys made anew" in rotate("--index")
    assert Petitioner.objects.get(phone_index=fields.blind_index("138 0000 0001")).phone == "13800000001"
    assert fields.keyed("rating", "ABCD1234") == code


def test_a_row_that_no_key_fits_is_named_in_words_and_the_rest_stays_done(settings: Settings) -> None:
    first, second, third = people(3)
    settings.HALL_FIELD_KEYS, lost = [new_key()], settings.HALL_FIELD_KEYS
    Petitioner.objects.filter(pk=first.pk).update(id_number="530999199001010000", phone="13800000000")
    with pytest.raises(CommandError, match=rf"cases\.Petitioner {second.pk}: .*put the former key back"):
        rotate("--batch", "1")
    settings.HALL_FIELD_KEYS = [*settings.HALL_FIELD_KEYS, *lost]
    assert "cases.Petitioner: 2 rows re-encrypted" in rotate()
    third.refresh_from_db()
    assert third.phone == "13800000002"


def test_what_may_never_change_still_may_not_after_a_rotation(settings: Settings) -> None:
    document = paper("{}")
    settings.HALL_FIELD_KEYS = [new_key(), *settings.HALL_FIELD_KEYS]
    rotate()
    with pytest.raises(Exception, match="Cannot update"):
        IssuedDocument.objects.filter(pk=document.pk).update(content={})


# -- with other connections ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_begun_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    people(20)
    settings.HALL_FIELD_KEYS = [new_key(), *settings.HALL_FIELD_KEYS]
    command = rotate_keys.Command(stdout=io.StringIO())
    table = next(table for table in rotate_keys.tables() if table.label == "cases.Petitioner")
    rows = command._batch(table, 6, None)
    assert (len(rows), table.left()) == (6, 14), "batches that were done stay done"
    connection.close()  # as the server sees a process that was killed
    assert "cases.Petitioner: 14 rows re-encrypted" in rotate("--batch", "4")
    assert {one.phone for one in Petitioner.objects.all()} == {f"138{n:08}" for n in range(20)}


@pytest.mark.django_db(transaction=True)
def test_two_runs_and_writers_at_once_lose_nothing(settings: Settings) -> None:
    known = people(60)
    settings.HALL_FIELD_KEYS = [new_key(), *settings.HALL_FIELD_KEYS]
    said: list[str] = []
    go = threading.Barrier(3)

    def run() -> None:
        go.wait()
        try:
            said.append(rotate("--batch", "5"))
        finally:
            connections.close_all()

    def write() -> None:
        go.wait()
        try:
            for one in known[::3]:
                one.phone = "139" + one.phone[3:]
                one.save(update_fields=["phone", "phone_index"])
            Petitioner.objects.create(name="新来", phone="13700000000", created_at=timezone.now())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=target) for target in (run, run, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 2 and all("proven" in text for text in said)
    settings.HALL_FIELD_KEYS = settings.HALL_FIELD_KEYS[:1]
    found = {one.pk: one.phone for one in Petitioner.objects.all()}
    assert len(found) == 61
    assert all(found[one.pk] == one.phone for one in known), "what the writer wrote stands"


@pytest.mark.django_db(transaction=True)
def test_a_row_written_under_the_former_key_meanwhile_is_not_called_proven(settings: Settings) -> None:
    """A web process that was not restarted goes on writing with the former key: caught at the next run."""
    former = settings.HALL_FIELD_KEYS
    settings.HALL_FIELD_KEYS = [new_key(), *former]
    rotate()
    current, settings.HALL_FIELD_KEYS = settings.HALL_FIELD_KEYS, former
    User.objects.create_user("late", name="迟到", phone="13800000009")
    settings.HALL_FIELD_KEYS = current
    with pytest.raises(CommandError, match=r"still hold a former key: hall\.User 1\. Restart"):
        rotate("--check")
    assert "hall.User: 1 rows re-encrypted" in rotate()

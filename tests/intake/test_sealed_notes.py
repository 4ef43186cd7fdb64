"""A psychologist's words are the psychologist's: no door, list, search, back room, export or journal says them."""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from hall import journal
from hall.access import PUBLIC, SYSTEM, Refused
from hall.models import JournalEntry, Message
from intake.actions import correct_service, record_service, take_over_service
from intake.models import ServiceContent, ServiceNote, ServiceTakeover
from staffing.actions import end_posting, save_participant
from staffing.models import Posting, SocialParticipant
from staffing.rules import ParticipantFacts
from tests.architecture.walking import Walker
from tests.cast import TZ, Cast, yunxi
from tests.matters import accepted
from tests.social import SECRET, counselled, heard, lawyer, psychologist, said

pytestmark = pytest.mark.django_db
OTHERS = (
    "clerk", "guide", "liaison", "head", "liaison2", "leader", "manager", "supervisor", "administrator", "lawyer",
    "psychologist2",
)  # fmt: skip
WORDS = (SECRET, "倾听并约定下次", "支持性谈话", "精神卫生医院", "需要关注", "需要立即干预")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, ServiceNote]]:
    """Of a case in hand; written now, because the pages take the time from the wall. Once for the whole module."""
    now = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        cast = yunxi()
        case = accepted(cast, now)
        lawyer(cast, now)
        psychologist(cast, now=now)
        psychologist(cast, "psychologist2", "陶然心", now)
        yield cast, counselled(cast, case.pk, now, referral="hospital", referral_to="精神卫生医院")
        transaction.set_rollback(True)


@pytest.fixture
def cast(made: tuple[Cast, ServiceNote]) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def note(made: tuple[Cast, ServiceNote]) -> ServiceNote:
    return ServiceNote.objects.get(pk=made[1].pk)


def test_the_writer_reads_it(cast: Cast, client: Client, note: ServiceNote) -> None:
    assert ServiceContent.objects.readable_by(cast.act(cast.psychologist)).get().question == SECRET
    client.force_login(cast.psychologist)
    page = client.get(f"/services/{note.pk}/")
    assert all(word in page.text for word in (SECRET, "支持性谈话", "精神卫生医院"))
    assert "no-store" in page["Cache-Control"]
    assert SECRET not in client.get("/services/").text, "not in a list, not even the own one"


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_elses_post_opens_it(cast: Cast, note: ServiceNote, name: str) -> None:
    actor = cast.act(cast.people[name], note.at)
    assert not ServiceContent.objects.readable_by(actor).exists()
    with pytest.raises(Refused) as refused:
        correct_service(actor=actor, note_id=note.pk, facts=heard(note.at), now=note.at)
    assert refused.value.kind == "role"


def test_neither_the_system_nor_the_public_nor_a_superuser(cast: Cast, note: ServiceNote) -> None:
    cast.administrator.is_superuser = True
    cast.administrator.save()
    for actor in (SYSTEM, PUBLIC, cast.act(cast.administrator, note.at)):
        assert not ServiceContent.objects.readable_by(actor).exists()


def addresses(patterns: list[object] | None = None, prefix: str = "/") -> Iterator[str]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        where = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", prefix + str(one.pattern))  # type: ignore[attr-defined]
        if isinstance(one, URLResolver):
            if one.app_name != "admin":
                yield from addresses(one.url_patterns, where)
        elif isinstance(one, URLPattern):
            yield where


MACHINES = "/api/v1/"
"""Opens to a token alone: `tests/hall/test_api_document.py` knocks without one at every door there."""


def test_no_door_of_the_house_says_it(cast: Cast, note: ServiceNote) -> None:
    """Every address that can be asked for this note, case, hall or person, every search and export.

    A refusal is asked for its bare words, one of each kind for its page; a door that only takes things is asked once.
    """
    case = note.case
    assert case is not None
    things = {
        "pk": "", "case": case.pk, "code": cast.hall.code, "hall": cast.hall.code, "window": cast.windows[0].pk,
        "user_id": cast.psychologist.pk, "participant_id": note.participant_id,
    }  # fmt: skip
    asked = [
        "/services/?kind=psychologist", f"/search/?q={SECRET}", "/search/?q=支持性谈话", f"/search/?q={case.number}",
        f"/people/?q={cast.psychologist.username}", "/work/export.csv", "/services/allowance.xlsx",
    ]  # fmt: skip
    for address in addresses():
        pk = note.pk if address.startswith("/services/") else case.pk
        filled = re.sub(r"<(\w+)>", lambda match: str(things.get(match[1], "") or pk), address)  # noqa: B023
        if not filled.startswith(MACHINES):
            asked.append(filled)
    taking: set[str] = set()
    for name in ("manager", "psychologist2"):
        client = Walker()
        client.force_login(cast.people[name])
        met = {}
        for address in asked:
            if address not in taking:
                status = silent(client, address, accept="application/json")
                met[status] = address
                if status == 405:
                    taking.add(address)
        assert {200, 403, 404} <= met.keys()
        for address in met.values():
            silent(client, address)
    assert len(taking) < len(asked) / 4


def silent(client: Client, address: str, **headers: str) -> int:
    """None of the words stands there."""
    response = client.get(address, headers=headers)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for word in WORDS:
        if word in address or f"?q={word}" in address:
            continue
        if address.startswith("/services/new") and word in ("需要关注", "需要立即干预"):
            continue  # the empty form of another psychologist names the levels
        assert word.encode() not in content, (address, word)
    return response.status_code


def test_the_visible_form_is_what_others_get(cast: Cast, client: Client, note: ServiceNote) -> None:
    case = note.case
    assert case is not None
    for who in (cast.clerk, cast.manager, cast.liaison, cast.leader, cast.supervisor):
        client.force_login(who)
        text = client.get(f"/services/{note.pk}/").text
        assert "内容已封存" in text and "已转介" in text
        text = client.get(f"/cases/{case.pk}/services/").text
        assert "已提供心理疏导，内容封存。" in text
        assert "心理咨询师提供服务，已转介" in client.get(f"/cases/{case.pk}/").text
    for who in (cast.administrator, cast.liaison2, cast.guide):
        client.force_login(who)
        assert client.get(f"/services/{note.pk}/").status_code == 404


def test_not_in_the_back_room(cast: Cast, client: Client, note: ServiceNote) -> None:
    assert not {ServiceNote, ServiceContent, ServiceTakeover} & set(site._registry)
    client.force_login(cast.administrator)
    for entry in JournalEntry.objects.filter(stream=f"service:{note.service}"):
        text = client.get(f"/admin/hall/journalentry/{entry.pk}/change/").text
        assert not any(word in text for word in WORDS)


def test_not_in_any_table_and_not_in_the_journal(cast: Cast, note: ServiceNote) -> None:
    """The whole database is read as text: the words lie nowhere in plain."""
    told = "".join(f"{e.before}{e.after}{e.reason}" for e in JournalEntry.objects.all())
    assert not any(word in told for word in WORDS) and "yellow" not in told and "hospital" not in told
    assert not any(word in str(message.context) for message in Message.objects.all() for word in WORDS)
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
            rows = "".join(row[0] for row in cursor.fetchall())
            assert not any(word in rows or word.encode().hex() in rows for word in WORDS), model
            if model is ServiceContent:
                assert "yellow" not in rows and b"yellow".hex() not in rows
    assert journal.verify() == []


def test_consent_comes_first(cast: Cast, note: ServiceNote) -> None:
    now, actor = note.at, cast.act(cast.psychologist, note.at)
    asked = {"actor": actor, "participant_id": note.participant_id, "case_id": note.case_id, "now": now}
    for missing, field in (
        ({"consented": False}, "consented"),
        ({"level": ""}, "level"),
        ({"method": " "}, "method"),
    ):
        with pytest.raises(Refused) as refused:
            record_service(**asked, facts=heard(now, **missing))
        assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        past = heard(now, next_on=now.astimezone(TZ).date() - dt.timedelta(days=2))
        record_service(**asked, facts=past)
    assert refused.value.field == "next_on"


@pytest.mark.parametrize("name", ["clerk", "manager", "administrator", "lawyer", "psychologist2"])
def test_nobody_writes_for_a_psychologist(cast: Cast, note: ServiceNote, name: str) -> None:
    with pytest.raises(Refused) as refused:
        record_service(
            actor=cast.act(cast.people[name], note.at), participant_id=note.participant_id,
            facts=heard(note.at), case_id=note.case_id, now=note.at,
        )  # fmt: skip
    assert refused.value.kind == "role"


def test_another_psychologist_takes_over_with_a_reason_on_record(
    cast: Cast, client: Client, note: ServiceNote
) -> None:
    actor = cast.act(cast.psychologist2, note.at)
    with pytest.raises(Refused) as refused:
        take_over_service(actor=actor, note_id=note.pk, reason="假", now=note.at)
    assert refused.value.field == "reason"
    for who in (cast.clerk, cast.manager, cast.administrator, cast.lawyer):
        with pytest.raises(Refused) as refused:
            take_over_service(actor=cast.act(who, note.at), note_id=note.pk, reason="想看看内容", now=note.at)
        assert refused.value.kind == "role"
    client.force_login(cast.psychologist2)
    assert client.get(f"/services/{note.pk}/").status_code == 200
    assert client.post(f"/services/{note.pk}/take-over/", {"reason": "秦悦休假两周"}).status_code == 302
    assert SECRET in client.get(f"/services/{note.pk}/").text
    entry = JournalEntry.objects.get(verb="take_over_service")
    assert (entry.actor_id, entry.reason) == (cast.psychologist2.pk, "秦悦休假两周")
    with pytest.raises(Refused, match="已经可以查看"):
        take_over_service(actor=actor, note_id=note.pk, reason="再来一次看看", now=note.at)
    new = correct_service(
        actor=actor, note_id=note.pk, facts=heard(note.at, correction="接手后补充"), now=note.at
    )
    assert ServiceContent.objects.readable_by(cast.act(cast.psychologist, note.at)).filter(note=new).exists()


def test_who_left_the_hall_reads_no_more(cast: Cast, note: ServiceNote) -> None:
    today = timezone.localdate(note.at)
    posting = Posting.objects.get(user=cast.psychologist)
    end_posting(
        actor=cast.act(cast.administrator, note.at), posting_id=posting.pk, on=today, reason="聘期结束",
        now=note.at,
    )  # fmt: skip
    tomorrow = note.at + dt.timedelta(days=1)
    assert not ServiceContent.objects.readable_by(cast.act(cast.psychologist, tomorrow)).exists()


def test_who_helps_no_more_reads_no_more(cast: Cast, note: ServiceNote) -> None:
    one = SocialParticipant.objects.get(pk=note.participant_id)
    facts = {name: getattr(one, name) for name in ParticipantFacts.__dataclass_fields__}
    save_participant(
        actor=cast.act(cast.manager, note.at), hall_id=cast.hall.pk, participant_id=one.pk,
        facts=ParticipantFacts(**{**facts, "is_active": False}), now=note.at,
    )  # fmt: skip
    assert not ServiceContent.objects.readable_by(cast.act(cast.psychologist, note.at)).exists()


def test_a_lawyers_note_is_open_to_who_sees_the_case_alone(cast: Cast, note: ServiceNote) -> None:
    one = SocialParticipant.objects.get(user=cast.lawyer)
    open_note = record_service(
        actor=cast.act(cast.lawyer, note.at), participant_id=one.pk, facts=said(note.at), case_id=note.case_id,
        now=note.at,
    )  # fmt: skip

    def reads(name: str) -> bool:
        actor = cast.act(cast.people[name], note.at)
        return ServiceContent.objects.readable_by(actor).filter(note=open_note).exists()

    names = (*OTHERS, "psychologist")
    assert [name for name in names if reads(name)] == [
        "clerk", "liaison", "head", "leader", "manager", "supervisor", "lawyer",
    ]  # fmt: skip


def test_the_key_can_be_changed_though_nothing_else_can(note: ServiceNote, settings: Settings) -> None:
    settings.HALL_FIELD_KEYS = [base64.b64encode(os.urandom(32)).decode(), *settings.HALL_FIELD_KEYS]
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    assert "intake.ServiceContent: 1 rows re-encrypted" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hall.reencrypting = 'on'")
        cursor.execute("UPDATE intake_servicecontent SET minutes = minutes")

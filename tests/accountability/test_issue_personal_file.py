"""A person gets their own file at the window, whole, on proof, on record; nobody else's, and no internal word."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability.actions import issue_personal_file
from accountability.queries.personal_file import FIELDS, Section
from cases.actions import Person, reveal_person
from cases.models import Petitioner, Respondent
from hall.access import Refused
from hall.fields import EncryptedTextField
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.life_opinions import served
from tests.life_video_notes import TEXT, two_ends
from tests.matters import ZHANG, registered

pytestmark = pytest.mark.django_db


def given(cast: Cast, who: str = "clerk", **facts: str) -> dict[str, Section]:
    person = Petitioner.objects.get(name=ZHANG.name)
    asked = {"proof": "own_id", **facts}
    _person, sections = issue_personal_file(
        actor=cast.act(getattr(cast, who)), petitioner_id=person.pk, now=NOW, **asked
    )
    return {one.code: one for one in sections}


def said(sections: dict[str, Section]) -> str:
    return json.dumps([[dict(row) for row in one.rows] for one in sections.values()], ensure_ascii=False)


def test_all_that_is_held_and_was_served_is_in_it(cast: Cast) -> None:
    case = served(cast)
    sections = given(cast)
    text = said(sections)
    assert ZHANG.id_number in text and ZHANG.phone in text and ZHANG.address in text
    assert case.number in text and case.content in text
    assert all(claim.text in text for claim in case.claims.all())
    assert [row["文书"] for row in sections["papers"].rows] and sections["papers"].rows[0]["送达日期"]


def test_the_note_of_a_video_room_is_in_it_as_it_was_signed(cast: Cast) -> None:
    ends = two_ends(cast)
    note = ends.reads()
    ends.signs(note)
    ends.host_signs(note)
    paper = ends.closes(note).document
    row = given(cast)["notes"].rows[0]
    assert paper is not None
    assert (row["文号"], row["笔录"]) == (paper.number, TEXT)


def test_nobody_elses_matter_and_no_hidden_one(cast: Cast) -> None:
    """Whom a matter complains of sees nothing of it, at the window neither."""
    registered(cast)
    other = registered(cast, title="另一个人的事", people=(Person(name="李四", phone="13800019999"),))
    secret = registered(cast, title="反映登记员的事")
    Respondent.objects.create(case=secret, name="登记员", user=cast.clerk)
    text = said(given(cast))
    assert other.number not in text and "13800019999" not in text
    assert secret.number not in text
    assert secret.number in said(given(cast, "manager"))


def test_it_is_on_record_without_a_word_of_it(cast: Cast) -> None:
    case = registered(cast)
    person = case.parties.get().petitioner
    reveal_person(
        actor=cast.act(cast.clerk), petitioner_id=person.pk, case_id=case.pk, reason="核对电话号码", now=NOW
    )
    sections = given(cast, proof="agent", note="女儿张某，持委托书")
    assert [row["用途"] for row in sections["looks"].rows] == ["核对电话号码"]
    entry = JournalEntry.objects.get(stream=f"petitioner:{person.pk}", verb="issue_personal_file")
    assert entry.after["proof"] == "agent" and entry.after["rows"]["matters"] == 1
    assert entry.reason == "女儿张某，持委托书"
    assert ZHANG.phone not in json.dumps(entry.after) and ZHANG.id_number not in json.dumps(entry.after)
    assert len(given(cast)["looks"].rows) == 2


def test_papers_are_looked_at_first(cast: Cast) -> None:
    registered(cast)
    with pytest.raises(Refused, match="核对了什么证件") as refused:
        given(cast, proof="none")
    assert refused.value.field == "proof"
    with pytest.raises(Refused, match="来人是谁") as refused:
        given(cast, proof="guardian")
    assert refused.value.field == "note"


def test_only_the_window_hands_it_out(cast: Cast) -> None:
    registered(cast)
    with pytest.raises(Refused, match="大厅窗口") as refused:
        given(cast, "supervisor")
    assert refused.value.kind == "role"
    with pytest.raises(Refused) as refused:
        given(cast, "liaison2")
    assert refused.value.kind == "unseen"


def test_the_page_prints_it_and_the_file_carries_it(cast: Cast, client: Client) -> None:
    case = registered(cast)
    person = case.parties.get().petitioner
    client.force_login(cast.clerk)
    url = f"/petitioners/{person.pk}/file/"
    assert url in client.get(f"/petitioners/{person.pk}/").content.decode()
    refused = client.post(url, {"proof": "agent", "note": "", "shape": "print"})
    assert refused.status_code == 422 and "来人是谁" in refused.content.decode()
    page = client.post(url, {"proof": "own_id", "shape": "print"})
    assert page.status_code == 200 and ZHANG.id_number in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    file = client.post(url, {"proof": "own_id", "shape": "json"})
    assert file["Content-Disposition"].startswith("attachment")
    assert file.json()["基本信息"][0]["证件号码"] == ZHANG.id_number


def test_more_matters_ask_no_more_of_the_database(cast: Cast) -> None:
    registered(cast)
    with CaptureQueriesContext(connection) as one:
        given(cast)
    for number in range(4):
        registered(cast, title=f"第{number}件")
    with CaptureQueriesContext(connection) as many:
        given(cast)
    assert len(many) == len(one)


def test_no_encrypted_field_is_forgotten() -> None:
    there = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }
    assert there == FIELDS.keys()

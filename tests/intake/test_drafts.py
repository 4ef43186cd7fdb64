"""Nothing typed is lost: drafts save themselves, come back whole, and no tab overwrites another in silence."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.forms.materials import read_file
from cases.models import Case
from hall.access import Refused
from hall.models import JournalEntry
from intake.actions.save_draft import KEPT, clear_drafts, discard_draft, save_draft
from intake.models import Draft
from intake.queries.drafts import unfinished
from tests.cast import NOW, Cast, queues, take

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.clerk)
    return client


def autosave(client: Client, token: str, revision: int = 0, **fields: str) -> Any:
    data = {"form_token": token, "draft_revision": str(revision), "with-TOTAL_FORMS": "0", "claim-TOTAL_FORMS": "2",
            "against-TOTAL_FORMS": "1", **fields}  # fmt: skip
    return client.post(reverse("intake:save-draft"), data)


def test_what_is_typed_comes_back_and_lies_encrypted(cast: Cast, clerk: Client) -> None:
    token = str(uuid.uuid4())
    saved = autosave(
        clerk, token, **{"who-name": "张秀英", "who-id_number": "53090119680512", "content": "写到一半"}
    )
    assert saved.json()["fields"] == {"draft_revision": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM intake_draft")
        assert "张秀英".encode() not in bytes(cursor.fetchone()[0])
    page = clerk.get(reverse("intake:register") + f"?draft={token}").content.decode()
    assert "张秀英" in page and "53090119680512" in page and "写到一半" in page
    assert "需要更正" not in page and 'name="draft_revision" value="1"' in page
    listed = clerk.get(reverse("intake:register")).content.decode()
    assert "有1份未完成的登记" in listed and f"?draft={token}" in listed


def test_two_tabs_do_not_overwrite_each_other_in_silence(clerk: Client) -> None:
    token = str(uuid.uuid4())
    autosave(clerk, token, title="甲")
    assert autosave(clerk, token, revision=1, title="甲乙").json()["fields"] == {"draft_revision": 2}
    stale = autosave(clerk, token, revision=1, title="别的")
    assert stale.status_code == 409 and "另一个窗口" in stale.json()["reason"]
    assert "甲乙" in clerk.get(reverse("intake:register") + f"?draft={token}").content.decode()


def test_a_draft_is_its_clerks_own(cast: Cast, clerk: Client) -> None:
    token = str(uuid.uuid4())
    autosave(clerk, token, title="我的草稿")
    other = Client()
    other.force_login(cast.clerk2)
    assert "我的草稿" not in other.get(reverse("intake:register") + f"?draft={token}").content.decode()
    assert autosave(other, token, revision=1, title="夺走").status_code == 404
    with pytest.raises(Refused, match="无权"):
        discard_draft(actor=cast.act(cast.clerk2), token=uuid.UUID(token), now=NOW)
    assert Draft.objects.get().user == cast.clerk
    assert unfinished(cast.act(cast.clerk2), hall_id=cast.hall.pk) == []


def test_the_draft_of_a_visitor_opens_by_the_visitor(cast: Cast, clerk: Client) -> None:
    ticket = take(cast, queues(cast)["A"])
    token = str(uuid.uuid4())
    autosave(clerk, token, visit=str(ticket.visit_id), title="取号来的")
    page = clerk.get(reverse("intake:register") + f"?visit={ticket.visit_id}").content.decode()
    assert "取号来的" in page and token in page


def test_registered_it_is_gone_and_stays_gone(cast: Cast, categories: None, clerk: Client) -> None:
    token = str(uuid.uuid4())
    fields = {"title": "反映路灯不亮", "content": "路灯不亮。", "purpose": "inquiry", "category_text": "其它",
              "who-id_kind": "none", "who-name": "张三", "channel": "visit"}  # fmt: skip
    autosave(clerk, token, **fields)
    sent = {"form_token": token, "draft_revision": "1", "with-TOTAL_FORMS": "0", "with-INITIAL_FORMS": "0",
            "claim-TOTAL_FORMS": "0", "claim-INITIAL_FORMS": "0", "against-TOTAL_FORMS": "0",
            "against-INITIAL_FORMS": "0", **fields}  # fmt: skip
    assert clerk.post(reverse("intake:register"), sent).status_code == 302
    assert not Draft.objects.exists()
    late = autosave(clerk, token, revision=1, title="迟到的自动保存")
    assert late.status_code == 409 and "已经提交" in late.json()["reason"]
    assert Case.objects.count() == 1 and not Draft.objects.exists()


def test_discarding_asks_first_and_is_on_record(cast: Cast, clerk: Client) -> None:
    token = str(uuid.uuid4())
    autosave(clerk, token, title="不要了")
    address = reverse("intake:discard-draft", args=[token])
    assert "放弃这份未完成的登记吗" in clerk.post(address).content.decode()
    assert Draft.objects.exists()
    assert clerk.post(address, {"confirmed": "1"}).status_code == 302
    assert not Draft.objects.exists()
    verbs = (
        JournalEntry.objects.filter(object=f"intake.draft:{token}")
        .order_by("seq")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["save_draft", "discard_draft"]
    assert clerk.post(address, {"confirmed": "1"}).status_code == 302


def test_abandoned_drafts_and_their_files_go_after_a_week(cast: Cast, clerk: Client) -> None:
    actor, old, new = cast.act(cast.clerk), uuid.uuid4(), uuid.uuid4()
    common: dict[str, Any] = {
        "actor": actor,
        "hall_id": cast.hall.pk,
        "visit_id": None,
        "fields": {},
        "revision": 0,
    }
    for token, body, at in ((old, PDF + b"old", NOW - KEPT * 2), (new, PDF + b"new", NOW)):
        upload = read_file(SimpleUploadedFile("a.pdf", body))
        save_draft(token=token, now=at, uploads=[upload], **common)
    folder = Path(settings.HALL_PRIVATE_ROOT) / "materials"
    aged = (NOW - dt.timedelta(days=2)).timestamp()
    files = [path for path in folder.glob("*/*") if path.read_bytes() in (PDF + b"old", PDF + b"new")]
    assert len(files) == 2
    for path in files:
        os.utime(path, (aged, aged))
    drafts, _removed = clear_drafts(now=NOW)
    assert drafts == 1 and Draft.objects.get().pk == new
    assert [path.read_bytes() for path in files if path.exists()] == [PDF + b"new"]

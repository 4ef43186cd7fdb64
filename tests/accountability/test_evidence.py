"""Files that go with what was said or found (`evidence`): taken, kept over a refusal, shown, opened."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accountability import actions
from accountability.models import EvidenceFile, InspectionCheck
from cases.actions.store import NewFile, path_of
from cases.models import Recusal, Respondent
from hall.headers import BARE
from hall.models import JournalEntry, User
from tests.accountability.finding_steps import SAID, opened
from tests.accountability.inspect_steps import FOUND, drawn
from tests.accountability.sanction_steps import approved, decided, served
from tests.accountability.supervise_steps import DONE
from tests.accountability.supervise_steps import opened as supervised
from tests.cast import NOW, Cast
from tests.life import closed
from tests.matters import accepted

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
REPLY = "已经研究，将建立当日登记的制度。"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path
    return tmp_path


def sent(name: str = "催办记录.pdf", data: bytes = PDF, kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def new(name: str = "催办记录.pdf", data: bytes = PDF) -> NewFile:
    return NewFile(name=name, media_type="application/pdf", file=io.BytesIO(data))


def posted(client: Client, who: User, address: str, status: int = 302, **typed: Any) -> Any:
    client.force_login(who)
    answer = client.post(address, typed)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def doors(cast: Cast) -> dict[str, tuple[User, str, dict[str, Any], str]]:
    """For each owner: who speaks, at which door, what is typed, on which page it stands."""
    now = timezone.now()
    finding, supervision = opened(cast), supervised(cast, accepted(cast, now), now)
    notice = served(cast, [decided(cast, now=now)], now=now)
    advice = approved(cast, now=now)
    closed(cast, now - dt.timedelta(days=1))
    check = drawn(cast, now).checks.earliest("place")
    day = timezone.localdate(now).isoformat()
    return {
        "statement": (cast.liaison, f"/findings/{finding.pk}/state-case/", {"text": SAID}, f"/findings/{finding.pk}/"),
        "feedback": (
            cast.liaison, f"/supervisions/{supervision.pk}/answer-supervision/", {"text": DONE},
            f"/supervisions/{supervision.pk}/",
        ),
        "answer": (
            cast.head, f"/criticism-notices/{notice.pk}/answer-criticism/", {"text": REPLY},
            f"/criticism-notices/{notice.pk}/",
        ),
        "reply": (
            cast.head, f"/advices/{advice.pk}/reply-advice/", {"text": REPLY, "adopted": "adopted"},
            f"/advices/{advice.pk}/",
        ),
        "inspected": (
            cast.supervisor, f"/inspection-checks/{check.pk}/record-check/",
            {"visited_on": day, "conclusion": "in_order", "found": FOUND}, f"/inspections/{check.inspection_id}/",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("owner", ["statement", "feedback", "answer", "reply", "inspected"])
def test_each_door_takes_files_shows_them_and_gives_them_out(
    cast: Cast, client: Client, owner: str, root: Path
) -> None:
    who, address, typed, page = doors(cast)[owner]
    client.force_login(who)
    form = client.get(address).content.decode()
    assert 'enctype="multipart/form-data"' in form
    assert 'name="materials"' in form
    posted(
        client,
        who,
        address,
        **typed,
        materials=[sent(), sent("现场.png", PNG, "image/png"), sent("同一份.pdf")],
    )
    files = list(EvidenceFile.objects.all())
    assert [(one.name, one.media_type, one.by) for one in files] == [
        ("催办记录.pdf", "application/pdf", who), ("现场.png", "image/png", who),
    ]  # fmt: skip
    assert all(getattr(one, f"{owner}_id") for one in files)
    assert path_of(files[0].file, "evidence").read_bytes() == PDF
    verb = address.rstrip("/").rsplit("/", 1)[1].replace("-", "_")
    entry = JournalEntry.objects.get(verb=verb)
    assert entry.after["files"] == [one.sha256 for one in files]
    assert "催办记录" not in f"{entry.after}{entry.reason}"
    for reader in (who, cast.supervisor, cast.leader):
        client.force_login(reader)
        text = client.get(page).content.decode()
        assert f'href="/evidence/{files[0].pk}/"' in text
        assert "催办记录.pdf" in text
        answer = client.get(f"/evidence/{files[0].pk}/")
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Security-Policy"] == BARE, "in a sandbox Chromium shows no PDF"
    for stranger in (cast.clerk, cast.guide, cast.liaison2, cast.head2, cast.administrator):
        client.force_login(stranger)
        assert client.get(f"/evidence/{files[0].pk}/").status_code == 404
    client.logout()
    assert client.get(f"/evidence/{files[0].pk}/").status_code == 302


def test_a_unit_does_not_open_what_another_unit_answered(cast: Cast) -> None:
    notice = served(cast, [decided(cast), decided(cast, "housing")])
    actions.answer_criticism(
        actor=cast.act(cast.head), criticism_id=notice.pk, text=REPLY, files=[new()], now=NOW
    )
    seen = EvidenceFile.objects.visible_to
    assert seen(cast.act(cast.head)).count() == seen(cast.act(cast.supervisor)).count() == 1
    assert not seen(cast.act(cast.head2)).exists()


def test_what_was_found_on_the_spot_is_the_inspectors(cast: Cast) -> None:
    case = closed(cast, NOW)
    check: InspectionCheck = drawn(cast, NOW + dt.timedelta(days=1)).checks.get()
    now = NOW + dt.timedelta(days=1)
    actions.record_check(
        actor=cast.act(cast.supervisor, now), check_id=check.pk, visited_on=timezone.localdate(now), found=FOUND,
        conclusion="in_order", files=[new()], now=now,
    )  # fmt: skip
    seen = EvidenceFile.objects.visible_to
    assert seen(cast.act(cast.supervisor, now)).exists()
    assert not seen(cast.act(cast.liaison, now)).exists()
    Recusal.objects.create(case=case, user=cast.supervisor, reason="亲属", at=now)
    assert not seen(cast.act(cast.supervisor, now)).exists()


def test_nobody_whom_the_matter_complains_of_opens_a_statement(cast: Cast) -> None:
    finding = opened(cast)
    now = finding.opened_at
    actions.state_case(
        actor=cast.act(cast.liaison, now), finding_id=finding.pk, text=SAID, files=[new()], now=now
    )
    assert EvidenceFile.objects.visible_to(cast.act(cast.head, now)).exists()
    Respondent.objects.create(case=finding.case, name="负责人", user=cast.head)
    assert not EvidenceFile.objects.visible_to(cast.act(cast.head, now)).exists()


def test_bad_files_are_said_at_the_field_and_good_ones_are_kept(
    cast: Cast, client: Client, settings: Any, root: Path
) -> None:
    finding = opened(cast)
    address = f"/findings/{finding.pk}/state-case/"
    page = sent("说明.pdf", b"<html><script>alert(1)</script></html>")
    answer = posted(client, cast.liaison, address, 422, text=SAID, materials=[page, sent()])
    assert "网页" in answer.content.decode()
    assert SAID in answer.content.decode()
    assert not EvidenceFile.objects.exists()
    kept = answer.context["form"]["kept_files"].value()
    assert "催办记录.pdf" in answer.content.decode()
    for wrong in (sent("空.pdf", b""), sent("程序.exe", b"MZ\x90\x00\x03\x00\x00\x00\xff\xff")):
        assert posted(client, cast.liaison, address, 422, text=SAID, materials=[wrong]).context["form"].errors
    settings.HALL_UPLOAD_LIMIT = 10
    answer = posted(client, cast.liaison, address, 422, text=SAID, materials=[sent("大.pdf")])
    assert "大.pdf" in str(answer.context["form"].errors["materials"])
    settings.HALL_UPLOAD_LIMIT, settings.HALL_UPLOAD_COUNT = 10_000, 1
    both = [sent("一.pdf"), sent("二.pdf", PDF + b"\n")]
    answer = posted(client, cast.liaison, address, 422, text=SAID, materials=both)
    assert "二.pdf" in str(answer.context["form"].errors["materials"])
    settings.HALL_UPLOAD_COUNT = 5
    posted(client, cast.liaison, address, text=SAID, kept_files=kept)
    assert EvidenceFile.objects.get().name == "催办记录.pdf"


def test_a_refused_form_keeps_its_files_for_this_person_verb_and_row(cast: Cast, client: Client) -> None:
    one, other = opened(cast), supervised(cast, accepted(cast, timezone.now()), timezone.now())
    address = f"/findings/{one.pk}/state-case/"
    answer = posted(client, cast.liaison, address, 422, text="短", materials=[sent(), sent("现场.png", PNG)])
    form = answer.context["form"]
    assert [file.name for file in form.kept] == ["催办记录.pdf", "现场.png"]
    kept = form["kept_files"].value()
    posted(
        client, cast.liaison, f"/supervisions/{other.pk}/answer-supervision/", text=DONE, kept_files=kept
    )  # another row's: none of its files
    posted(client, cast.head, address, text=SAID, kept_files=kept)  # another person's
    posted(client, cast.head, address, text=SAID, kept_files="nonsense")
    assert not EvidenceFile.objects.exists()
    drop = form.kept[1].sha256
    posted(client, cast.liaison, address, text=SAID, kept_files=kept, drop_material=drop)
    assert EvidenceFile.objects.get().name == "催办记录.pdf"


def test_who_may_not_act_leaves_no_file(cast: Cast, client: Client, root: Path) -> None:
    finding = opened(cast)
    posted(client, cast.supervisor, f"/findings/{finding.pk}/state-case/", 403, text=SAID, materials=[sent()])
    assert not [path for path in root.rglob("*") if path.is_file()]


def test_a_file_belongs_to_one_thing_and_never_changes(cast: Cast) -> None:
    finding = opened(cast)
    now = finding.opened_at
    said = actions.state_case(
        actor=cast.act(cast.liaison, now), finding_id=finding.pk, text=SAID, files=[new(), new("又一次.pdf")], now=now
    )  # fmt: skip
    one = EvidenceFile.objects.get()
    facts = {"name": "a", "media_type": "text/plain", "size": 1, "sha256": "a" * 64, "file": "a", "at": now}
    for wrong in (facts, {**facts, "sha256": one.sha256, "statement": said}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceFile.objects.create(**wrong)
    with pytest.raises(Exception, match=r"(?i)cannot|append"), transaction.atomic():
        EvidenceFile.objects.update(name="b")


def test_files_that_are_gone_from_the_store_are_said_to_be(cast: Cast, client: Client, root: Path) -> None:
    finding = opened(cast)
    now = finding.opened_at
    actions.state_case(
        actor=cast.act(cast.liaison, now), finding_id=finding.pk, text=SAID, files=[new()], now=now
    )
    one = EvidenceFile.objects.get()
    (root / one.file).unlink()
    client.force_login(cast.liaison)
    assert client.get(f"/evidence/{one.pk}/").status_code == 409

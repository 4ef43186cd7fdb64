"""A file is sent first and named in the body of a verb: by who sent it, in time, of a kind that the verb takes."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.actions import StoredFile
from cases.actions.materials import KEPT_FOR
from cases.models import Case, Material, ServiceRecord
from hall.access import Refused
from tests.architecture.world import PIXEL
from tests.cast import Cast, yunxi
from tests.life_opinions import answered
from tests.machines import Machine, machine
from tests.matters import ladder

NOTE = "已当面交给本人签收。".encode()


@pytest.fixture
def cast(db: None) -> Cast:
    cast = yunxi()
    ladder()
    return cast


@pytest.fixture
def case(cast: Cast, settings: LazySettings, tmp_path: Path) -> Case:
    settings.HALL_PRIVATE_ROOT = tmp_path
    return answered(cast, timezone.now())


@pytest.fixture
def handler(cast: Cast, case: Case) -> Machine:
    labour = cast.units["labour"].pk
    return machine(cast, timezone.now(), role="liaison", department_id=labour, name="unit-machine")


def sent(who: Machine, content: bytes = PIXEL, name: str = "回执.png", key: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {who.secret}", "Idempotency-Key": key or uuid.uuid4().hex}
    answer = Client().post("/api/v1/uploads/", {"file": SimpleUploadedFile(name, content)}, headers=headers)
    return answer.status_code, json.loads(answer.content)


def served(who: Machine, case: Case, proof: str | None) -> tuple[int, Any]:
    service = {"method": "direct", "outcome": "served", "served_on": f"{timezone.localdate()}", "receiver": "郑大勇",
               "relation": "本人", "proof": proof}  # fmt: skip
    answer = who.post(f"cases/{case.pk}/serve-opinion/", {"service": service})
    return answer.status_code, json.loads(answer.content)


def test_the_proof_of_service_comes_along(handler: Machine, case: Case) -> None:
    key = uuid.uuid4().hex
    status, told = sent(handler, key=key)
    assert (status, told["type"], told["id"]) == (200, "", None)
    assert sent(handler, key=key)[1] == told, "each call once"
    assert served(handler, case, told["upload"])[0] == 200
    proof = ServiceRecord.objects.get(document__isnull=False).proof
    assert proof is not None and (proof.case, proof.media_type, proof.name) == (case, "image/png", "回执.png")


def test_what_is_not_theirs_not_ours_or_too_old_is_said_at_its_member(
    cast: Cast, handler: Machine, case: Case
) -> None:
    other = machine(cast, timezone.now(), name="other")
    foreign = sent(other)[1]["upload"]
    mine = sent(handler)[1]["upload"]
    for wrong in (foreign, "x" * 40, "", f"{mine}x"):
        status, told = served(handler, case, wrong)
        assert (status, told["errors"][0]["field"]) == (422, "service.proof"), wrong
    file = StoredFile.named(mine, handler.user.pk, timezone.now())
    early = file.signed(handler.user.pk, timezone.now() - KEPT_FOR - dt.timedelta(seconds=1))
    assert served(handler, case, early)[0] == 422
    assert not Material.objects.filter(media_type="image/png").exists()


def test_a_verb_takes_its_own_kinds(handler: Machine, case: Case) -> None:
    text = sent(handler, NOTE, "说明.txt")[1]["upload"]
    status, told = served(handler, case, text)
    assert (status, told["errors"][0]["field"]) == (422, "proof")


def test_who_may_not_send_leaves_nothing(cast: Cast, handler: Machine, settings: LazySettings) -> None:
    reader = machine(cast, timezone.now(), scopes=("cases:read", "cases:handle"), name="reader")
    assert sent(reader)[0] == 403
    assert sent(handler, b"<html><script>alert(1)</script></html>", "notice.pdf")[0] == 422
    assert [
        one for one in Path(settings.HALL_PRIVATE_ROOT).rglob("*/*") if one.stat().st_size == len(PIXEL)
    ] == []


def test_a_file_that_is_gone_is_not_named(handler: Machine, settings: LazySettings) -> None:
    name = sent(handler)[1]["upload"]
    assert StoredFile.named(name, handler.user.pk, timezone.now()).media_type == "image/png"
    for one in Path(settings.HALL_PRIVATE_ROOT).rglob("materials/*/*"):
        one.unlink()
    with pytest.raises(Refused):
        StoredFile.named(name, handler.user.pk, timezone.now())

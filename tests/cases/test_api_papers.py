"""Papers through the door for machines: the page's own limits, its look at the bytes, and each call once."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.models import Case, Material
from tests.architecture.world import PIXEL
from tests.cast import Cast, yunxi
from tests.machines import Machine, machine
from tests.matters import ladder, registered


@pytest.fixture
def cast(db: None) -> Cast:
    cast = yunxi()
    ladder()
    return cast


@pytest.fixture
def exchange(cast: Cast) -> Machine:
    return machine(cast, timezone.now())


@pytest.fixture
def case(cast: Cast, settings: LazySettings, tmp_path: Path) -> Case:
    settings.HALL_PRIVATE_ROOT = tmp_path
    return registered(cast, timezone.now())


def sent(
    who: Machine, case: Case, content: bytes | None = PIXEL, name: str = "欠条.png", key: str = ""
) -> tuple[int, dict[str, Any]]:
    files = {} if content is None else {"file": SimpleUploadedFile(name, content)}
    headers = {"Authorization": f"Bearer {who.secret}", "Idempotency-Key": key or uuid.uuid4().hex}
    answer = Client().post(f"/api/v1/cases/{case.pk}/add-material/", files, headers=headers)
    return answer.status_code, json.loads(answer.content)


def on_disk(settings: LazySettings) -> list[Path]:
    return [one for one in Path(settings.HALL_PRIVATE_ROOT).rglob("*") if one.is_file()]


def test_a_paper_is_taken_and_listed(exchange: Machine, case: Case) -> None:
    status, told = sent(exchange, case)
    assert (status, told["type"]) == (200, "cases.material")
    listed = json.loads(exchange.get(f"materials/?case={case.pk}").content)["results"]
    assert [(one["id"], one["media_type"], one["size"]) for one in listed] == [
        (told["id"], "image/png", len(PIXEL))
    ]


def test_a_key_stands_for_these_bytes(exchange: Machine, case: Case, settings: LazySettings) -> None:
    key = uuid.uuid4().hex
    first, again = sent(exchange, case, key=key), sent(exchange, case, key=key)
    assert first == again and Material.objects.count() == 1
    status, told = sent(exchange, case, PIXEL + b"\0", key=key)
    assert (status, told["kind"]) == (422, "reused")
    assert len(on_disk(settings)) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<html><script>alert(1)</script></html>", "notice.pdf"), (b"", "empty.png"), (None, "")],
)
def test_what_the_page_does_not_take_is_not_taken(
    exchange: Machine, case: Case, settings: LazySettings, content: bytes | None, name: str
) -> None:
    status, told = sent(exchange, case, content, name)
    assert (status, told["errors"][0]["field"]) == (422, "file")
    assert on_disk(settings) == []


def test_one_that_is_too_large_stops_as_it_comes(
    exchange: Machine, case: Case, settings: LazySettings
) -> None:
    settings.HALL_UPLOAD_LIMIT = 1000
    status, told = sent(exchange, case, PIXEL + bytes(2000))
    assert (status, told["kind"]) == (413, "large")
    assert on_disk(settings) == []


def test_who_may_not_leaves_nothing_behind(cast: Cast, case: Case, settings: LazySettings) -> None:
    now = timezone.now()
    unit = machine(cast, now, role="liaison", department_id=cast.units["land"].pk, name="unit")
    assert sent(unit, case)[0] == 404
    overseer = machine(cast, now, role="supervisor", name="overseer")
    assert sent(overseer, case)[0] == 403
    reader = machine(cast, now, scopes=("cases:read",), name="reader")
    assert sent(reader, case)[0] == 403
    assert on_disk(settings) == []


def test_it_is_a_form_and_no_json(exchange: Machine, case: Case) -> None:
    answer = exchange.post(f"cases/{case.pk}/add-material/", {"file": "abc"})
    assert (answer.status_code, json.loads(answer.content)["kind"]) == (415, "media")

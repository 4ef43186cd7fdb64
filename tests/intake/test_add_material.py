"""Papers handed in after registration, through their door."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.actions import withdraw_case
from tests.cast import Cast
from tests.matters import accepted

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def upload(client: Client, pk: int, *files: tuple[str, bytes]) -> object:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/cases/{pk}/materials/add/", {"materials": sent})


def test_good_files_are_taken_and_a_disguised_one_is_named(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    assert "补充材料" in client.get(f"/cases/{case.pk}/").content.decode()
    response = upload(client, case.pk, ("欠条.pdf", PDF), ("账单.pdf", b"<!doctype html><script>1</script>"))
    assert response.status_code == 422  # type: ignore[attr-defined]
    text = response.content.decode()  # type: ignore[attr-defined]
    assert "收下1份材料" in text
    assert "“账单.pdf”的内容是网页" in text
    assert list(case.materials.values_list("name", "media_type")) == [("欠条.pdf", "application/pdf")]
    assert "欠条.pdf" in client.get(f"/cases/{case.pk}/").content.decode()
    again = upload(client, case.pk, ("欠条.pdf", PDF))
    assert again.status_code == 302  # type: ignore[attr-defined]
    assert case.materials.count() == 1


def test_only_who_works_on_a_case_that_goes_on(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison2)
    assert upload(client, case.pk, ("欠条.pdf", PDF)).status_code == 404  # type: ignore[attr-defined]
    client.force_login(cast.supervisor)
    assert upload(client, case.pk, ("欠条.pdf", PDF)).status_code == 403  # type: ignore[attr-defined]
    withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人撤回", now=timezone.now())
    client.force_login(cast.liaison)
    assert upload(client, case.pk, ("欠条.pdf", PDF)).status_code == 409  # type: ignore[attr-defined]
    assert not case.materials.exists()


def test_nothing_chosen_is_said(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    response = upload(client, case.pk)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert "请选择文件。" in response.content.decode()  # type: ignore[attr-defined]

"""What a body is to blame for is a refusal at its member; every other fault of the database stays one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, connection, transaction

from hall.access import Refused
from hall.machines.faults import SAID, faults_said
from hall.models import User
from staffing.models import Window
from tests.cast import Cast, yunxi

NOBODY = 10**9


@pytest.fixture
def cast(db: None) -> Cast:
    return yunxi()


def windows(cast: Cast, **facts: Any) -> None:
    given = {"hall_id": cast.hall.pk, "number": 99, "name": "窗口", "name_en": "Window", **facts}
    Window.objects.create(**given)
    connection.check_constraints()


FAULTS: list[tuple[Callable[[Cast], Any], dict[str, Any], str, type[Exception]]] = [
    (lambda cast: User.objects.get(pk=NOBODY), {"person_id": NOBODY}, "", ObjectDoesNotExist),
    (lambda cast: windows(cast, hall_id=NOBODY), {"new": {"hall_id": NOBODY}}, "new.hall_id", IntegrityError),
    (lambda cast: windows(cast, number=40_000), {"number": 40_000}, "", DataError),
    (lambda cast: windows(cast, number=-1), {"rows": [{"number": -1}]}, "", IntegrityError),
    (lambda cast: windows(cast, name="长" * 500), {"name": "长" * 500}, "", DataError),
]


@pytest.mark.parametrize(("act", "body", "at", "fault"), FAULTS)
def test_a_body_is_to_blame_for_what_it_says_alone(
    cast: Cast, act: Callable[[Cast], Any], body: dict[str, Any], at: str, fault: type[Exception]
) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic(), faults_said(body):
        act(cast)
    assert (refused.value.kind, refused.value.field) == ("input", at)
    with pytest.raises(fault), transaction.atomic(), faults_said({"reason": "没有编号，也没有数字。"}):
        act(cast)


def test_a_constraint_without_a_sentence_is_a_fault(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), faults_said({"number": 1}):
        windows(cast, number=cast.windows[0].number)


def test_the_table_names_constraints_that_there_are() -> None:
    known = {one.name for model in apps.get_models() for one in model._meta.constraints}
    assert sorted(SAID.keys() - known) == []

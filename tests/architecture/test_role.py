"""The role of web and worker does everything that the house does (`manage.py grant_role`)."""

from __future__ import annotations

import pytest

from accountability.actions import verify_journal
from hall.access import SYSTEM
from tests.architecture.world import World
from tests.role import ROLE, as_role, grant

pytestmark = pytest.mark.django_db


def test_the_whole_house_was_built_by_the_role(here: World) -> None:
    """Every room's actions, from the first user to a hearing and a finding; and the journal is checked by it."""
    assert here.built_by.startswith(ROLE.rpartition("_")[0])
    grant()
    with as_role():
        assert verify_journal(actor=SYSTEM, now=here.now).is_whole

"""The file says that somebody from outside helped: of which kind, sent on or not, in any state, and nothing more."""

from __future__ import annotations

import pytest

from cases.actions import note_service
from cases.models import Recusal
from cases.queries.timeline import timeline
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def test_the_hall_notes_it_and_nobody_else(cast: Cast) -> None:
    case = accepted(cast)
    for who in (cast.clerk, cast.manager):
        note_service(actor=cast.act(who), case_id=case.pk, kind="lawyer", referred=True, now=NOW)
    for who in (cast.liaison, cast.head, cast.leader, cast.supervisor, cast.administrator):
        with pytest.raises(Refused) as refused:
            note_service(actor=cast.act(who), case_id=case.pk, kind="lawyer", referred=True, now=NOW)
        assert refused.value.kind == "role"
    assert [act.text for act in timeline(case).acts if act.name == "note_service"] == [
        "律师提供服务，已转介"
    ] * 2
    entry = JournalEntry.objects.filter(verb="note_service").latest("pk")
    assert entry.after == {"service": "lawyer", "referred": True, "corrected": False}


def test_an_unknown_kind_is_refused(cast: Cast) -> None:
    case = registered(cast)
    with pytest.raises(Refused) as refused:
        note_service(actor=cast.act(cast.clerk), case_id=case.pk, kind="wizard", referred=False, now=NOW)
    assert refused.value.field == "kind"


def test_who_is_recused_notes_nothing(cast: Cast) -> None:
    case = registered(cast)
    Recusal.objects.create(case=case, user=cast.clerk2, reason="亲属", at=NOW)
    with pytest.raises(Refused) as refused:
        note_service(actor=cast.act(cast.clerk2), case_id=case.pk, kind="lawyer", referred=False, now=NOW)
    assert refused.value.kind == "unseen"

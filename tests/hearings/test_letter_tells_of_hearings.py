"""The petitioner's letter: that a hearing may be asked for and how, and where the one that was asked for stands."""

from __future__ import annotations

import pytest

from cases.models import Case
from cases.queries import letter
from cases.queries.progress import progress_of
from hearings import actions
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import BECAUSE, asked, granted, scheduled
from tests.life_reviews import in_reexamination, in_review, served, upper_units
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
HOW = "申请听证："


def choices(case: Case) -> str:
    found = progress_of(Case.objects.get(pk=case.pk), now=NOW)
    return "\n".join(one.text for one in letter.choices(found, case.hall))


def stands(case: Case) -> str:
    return "\n".join(letter.standing(progress_of(Case.objects.get(pk=case.pk), now=NOW)))


def test_where_a_hearing_may_be_asked_for_it_is_said(cast: Cast) -> None:
    upper_units(cast)
    for case in (accepted(cast), in_review(cast), in_reexamination(cast)):
        assert HOW in choices(case)
    for case in (registered(cast), served(cast), accepted(cast, purpose="suggestion")):
        assert HOW not in choices(case)
    hearing = asked(cast)
    assert HOW not in choices(hearing.case)
    actions.withdraw_hearing(
        actor=cast.act(cast.clerk), hearing_id=hearing.pk, reason="信访人书面撤回。", now=NOW
    )
    assert HOW in choices(hearing.case)


def test_where_it_stands_step_by_step(cast: Cast) -> None:
    hearing = asked(cast)
    case = hearing.case
    assert "最迟2026年11月27日 周五书面告诉您是否举行" in stands(case)
    granted(cast, hearing)
    assert "最迟2026年12月18日 周五举行" in stands(case)
    scheduled(cast, hearing)
    head = {"actor": cast.act(cast.head), "hearing_id": hearing.pk, "reason": BECAUSE, "now": NOW}
    actions.postpone_hearing(ground="panel", days=5, **head)
    assert "延期，最迟2026年12月23日 周三举行" in stands(case)
    scheduled(cast, hearing)
    actions.suspend_hearing(ground="force", **head)
    assert "中止，恢复后另行通知您" in stands(case)
    actions.resume_hearing(**head)
    actions.end_hearing(ground="settled", **head)
    assert "已经终止" in stands(case)
    other = asked(cast, accepted(cast))
    actions.refuse_hearing(**{**head, "hearing_id": other.pk})
    assert "决定不举行" in stands(other.case)

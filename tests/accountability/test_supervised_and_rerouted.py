"""A supervision and a say on a finding stay the unit's own when the matter passes to another one."""

from __future__ import annotations

import pytest
from django.test import Client

from accountability.actions import open_findings
from accountability.models import Finding, Supervision
from cases.actions import dispute_case
from cases.models import Case, Deadline, Respondent
from tests.accountability.finding_steps import BEGIN, later
from tests.accountability.supervise_steps import answered, days, opened
from tests.cast import NOW, Cast
from tests.life_referrals import rerouted
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def left(cast: Cast) -> Supervision:
    """The labour bureau is supervised; then the matter goes to housing."""
    one = opened(cast)
    dispute_case(
        actor=cast.act(cast.liaison),
        case_id=one.case_id,
        reason="该事项属于住房部门职权。",
        now=NOW + days(1),
    )
    rerouted(cast, Case.objects.get(pk=one.case_id), NOW + days(2))
    return Supervision.objects.get(pk=one.pk)


def test_the_clock_of_a_supervision_stays_with_whom_is_supervised(cast: Cast) -> None:
    one = left(cast)
    clock = Deadline.objects.get(case=one.case_id, kind="supervise")
    assert (clock, clock.department, clock.void_at) == (one.clock, cast.units["labour"], None)
    # It may be read and answered, and the housing bureau is never found for it.
    assert list(Supervision.objects.visible_to(cast.act(cast.liaison))) == [one]
    assert not Supervision.objects.visible_to(cast.act(cast.liaison2)).exists()
    answered(cast, one, NOW + days(3))
    open_findings(now=NOW + days(40))
    assert not Finding.objects.filter(deadline__kind="supervise").exists()


def test_its_page_is_open_without_the_matter(cast: Cast, client: Client) -> None:
    one = left(cast)
    client.force_login(cast.liaison)
    page = client.get(f"/supervisions/{one.pk}/")
    assert page.status_code == 200
    assert f"/cases/{one.case_id}/" not in page.content.decode()


def test_whom_the_matter_complains_of_does_not_see_its_own_supervision(cast: Cast) -> None:
    one = left(cast)
    Respondent.objects.create(case=one.case, name="某局", department=cast.units["labour"])
    assert not Supervision.objects.visible_to(cast.act(cast.liaison)).exists()
    assert not Supervision.objects.visible_to(cast.act(cast.head)).exists()


def test_the_say_on_a_finding_stays_too(cast: Cast) -> None:
    case = accepted(cast, BEGIN)
    open_findings(now=later(77))
    dispute_case(
        actor=cast.act(cast.liaison), case_id=case.pk, reason="该事项属于住房部门职权。", now=later(77.1)
    )
    rerouted(cast, Case.objects.get(pk=case.pk), later(77.2))
    (say,) = Deadline.objects.filter(case=case, kind="statement", void_at=None)
    assert (say.department, say.item) == (
        cast.units["labour"],
        f"finding:{Finding.objects.get(department=cast.units['labour']).pk}",
    )

"""From what is overdue to supervision, feedback, finding and notice, and back: by links alone, for who may see it."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability.models import Supervision
from cases.models import Deadline
from hall.models import User
from tests.accountability import sanction_steps, supervise_steps
from tests.accountability.finding_steps import decided
from tests.accountability.finding_steps import opened as found
from tests.cast import Cast
from tests.matters import accepted

pytestmark = pytest.mark.django_db


class Walk:
    """A person who goes from page to page by links that stand there, and by nothing else."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.page = ""

    def open(self, url: str) -> Walk:
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        self.page = html.unescape(response.content.decode())
        return self

    def links(self, pattern: str) -> list[str]:
        return list(dict.fromkeys(re.findall(rf'href="({pattern})"', self.page)))

    def go(self, pattern: str) -> Walk:
        found = self.links(pattern)
        assert found, (pattern, self.links('/[^"]*'))
        return self.open(found[0])


def test_overdue_to_supervision_feedback_finding_notice_by_links_alone(cast: Cast) -> None:
    finding = found(cast)
    case = finding.case
    late = accepted(cast, dt.datetime.now(dt.UTC) - dt.timedelta(days=75))
    walk = Walk(cast.supervisor).open("/work/?scope=hall")
    walk.go(rf"/supervisions/new/\?case={late.pk}")
    assert late.title in walk.page
    one = supervise_steps.opened(cast, case, finding.opened_at)
    supervise_steps.answered(cast, one, finding.opened_at + dt.timedelta(days=1))
    finding = decided(cast)  # another matter, decided
    supervise_steps.opened(cast, finding.case, finding.opened_at)
    walk.open(f"/cases/{finding.case_id}/").go(f"/cases/{finding.case_id}/account/")
    walk.go(r"/supervisions/\d+/").go(f"/findings/{finding.pk}/").go(r"/supervisions/\d+/")
    walk.go(f"/cases/{finding.case_id}/account/").go(f"/findings/{finding.pk}/")
    assert walk.links(rf"/advices/new/\?finding={finding.pk}")
    walk.go(rf"/criticism-notices/new/\?finding={finding.pk}")
    assert "起草通报" in walk.page
    notice = sanction_steps.drafted(cast, [finding])
    walk.open(f"/findings/{finding.pk}/").go(f"/criticism-notices/{notice.pk}/").go(
        f"/findings/{finding.pk}/"
    )
    assert not walk.links(rf"/criticism-notices/new/\?finding={finding.pk}"), "in one notice at most"
    advice = sanction_steps.advised(cast, findings=[finding])
    walk.open(f"/findings/{finding.pk}/").go(f"/advices/{advice.pk}/").go(f"/findings/{finding.pk}/")


def test_a_unit_finds_what_is_its_own_and_no_more(cast: Cast) -> None:
    finding = decided(cast)
    one = supervise_steps.opened(cast, finding.case, finding.opened_at)
    notice = sanction_steps.drafted(cast, [finding])
    walk = Walk(cast.head).open(f"/findings/{finding.pk}/")
    assert walk.links(f"/supervisions/{one.pk}/")
    assert not walk.links(f"/criticism-notices/{notice.pk}/"), "a draft is the office's"
    assert not walk.links(r"/(?:advices|criticism-notices)/new/.*")
    walk.go(f"/supervisions/{one.pk}/").go(f"/findings/{finding.pk}/")
    proposal = Supervision.objects.create(
        hall=cast.hall, case=finding.case, department=cast.units["labour"], trigger="overdue", occasion="x",
        status="proposed", opened_at=finding.opened_at,
    )  # fmt: skip
    assert not walk.open(f"/cases/{finding.case_id}/account/").links(f"/supervisions/{proposal.pk}/")
    assert not walk.links(r"/supervisions/new/.*")
    assert (
        Walk(cast.supervisor)
        .open(f"/cases/{finding.case_id}/account/")
        .links(f"/supervisions/{proposal.pk}/")
    )


def test_nothing_to_draft_from_a_finding_that_is_not_upheld(cast: Cast) -> None:
    walk = Walk(cast.supervisor)
    for finding in (found(cast), decided(cast, "dismiss_finding")):
        assert not walk.open(f"/findings/{finding.pk}/").links(r"/(?:advices|criticism-notices)/new/.*")


def test_the_clock_of_supervision_leads_to_it_for_who_may_read_it(cast: Cast) -> None:
    case = accepted(cast, dt.datetime.now(dt.UTC) - dt.timedelta(days=5))
    one = supervise_steps.opened(cast, case, dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    for who, leads in (("supervisor", True), ("leader", True), ("liaison", True), ("clerk", False)):
        walk = Walk(getattr(cast, who)).open(f"/cases/{case.pk}/")
        assert bool(walk.links(f"/supervisions/{one.pk}/")) is leads, who


def test_only_who_supervises_opens_it_from_the_list(cast: Cast) -> None:
    accepted(cast, dt.datetime.now(dt.UTC) - dt.timedelta(days=75))
    for who, leads in (("supervisor", True), ("manager", True), ("clerk", False), ("leader", False)):
        walk = Walk(getattr(cast, who)).open("/work/?scope=hall")
        assert bool(walk.links(r"/supervisions/new/\?case=\d+")) is leads, who
    fresh = accepted(cast, dt.datetime.now(dt.UTC) - dt.timedelta(days=2))
    walk = Walk(cast.supervisor).open("/work/?scope=hall")
    assert Deadline.objects.filter(case=fresh).exists() and not walk.links(
        rf"/supervisions/new/\?case={fresh.pk}"
    )


def test_the_morning_board_leads_to_the_lists_with_their_filter(cast: Cast) -> None:
    now = dt.datetime.now(dt.UTC)
    pressed = supervise_steps.opened(
        cast, accepted(cast, now - dt.timedelta(days=20)), now - dt.timedelta(days=12)
    )
    finding = found(cast)
    Supervision.objects.create(
        hall=cast.hall, case=finding.case, department=cast.units["labour"], trigger="overdue", occasion="x",
        status="proposed", opened_at=now,
    )  # fmt: skip
    board = "/board/morning/"
    walk = Walk(cast.supervisor).open(board).go(r"/supervisions/\?status=proposed")
    assert walk.links(r"/supervisions/\d+/") and not walk.links(f"/supervisions/{pressed.pk}/")
    walk.open(board).go(r"/supervisions/\?late=on")
    assert walk.links(f"/supervisions/{pressed.pk}/")
    walk.open(board).go(r"/findings/\?status=undecided").go(f"/findings/{finding.pk}/")
    unit = cast.units["labour"].pk
    head = Walk(cast.head).open(board)
    assert head.links(rf"/supervisions/\?late=on&unit={unit}") and "待确认的督办建议" not in head.page
    assert "督办和认定，现在" not in Walk(cast.administrator).open(board).page


def test_the_month_board_leads_to_the_lists_and_its_figures_to_each(cast: Cast) -> None:
    finding = decided(cast)
    month = f"{finding.opened_at:%Y-%m}"
    walk = Walk(cast.supervisor).open(f"/board/month/?period={month}")
    for path in ("/supervisions/", "/findings/", "/criticism-notices/", "/advices/"):
        assert walk.links(path)
    walk.go(r"/indicators/figure/\?code=findings&.*?").go(f"/findings/{finding.pk}/")


def test_the_pages_cost_the_same_however_much_stands_beside(cast: Cast) -> None:
    finding = decided(cast)
    walk, costs = Walk(cast.supervisor), []
    for _n in range(2):
        supervise_steps.opened(
            cast, finding.case, finding.opened_at, trigger="delay" if _n else "perfunctory"
        )
        sanction_steps.advised(cast, findings=[finding])
        walk.open(f"/findings/{finding.pk}/")
        with CaptureQueriesContext(connection) as asked:
            walk.open(f"/findings/{finding.pk}/")
            walk.open(f"/cases/{finding.case_id}/account/")
        costs.append(len(asked))
    assert costs[0] == costs[1]

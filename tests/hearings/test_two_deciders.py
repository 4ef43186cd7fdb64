"""Two people at once: the database lets one through, and the other reads what has happened."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from cases.models import Deadline
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument
from hearings import actions
from hearings.models import Hearing, HearingRules
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import BECAUSE, adopted, asked
from tests.matters import accepted


def both(*acts: Callable[[], object]) -> list[str]:
    """Each on a connection of its own, begun together; what each met, sorted."""
    start, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            act()
            results.append("done")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_one_grants_and_one_refuses_the_same_request(cast: Cast) -> None:
    hearing = asked(cast)
    head, manager = cast.act(cast.head), cast.act(cast.manager)
    found = both(
        lambda: actions.grant_hearing(actor=head, hearing_id=hearing.pk, reason=BECAUSE, now=NOW),
        lambda: actions.refuse_hearing(actor=manager, hearing_id=hearing.pk, reason=BECAUSE, now=NOW),
    )
    assert found[0] == "done"
    assert found[1].startswith("state: 这次听证当前为")
    hearing.refresh_from_db()
    assert hearing.status in ("preparing", "refused")
    assert IssuedDocument.objects.filter(kind="notice_hearing_decision").count() == 1
    assert not Deadline.objects.open().filter(kind="hearing_decide").exists()


@pytest.mark.django_db(transaction=True)
def test_two_desks_enter_the_same_request(cast: Cast) -> None:
    case = accepted(cast)
    found = both(lambda: asked(cast, case), lambda: asked(cast, case, who="liaison"))
    assert found[0] == "done"
    assert found[1].startswith("state: 本事项已经有一次听证没有结束")
    assert Hearing.objects.count() == 1
    assert HearingRules.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_need_of_two_cases_makes_one_version(cast: Cast) -> None:
    one, other = accepted(cast), accepted(cast)
    assert both(lambda: asked(cast, one), lambda: asked(cast, other)) == ["done", "done"]
    assert HearingRules.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_sweep_and_the_head_at_the_last_moment(cast: Cast) -> None:
    adopted(cast, "city_b")
    hearing = asked(cast)
    late = NOW + dt.timedelta(days=16)
    head = cast.act(cast.head, late)
    found = both(
        lambda: actions.grant_hearing(actor=head, hearing_id=hearing.pk, reason=BECAUSE, now=late),
        lambda: actions.grant_by_silence(actor=SYSTEM, hearing_id=hearing.pk, now=late),
    )
    assert found[0] == "done"
    assert found[1].startswith("state: ")
    assert Deadline.objects.filter(kind="hearing_hold").count() == 1

"""What the case file knows of a consultation and a hearing: on the page, to the petitioner, before an opinion."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions.proceedings import end_proceeding, move_proceeding, open_proceeding
from cases.models import Case, Proceeding
from hall.access import Refused
from tests.cast import NOW, Cast, at
from tests.life_opinions import countersigned
from tests.matters import accepted
from tests.petitioner import letter

pytestmark = pytest.mark.django_db


def conferring(cast: Cast, case: Case, now: dt.datetime = NOW) -> Proceeding:
    return open_proceeding(
        case, "consultation", 1, title="欠薪和住房一起解决", stage="conferring",
        units=[cast.units["labour"].pk, cast.units["housing"].pk], until_on=dt.date(2026, 12, 4),
        actor=cast.act(cast.liaison, now), now=now,
    )  # fmt: skip


def heard(cast: Cast, case: Case, now: dt.datetime = NOW) -> Proceeding:
    return open_proceeding(
        case, "hearing", 1, title="补偿标准听证", stage="preparing", blocks_opinion=True,
        actor=cast.act(cast.head, now), now=now,
    )  # fmt: skip


def test_the_petitioner_reads_who_confers_and_until_when(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    conferring(cast, case, now)
    text = letter(client, case)
    units = "云溪县住房和城乡建设局、云溪县人力资源和社会保障局"  # by their codes
    assert re.search(f"{units}正在就这件事会商，最迟2026年12月4日.{{0,8}}有结果。会商不影响办理期限。", text)
    end_proceeding(case, "consultation", 1, stage="agreed", told="两个单位已经商定由谁办什么。", now=now)
    text = letter(client, case)
    assert "两个单位已经商定由谁办什么。" in text
    assert "正在就这件事会商" not in text


def test_a_hearing_that_was_granted_comes_before_the_opinion(cast: Cast) -> None:
    case = countersigned(cast)
    heard(cast, case)
    now = NOW + dt.timedelta(days=3)
    head = cast.act(cast.liaison, now)
    with pytest.raises(Refused, match="听证结束、作出结论以后才能出具意见") as refused:
        actions.issue_opinion(actor=head, case_id=case.pk, now=now)
    assert refused.value.kind == "state"
    end_proceeding(Case.objects.get(pk=case.pk), "hearing", 1, stage="ended", now=now)
    actions.issue_opinion(actor=head, case_id=case.pk, now=now)


def test_a_consultation_stands_in_no_opinions_way(cast: Cast) -> None:
    case = countersigned(cast)
    conferring(cast, case)
    now = NOW + dt.timedelta(days=3)
    actions.issue_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now)


def test_a_case_that_confers_is_not_merged_away(cast: Cast) -> None:
    case, other = accepted(cast), accepted(cast)
    conferring(cast, case)
    with pytest.raises(Refused, match="会商或者听证没有结束"):
        actions.merge_case(
            actor=cast.act(cast.clerk), case_id=case.pk, into_id=other.pk, reason="同一件事", now=NOW
        )


def test_it_is_written_once_moves_and_ends(cast: Cast) -> None:
    case = accepted(cast)
    heard(cast, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        heard(cast, case)
    move_proceeding(case, "hearing", 1, stage="noticed", meets_at=at("2026-12-01 09:00"))
    with pytest.raises(ValueError, match="no end of a proceeding"):
        end_proceeding(case, "hearing", 1, stage="noticed", now=NOW)
    one = end_proceeding(case, "hearing", 1, stage="withdrawn", now=NOW)
    one.refresh_from_db()
    assert (one.stage, one.blocks_opinion, one.meets_at) == ("withdrawn", False, at("2026-12-01 09:00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proceeding.objects.filter(pk=one.pk).update(blocks_opinion=True)

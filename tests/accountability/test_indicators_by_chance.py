"""Every figure equals a recount in small histories by chance, told from the facts and from the counted months."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection

from accountability.actions import count_months
from accountability.queries import INDICATORS, Period, Scope, figures
from cases.lifecycle import NOTE_KINDS
from cases.models import Case, ContentCategory, Deadline, NoticeCase, Rating, ResultNotice, WorkNote
from tests.accountability.recount import Recount, said
from tests.accountability.test_indicators import MONTHS, NOW, equal, hall_of
from tests.cast import Cast, at
from tests.depth import examples

pytestmark = pytest.mark.django_db
STATES = ("registered", "accepted", "served", "closed", "settled", "replied", "withdrawn", "merged")


def chance(cast: Cast, seed: int) -> None:
    """Rows as no action would leave them: every combination of met, void, due and not."""
    random.seed(seed)
    units = [unit.pk for unit in cast.units.values()]
    tops = list(ContentCategory.objects.filter(level=3).order_by("code").values_list("pk", flat=True)[:90:30])
    cases: list[int] = []

    def moment() -> dt.datetime:
        return at("2026-07-28 00:00") + dt.timedelta(minutes=random.randrange(60 * 24 * 110))

    for n in range(12):
        since, begun = moment(), moment()
        status = random.choice(
            ["registered", "accepted", "served", "closed", "settled", "replied", "withdrawn", "merged"]
        )
        case = Case.objects.create(
            number=f"R{seed}-{n}", query_code=f"R{seed}-{n}", hall=cast.hall, title="事", content="事",
            purpose="request",
            channel=random.choice(["visit", "letter", "online"]), statutory_class="claim", status=status, law="r22",
            category_id=random.choice([None, *tops]), received_on=begun.date(), registered_at=begun, status_since=since,
            first_handler_id=random.choice(units), accepted_on=begun.date() + dt.timedelta(days=random.randrange(9)),
            is_group=random.random() < 0.3, is_skip_level=random.random() < 0.3,
            repeat_of_id=random.choice([None, None, *cases[-2:]]), public_consent=random.random() < 0.6,
            is_confidential=random.random() < 0.2,
        )  # fmt: skip
        may = case.public_consent and not case.is_confidential
        notice = ResultNotice.objects.create(
            hall=cast.hall, kind="case", title="果", text="果", drafted_by=cast.clerk, drafted_at=since,
        )  # fmt: skip
        NoticeCase.objects.create(notice=notice, case=case)
        if may and random.random() < 0.5:
            ResultNotice.objects.filter(pk=notice.pk).update(
                status="published", consent_on=since.date(), approved_by=cast.manager, published_at=since
            )
        cases.append(case.pk)
        if random.random() < 0.6:
            kind = random.choice(list(NOTE_KINDS))
            WorkNote.objects.create(case=case, kind=kind, happened_on=begun.date(), text="记", at=begun)
        for kind in ("sort", "notify", "handle", "handle", "serve", "serve", "supervise"):
            due = moment().replace(hour=0, minute=0)
            end = random.choice(
                [None, due - dt.timedelta(minutes=1), due, due + dt.timedelta(days=3), moment()]
            )
            how = random.choice(["met", "void"])
            known = random.random() < 0.9
            Deadline.objects.create(
                case=case, hall=cast.hall, kind=kind, item=f"{random.random()}"[:20], started_on=begun.date(),
                due_on=due.date() - dt.timedelta(days=1) if known else None, due_at=due if known else None,
                department_id=random.choice([None, *units]),
                met_at=end if how == "met" else None, void_at=end if how == "void" else None,
            )  # fmt: skip
        for target in ("hall", "unit"):
            rated = random.random() < 0.5
            Rating.objects.create(
                case=case, target=target, department_id=units[0] if target == "unit" else None, opened_at=begun,
                closes_at=moment() + dt.timedelta(days=20),
                status="rated" if rated else random.choice(["pending", "expired"]),
                grade=random.choice([0, 1]) if rated else None, rated_at=moment() if rated else None,
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(examples(3, 12)))
def test_small_histories_by_chance(cast: Cast, categories: None, seed: int) -> None:
    chance(cast, seed)
    again = Recount(NOW)
    periods = [*MONTHS[1:6], Period.between(dt.date(2026, 8, 9), dt.date(2026, 11, 3))]
    unit = cast.units["labour"].pk
    for counted_first in (False, True):
        if counted_first:
            count_months(now=NOW)
        equal(hall_of(cast), periods, lists=[] if counted_first else periods[-2:])
        one = Scope((cast.hall.pk,), unit, "visit")
        codes = [code for code, i in INDICATORS.items() if i.dims == "uck"]
        for period, table in zip(periods, figures(codes, one, periods, now=NOW), strict=True):
            for code, told in table.items():
                rows = again.counted(code, one, period)
                assert (told.shown, told.denominator, told.numerator, told.excluded) == said(code, rows), code
    assert connection.in_atomic_block

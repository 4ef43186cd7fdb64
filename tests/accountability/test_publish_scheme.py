"""A scheme: `draft_scheme`, `edit_scheme`, `publish_scheme`, `close_scheme`; and what no scheme may count."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction

from accountability import actions
from accountability.lifecycle import EVENTS, RATES, SOURCES, SOURCES_OF, WHOLE
from accountability.models import AssessmentScheme, SchemeItem
from accountability.queries.assess import units_of
from accountability.queries.assess_sources import STATEMENTS
from accountability.queries.assess_table import STANDARD, flaw_of
from accountability.queries.indicator_table import INDICATORS
from hall.access import Refused
from staffing.models import Station
from tests.accountability.assess_steps import PLAIN, drafted, drawn, edited, item, published
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(*args, **facts)
    return caught.value


def publish(cast: Cast, scheme: AssessmentScheme, who: Any = None) -> AssessmentScheme:
    return actions.publish_scheme(
        actor=cast.act(who or cast.leader), scheme_id=scheme.pk, revision=scheme.revision, now=NOW
    )


def test_standard_schemes_are_whole() -> None:
    assert STANDARD
    for one in STANDARD.values():
        assert flaw_of(one.items) == "" and sum(each.full for each in one.items) == WHOLE


COUNTS_PETITIONS = (
    "registered",
    "online",
    "repeat",
    "skip_level",
    "group",
    "visits",
    "people",
    "group_visits",
)


def test_no_item_counts_petitions(cast: Cast) -> None:
    """Literally: the lists, the rule, and the database. Neither upward visits, repeats, petitioners, nor any number."""
    assert set(RATES) == {"accept_unit", "notice", "answer", "close", "contact", "satisfied_unit"}
    assert set(EVENTS) == {
        "finding_late", "finding_notice", "finding_service", "finding_conduct", "supervision_late",
        "document_returned", "no_record", "conduct", "rating_low", "opinion_revoked", "absence",
    }  # fmt: skip
    assert set(SOURCES) == {code for codes in SOURCES_OF.values() for code in codes}
    assert not set(SOURCES) & {*COUNTS_PETITIONS, "first_solved", "concluded", "reception_cases"}
    assert set(INDICATORS) >= set(COUNTS_PETITIONS)
    for sql in STATEMENTS.values():
        for word in (
            "repeat_of",
            "skip_level",
            "is_group",
            "intake_visit",
            "petitioner",
            "caseparty",
            "came_again",
        ):
            assert word not in sql
    scheme = drafted(cast)
    for source in (*COUNTS_PETITIONS, "upward_visits"):
        for kind in ("rate", "deduct", "manual"):
            bad = [item(source, 100, kind=kind)]
            assert refused(edited, cast, scheme, bad).kind == "input"
            costs = {} if kind == "rate" else {"each": 1, "cap": 1}
            with pytest.raises(Error), transaction.atomic():
                SchemeItem.objects.create(
                    scheme=scheme, position=90, name="上访量", kind=kind, source=source, full=1,
                    indicator_version=1 if kind == "rate" else None, **costs,
                )  # fmt: skip


def test_drafted_from_a_standard_one_edited_and_published(cast: Cast) -> None:
    scheme = drafted(cast)
    assert (scheme.status, scheme.unit_kind, scheme.version) == ("draft", "resident", 1)
    assert scheme.items.count() == len(STANDARD["resident"].items)
    short = edited(cast, scheme, [item("finding_late", 60), item("answer", 30, kind="rate")])
    said = refused(publish, cast, short)
    assert said.kind == "state" and "90" in str(said.reason)
    with pytest.raises(Error), transaction.atomic():
        AssessmentScheme.objects.filter(pk=scheme.pk).update(
            status="published", published_at=NOW, published_by=cast.leader
        )
    whole = edited(cast, short, PLAIN)
    assert refused(edited, cast, scheme, PLAIN).kind == "state", (
        "an older draft is not written over a newer one"
    )
    for who in (cast.manager, cast.supervisor, cast.head, cast.clerk):
        assert refused(publish, cast, whole, who).kind in ("role", "unseen")
    assert publish(cast, whole).status == "published"
    rate = whole.items.get(kind="rate")
    assert rate.indicator_version == INDICATORS["answer"].version_on(whole.to_on).number
    assert (rate.each, rate.cap) == (None, None)


def test_a_published_scheme_is_never_edited(cast: Cast) -> None:
    scheme = published(cast)
    assert refused(edited, cast, scheme, PLAIN).kind == "state"
    changes: list[Any] = [
        lambda: scheme.items.update(full=1),
        lambda: scheme.items.all().delete(),
        lambda: SchemeItem.objects.create(
            scheme=scheme, position=90, name="多", kind="deduct", source="conduct", full=1, each=1, cap=1
        ),
        lambda: AssessmentScheme.objects.filter(pk=scheme.pk).update(title="别的"),
        lambda: AssessmentScheme.objects.filter(pk=scheme.pk).update(status="draft"),
    ]
    for change in changes:
        with pytest.raises(Error), transaction.atomic():
            change()


def test_superseded_before_anybody_is_assessed_never_after(cast: Cast) -> None:
    first = published(cast)
    second = edited(cast, drafted(cast, copied_id=first.pk), PLAIN)
    third = edited(cast, drafted(cast, copied_id=first.pk), PLAIN)
    assert (second.version, third.version) == (2, 3)
    publish(cast, second)
    first.refresh_from_db()
    assert first.status == "closed"
    drawn(cast, second)
    assert refused(publish, cast, third).kind == "state"


def test_closed_when_everything_is_filed(cast: Cast) -> None:
    scheme = published(cast)
    drawn(cast, scheme)
    actor = cast.act(cast.manager)
    assert refused(actions.close_scheme, actor=actor, scheme_id=scheme.pk, now=NOW).kind == "state"
    other = published(cast, from_on=dt.date(2026, 11, 1), to_on=dt.date(2026, 11, 10), standard="rotating")
    assert actions.close_scheme(actor=actor, scheme_id=other.pk, now=NOW).status == "closed"
    assert refused(drawn, cast, other).kind == "state"


@pytest.mark.parametrize(
    "bad",
    [
        [],
        [item("answer", 0, kind="rate")],
        [item("answer", 101, kind="rate")],
        [item("answer", 50, kind="rate", floor=Decimal("0.9"), ceiling=Decimal("0.9"))],
        [item("absence", 10, each=Decimal(0))],
        [item("absence", 10, each=Decimal(5), cap=Decimal(11))],
        [item("absence", 10, each=Decimal(5), cap=Decimal(4))],
        [item("absence", 10), item("absence", 10)],
        [item("answer", 10, kind="deduct")],
        [item("absence", 10, name="")],
    ],
)
def test_what_an_item_may_say(cast: Cast, bad: list[Any]) -> None:
    assert refused(edited, cast, drafted(cast), bad).kind == "input"


def test_days_of_one_year(cast: Cast) -> None:
    for first, last in (
        (dt.date(2026, 5, 1), dt.date(2026, 5, 1)),
        (dt.date(2026, 5, 1), dt.date(2027, 4, 30)),
        (None, dt.date(2026, 5, 1)),
    ):
        assert refused(drafted, cast, from_on=first, to_on=last, standard="resident").field == "to_on"
    assert refused(drafted, cast, standard="none").field == "model"
    assert refused(drafted, cast, copied_id=99).field == "model"


def test_a_scheme_for_all_leaves_the_units_that_have_one_of_their_own(cast: Cast) -> None:
    Station.objects.filter(department=cast.units["land"]).update(presence="rotating")
    general = published(cast, standard="rotating")
    assert {unit.code for unit in units_of(general)} == {"labour", "housing", "land"}
    resident = published(cast, standard="resident")
    assert {unit.code for unit in units_of(resident)} == {"labour", "housing"}
    assert {unit.code for unit in units_of(general)} == {"land"}


def test_who_reads_a_scheme(cast: Cast) -> None:
    scheme = edited(cast, drafted(cast), PLAIN)

    def readers() -> set[str]:
        found = AssessmentScheme.objects.visible_to
        return {
            who for who, user in cast.people.items() if found(cast.act(user)).filter(pk=scheme.pk).exists()
        }

    assert readers() == {"manager", "supervisor", "leader", "leader2"}
    publish(cast, scheme)
    assert readers() == {"manager", "supervisor", "leader", "leader2", "head", "head2", "liaison", "liaison2"}

"""Who is asked to rate, when, for how long: the right matters, each target once, the code on the telephone alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cases.actions import Person, decline_case, guide_case, open_ratings, save_setting
from cases.actions.ratings import CODE_LENGTH
from cases.models import Case, Rating, RatingRule, StatutoryRoute
from cases.queries.ratings import code_index, rating_rule
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, TZ, Cast, at
from tests.life_ratings import code_of, served, texts
from tests.matters import ZHANG, accepted, registered

pytestmark = pytest.mark.django_db


def test_open_ratings_for_both_with_one_code_on_the_telephone(cast: Cast) -> None:
    case = served(cast)
    hall, unit = Rating.objects.filter(case=case).order_by("target")
    assert (hall.department_id, unit.department) == (None, cast.units["labour"])
    assert hall.closes_at == unit.closes_at == dt.datetime(2026, 12, 19, tzinfo=TZ)
    assert {one.status for one in (hall, unit)} == {"pending"}
    code = code_of(case).replace("-", "")
    assert len(code) == CODE_LENGTH
    assert bytes(hall.code_index) == bytes(unit.code_index) == code_index(code)
    (text,) = texts("rating_invited")
    assert "由您自己决定" in text
    assert "2026年12月18日" in text
    assert case.title not in text  # anyone may see a telephone lie about
    message = Message.objects.get(kind="rating_invited")
    assert message.address == ZHANG.phone
    entry = JournalEntry.objects.get(verb="open_ratings")
    for kept in (str(message.context), str(entry.after), message.once):
        assert code not in kept


def test_a_second_opening_is_no_error_and_tells_nobody(cast: Cast) -> None:
    case = served(cast)
    open_ratings(case, "hall", "unit", now=NOW)
    assert Rating.objects.filter(case=case).count() == 2
    assert len(texts("rating_invited")) == 1
    assert JournalEntry.objects.filter(verb="open_ratings").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(case=case, target="hall", opened_at=NOW, closes_at=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"purpose": "accusation"},
        {"is_law_related": True},
        {"people": ()},
        {"is_confidential": True},
    ],
)
def test_what_is_not_rated_is_not_asked_about(cast: Cast, facts: dict[str, object]) -> None:
    case = accepted(cast, **facts)
    open_ratings(case, "hall", "unit", now=NOW)
    assert not Rating.objects.exists()
    assert not JournalEntry.objects.filter(verb="open_ratings").exists()


def test_a_repeat_is_not_rated_again(cast: Cast) -> None:
    first, again = accepted(cast), accepted(cast, title="又来反映")
    Case.objects.filter(pk=again.pk).update(repeat_of=first)
    again.refresh_from_db()
    open_ratings(again, "hall", now=NOW)
    assert not Rating.objects.exists()


def test_without_a_telephone_there_is_no_code_and_nobody_is_reminded(cast: Cast) -> None:
    case = served(cast, people=(Person(name="王某"),))
    for one in Rating.objects.filter(case=case):
        assert one.code_index is None
        assert (one.reminders, one.next_step_at) == ([], one.closes_at)
    assert texts("rating_invited") == []


def test_triage_opens_the_hall_alone_and_only_for_what_ends_there(cast: Cast) -> None:
    clerk = cast.act(cast.clerk)
    for verb, title in ((decline_case, "甲"), (guide_case, "乙")):
        case = registered(cast, title=title)
        ground = "not_competent" if verb is decline_case else "skip_level"
        verb(
            actor=clerk, case_id=case.pk, ground=ground, reason="不属本县职权。",
            competent_body="石桥县人民政府", now=NOW,
        )  # fmt: skip
        assert [one.target for one in Rating.objects.filter(case=case)] == ["hall"]
        # It stands under the act, not as an act of its own.
        last = list(
            JournalEntry.objects.filter(stream=f"case:{case.pk}").order_by("seq").values("verb", "actor_name")
        )
        assert last[-1]["verb"] == verb.__name__
        assert {"verb": "open_ratings", "actor_name": cast.clerk.name} in last
    accepted(cast, title="丙")
    assert Rating.objects.count() == 2


def test_what_goes_to_court_or_arbitration_is_not_rated(cast: Cast) -> None:
    route = StatutoryRoute.objects.create(
        code="arbitration",
        clause=2,
        name="仲裁",
        organ="劳动人事争议仲裁委员会",
        basis="《仲裁法》",
        guidance="申请",
    )
    case = registered(cast)
    guide_case(
        actor=cast.act(cast.clerk), case_id=case.pk, ground="route_2", reason="应当申请仲裁。",
        competent_body=route.organ, route_id=route.pk, now=NOW,
    )  # fmt: skip
    assert not Rating.objects.exists()


# -- the rule ------------------------------------------------------------------------------------------------------


def test_the_halls_rule_before_the_general_one_before_the_built_in_one(cast: Cast) -> None:
    admin = cast.act(cast.administrator)
    assert (rating_rule(cast.hall.pk).days, rating_rule(cast.hall.pk).reminders) == (30, [15, 5, 1])
    save_setting(actor=admin, setting=RatingRule(days=20, reminders=[3]), now=NOW)
    assert rating_rule(cast.hall.pk).days == 20
    save_setting(actor=admin, setting=RatingRule(hall=cast.hall, days=10, reminders=[]), now=NOW)
    assert rating_rule(cast.hall.pk).days == 10
    case = served(cast)
    assert Rating.objects.filter(case=case, closes_at=dt.datetime(2026, 11, 29, tzinfo=TZ)).count() == 2


@pytest.mark.parametrize(
    ("days", "reminders", "field"),
    [
        (0, [], "days"),
        (181, [], "days"),
        (10, [10], "reminders"),
        (10, [3, 3], "reminders"),
        (30, [6, 5, 4, 3, 2, 1], "reminders"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(
    cast: Cast, client: Client, days: int, reminders: list[int], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        save_setting(actor=SYSTEM, setting=RatingRule(days=days, reminders=reminders), now=NOW)
    assert (refused.value.kind, refused.value.field) == ("input", field)
    client.force_login(cast.administrator)
    data = {"hall": "", "days": days, "reminders": ",".join(map(str, reminders))}
    assert client.post("/admin/cases/ratingrule/add/", data).status_code == 200
    assert not RatingRule.objects.exists()


def test_the_administrator_sets_the_rule_in_the_back_room(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    data = {"hall": cast.hall.pk, "days": 15, "reminders": "7,1"}
    assert client.post("/admin/cases/ratingrule/add/", data).status_code == 302
    assert RatingRule.objects.get().reminders == [7, 1]
    assert JournalEntry.objects.filter(verb="save_setting").exists()
    assert client.get("/admin/cases/rating/").status_code == 404


def test_reminders_come_at_nine_on_working_days(cast: Cast) -> None:
    case = served(cast)
    one = Rating.objects.filter(case=case).first()
    assert one.reminders == [at("2026-12-03 09:00"), at("2026-12-11 09:00"), at("2026-12-17 09:00")]
    assert one.next_step_at == one.reminders[0]

"""An inspection: `plan_inspection`, `draw_sample`, `record_check`, `conclude_inspection`, `publish_inspection`,
`withdraw_inspection`, `cancel_inspection`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability import actions
from accountability.models import Inspection, InspectionCheck
from accountability.queries.sampling import drawn as lots
from accountability.queries.sampling import holds
from cases.models import Case, CaseParty, Petitioner, Recusal, WorkNote
from hall import journal
from hall.access import Refused
from hall.models import JournalEntry, User
from staffing.models import Department, Posting
from tests.accountability.inspect_steps import PUBLIC, RESULT, checked, concluded, drawn, planned, published
from tests.accountability.supervise_steps import days
from tests.cast import NOW, Cast
from tests.kept import kept
from tests.life import closed
from tests.life_ratings import rated, served
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db
WHY = "内容有误，需要更正后另行公开。"


@kept
def ended(cast: Cast, n: int = 4, now: dt.datetime = NOW) -> list[Case]:
    """Closed yesterday."""
    return [closed(cast, now - days(1)) for _n in range(n)]


@kept
def low(cast: Cast, now: dt.datetime = NOW) -> Case:
    """Served and rated low yesterday."""
    case = served(cast, now - days(1))
    rated(case, now=now - days(1), unit=3)
    return case


def test_draw_sample_can_be_repeated_by_anybody(cast: Cast) -> None:
    """From the frame and the seed alone, with a hash that every language has."""
    cases, bad = ended(cast), low(cast)
    one = drawn(cast)
    assert one.frame == {"low_rated": [bad.pk], "resolved": sorted(case.pk for case in cases)}
    text = json.dumps(one.frame, sort_keys=True, separators=(",", ":"))
    assert one.frame_digest == hashlib.sha256(text.encode()).hexdigest()
    by_hand = sorted(
        (case.pk for case in cases),
        key=lambda pk: hashlib.sha256(f"{one.seed}:resolved:{pk}".encode()).hexdigest(),
    )[:2]
    assert list(one.checks.values_list("stratum", "case_id")) == [
        ("low_rated", bad.pk), *(("resolved", pk) for pk in by_hand),
    ]  # fmt: skip
    plan = JournalEntry.objects.get(verb="plan_inspection")
    assert one.seed == hashlib.sha256(f"{plan.hash}:{one.frame_digest}".encode()).hexdigest()
    entry = JournalEntry.objects.get(verb="draw_sample")
    assert (entry.after["seed"], entry.after["frame"]) == (one.seed, {"low_rated": 1, "resolved": 4})
    assert holds(one)
    assert journal.verify() == []


def test_the_order_of_the_frame_and_later_events_change_nothing(cast: Cast) -> None:
    ended(cast, 6)
    one = drawn(cast)
    backwards = {name: list(reversed(ids)) for name, ids in one.frame.items()}
    assert lots(backwards, one.sizes, one.seed) == lots(one.frame, one.sizes, one.seed)
    ended(cast, 3)
    assert holds(Inspection.objects.get(pk=one.pk))


def test_a_seed_that_does_not_come_from_the_plan_does_not_hold(cast: Cast) -> None:
    """Somebody with the database tries seeds until the sample suits, and sets frame, seed and cases to match."""
    ended(cast, 4)
    one = drawn(cast)
    forged = next(
        seed
        for seed in map(str, range(50))
        if lots(one.frame, one.sizes, seed) == lots(one.frame, one.sizes, one.seed)
    )
    one.seed = forged
    assert list(one.checks.values_list("stratum", "case_id")) == lots(one.frame, one.sizes, forged)
    assert not holds(one)


def test_a_larger_sample_holds_the_smaller_one() -> None:
    frame = {"resolved": list(range(1, 200)), "low_rated": []}
    few, many = (lots(frame, {"resolved": n}, "seed") for n in (5, 20))
    assert many[:5] == few
    assert lots(frame, {"resolved": 5}, "other") != few


def test_only_the_period_and_the_units_that_were_planned(cast: Cast) -> None:
    ended(cast, 2)
    today = timezone.localdate(NOW)
    early = planned(cast, from_on=today - days(30), to_on=today - days(2))
    assert refused(drawn, cast, NOW, early).kind == "state"  # nothing ended then
    other = planned(cast, unit_ids=[cast.units["housing"].pk])
    assert refused(drawn, cast, NOW, other).kind == "state"
    mine = planned(cast, unit_ids=[cast.units["labour"].pk])
    assert drawn(cast, NOW, mine).checks.count() == 2


def test_not_before_the_period_is_over(cast: Cast) -> None:
    ended(cast, 1)
    today = timezone.localdate(NOW)
    one = planned(cast, to_on=today)
    assert refused(drawn, cast, NOW, one).kind == "state"
    assert drawn(cast, NOW + days(1), one).status == "drawn"
    assert refused(drawn, cast, NOW + days(1), one).kind == "state"  # once


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "督"}, "title"),
        ({"to_on": dt.date(2020, 1, 1)}, "to_on"),
        ({"from_on": None}, "to_on"),
        ({"sizes": {"resolved": 0, "low_rated": 0}}, "low_rated"),
        ({"sizes": {"resolved": 101}}, "resolved"),
    ],
)
def test_what_plan_inspection_asks_for(cast: Cast, facts: dict[str, Any], field: str) -> None:
    assert refused(planned, cast, **facts).field == field


@pytest.mark.parametrize("who", ["clerk", "liaison", "head", "leader", "administrator"])
def test_others_plan_nothing_and_units_see_nothing(cast: Cast, who: str) -> None:
    assert refused(planned, cast, who=cast.people[who]).kind == "role"
    planned(cast)
    sees = Inspection.objects.visible_to(cast.act(cast.people[who])).exists()
    assert sees == (who == "leader")


def test_record_check_is_said_once(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    check = one.checks.earliest("place")
    assert refused(checked, cast, check, found="好").field == "found"
    assert refused(checked, cast, check, conclusion="").field == "conclusion"
    assert refused(checked, cast, check, visited_on=NOW.date() - days(1)).field == "visited_on"
    assert refused(checked, cast, check, who=cast.leader).kind == "role"
    checked(cast, check, conclusion="problem")
    assert refused(checked, cast, check).kind == "state"
    entry = JournalEntry.objects.get(verb="record_check")
    assert entry.stream == f"inspection:{one.pk}"  # the unit reads the case's
    with pytest.raises(Error), transaction.atomic():
        InspectionCheck.objects.filter(pk=check.pk).update(conclusion="in_order")


def test_whoever_keeps_out_of_a_matter_does_not_look_at_it(cast: Cast) -> None:
    ended(cast)
    check = drawn(cast).checks.earliest("place")
    Recusal.objects.create(case=check.case, user=cast.supervisor, reason="亲属", at=NOW)
    assert refused(checked, cast, check).kind == "unseen"
    checked(cast, check, who=cast.manager)


def test_conclude_inspection_when_all_were_looked_at(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    said = {"actor": cast.act(cast.supervisor), "inspection_id": one.pk, "result": RESULT, "now": NOW}
    assert refused(actions.conclude_inspection, **said).kind == "state"
    concluded(cast, NOW, one)
    one.refresh_from_db()
    assert (one.status, one.revision, one.concluded_by) == ("concluded", 1, cast.supervisor)
    personal = {**said, "public_title": "督查结果", "public_text": "张秀英的工资已经付清，电话13800010001。"}
    assert refused(actions.conclude_inspection, **personal).field == "public_text"
    concluded(cast, NOW, one, result="更正后的结果。")
    one.refresh_from_db()
    assert (one.revision, one.result) == (2, "更正后的结果。")


def test_publish_inspection_by_another_hand(cast: Cast, client: Client) -> None:
    ended(cast)
    one = concluded(cast)
    assert refused(published, cast, NOW, one, who=cast.supervisor).kind == "role"
    old = Inspection.objects.get(pk=one.pk)
    one = concluded(cast, NOW, one)
    assert refused(published, cast, NOW, old).kind == "state"  # was changed after it was read
    published(cast, NOW, one, who=cast.leader)
    text = client.get(f"/halls/{cast.hall.code}/inspections/").content.decode()
    assert PUBLIC["public_text"] in text
    assert RESULT not in text
    with pytest.raises(Error), transaction.atomic():
        Inspection.objects.filter(pk=one.pk).update(public_text="别的")
    actions.withdraw_inspection(actor=cast.act(cast.manager), inspection_id=one.pk, reason=WHY, now=NOW)
    text = client.get(f"/halls/{cast.hall.code}/inspections/").content.decode()
    assert PUBLIC["public_text"] not in text
    assert WHY in text


def test_who_wrote_it_does_not_approve_it(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    for check in one.checks.all():
        checked(cast, check)
    actions.conclude_inspection(
        actor=cast.act(cast.manager), inspection_id=one.pk, result=RESULT, **PUBLIC, now=NOW
    )
    one.refresh_from_db()
    assert refused(published, cast, NOW, one).kind == "state"
    published(cast, NOW, one, who=cast.leader)


def test_whoever_wrote_an_earlier_version_does_not_approve_a_later_one(cast: Cast) -> None:
    """The manager writes, the supervisor changes a word: it is still the manager's."""
    ended(cast)
    one = drawn(cast)
    for check in one.checks.all():
        checked(cast, check)
    actions.conclude_inspection(
        actor=cast.act(cast.manager), inspection_id=one.pk, result=RESULT, **PUBLIC, now=NOW
    )
    one = concluded(cast, NOW, Inspection.objects.get(pk=one.pk))
    assert (one.concluded_by, set(one.authors.all())) == (cast.supervisor, {cast.manager, cast.supervisor})
    assert refused(published, cast, NOW, one).kind == "state"
    with pytest.raises(Error), transaction.atomic():
        Inspection.objects.filter(pk=one.pk).update(approved_by=cast.manager)
    assert published(cast, NOW, one, who=cast.leader).approved_by == cast.leader


def sent_from(user: User, unit: Department) -> None:
    """The person at the hall was sent there by that unit."""
    Posting.objects.filter(user=user).update(home_department=unit, kind="seconded")


def test_nobody_inspects_the_unit_that_they_come_from(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    check = one.checks.earliest("place")
    sent_from(cast.supervisor, cast.units["labour"])
    assert refused(planned, cast, unit_ids=[cast.units["labour"].pk]).field == "units"
    assert refused(checked, cast, check).kind == "role"
    for each in one.checks.all():
        checked(cast, each, who=cast.manager)
    said = {"inspection_id": one.pk, "result": RESULT, **PUBLIC, "now": NOW}
    assert refused(actions.conclude_inspection, actor=cast.act(cast.supervisor), **said).kind == "role"
    actions.conclude_inspection(actor=cast.act(cast.manager), **said)
    one.refresh_from_db()
    sent_from(cast.leader, cast.units["labour"])
    assert refused(published, cast, NOW, one, who=cast.leader).kind == "role"
    published(cast, NOW, one, who=cast.leader2)


def test_whoever_handled_a_drawn_matter_or_keeps_out_of_it_neither_checks_nor_concludes(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    first, last = one.checks.earliest("place"), one.checks.latest("place")
    WorkNote.objects.create(
        case=first.case, kind="talk", happened_on=NOW.date(), text="经办。", at=NOW, by=cast.supervisor,
        department=cast.units["labour"],
    )  # fmt: skip
    assert refused(checked, cast, first).kind == "role"
    checked(cast, first, who=cast.manager)
    Recusal.objects.create(case=last.case, user=cast.manager, reason="亲属", at=NOW)
    for each in one.checks.filter(at=None):
        assert refused(checked, cast, each, who=cast.manager).kind == "unseen" or each != last
        checked(cast, each)
    said = {"inspection_id": one.pk, "result": RESULT, "now": NOW}
    for who in (cast.supervisor, cast.manager):
        assert refused(actions.conclude_inspection, actor=cast.act(who), **said).kind == "role"


def test_the_reason_of_a_withdrawal_names_nobody(cast: Cast, client: Client) -> None:
    """It stands on the public page."""
    ended(cast)
    one = published(cast)
    said = {"actor": cast.act(cast.manager), "inspection_id": one.pk, "now": NOW}
    for reason in ("张秀英要求撤下，不再公开。", "与13800010001电话核对后发现有误。"):
        assert refused(actions.withdraw_inspection, reason=reason, **said).field == "reason"
    actions.withdraw_inspection(reason=WHY, **said)
    client.force_login(cast.manager)
    assert WHY in client.get(f"/halls/{cast.hall.code}/inspections/").content.decode()


def test_words_that_have_become_personal_are_not_published(cast: Cast) -> None:
    """Somebody whose name is in the words joins a drawn matter after they were written."""
    ended(cast)
    one = concluded(cast, public_text="抽查的事项都到现场核对，赵铁柱工地的工资已经落实。")
    party = one.checks.earliest("place").case.parties.earliest("pk")
    CaseParty.objects.create(
        case=party.case, petitioner=Petitioner.objects.create(name="赵铁柱", created_at=NOW), role="companion"
    )
    assert refused(published, cast, NOW, one).kind == "state"


def test_nothing_is_published_without_words_for_it(cast: Cast) -> None:
    ended(cast)
    one = concluded(cast, public_title="", public_text="")
    assert refused(published, cast, NOW, one).kind == "state"


def test_cancel_inspection_keeps_what_was_drawn(cast: Cast) -> None:
    ended(cast)
    one = drawn(cast)
    actions.cancel_inspection(actor=cast.act(cast.supervisor), inspection_id=one.pk, reason=WHY, now=NOW)
    one.refresh_from_db()
    assert (one.status, one.checks.count() > 0) == ("cancelled", True)
    assert refused(checked, cast, one.checks.earliest("place")).kind == "state"


def test_the_page_offers_a_supervision_where_something_is_wrong(cast: Cast, client: Client) -> None:
    ended(cast)
    one = drawn(cast)
    check = one.checks.earliest("place")
    checked(cast, check, conclusion="problem")
    client.force_login(cast.supervisor)
    text = client.get(f"/inspections/{one.pk}/").content.decode()
    assert f"/supervisions/new/?case={check.case_id}" in text
    assert one.seed in text
    assert "与种子一致" in text


def test_the_page_costs_the_same_however_many_were_drawn(cast: Cast, client: Client) -> None:
    """And offers to record what is not the reader's own alone."""
    ended(cast, 6)
    few, many = drawn(cast, sizes={"resolved": 1}), drawn(cast, sizes={"resolved": 6})
    client.force_login(cast.supervisor)
    client.get(f"/inspections/{few.pk}/")  # what is read once for all pages
    counts = []
    for one in (few, many):
        with CaptureQueriesContext(connection) as asked:
            text = client.get(f"/inspections/{one.pk}/").content.decode()
        counts.append(len(asked))
        assert text.count("/record-check/") == one.checks.count()
    assert counts[0] == counts[1]
    sent_from(cast.supervisor, cast.units["labour"])
    assert "/record-check/" not in client.get(f"/inspections/{many.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_draw_at_once(cast: Cast) -> None:
    ended(cast, 3)
    one, start, said = planned(cast), threading.Barrier(2), []

    def go() -> None:
        try:
            start.wait(timeout=20)
            drawn(cast, NOW, one)
            said.append("drawn")
        except Refused as refusal:
            said.append(refusal.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["drawn", "state"]
    assert one.checks.count() == 2
    assert holds(Inspection.objects.get(pk=one.pk))

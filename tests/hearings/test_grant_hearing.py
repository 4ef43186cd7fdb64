"""The decision on a request: `grant_hearing`, `refuse_hearing`, `withdraw_hearing`, `grant_by_silence`; a hearing of
the unit's own motion (`open_hearing`); public or not (`set_openness`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases import actions as case_actions
from cases.actions import NewRespondent
from cases.models import Case, Deadline
from hall import documents, journal
from hall.access import SYSTEM
from hall.models import IssuedDocument, JournalEntry, Message
from hearings import actions
from hearings.models import Hearing
from staffing.models import Engagement
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import BECAUSE, WHY, adopted, asked, granted, opened, scheduled
from tests.life_opinions import countersigned
from tests.life_referrals import clocks, owners, refused
from tests.life_reviews import in_review, staffed, upper_units
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NO = "事实清楚，各方没有争议，不需要举行听证。"


def say_no(
    cast: Cast, hearing: Hearing, who: str = "head", now: dt.datetime = NOW, reason: str = NO
) -> Hearing:
    return actions.refuse_hearing(
        actor=cast.act(getattr(cast, who), now), hearing_id=hearing.pk, reason=reason, now=now
    )


def test_grant_hearing(cast: Cast) -> None:
    hearing = granted(cast)
    case = hearing.case
    assert (hearing.status, hearing.decided_by, hearing.is_public) == ("preparing", cast.manager, True)
    assert clocks(case)["hearing_hold"] == dt.date(2026, 12, 18)
    assert "hearing_decide" not in clocks(case)
    assert owners(case)["hearing_hold"] == cast.units["labour"].pk
    row = case.proceedings.get()
    assert (row.stage, row.blocks_opinion, row.until_on) == ("preparing", True, dt.date(2026, 12, 18))
    paper = hearing.decision_document
    assert paper is not None
    assert paper.number.startswith("云信听决字〔2026〕")
    facts = documents.facts(paper)
    assert facts["hearing_decision"] == "决定举行听证，由云溪县人力资源和社会保障局组织，公开举行。"
    assert "hearing_effect" not in facts
    message = Message.objects.get(kind="hearing_granted")
    assert (message.channel, message.context["until"]) == ("sms", "2026-12-18")
    assert journal.verify() == []


def test_no_opinion_before_its_conclusion(cast: Cast) -> None:
    case = countersigned(cast)
    hearing = granted(cast, asked(cast, case))
    refusal = refused(case_actions.issue_opinion, actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    assert "听证" in str(refusal)
    actions.end_hearing(
        actor=cast.act(cast.head),
        hearing_id=hearing.pk,
        ground="settled",
        reason="双方已经就数额达成一致。",
        now=NOW,
    )
    case_actions.issue_opinion(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)


def test_refuse_hearing_with_reasons_and_in_writing(cast: Cast) -> None:
    hearing = asked(cast)
    assert refused(say_no, cast, hearing, reason="不必").field == "reason"
    hearing = say_no(cast, hearing)
    assert (hearing.status, hearing.decision_reason) == ("refused", NO)
    assert "hearing_decide" not in clocks(hearing.case)
    row = hearing.case.proceedings.get()
    assert (row.stage, row.ended_on, row.blocks_opinion) == ("refused", NOW.date(), False)
    assert hearing.decision_document is not None
    facts = documents.facts(hearing.decision_document)
    assert (facts["hearing_decision"], facts["reason"]) == ("决定不举行听证。", [NO])
    assert Message.objects.get(kind="hearing_refused").channel == "sms"
    assert JournalEntry.objects.get(verb="refuse_hearing").reason == NO
    assert refused(granted, cast, hearing).kind == "state"


@pytest.mark.parametrize("who", ["clerk", "liaison", "head2", "leader", "supervisor"])
def test_who_decides(cast: Cast, who: str) -> None:
    hearing = asked(cast)
    assert refused(granted, cast, hearing, who=who).kind == "role"
    assert refused(say_no, cast, hearing, who=who).kind == "role"
    assert refused(opened, cast, accepted(cast), who=who).kind == "role"


def test_whom_it_accuses_decides_nothing(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="吴建平", user_id=cast.head.pk),))
    hearing = asked(cast, case)
    assert refused(granted, cast, hearing, who="head").kind == "unseen"
    assert not Hearing.objects.visible_to(cast.act(cast.head)).exists()


def test_withdraw_hearing_until_it_begins(cast: Cast) -> None:
    hearing = scheduled(cast)
    assert Engagement.objects.standing().count() == 2
    actions.withdraw_hearing(
        actor=cast.act(cast.clerk), hearing_id=hearing.pk, reason="信访人书面撤回申请。", now=NOW + DAY
    )
    hearing.refresh_from_db()
    assert (hearing.status, hearing.end_reason) == ("withdrawn", "信访人书面撤回申请。")
    assert not Engagement.objects.standing().exists()
    assert hearing.dates.get().reason == "信访人书面撤回申请。"
    assert not Deadline.objects.open().filter(kind__startswith="hearing").exists()
    row = hearing.case.proceedings.get()
    assert (row.stage, row.blocks_opinion) == ("withdrawn", False)


def test_what_a_unit_opened_is_ended_not_withdrawn(cast: Cast) -> None:
    hearing = opened(cast)
    refusal = refused(
        actions.withdraw_hearing,
        actor=cast.act(cast.clerk),
        hearing_id=hearing.pk,
        reason="不再需要举行听证了。",
        now=NOW,
    )
    assert (refusal.kind, "请终止" in str(refusal)) == ("state", True)


def test_open_hearing_of_its_own_motion(cast: Cast) -> None:
    hearing = opened(cast, who="head", closed_ground="privacy", closed_reason="涉及当事人的病历和家庭情况。")
    assert (hearing.origin, hearing.status, hearing.open_ground) == ("own_motion", "preparing", "contested")
    assert (hearing.is_public, hearing.requested_on) == (False, None)
    assert clocks(hearing.case)["hearing_hold"] == dt.date(2026, 12, 18)
    assert hearing.decision_document is not None
    facts = documents.facts(hearing.decision_document)
    assert "不公开举行（涉及个人隐私）" in facts["hearing_decision"]
    assert "requested_on" not in facts
    page = documents.page(hearing.decision_document)
    assert "听证申请" not in page["title"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ground": ""}, "ground"),
        ({"ground": "any"}, "ground"),
        ({"reason": "复杂"}, "reason"),
        ({"closed_ground": "embarrassing"}, "closed_ground"),
        ({"closed_ground": "privacy"}, "closed_reason"),
        ({"closed_reason": "单位不愿意公开，所以不公开。"}, "closed_ground"),
        ({"organiser_id": 0}, "organiser"),
    ],
)
def test_what_is_said_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    refusal = refused(opened, cast, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not IssuedDocument.objects.filter(kind="notice_hearing_decision").exists()


def test_the_petition_office_may_organise_it(cast: Cast) -> None:
    """It reads the case from then on, and the days to hold it are its own."""
    staffed(cast, "petition", "严县平", cast.units["petition"])
    hearing = granted(cast, organiser_id=cast.units["petition"].pk)
    assert hearing.organiser == cast.units["petition"]
    assert owners(hearing.case)["hearing_hold"] == cast.units["petition"].pk
    assert Case.objects.visible_to(cast.act(cast.petition)).filter(pk=hearing.case_id).exists()
    assert Message.objects.get(kind="hearing_given").user == cast.petition
    assert (
        refused(granted, cast, asked(cast, accepted(cast)), organiser_id=cast.units["housing"].pk).field
        == "organiser"
    )


def test_never_by_a_unit_that_the_case_complains_of(cast: Cast) -> None:
    office = NewRespondent(name="云溪县信访局", department_id=cast.units["petition"].pk)
    case = accepted(cast, respondents=(office,))
    assert (
        refused(granted, cast, asked(cast, case), organiser_id=cast.units["petition"].pk).field == "organiser"
    )


def test_set_openness_until_a_date_is_set(cast: Cast) -> None:
    hearing = granted(cast)
    facts = {"closed_ground": "state_secret", "closed_reason": "材料中有标明密级的文件。"}
    actions.set_openness(actor=cast.act(cast.head), hearing_id=hearing.pk, now=NOW, **facts)
    hearing.refresh_from_db()
    assert (hearing.is_public, hearing.closed_ground) == (False, "state_secret")
    entry = JournalEntry.objects.get(verb="set_openness")
    assert (entry.before, entry.after) == ({"note": "公开举行"}, {"note": "不公开举行（涉及国家秘密）"})
    actions.set_openness(actor=cast.act(cast.head), hearing_id=hearing.pk, now=NOW)
    hearing.refresh_from_db()
    assert (hearing.is_public, hearing.closed_reason) == (True, "")
    scheduled(cast, hearing)
    refusal = refused(
        actions.set_openness, actor=cast.act(cast.head), hearing_id=hearing.pk, now=NOW, **facts
    )
    assert refusal.kind == "state"


def test_the_database_wants_the_reason_too(cast: Cast) -> None:
    hearing = granted(cast)
    with pytest.raises(IntegrityError, match="hearing_closed_for_a_reason"), transaction.atomic():
        Hearing.objects.filter(pk=hearing.pk).update(is_public=False)


def test_grant_by_silence_where_the_rules_say_so(cast: Cast) -> None:
    adopted(cast, "city_b")
    hearing = asked(cast)
    in_time, late = NOW + 15 * DAY, NOW + 16 * DAY
    assert actions.grant_silent_requests(now=in_time) == 0
    assert refused(actions.grant_by_silence, actor=SYSTEM, hearing_id=hearing.pk, now=in_time).kind == "state"
    assert actions.grant_silent_requests(now=late) == 1
    hearing.refresh_from_db()
    assert (hearing.status, hearing.decided_by, hearing.is_public) == ("preparing", None, True)
    assert "视为同意" in hearing.decision_reason
    assert hearing.decision_document is not None
    assert "hearing_hold" in clocks(hearing.case)
    met = JournalEntry.objects.get(verb="meet_deadline", after__term="hearing_decide")
    assert met.after["late"] is True
    assert {one.user for one in Message.objects.filter(kind="hearing_silent")} == {cast.liaison, cast.head}
    assert actions.grant_silent_requests(now=late) == 0


def test_after_the_last_day_silence_cannot_be_undone(cast: Cast) -> None:
    """The sweep may come late: a refusal does not overtake what the rules have decided."""
    adopted(cast, "city_b")
    hearing = asked(cast)
    late = NOW + 16 * DAY
    refusal = refused(say_no, cast, hearing, now=late)
    assert (refusal.kind, "视为同意" in str(refusal)) == ("state", True)
    assert granted(cast, hearing, now=late).status == "preparing"


def test_silence_is_not_for_people(cast: Cast) -> None:
    adopted(cast, "city_b")
    hearing = asked(cast)
    refusal = refused(
        actions.grant_by_silence, actor=cast.act(cast.manager), hearing_id=hearing.pk, now=NOW + 20 * DAY
    )
    assert refusal.kind == "role"


def test_in_review_its_head_decides(cast: Cast) -> None:
    upper_units(cast)
    staffed(cast, "review_head", "方县明", cast.units["petition"], "department_head")
    hearing = asked(cast, in_review(cast))
    assert refused(granted, cast, hearing, who="head").kind == "role"
    assert granted(cast, hearing, who="review_head").status == "preparing"


def test_internal_words_stay_out_of_the_journal(cast: Cast) -> None:
    granted(cast)
    for entry in JournalEntry.objects.filter(verb__in=("request_hearing", "grant_hearing")):
        assert WHY not in f"{entry.before}{entry.after}"
    assert JournalEntry.objects.get(verb="grant_hearing").reason == BECAUSE

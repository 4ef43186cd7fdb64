"""The course of a hearing: `postpone_hearing`, `suspend_hearing`, `resume_hearing`, `end_hearing`, `lapse_hearings`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases import actions as case_actions
from cases.models import Deadline
from hall.access import SYSTEM
from hall.models import JournalEntry, Message
from hearings import actions, rules
from hearings.lifecycle import END_GROUNDS, POSTPONE_GROUNDS, SUSPEND_GROUNDS
from hearings.models import Hearing, HearingParty, Notice, PanelSeat, PoolMember
from staffing.models import Engagement, SocialParticipant
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import adopted, asked, begun, granted, scheduled
from tests.hearings.test_adopt_hearing_rules import OWN
from tests.life_referrals import clocks, refused
from tests.life_reviews import answered
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = "信访人住院治疗，出院后才能到场。"


def act(
    cast: Cast, verb: str, hearing: Hearing, *, who: str = "head", now: dt.datetime = NOW, **facts: Any
) -> Hearing:
    said: dict[str, Any] = {"reason": WHY, **facts}
    done: Hearing = getattr(actions, verb)(
        actor=cast.act(getattr(cast, who), now), hearing_id=hearing.pk, now=now, **said
    )
    return done


def put_off(cast: Cast, hearing: Hearing, **facts: Any) -> Hearing:
    return act(cast, "postpone_hearing", hearing, **{"ground": "party", **facts})


def noticed(cast: Cast, hearing: Hearing) -> None:
    """Everybody has a notice: the petitioner, the unit, the presider, a member with an account and one without."""
    # until `draw_panel` and `notify_parties` are joined
    petitioner = hearing.case.parties.get().petitioner
    parties = [
        HearingParty.objects.create(hearing=hearing, kind="petitioner", petitioner=petitioner, name="张秀英"),
        HearingParty.objects.create(hearing=hearing, kind="unit", user=cast.liaison, name="承办人"),
    ]
    lawyer = SocialParticipant.objects.create(hall=cast.hall, kind="lawyer", name="薛律师", user=cast.guide)
    expert = SocialParticipant.objects.create(hall=cast.hall, kind="lawyer", name="毛律师")
    members = [
        PoolMember.objects.create(
            hall=cast.hall, participant=one, category="lawyer", phone=phone, added_at=NOW
        )
        for one, phone in ((lawyer, "13800030001"), (expert, "13800030002"))
    ]
    seats = [
        PanelSeat.objects.create(
            hearing=hearing, role="presider", user=cast.leader2, name="主持", seated_at=NOW
        ),
        *(
            PanelSeat.objects.create(hearing=hearing, role="member", member=one, name="听证员", seated_at=NOW)
            for one in members
        ),
    ]
    due = NOW.date() + 5 * DAY
    for party in parties:
        Notice.objects.create(hearing=hearing, round=hearing.round, party=party, sent_at=NOW, due_on=due)
    for seat in seats:
        Notice.objects.create(hearing=hearing, round=hearing.round, seat=seat, sent_at=NOW, due_on=due)


def test_postpone_hearing_frees_room_and_people_and_keeps_the_date_readable(cast: Cast) -> None:
    hearing = scheduled(cast)
    was = hearing.starts_at
    assert Engagement.objects.standing().count() == 2
    hearing = put_off(cast, hearing, days=10)
    assert (hearing.status, hearing.starts_at, hearing.room, hearing.round) == ("preparing", None, None, 1)
    assert not Engagement.objects.standing().exists()
    row = hearing.dates.get()
    assert (row.starts_at, row.ground, row.reason, row.dropped_at) == (was, "party", WHY, NOW)
    assert clocks(hearing.case)["hearing_hold"] == dt.date(2026, 12, 28)
    proceeding = hearing.case.proceedings.get()
    assert (proceeding.stage, proceeding.meets_at, proceeding.until_on, proceeding.blocks_opinion) == (
        "postponed",
        None,
        dt.date(2026, 12, 28),
        True,
    )
    entry = JournalEntry.objects.get(verb="postpone_hearing")
    assert (entry.after["days"], entry.after["note"], entry.reason) == (10, POSTPONE_GROUNDS["party"], WHY)
    # The room can be taken again at once.
    assert scheduled(cast, hearing).round == 2


def test_everybody_noticed_is_told(cast: Cast) -> None:
    hearing = scheduled(cast)
    noticed(cast, hearing)
    put_off(cast, hearing)
    told = Message.objects.filter(kind="hearing_postponed")
    assert {one.user for one in told.filter(channel="app")} == {cast.liaison, cast.guide, cast.leader2}
    assert {one.address for one in told.filter(channel="sms")} == {
        "13800010001",
        "13800030001",
        "13800030002",
    }
    assert all(one.context["starts_at"].startswith("2026-12-08") for one in told)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ground": ""}, "ground"),
        ({"ground": "busy"}, "ground"),
        ({"reason": "有事"}, "reason"),
        ({"days": -1}, "days"),
        ({"days": 31}, "days"),
    ],
)
def test_a_postponement_needs_a_good_reason_and_has_an_end(
    cast: Cast, facts: dict[str, Any], field: str
) -> None:
    hearing = scheduled(cast)
    refusal = refused(put_off, cast, hearing, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert Engagement.objects.standing().count() == 2


def test_in_all_no_more_than_the_rules_allow(cast: Cast) -> None:
    adopted(cast, "own", numbers=OWN)  # ten days
    hearing = put_off(cast, scheduled(cast, days=10), days=6)
    hearing = scheduled(cast, hearing, days=12)
    refusal = refused(put_off, cast, hearing, days=5)
    assert "还可以延长4日" in str(refusal)
    hearing = put_off(cast, hearing, days=4)
    assert Deadline.objects.get(kind="hearing_hold").extension_days == 10
    put_off(cast, scheduled(cast, hearing, days=13))  # another date in the same period


def test_a_period_that_has_passed_is_not_extended(cast: Cast) -> None:
    hearing = scheduled(cast)
    late = NOW + 40 * DAY
    assert refused(put_off, cast, hearing, days=3, now=late).field == "days"
    assert put_off(cast, hearing, now=late).status == "preparing"


def test_suspend_hearing_ends_the_clock_and_resume_hearing_begins_it_anew(cast: Cast) -> None:
    hearing = act(cast, "suspend_hearing", scheduled(cast), ground="expert", now=NOW + DAY)
    case = hearing.case
    assert hearing.status == "suspended"
    assert not Engagement.objects.standing().exists()
    assert "hearing_hold" not in clocks(case)
    assert hearing.dates.get().reason == WHY
    proceeding = case.proceedings.get()
    assert (proceeding.stage, proceeding.until_on, proceeding.blocks_opinion) == ("suspended", None, True)
    assert JournalEntry.objects.get(verb="suspend_hearing").after == {"note": SUSPEND_GROUNDS["expert"]}
    resumed = act(cast, "resume_hearing", hearing, now=NOW + 30 * DAY)
    assert resumed.status == "preparing"
    assert clocks(case)["hearing_hold"] == dt.date(
        2027, 1, 18
    )  # 30 days from 18 December; the 17th is a Sunday
    assert case.proceedings.get().stage == "preparing"
    assert Message.objects.get(kind="hearing_resumed").context["until"] == "2027-01-18"


def test_in_the_middle_the_day_that_was_stays(cast: Cast) -> None:
    hearing = act(cast, "suspend_hearing", begun(cast), ground="order")
    row = hearing.dates.get()
    assert (row.dropped_at, hearing.starts_at, hearing.started_at) == (None, None, NOW)
    assert not Engagement.objects.standing().exists()


@pytest.mark.parametrize("verb", ["postpone_hearing", "suspend_hearing", "resume_hearing", "end_hearing"])
def test_who_may(cast: Cast, verb: str) -> None:
    hearing = scheduled(cast)
    check = getattr(rules, f"check_can_{verb}")
    for who in ("clerk", "liaison", "head2", "leader", "supervisor", "guide"):
        assert refused(check, cast.act(getattr(cast, who)), hearing, now=NOW).kind == "role"


def test_in_which_state(cast: Cast) -> None:
    hearing = asked(cast)
    for verb in ("postpone_hearing", "suspend_hearing", "resume_hearing", "end_hearing"):
        facts = {} if verb == "resume_hearing" else {"ground": "other"}
        assert refused(act, cast, verb, hearing, **facts).kind == "state"


@pytest.mark.parametrize("ground", [code for code in END_GROUNDS if code != "lapsed"])
def test_end_hearing(cast: Cast, ground: str) -> None:
    hearing = act(cast, "end_hearing", begun(cast), ground=ground)
    assert (hearing.status, hearing.end_ground, hearing.end_reason, hearing.ended_at) == (
        "ended",
        ground,
        WHY,
        NOW,
    )
    assert not Deadline.objects.open().filter(kind__startswith="hearing").exists()
    assert not Engagement.objects.standing().exists()
    row = hearing.case.proceedings.get()
    assert (row.stage, row.blocks_opinion, row.ended_on) == ("ended", False, NOW.date())
    assert Message.objects.get(kind="hearing_ended").channel == "sms"


def test_not_coming_waives_it_only_where_the_rules_say_so(cast: Cast) -> None:
    adopted(cast, "own", numbers={**OWN, "no_show_waives": False})
    refusal = refused(act, cast, "end_hearing", scheduled(cast, days=10), ground="no_show")
    assert (refusal.kind, refusal.field, "延期" in str(refusal)) == ("input", "ground", True)


def test_who_was_not_called_cannot_stay_away(cast: Cast) -> None:
    assert refused(act, cast, "end_hearing", granted(cast), ground="no_show").field == "ground"
    assert (
        refused(act, cast, "end_hearing", granted(cast, asked(cast, accepted(cast))), ground="lapsed").field
        == "ground"
    )


def test_lapse_hearings_with_the_matter(cast: Cast) -> None:
    hearing = scheduled(cast)
    other = asked(cast, accepted(cast))
    assert actions.lapse_hearings(now=NOW) == 0
    case_actions.withdraw_case(
        actor=cast.act(cast.clerk), case_id=hearing.case_id, reason="信访人撤回信访事项。", now=NOW
    )
    answered(cast, other.case, now=NOW)  # asked for, not decided: the opinion did not wait
    assert actions.lapse_hearings(now=NOW) == 2
    for one in (hearing, other):
        one.refresh_from_db()
        assert (one.status, one.end_ground) == ("ended", "lapsed")
        assert one.case.proceedings.get().stage == "ended"
    assert not Engagement.objects.standing().exists()
    assert JournalEntry.objects.filter(verb="lapse_hearings", actor_name="system").count() == 2
    assert actions.lapse_hearings(now=NOW) == 0


def test_lapsing_is_not_for_people(cast: Cast) -> None:
    hearing = scheduled(cast)
    assert refused(rules.check_can_lapse_hearings, cast.act(cast.manager), hearing, now=NOW).kind == "role"
    assert refused(rules.check_can_lapse_hearings, SYSTEM, hearing, now=NOW).kind == "state"


def test_a_matter_that_moved_on_is_not_gone_on_with(cast: Cast) -> None:
    hearing = scheduled(cast)
    case_actions.withdraw_case(
        actor=cast.act(cast.clerk), case_id=hearing.case_id, reason="信访人撤回信访事项。", now=NOW
    )
    assert "随之终止" in str(refused(put_off, cast, hearing))

"""Verbs of hearings: asked for, prepared, held, concluded; and of the pool from which panels are drawn."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.forms.machines import CASE, acts_in_file
from hall.access import Actor
from hall.machines import Act, Subject, acts
from hearings import actions
from hearings.models import READS_POOL, Hearing, HearingParty, Notice, PanelSeat, PoolMember, RecusalRequest
from hearings.queries.audience import with_audience
from hearings.rules.local_rules import READERS
from staffing.models import Hall

READ, HANDLE = "hearings:read", "hearings:handle"


def _seen(actor: Actor) -> QuerySet[Hearing]:
    return Hearing.objects.visible_to(actor)


def _managed(actor: Actor) -> QuerySet[Hall]:
    return Hall.objects.filter(pk__in=actor.halls(*READERS))


def _with_pool(actor: Actor) -> QuerySet[Hall]:
    return Hall.objects.filter(pk__in=actor.halls(*READS_POOL))


VERBS: tuple[Act, ...] = (
    *acts(
        "cases/<int:case_id>/", (actions.open_hearing, actions.request_hearing), HANDLE, CASE,
    ),
    *acts_in_file(
        "hearings", "hearing_id", _seen, Hearing, "case_id", HANDLE,
        actions.add_party, actions.announce_hearing, actions.begin_step,
        actions.close_session, actions.conclude_hearing, actions.correct_page, actions.draw_panel,
        actions.end_hearing, actions.end_step, actions.grant_hearing, actions.notify_parties,
        actions.postpone_hearing, actions.refuse_hearing, actions.resume_hearing, actions.schedule_hearing,
        actions.set_openness, actions.sign_page, actions.skip_step, actions.start_hearing,
        actions.suspend_hearing, actions.withdraw_hearing, actions.write_page,
    ),
    *acts_in_file(
        "hearings", "hearing_id", with_audience, Hearing, "case_id", HANDLE, actions.admit_public,
    ),
    *acts_in_file(
        "hearings", "hearing_id", Hearing.objects.sat_on_by, Hearing, "case_id", HANDLE,
        actions.record_finding,
    ),
    *acts_in_file(
        "hearing-parties", "party_id", lambda actor: HearingParty.objects.filter(hearing__in=_seen(actor)),
        HearingParty, "hearing__case_id", HANDLE, actions.remove_party,
    ),
    *acts_in_file(
        "panel-seats", "seat_id", lambda actor: PanelSeat.objects.filter(hearing__in=_seen(actor)),
        PanelSeat, "hearing__case_id", HANDLE, actions.replace_member, actions.request_recusal,
    ),
    *acts_in_file(
        "recusals", "recusal_id", lambda actor: RecusalRequest.objects.filter(seat__hearing__in=_seen(actor)),
        RecusalRequest, "seat__hearing__case_id", HANDLE, actions.decide_recusal,
    ),
    *acts_in_file(
        "hearing-notices", "notice_id", Notice.objects.visible_to,
        Notice, "hearing__case_id", HANDLE, actions.record_notice_service, actions.waive_notice_period,
    ),
    *acts("halls/<int:hall_id>/", (actions.add_to_pool,), HANDLE, Subject("hall_id", _with_pool)),
    *acts("halls/<int:hall_id>/", (actions.adopt_hearing_rules,), HANDLE, Subject("hall_id", _managed)),
    *acts(
        "pool-members/<int:member_id>/",
        (actions.change_pool_member, actions.restore_pool_member, actions.retire_pool_member), HANDLE,
        Subject("member_id", PoolMember.objects.visible_to),
    ),
)  # fmt: skip

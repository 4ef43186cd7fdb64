"""The addresses of hearings."""

from django.urls import path

from hearings import public, views
from hearings.views import asking, asking_doors, panel, panel_doors, pool

app_name = "hearings"
urlpatterns = [
    # asking: rules, requests, decisions, the course
    path("hearings/", asking.hearings, name="hearings"),
    path("hearing-rules/", asking.hearing_rules, name="rules"),
    path("hearings/<int:hearing_id>/", asking.hearing, name="hearing"),
    path("cases/<int:pk>/hearings/", asking.case_hearings, name="case-hearings"),
    *(
        path(
            f"cases/<int:pk>/{door.verb.replace('_', '-')}/",
            asking_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in asking_doors.CASE_DOORS
    ),
    *(
        path(
            f"hearings/<int:hearing_id>/{door.verb.replace('_', '-')}/",
            asking_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in asking_doors.HEARING_DOORS
    ),
    # panel: the pool, the draw, recusal, parties, the date
    path("hearing-pool/", pool.pool, name="pool"),
    path("hearing-pool/export.xlsx", pool.export_pool, name="export-pool"),
    path("hearing-pool/new/", pool.add_to_pool, name="add-to-pool"),
    path("hearing-pool/<int:member_id>/", pool.change_pool_member, name="change-pool-member"),
    path("hearing-pool/<int:member_id>/retire/", panel_doors.opened(pool.RETIRE), name="retire-pool-member"),
    path("hearing-pool/<int:member_id>/restore/", pool.restore_pool_member, name="restore-pool-member"),
    path("hearings/<int:hearing_id>/panel/", panel.panel, name="panel"),
    path("hearings/<int:hearing_id>/draws/", panel.draw_protocol, name="draw-protocol"),
    path("hearings/<int:hearing_id>/draw-panel/", panel_doors.opened(panel.DRAW), name="draw-panel"),
    path("hearings/<int:hearing_id>/parties/", panel.parties, name="parties"),
    path("hearings/<int:hearing_id>/add-party/", panel.add_party, name="add-party"),
    path(
        "hearings/<int:hearing_id>/plan-hearing-video/",
        panel_doors.opened(panel.PLAN_VIDEO),
        name="plan-hearing-video",
    ),
    path(
        "hearing-parties/<int:party_id>/invite-party-by-video/",
        panel_doors.opened(panel.INVITE_BY_VIDEO),
        name="invite-party-by-video",
    ),
    path(
        "hearings/<int:hearing_id>/schedule-hearing/",
        panel_doors.opened(panel.SCHEDULE),
        name="schedule-hearing",
    ),
    path(
        "hearing-seats/<int:seat_id>/request-recusal/",
        panel_doors.opened(panel.REQUEST_RECUSAL),
        name="request-recusal",
    ),
    path(
        "hearing-seats/<int:seat_id>/replace-member/",
        panel_doors.opened(panel.REPLACE),
        name="replace-member",
    ),
    path(
        "hearing-recusals/<int:recusal_id>/decide/",
        panel_doors.opened(panel.DECIDE_RECUSAL),
        name="decide-recusal",
    ),
    path(
        "hearing-parties/<int:party_id>/remove/", panel_doors.opened(panel.REMOVE_PARTY), name="remove-party"
    ),
    # notice: everybody and the public are told of the date
    path("halls/<slug:code>/hearings/", public.announcements, name="announcements"),
    path("halls/<slug:code>/hearings.atom", public.announcements_atom, name="announcements-atom"),
    path("halls/<slug:code>/hearings.json", public.announcements_json, name="announcements-json"),
    path("halls/<slug:code>/hearings/<int:hearing_id>/", public.announcement, name="announcement"),
    path(
        "halls/<slug:code>/hearings/<int:hearing_id>/hearing.ics",
        public.announcement_ics,
        name="announcement-ics",
    ),
    path("halls/<slug:code>/hearings/<int:hearing_id>/seat/", public.take_seat, name="take-seat"),
    path("hearing-seats/", public.seat, name="seat"),
    path("hearing-seats/cancel/", public.cancel_seat, name="cancel-seat"),
    path("hearings/<int:hearing_id>/notices/", views.notices, name="notices"),
    path("hearings/<int:hearing_id>/notify-parties/", views.notify_parties, name="notify-parties"),
    path(
        "hearing-notices/<int:notice_pk>/record-notice-service/",
        views.record_notice_service,
        name="record-notice-service",
    ),
    path(
        "hearing-notices/<int:notice_pk>/waive-notice-period/",
        views.waive_notice_period,
        name="waive-notice-period",
    ),
    path("hearings/<int:hearing_id>/announce-hearing/", views.announce_hearing, name="announce-hearing"),
    path("hearings/audiences/", views.audiences, name="audiences"),
    path("hearings/<int:hearing_id>/audience/", views.audience, name="audience"),
    path("hearings/<int:hearing_id>/audience/print/", views.print_audience, name="print-audience"),
    path("hearings/<int:hearing_id>/admit-public/", views.admit_public, name="admit-public"),
    # session
    path("hearings/<int:hearing_id>/session/", views.session, name="session"),
    path("hearings/<int:hearing_id>/start-hearing/", views.start_hearing, name="start-hearing"),
    path("hearings/<int:hearing_id>/begin-step/", views.begin_step, name="begin-step"),
    path("hearings/<int:hearing_id>/end-step/", views.end_step, name="end-step"),
    path("hearings/<int:hearing_id>/skip-step/", views.skip_step, name="skip-step"),
    path("hearings/<int:hearing_id>/close-session/", views.close_session, name="close-session"),
    path("hearings/<int:hearing_id>/transcript/", views.transcript, name="transcript"),
    path("hearings/<int:hearing_id>/write-page/", views.write_page, name="write-page"),
    path(
        "hearings/<int:hearing_id>/pages/<int:page_id>/correct-page/", views.correct_page, name="correct-page"
    ),
    path("hearings/<int:hearing_id>/sign-page/", views.sign_page, name="sign-page"),
    path("hearings/<int:hearing_id>/deliberation/", views.deliberation, name="deliberation"),
    path("hearings/<int:hearing_id>/record-finding/", views.record_finding, name="record-finding"),
    path("hearings/<int:hearing_id>/conclusion/", views.conclusion, name="conclusion"),
    path("hearings/<int:hearing_id>/conclude-hearing/", views.conclude_hearing, name="conclude-hearing"),
]

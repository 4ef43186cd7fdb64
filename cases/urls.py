"""The addresses of the case file; the public ones need no login."""

from django.urls import path

from cases import public, views
from cases.views import (
    exchange,
    field_visits,
    recordings,
    results,
    row_doors,
    sponsorships,
    video,
    video_evidence,
    video_live,
    video_notes,
)
from cases.views.all_doors import DOORS
from cases.views.doors import opened

app_name = "cases"
_PLACES = {
    "visit_id": "field-visits/<int:visit_id>/",
    "task_id": "visit-tasks/<int:task_id>/",
    "sponsorship_id": "sponsorships/<int:sponsorship_id>/",
    "notice_id": "result-notices/<int:notice_id>/",
}
urlpatterns = [
    # Without a login
    path("progress/", public.progress, name="progress"),
    path("progress/documents/<str:token>/", public.progress_document, name="progress-document"),
    path("rate/", public.rate, name="rate"),
    path("routes/", public.routes, name="routes"),
    path("halls/<slug:code>/results/", public.results, name="results"),
    path("halls/<slug:code>/results/<int:notice_id>/", public.result, name="result"),
    path("halls/<slug:code>/figures/", public.figures, name="figures"),
    path("halls/<slug:code>/figures.csv", public.figures_csv, name="figures-csv"),
    # Lists
    path("work/", views.work_list_page, name="work-list"),
    path("work/export.csv", views.export_work_list, name="export-work-list"),
    path("search/", views.search_page, name="search"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("figures/", views.figures_desk, name="figures-desk"),
    path("figures/<int:figure>/publish/", views.publish_figures, name="publish-figures"),
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read_all, name="read-all"),
    path("messages/<int:pk>/open/", views.open_message, name="open-message"),
    # Leaders' receptions
    path("docket/", views.docket, name="docket"),
    path("docket/items/<int:pk>/", views.brief, name="brief"),
    path("docket/items/<int:pk>/link-case/", views.link_docket_case, name="link-docket-case"),
    path("docket/items/<int:pk>/record/", views.record_reception, name="record-reception"),
    path("docket/items/<int:pk>/remove/", views.remove_from_docket, name="remove-from-docket"),
    path("docket/receptions/<int:reception_id>/briefs/", views.print_docket, name="print-docket"),
    path("docket/receptions/<int:reception_id>/place/", views.place_on_docket, name="place-on-docket"),
    path("instructions/", views.instructions, name="instructions"),
    path("ledger/", views.ledger_page, name="ledger"),
    path("ledger/export.xlsx", views.export_ledger, name="export-ledger"),
    # Exchange with the national system
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/export/", exchange.ask_national_export, name="ask-national-export"),
    path("exchange/exports/<uuid:token>/", exchange.national_export, name="national-export"),
    path("exchange/exports/<uuid:token>/file/", exchange.national_export_file, name="national-export-file"),
    path("exchange/import/", exchange.read_national_file, name="read-national-file"),
    path("exchange/template.xlsx", exchange.national_template, name="national-template"),
    path("exchange/imports/<uuid:token>/", exchange.national_import, name="national-import"),
    path("exchange/imports/<uuid:token>/columns/", exchange.map_national_file, name="map-national-file"),
    path(
        "exchange/imports/<uuid:token>/confirm/", exchange.import_national_file, name="import-national-file"
    ),
    path("exchange/imports/<uuid:token>/rejected.xlsx", exchange.rejected_rows, name="rejected-rows"),
    # Leaders: field visits, taking charge, what is published
    path("field-visits/", field_visits.field_visits_page, name="field-visits"),
    path("field-visits/export.xlsx", field_visits.export_field_visits, name="export-field-visits"),
    path("field-visits/new/", field_visits.plan_field_visit, name="plan-field-visit"),
    path("field-visits/<int:visit_id>/", field_visits.field_visit, name="field-visit"),
    path("field-visits/<int:visit_id>/change/", field_visits.change_field_visit, name="change-field-visit"),
    path("sponsorships/", sponsorships.sponsorships_page, name="sponsorships"),
    path("sponsorships/export.xlsx", sponsorships.export_sponsorships, name="export-sponsorships"),
    path("sponsorships/candidates/", sponsorships.candidates_page, name="candidates"),
    path("sponsorships/new/", sponsorships.take_charge, name="take-charge"),
    path("sponsorships/<int:sponsorship_id>/", sponsorships.sponsorship, name="sponsorship"),
    path("result-notices/", results.result_notices_page, name="result-notices"),
    path("result-notices/new/", results.draft_result, name="draft-result"),
    path("result-notices/<int:notice_id>/", results.result_notice, name="result-notice"),
    *(
        path(
            f"{_PLACES[door.form.key]}{door.verb.replace('_', '-')}/",
            row_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in (*field_visits.DOORS, *sponsorships.DOORS, *results.DOORS)
    ),
    # Video rooms; the live ones need no login but a seat
    path("video/", video.video_rooms_page, name="video-rooms"),
    path("video/new/", video.plan_video_room, name="plan-video-room"),
    path("video/rooms/<int:room_id>/", video.video_room, name="video-room"),
    path("video/rooms/<int:room_id>/approve/", video.approve_video_room, name="approve-video-room"),
    path("video/rooms/<int:room_id>/cancel/", video.cancel_video_room, name="cancel-video-room"),
    path("video/rooms/<int:room_id>/decline/", video.decline_video_room, name="decline-video-room"),
    path("video/rooms/<int:room_id>/end/", video.end_video_room, name="end-video-room"),
    path("video/rooms/<int:room_id>/invite/", video.invite_to_video_room, name="invite-to-video-room"),
    path("video/rooms/<int:room_id>/open/", video.open_video_room, name="open-video-room"),
    path("video/seats/<int:seat_id>/admit/", video_live.admit_to_video_room, name="admit-to-video-room"),
    path("video/seats/<int:seat_id>/refuse/", video_live.refuse_video_seat, name="refuse-video-seat"),
    path("video/link/<str:secret>/", video_live.video_link, name="video-link"),
    path("video/<uuid:token>/", video_live.video_live, name="video-live"),
    path("video/<uuid:token>/join/", video_live.join_video_room, name="join-video-room"),
    path("video/<uuid:token>/leave/", video_live.leave_video_room, name="leave-video-room"),
    path("video/<uuid:token>/events/", video_live.video_events, name="video-events"),
    path("video/<uuid:token>/signal/", video_live.video_signal, name="video-signal"),
    path("video/<uuid:token>/note/", video_notes.video_note, name="video-note"),
    path("video/<uuid:token>/note/now/", video_notes.video_note_now, name="video-note-now"),
    path("video/<uuid:token>/note/write/", video_notes.write_video_note, name="write-video-note"),
    path("video/<uuid:token>/note/read-back/", video_notes.read_back_video_note, name="read-back-video-note"),
    path("video/<uuid:token>/note/sign/", video_notes.sign_video_note, name="sign-video-note"),
    path("video/<uuid:token>/note/refuse/", video_notes.refuse_video_note, name="refuse-video-note"),
    path("video/<uuid:token>/note/witness/", video_notes.witness_video_note, name="witness-video-note"),
    path("video/<uuid:token>/note/correct/", video_notes.correct_video_note, name="correct-video-note"),
    path("video/<uuid:token>/note/close/", video_notes.close_video_note, name="close-video-note"),
    path("video/<uuid:token>/note/file/", video_notes.video_note_file, name="video-note-file"),
    path("video/notes/<uuid:token>/", video_notes.video_note_record, name="video-note-record"),
    path("video/notes/<uuid:token>/file/", video_notes.video_note_record_file, name="video-note-record-file"),
    path("video/<uuid:token>/recording/", recordings.video_recording, name="video-recording"),
    path("video/<uuid:token>/recording/ask/", recordings.ask_recording, name="ask-recording"),
    path("video/<uuid:token>/recording/answer/", recordings.answer_recording, name="answer-recording"),
    path(
        "video/<uuid:token>/recording/withdraw/",
        recordings.withdraw_recording_consent,
        name="withdraw-recording-consent",
    ),
    path("video/<uuid:token>/evidence/", video_evidence.video_evidence, name="video-evidence"),
    path("video/<uuid:token>/evidence/show/", video_evidence.show_video_evidence, name="show-video-evidence"),
    path("video/<uuid:token>/evidence/hide/", video_evidence.hide_video_evidence, name="hide-video-evidence"),
    path(
        "video/<uuid:token>/evidence/<uuid:shown>/",
        video_evidence.look_at_video_evidence,
        name="look-at-video-evidence",
    ),
    path("recordings/<uuid:token>/", recordings.recording, name="recording"),
    path("recordings/<uuid:token>/start/", recordings.start_recording, name="start-recording"),
    path("recordings/<uuid:token>/drop/", recordings.drop_recording, name="drop-recording"),
    path("recordings/<uuid:token>/pause/", recordings.pause_recording, name="pause-recording"),
    path("recordings/<uuid:token>/resume/", recordings.resume_recording, name="resume-recording"),
    path("recordings/<uuid:token>/stop/", recordings.stop_recording, name="stop-recording"),
    path("recordings/<uuid:token>/parts/", recordings.recording_parts, name="recording-parts"),
    path(
        "recordings/<uuid:token>/parts/<int:number>/",
        recordings.keep_recording_part,
        name="keep-recording-part",
    ),
    path("recordings/<uuid:token>/watch/", recordings.watch_recording, name="watch-recording"),
    path("recordings/<uuid:token>/erase/", recordings.erase_recording, name="erase-recording"),
    path("recordings/<uuid:token>/looks/<int:look_id>/", recordings.recording_look, name="recording-look"),
    path(
        "recordings/<uuid:token>/looks/<int:look_id>/file/", recordings.recording_file, name="recording-file"
    ),
    path("cases/<int:pk>/recordings/", recordings.recordings, name="recordings"),
    path("video/<uuid:token>/jitsi/", video_live.video_jitsi, name="video-jitsi"),
    # One case
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/triage/", views.triage_page, name="triage"),
    path("cases/<int:pk>/receive/", views.receive_case, name="receive-case"),
    path("cases/<int:pk>/withdraw/", views.withdraw_case, name="withdraw-case"),
    path("cases/<int:pk>/documents/<int:document_id>/", views.document, name="document"),
    path("cases/<int:pk>/documents/<int:document_id>/file/", views.document_file, name="document-file"),
    path("cases/<int:pk>/materials/<int:material_id>/", views.material, name="material"),
    path("cases/<int:pk>/people/<int:petitioner_id>/reveal/", views.reveal_person, name="reveal-person"),
    path("cases/<int:pk>/national/", exchange.copy_national, name="copy-national"),
    # One verb, one door
    *(
        path(
            f"cases/<int:pk>/{door.verb.replace('_', '-')}/",
            opened(door),
            name=door.url_name.partition(":")[2],
        )
        for door in DOORS.values()
    ),
]

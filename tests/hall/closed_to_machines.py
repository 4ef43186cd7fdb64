"""Verbs without a door for machines, and why; whatever is neither here nor open fails `test_api_document`."""

from collections.abc import Mapping

ACCOUNT = "accounts, passwords and keys are looked after by people, who sign in"
WORKER = "only the house's own workers and sweeps call it"
PUBLIC = "for the public page: it wants the caller's network address or a code that was sent to a telephone"
FILE = "takes a file or makes one for people to read; the rows are open as a list"
ROW = "takes something that no JSON value stands for; kept in the back room or on its page"
LOAD = "a command loads the reference data"
REVEAL = "shows who somebody is; people ask for that on the pages, with their reason"
DRAFT = "half-filled forms of a page"
DEVICE = "a device is enrolled by a person beside it, with a code; it then holds a pass of its own"
HOOK = "where the house sends what happened is decided by a person, who is shown the secret once"
RECORDED = "said by people in a video room, or done by the browser that records it"
VIDEO = "a video room is kept by a person before a browser; its seats are held by browsers, not by tokens"
ORDER = "what happened in the hall is written down and read by the people who were there, never by a program"

CLOSED: Mapping[str, Mapping[str, str]] = {
    "staffing": {
        "answer_proposal": WORKER, "fail_proposal": WORKER,
        "change_password": ACCOUNT, "disable_user": ACCOUNT, "enable_user": ACCOUNT, "issue_token": ACCOUNT,
        "register_user": ACCOUNT, "reset_password": ACCOUNT, "revoke_token": ACCOUNT, "rotate_token": ACCOUNT,
        "set_language": ACCOUNT, "sign_out": ACCOUNT, "confirm_authenticator": ACCOUNT, "confirm_session": ACCOUNT,
        "end_other_sessions": ACCOUNT, "end_session": ACCOUNT, "make_authenticator": ACCOUNT,
        "remove_authenticator": ACCOUNT, "renew_recovery_codes": ACCOUNT, "reset_second_factor": ACCOUNT,
        "add_security_key": ACCOUNT, "remove_security_key": ACCOUNT,
        "keep_form": DRAFT, "drop_form": DRAFT,
        "bind_devices": DEVICE, "change_device": DEVICE, "enrol_device": DEVICE, "exchange_code": DEVICE,
        "issue_device_code": DEVICE, "pass_for_reader": DEVICE, "register_device": DEVICE, "revoke_device": DEVICE,
        "replay_delivery": HOOK, "rotate_webhook": HOOK, "save_webhook": HOOK, "send_test_event": HOOK,
        "file_complaint": PUBLIC, "import_people": FILE, "read_people_list": FILE, "load_leaflets": LOAD,
        "save_place": ROW, "remove_place": ROW,
    },
    "cases": {
        "export_field_visits": FILE, "export_ledger": FILE, "export_sponsorships": FILE,
        "export_work_list": FILE, "load_categories": LOAD, "load_routes": LOAD, "recompute_deadlines": LOAD,
        "enter_case": "a part of register_case and register_visit", "open_ratings": "a part of other acts",
        "query_rating": PUBLIC, "rate_service": PUBLIC, "reveal_person": REVEAL,
        "save_setting": ROW, "remove_setting": ROW,
        "answer_recording": RECORDED, "ask_recording": RECORDED, "drop_recording": RECORDED,
        "erase_recording": RECORDED, "pause_recording": RECORDED, "resume_recording": RECORDED,
        "start_recording": RECORDED, "stop_recording": RECORDED, "withdraw_recording_consent": RECORDED,
        "watch_recording": REVEAL, "keep_recording_part": RECORDED,
        "admit_to_video_room": VIDEO, "approve_video_room": VIDEO, "cancel_video_room": VIDEO,
        "decline_video_room": VIDEO, "end_video_room": VIDEO, "invite_to_video_room": VIDEO, "join_video_room": VIDEO,
        "leave_video_room": VIDEO, "open_video_room": VIDEO, "plan_video_room": VIDEO, "refuse_video_seat": VIDEO,
        "release_video_rooms": WORKER,
        "close_video_note": VIDEO, "correct_video_note": VIDEO, "read_back_video_note": VIDEO,
        "refuse_video_note": VIDEO, "sign_video_note": VIDEO, "witness_video_note": VIDEO, "write_video_note": VIDEO,
        "show_video_evidence": VIDEO, "hide_video_evidence": VIDEO, "look_at_video_evidence": VIDEO,
    },
    "intake": {
        "invite_booking_to_video": VIDEO,
        "book_reception": PUBLIC, "confirm_booking": PUBLIC, "close_day": WORKER, "export_allowance": FILE,
        "discard_draft": DRAFT, "save_draft": DRAFT, "look_up_history": REVEAL, "reveal_booking": REVEAL,
        "import_matter": FILE, "print_ticket": DEVICE, "remind_service_referrals": WORKER,
        "record_incident": ORDER, "read_incident": ORDER, "hand_over_incident": ORDER, "receive_incident": ORDER,
        "add_account": ORDER, "erase_incident": ORDER, "erase_incidents": WORKER,
    },
    "consultations": {"export_consultations": FILE, "plan_sitting_video": VIDEO},
    "hearings": {
        "cancel_seat": PUBLIC, "take_seat": PUBLIC, "export_pool": FILE,
        "grant_by_silence": WORKER, "plan_hearing_video": VIDEO, "invite_party_by_video": VIDEO,
    },
    "accountability": {
        "change_retention": "how long personal data is kept is decided by a person, with a reason",
        "issue_personal_file": REVEAL,
        "export_access_log": FILE, "export_advices": FILE, "export_assessment": FILE, "export_criticisms": FILE,
        "export_figure": FILE, "export_findings": FILE, "export_inspections": FILE, "export_repeated": FILE,
        "export_sample": FILE, "export_supervisions": FILE, "export_topic": FILE, "export_unusual_access": FILE,
        "answer_stationing_advice": WORKER, "fail_stationing_advice": WORKER, "start_stationing_advice": WORKER,
        "finish_report": WORKER, "retry_report": WORKER, "start_report": WORKER, "publish_digest": WORKER,
        "recount_indicators": WORKER, "verify_journal": WORKER, "redate_advice": WORKER, "redate_criticism": WORKER,
        "remind_advice": WORKER, "remind_criticism": WORKER,
    },
}  # fmt: skip

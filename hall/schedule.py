"""When the scheduler starts which task. What would only pile up behind a dead worker expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery.schedules import crontab

SCHEDULE: Mapping[str, Mapping[str, Any]] = {
    "sweep-deadlines": {"task": "cases.sweep_deadlines", "schedule": 60.0, "options": {"expires": 55}},
    "send-messages": {"task": "hall.send_messages", "schedule": 30.0, "options": {"expires": 25}},
    "sweep-video-rooms": {"task": "cases.sweep_video_rooms", "schedule": 60.0, "options": {"expires": 55}},
    "announce-events": {"task": "cases.announce_events", "schedule": 15.0, "options": {"expires": 14}},
    "send-deliveries": {"task": "staffing.send_deliveries", "schedule": 30.0, "options": {"expires": 25}},
    "record-silence": {"task": "consultations.record_silence", "schedule": 60.0, "options": {"expires": 55}},
    "lapse-consultations": {
        "task": "consultations.lapse_consultations",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "print-tickets": {"task": "intake.print_tickets", "schedule": 15.0, "options": {"expires": 14}},
    "render-documents": {"task": "hall.render_documents", "schedule": 30.0, "options": {"expires": 25}},
    "solve-proposals": {"task": "staffing.solve_proposals", "schedule": 30.0, "options": {"expires": 25}},
    "work-out-stationing": {
        "task": "accountability.work_out_stationing",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "recheck-deadlines": {"task": "cases.recheck_deadlines", "schedule": crontab(hour="2", minute="30")},
    "remind-ratings": {"task": "cases.remind_ratings", "schedule": 600.0, "options": {"expires": 590}},
    "expire-ratings": {"task": "cases.expire_ratings", "schedule": crontab(hour="0", minute="20")},
    "compute-figures": {"task": "cases.compute_figures", "schedule": crontab(hour="3", minute="40")},
    "propose-supervisions": {
        "task": "accountability.propose_supervisions",
        "schedule": crontab(hour="7-19", minute="25"),
    },
    "settle-bookings": {"task": "intake.settle_bookings", "schedule": 60.0, "options": {"expires": 55}},
    "remind-bookings": {"task": "intake.remind_bookings", "schedule": 300.0, "options": {"expires": 290}},
    "grant-silent-requests": {
        "task": "hearings.grant_silent_requests",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "lapse-hearings": {"task": "hearings.lapse_hearings", "schedule": 300.0, "options": {"expires": 290}},
    "count-months": {"task": "accountability.count_months", "schedule": 600.0, "options": {"expires": 590}},
    "make-reports": {"task": "accountability.make_reports", "schedule": 60.0, "options": {"expires": 55}},
    "check-months": {"task": "accountability.check_months", "schedule": crontab(hour="4", minute="10")},
    "publish-digests": {
        "task": "accountability.publish_digests",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "verify-journal": {"task": "accountability.verify_journal", "schedule": crontab(hour="4", minute="10")},
    "remind-advices": {
        "task": "accountability.remind_advices",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "redate-sanctions": {
        "task": "accountability.redate_sanctions",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "warn-gaps": {"task": "staffing.warn_gaps", "schedule": crontab(hour="9,15", minute="0")},
    "warn-not-come": {
        "task": "staffing.warn_not_come",
        "schedule": crontab(hour="8-18", minute="*/5"),
        "options": {"expires": 280},
    },
    "open-findings": {"task": "accountability.open_findings", "schedule": 600.0, "options": {"expires": 590}},
    "lapse-statements": {
        "task": "accountability.lapse_statements",
        "schedule": crontab(hour="0", minute="40"),
    },
    "settle-assessments": {
        "task": "accountability.settle_assessments",
        "schedule": crontab(hour="0", minute="45"),
    },
    "trace-repeats": {"task": "accountability.trace_repeats", "schedule": 600.0, "options": {"expires": 590}},
    "close-days": {
        "task": "intake.close_days",
        "schedule": crontab(minute="35"),
        "options": {"expires": 3000},
    },
    "scan-files": {"task": "cases.scan_files", "schedule": 300.0, "options": {"expires": 290}},
    "rescan-files": {"task": "cases.rescan_files", "schedule": crontab(hour="1", minute="10")},
    "sweep-retention": {"task": "accountability.sweep_retention", "schedule": crontab(hour="3", minute="5")},
    "import-national-rows": {
        "task": "cases.import_national_rows",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "make-national-exports": {
        "task": "cases.make_national_exports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "remind-referred": {"task": "intake.remind_referred", "schedule": crontab(hour="8-18", minute="20")},
    "settle-recordings": {"task": "cases.settle_recordings", "schedule": 60.0, "options": {"expires": 55}},
}

"""The verbs at the door of the hall, the only writers of visits and tickets."""

from intake.actions.assign_windows import assign_windows
from intake.actions.book import (
    accept_place,
    advance_booking,
    book_for_visitor,
    book_reception,
    cancel_booking,
    confirm_booking,
)
from intake.actions.booking_door import (
    check_in_booking,
    invite_booking_to_video,
    miss_booking,
    reveal_booking,
)
from intake.actions.booking_sweeps import forget_bookings, remind_bookings, settle_bookings
from intake.actions.call import call_next, call_ticket, recall_ticket
from intake.actions.close_day import close_day
from intake.actions.guidance import (
    accept_service_referral,
    correct_talk,
    decline_service_referral,
    record_talk,
    refer_to_service,
    remind_service_referrals,
    report_service_result,
    withdraw_service_referral,
)
from intake.actions.import_matters import MatterRow, import_matter
from intake.actions.incidents import (
    add_account,
    erase_incident,
    erase_incidents,
    hand_over_incident,
    read_incident,
    receive_incident,
    record_incident,
)
from intake.actions.link_visit import link_visit
from intake.actions.look_up_history import look_up_history
from intake.actions.print_jobs import print_ticket, work_off
from intake.actions.queue import (
    finish_ticket,
    leave_hall,
    miss_ticket,
    park_ticket,
    reinstate_ticket,
    serve_ticket,
    transfer_ticket,
)
from intake.actions.record_service import correct_service, export_allowance, record_service, take_over_service
from intake.actions.register_visit import register_visit
from intake.actions.save_draft import clear_drafts, discard_draft, save_draft
from intake.actions.take_number import take_number

__all__ = [
    "MatterRow",
    "accept_place",
    "accept_service_referral",
    "add_account",
    "advance_booking",
    "assign_windows",
    "book_for_visitor",
    "book_reception",
    "call_next",
    "call_ticket",
    "cancel_booking",
    "check_in_booking",
    "clear_drafts",
    "close_day",
    "confirm_booking",
    "correct_service",
    "correct_talk",
    "decline_service_referral",
    "discard_draft",
    "erase_incident",
    "erase_incidents",
    "export_allowance",
    "finish_ticket",
    "forget_bookings",
    "hand_over_incident",
    "import_matter",
    "invite_booking_to_video",
    "leave_hall",
    "link_visit",
    "look_up_history",
    "miss_booking",
    "miss_ticket",
    "park_ticket",
    "print_ticket",
    "read_incident",
    "recall_ticket",
    "receive_incident",
    "record_incident",
    "record_service",
    "record_talk",
    "refer_to_service",
    "register_visit",
    "reinstate_ticket",
    "remind_bookings",
    "remind_service_referrals",
    "report_service_result",
    "reveal_booking",
    "save_draft",
    "serve_ticket",
    "settle_bookings",
    "take_number",
    "take_over_service",
    "transfer_ticket",
    "withdraw_service_referral",
    "work_off",
]

"""The addresses at the door of the hall: queue, console, display; registration."""

from django.urls import path

from intake import api, public
from intake.views import (
    bookings,
    categories,
    console,
    guide,
    materials,
    moves,
    people,
    receipt,
    register,
    services,
    visits,
    windows,
)

app_name = "intake"
urlpatterns = [
    # Without a login
    path("kiosk/<slug:hall>/", public.kiosk, name="kiosk"),
    path("kiosk/<slug:hall>/<uuid:token>/", public.kiosk_done, name="kiosk-done"),
    path("kiosk/<slug:hall>/<uuid:token>/paper/", public.kiosk_paper, name="kiosk-paper"),
    path("kiosk/<slug:hall>/<uuid:token>/print/", public.kiosk_print, name="kiosk-print"),
    path("tickets/<uuid:token>/", public.ticket, name="ticket"),
    path("tickets/<uuid:token>/live/", public.ticket_live, name="ticket-live"),
    path("tickets/<uuid:token>/print/", public.ticket_print, name="ticket-print"),
    path("display/<slug:hall>/", public.display, name="display"),
    path("display/<slug:hall>/live/", public.display_live, name="display-live"),
    path("api/halls/<slug:hall>/display", api.DisplayFeed.as_view(), name="display-feed"),
    # Booking a place with a leader
    path(
        "halls/<slug:code>/receptions/<int:reception_id>/book/", public.book_reception, name="book-reception"
    ),
    path("bookings/<uuid:token>/", public.booking, name="booking"),
    path("bookings/<uuid:token>/confirm/", public.confirm_booking, name="confirm-booking"),
    path("bookings/<uuid:token>/accept/", public.accept_place, name="accept-place"),
    path("bookings/<uuid:token>/cancel/", public.cancel_booking, name="cancel-booking"),
    path("bookings/<uuid:token>/booking.ics", public.booking_ics, name="booking-ics"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("receptions/<int:reception_id>/bookings/", bookings.reception_bookings, name="reception-bookings"),
    path("receptions/<int:reception_id>/bookings/new/", bookings.book_for_visitor, name="book-for-visitor"),
    path("bookings/<int:booking_id>/accept/", bookings.accept_place, name="accept-place"),
    path("bookings/<int:booking_id>/advance/", bookings.advance_booking, name="advance-booking"),
    path("bookings/<int:booking_id>/cancel/", bookings.cancel_booking, name="cancel-booking"),
    path("bookings/<int:booking_id>/check-in/", bookings.check_in_booking, name="check-in-booking"),
    path(
        "bookings/<int:booking_id>/invite-to-video/",
        bookings.invite_booking_to_video,
        name="invite-booking-to-video",
    ),
    path("bookings/<int:booking_id>/miss/", bookings.miss_booking, name="miss-booking"),
    path("bookings/<int:booking_id>/reveal/", bookings.reveal_booking, name="reveal-booking"),
    # The window
    path("console/", console.console_choice, name="console"),
    path("console/<int:window>/", console.console, name="console"),
    path("console/<int:window>/board/", console.console_board, name="console-board"),
    path("console/<int:window>/call-next/", moves.call_next, name="call-next"),
    path("console/<int:window>/call-ticket/<int:ticket>/", moves.call_ticket, name="call-ticket"),
    path("api/windows/<int:window>/console", api.ConsoleFeed.as_view(), name="console-feed"),
    path("tickets/<int:ticket>/recall/", moves.recall_ticket, name="recall-ticket"),
    path("tickets/<int:ticket>/serve/", moves.serve_ticket, name="serve-ticket"),
    path("tickets/<int:ticket>/miss/", moves.miss_ticket, name="miss-ticket"),
    path("tickets/<int:ticket>/park/", moves.park_ticket, name="park-ticket"),
    path("tickets/<int:ticket>/transfer/", moves.transfer_ticket, name="transfer-ticket"),
    path("tickets/<int:ticket>/finish/", moves.finish_ticket, name="finish-ticket"),
    path("tickets/<int:ticket>/reinstate/", moves.reinstate_ticket, name="reinstate-ticket"),
    path("tickets/<int:ticket>/leave/", moves.leave_hall, name="leave-hall"),
    path("tickets/<int:ticket>/print/", guide.print_ticket, name="print-ticket"),
    # The guide desk
    path("guide/", guide.guide_choice, name="guide-desk"),
    path("guide/<slug:hall>/", guide.guide_desk, name="guide-desk"),
    path("guide/<slug:hall>/board/", guide.guide_board, name="guide-board"),
    path("guide/<slug:hall>/take-number/", guide.take_number, name="take-number"),
    path("queue-windows/", windows.assign_windows, name="assign-windows"),
    path("queue-windows/<slug:hall>/", windows.assign_windows, name="assign-windows"),
    path("queue-day/", guide.queue_day, name="queue-day"),
    path("queue-day/<slug:hall>/", guide.queue_day, name="queue-day"),
    # Registration
    path("register/", register.register, name="register"),
    path("register/draft/", register.autosave, name="save-draft"),
    path("register/draft/<uuid:token>/discard/", register.discard, name="discard-draft"),
    path("register/history/", register.look_up, name="look-up-history"),
    path("register/contact/", register.reuse_contact, name="reuse-contact"),
    path("register/categories/", categories.find_category, name="find-category"),
    path("petitioners/<int:pk>/", people.person, name="person"),
    path("receipts/<int:case>/", receipt.receipt, name="receipt"),
    path("cases/<int:case>/materials/add/", materials.add_material, name="add-material"),
    path("cases/<int:case>/visits/add/", visits.link_visit, name="link-visit"),
    # Help from outside
    path("services/", services.services, name="services"),
    path("services/new/", services.record_service, name="record-service"),
    path("services/allowance.xlsx", services.export_allowance, name="export-allowance"),
    path("services/<int:pk>/", services.service, name="service"),
    path("services/<int:pk>/correct/", services.correct_service, name="correct-service"),
    path("services/<int:pk>/take-over/", services.take_over_service, name="take-over-service"),
    path("cases/<int:case>/services/", services.case_services, name="case-services"),
]

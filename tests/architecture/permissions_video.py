"""Video rooms: read as `permissions` says. Whoever holds no seat by a cookie is told that another browser has it."""

from tests.architecture.note_doors import NOTES
from tests.architecture.permissions_video_evidence import EVIDENCE
from tests.architecture.recording_doors import RECORDINGS

VIDEO = """
# video
/video/                                    GET   in   200  403  200  200  200  200  200  200  403  200  403
/video/new/                                GET   in   200  403  403  403  403  403  200  403  403  200  403
/video/new/                                POST  in   302  403  403  403  403  403  302  403  403  302  403
/video/rooms/<room_id>/                    GET   in   200  404  200  200  404  404  200  200  404  404  404
/video/rooms/<room_id>/approve/            POST  in   403  404  302  302  404  404  403  403  404  404  404
/video/rooms/<room_id>/cancel/             POST  in   302  404  403  403  404  404  302  403  404  404  404
/video/rooms/<room_id>/decline/            POST  in   403  404  302  302  404  404  403  403  404  404  404
/video/rooms/<room_id>/end/                GET   in   200  404  404  200  404  404  200  200  404  404  404
/video/rooms/<room_id>/end/                POST  in   302  404  404  403  404  404  302  403  404  404  404
/video/rooms/<room_id>/invite/             POST  in   302  404  403  403  404  404  302  403  404  404  404
/video/rooms/<room_id>/open/               POST  in   302  404  403  403  404  404  302  403  404  404  404
/video/seats/<seat_id>/admit/              POST  in   302  404  404  403  404  404  302  403  404  404  404
/video/seats/<seat_id>/refuse/             POST  in   302  404  404  403  404  404  302  403  404  404  404
/bookings/<booking_id>/invite-to-video/    POST in   409  403  403  403  403  403  409  403  403  404  403
/video/link/<secret>/                      GET   200
/video/link/<secret>/                      POST  302
/video/<token>/                            GET   404  200  404  404  200  404  404  404  404  404  404  404
/video/<token>/join/                       POST  404  302  404  404  302  404  404  404  404  404  404  404
/video/<token>/leave/                      POST  409
/video/<token>/events/                     GET   409
/video/<token>/signal/                     POST  409
/video/<token>/jitsi/                      GET   409
"""
VIDEO += RECORDINGS
VIDEO += NOTES
VIDEO += EVIDENCE

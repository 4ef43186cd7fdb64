"""The shared note of a video room: typed, read back, signed at each end, closed as a paper. Pure."""

from __future__ import annotations

from cases.lifecycle.video import HOST_ROLES, SOMEONE
from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ANSWERS = {
    "signed": _("已签名"),
    "refused": _("拒绝签名"),
    "aloud": _("不能签名，宣读后口头确认"),
    "gone": _("签名前掉线或者离开"),
}
"""What one end said to one reading. The last two are taken down by the host, with a witness or a reason."""
BY_HOST = ("aloud", "gone")
STANDING = ("read_back", "closed")
"""While one of these is there, nobody types."""

VIDEO_NOTE = Lifecycle(
    name="video_note",
    initial=("read_back", "unsigned"),
    states=(
        State("read_back", _("已宣读，等候签名")),
        State("corrected", _("退回更正"), final=True),
        State("closed", _("已定稿"), final=True),
        State("unsigned", _("没有签完"), final=True),
    ),
    moves=(
        Move("sign_video_note", ("read_back",), "read_back", SOMEONE),
        Move("refuse_video_note", ("read_back",), "read_back", SOMEONE),
        Move("witness_video_note", ("read_back",), "read_back", HOST_ROLES),
        Move("correct_video_note", ("read_back",), "corrected", SOMEONE),
        Move("close_video_note", ("read_back",), "closed", HOST_ROLES),
        Move("end_video_room", ("read_back",), "unsigned", HOST_ROLES),
    ),
)

"""A video room and the seats in it: who opens, lets in, leaves, ends. Pure."""

from __future__ import annotations

from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

HOST_ROLES = ("clerk", "hall_manager")
"""Who keeps the hall's end: plans, opens, lets in, ends."""
REMOTE_ROLES = ("leader", "liaison", "department_head")
"""The remote side, which says beforehand that it will be there."""
SOMEONE = ("seat",)
"""Whoever holds the seat: by a link or by a post."""

ROOM_KINDS = {
    "reception": _("领导视频接访"),
    "consultation": _("视频会商"),
    "hearing": _("听证远程参加"),
}
SEAT_ROLES = {
    "petitioner": _("信访人"),
    "leader": _("接访领导"),
    "unit": _("责任单位"),
    "clerk": _("大厅工作人员"),
    "lawyer": _("律师"),
    "other": _("其他人员（翻译等）"),
}
SEATS = 6
"""A mesh: each end sends its picture to every other one, and an ordinary uplink carries five."""
PRESENCE_KINDS = {
    "joined": _("进入等候"),
    "admitted": _("准许进入"),
    "connected": _("画面接通"),
    "dropped": _("掉线"),
    "returned": _("重新连上"),
    "left": _("离开"),
    "quality": _("画面质量下降"),
}

LIVE = ("planned", "open")
"""A room that will be, or is."""

VIDEO_ROOM = Lifecycle(
    name="video_room",
    initial=("planned",),
    states=(
        State("planned", _("已安排")),
        State("open", _("进行中")),
        State("ended", _("已结束"), final=True),
        State("released", _("未按时开始，已释放"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    moves=(
        Move("invite_to_video_room", ("planned",), "planned", HOST_ROLES),
        Move("invite_to_video_room", ("open",), "open", HOST_ROLES),
        Move("approve_video_room", ("planned",), "planned", REMOTE_ROLES),
        Move("decline_video_room", ("planned",), "cancelled", REMOTE_ROLES),
        Move("cancel_video_room", ("planned",), "cancelled", HOST_ROLES),
        Move("open_video_room", ("planned",), "open", HOST_ROLES),
        Move("end_video_room", ("open",), "ended", HOST_ROLES),
        Move("release_video_rooms", ("planned",), "released", ("system",)),
    ),
)
VIDEO_SEAT = Lifecycle(
    name="video_seat",
    initial=("invited",),
    states=(
        State("invited", _("已邀请")),
        State("waiting", _("等候中")),
        State("admitted", _("在房间里")),
        State("left", _("已离开")),
        State("refused", _("未获准进入"), final=True),
    ),
    moves=(
        Move("join_video_room", ("invited", "left"), "waiting", SOMEONE),
        Move("join_video_room", ("waiting",), "waiting", SOMEONE),
        Move("join_video_room", ("admitted",), "admitted", SOMEONE),
        Move("admit_to_video_room", ("waiting",), "admitted", HOST_ROLES),
        Move("refuse_video_seat", ("invited", "waiting", "admitted", "left"), "refused", HOST_ROLES),
        Move("leave_video_room", ("waiting", "admitted"), "left", SOMEONE),
    ),
)

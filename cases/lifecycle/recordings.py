"""The recording of a video room: asked for, made with everyone's consent, closed, erased. Pure."""

from __future__ import annotations

from cases.lifecycle.video import HOST_ROLES
from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "《个人信息保护法》第十四条、第二十九条"
WITHDRAWAL = "《个人信息保护法》第十五条、第四十七条"
LIVE = ("asked", "recording", "paused")
"""A room has one recording in one of these at a time."""
RUNNING = ("recording", "paused")
KEPT = ("finishing", "complete", "incomplete")

CONSENTS = {"given": _("同意录像"), "refused": _("不同意录像"), "withdrawn": _("撤回同意")}
WISHES = {"keep": _("保留已经录下的"), "erase": _("删除已经录下的")}
"""What becomes of what is there when a consent is withdrawn: the person decides."""
STOPS = {
    "host": _("大厅停止录像"),
    "withdrawn": _("有人撤回同意"),
    "room_ended": _("视频接访结束"),
    "interrupted": _("录像的浏览器中断"),
}
CUT_OFF = ("interrupted",)
"""After these something is missing at the end, even when every part that was made has come."""

RECORDING = Lifecycle(
    name="recording",
    initial=("asked",),
    states=(
        State("asked", _("正在征求同意")),
        State("recording", _("正在录像")),
        State("paused", _("暂停录像")),
        State("finishing", _("正在保存")),
        State("complete", _("完整")),
        State("incomplete", _("不完整")),
        State("dropped", _("没有录像"), final=True),
        State("erased", _("已删除"), final=True),
    ),
    moves=(
        Move("start_recording", ("asked",), "recording", HOST_ROLES, ARTICLE),
        Move("drop_recording", ("asked",), "dropped", HOST_ROLES),
        Move("pause_recording", ("recording",), "paused", HOST_ROLES),
        Move("resume_recording", ("paused",), "recording", HOST_ROLES, ARTICLE),
        Move("stop_recording", RUNNING, "finishing", HOST_ROLES),
        Move("withdraw_recording_consent", RUNNING, "finishing", ("seat",), WITHDRAWAL),
        Move("complete_recording", ("finishing",), "complete", ("system",)),
        Move("close_recording", ("finishing",), "incomplete", ("system",)),
        Move("erase_recording", KEPT, "erased", ("hall_manager",), WITHDRAWAL),
    ),
)

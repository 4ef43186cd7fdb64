"""A month report: asked for, made by a worker, kept. Pure."""

from __future__ import annotations

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

MONTH_REPORT = Lifecycle(
    name="month_report",
    initial=("queued",),
    states=(
        State("queued", _("排队中")),
        State("making", _("正在生成")),
        State("ready", _("已生成"), final=True),
        State("failed", _("没有生成"), final=True),
    ),
    moves=(
        Move("start_report", ("queued", "making"), "making", ("system",)),
        Move("retry_report", ("making",), "queued", ("system",)),
        Move("finish_report", ("making",), "ready", ("system",)),
        Move("fail_report", ("making",), "failed", ("system",)),  # the last retry, or the last start
    ),
)

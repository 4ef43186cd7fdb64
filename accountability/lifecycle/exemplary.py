"""Exemplary cases (典型案例): marked to learn from, taken back when that was wrong. Pure."""

from __future__ import annotations

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "国信发〔2015〕12号（六）"
MARKING = ("supervisor", "hall_manager")

EXEMPLARY = Lifecycle(
    name="exemplary",
    initial=("marked",),
    states=(
        State("marked", _("典型案例"), resting=True),
        State("withdrawn", _("已撤销"), final=True),
    ),
    moves=(Move("withdraw_exemplary", ("marked",), "withdrawn", MARKING, ARTICLE),),
)

"""The verbs; each name here is one act, journalled under that name."""

from hearings.actions.panel import draw_panel, replace_member
from hearings.actions.parties import add_party, remove_party
from hearings.actions.pool import (
    add_to_pool,
    change_pool_member,
    export_pool,
    restore_pool_member,
    retire_pool_member,
)
from hearings.actions.recusals import decide_recusal, request_recusal
from hearings.actions.scheduling import schedule_hearing
from hearings.rules import NewParty, PoolFacts, When

__all__ = [
    "NewParty",
    "PoolFacts",
    "When",
    "add_party",
    "add_to_pool",
    "change_pool_member",
    "decide_recusal",
    "draw_panel",
    "export_pool",
    "remove_party",
    "replace_member",
    "request_recusal",
    "restore_pool_member",
    "retire_pool_member",
    "schedule_hearing",
]

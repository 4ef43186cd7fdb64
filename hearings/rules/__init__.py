"""What may be done to a hearing, by whom, in which state. A refusal carries the sentence that the person reads."""

from hearings.rules.panel import (
    check_can_decide_recusal,
    check_can_draw_panel,
    check_can_replace_member,
    check_can_request_recusal,
)
from hearings.rules.parties import NewParty, check_can_add_party, check_can_remove_party
from hearings.rules.pool import (
    PoolFacts,
    check_can_add_to_pool,
    check_can_change_pool_member,
    check_can_export_pool,
    check_can_restore_pool_member,
    check_can_retire_pool_member,
    check_reads_pool,
)
from hearings.rules.scheduling import When, check_can_schedule_hearing

__all__ = [
    "NewParty",
    "PoolFacts",
    "When",
    "check_can_add_party",
    "check_can_add_to_pool",
    "check_can_change_pool_member",
    "check_can_decide_recusal",
    "check_can_draw_panel",
    "check_can_export_pool",
    "check_can_remove_party",
    "check_can_replace_member",
    "check_can_request_recusal",
    "check_can_restore_pool_member",
    "check_can_retire_pool_member",
    "check_can_schedule_hearing",
    "check_reads_pool",
]

"""What the codes of this room's verbs may be."""

from cases.lifecycle import SERVICE_METHODS
from hall.clock import Unit
from hall.machines.arguments import Codes
from hearings.lifecycle import (
    CATEGORIES,
    CLOSED_GROUNDS,
    END_GROUNDS,
    FINDINGS,
    OPEN_GROUNDS,
    POSTPONE_GROUNDS,
    RECUSAL_GROUNDS,
    SIGNED,
    SUSPEND_GROUNDS,
)
from hearings.queries.rule_sets import PERIODS
from hearings.rules.parties import PARTY_KINDS

CODES: Codes = {
    "NewParty.kind": PARTY_KINDS,
    **{f"OwnNumbers.{name}_unit": [unit.value for unit in Unit] for name in PERIODS},
    "PoolFacts.category": list(CATEGORIES),
    "PoolFilter.category": ["", *CATEGORIES],
    "PoolFilter.state": ["", "past", "all"],
    "conclude_hearing.finding": list(FINDINGS),
    "record_finding.finding": list(FINDINGS),
    "end_hearing.ground": list(END_GROUNDS),
    "grant_hearing.closed_ground": ["", *CLOSED_GROUNDS],
    "open_hearing.closed_ground": ["", *CLOSED_GROUNDS],
    "set_openness.closed_ground": ["", *CLOSED_GROUNDS],
    "open_hearing.ground": list(OPEN_GROUNDS),
    "postpone_hearing.ground": list(POSTPONE_GROUNDS),
    "suspend_hearing.ground": list(SUSPEND_GROUNDS),
    "request_recusal.ground": list(RECUSAL_GROUNDS),
    "sign_page.outcome": list(SIGNED),
    "Proof.method": list(SERVICE_METHODS),
}

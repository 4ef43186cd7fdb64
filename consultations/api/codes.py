"""What the codes of this room's verbs may be."""

from consultations.lifecycle import GROUNDS_OF_CONFERENCE, POSITIONS
from hall.machines.arguments import Codes

CODES: Codes = {
    "Answer.position": list(POSITIONS),
    "refer_to_conference.ground": list(GROUNDS_OF_CONFERENCE),
    "ConsultationFilter.scope": ["", "unit", "hall"],
    "CommitmentFilter.scope": ["", "unit", "hall"],
    "CommitmentFilter.state": ["running", "open", "reported", "fulfilled", "dropped", "all"],
}

"""What the codes of this room's verbs may be."""

from cases.lifecycle import CHANNELS, ID_KINDS, PURPOSES
from cases.models import CaseParty, Petitioner
from hall.machines.arguments import Codes
from intake.lifecycle import PRIORITY_REASONS

CODES: Codes = {
    "take_number.priority_reason": ["", *PRIORITY_REASONS],
    "NewCase.channel": list(CHANNELS),
    "NewCase.purpose": list(PURPOSES),
    "Person.role": [code for code, _words in CaseParty.ROLES],
    "Person.sex": [code for code, _words in Petitioner.SEXES],
    "Person.id_kind": list(ID_KINDS),
}

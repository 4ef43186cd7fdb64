"""What the codes of this room's verbs may be, and bodies as a careful client sends them."""

from typing import Any

from cases.forms.exchange_cells import READABLE
from cases.lifecycle import (
    ADOPTIONS,
    CHANNELS,
    CONCLUSIONS,
    GROUNDS,
    ID_KINDS,
    LINKS,
    NOTE_KINDS,
    OUTCOMES_OF_CHARGE,
    OUTCOMES_OF_VISIT,
    PARTS,
    PURPOSES,
    REVIEW_OUTCOMES,
    SERVICE_METHODS,
    SERVICE_OUTCOMES,
)
from cases.models import CaseParty, NationalExport, Petitioner, Referral, Settlement
from cases.queries.exchange import ENTERED
from hall.machines.arguments import Codes
from staffing.lifecycle import LEVELS, PARTICIPANT_KINDS

CODES: Codes = {
    "NewCase.channel": list(CHANNELS),
    "NewCase.purpose": list(PURPOSES),
    "Person.role": [code for code, _words in CaseParty.ROLES],
    "Person.sex": [code for code, _words in Petitioner.SEXES],
    "Person.id_kind": list(ID_KINDS),
    "Answer.conclusion": ["", *CONCLUSIONS],
    "Service.method": list(SERVICE_METHODS),
    "Service.outcome": list(SERVICE_OUTCOMES),
    "Charge.level": list(LEVELS),
    "accept_case.ground": ["", *GROUNDS],
    "decline_case.ground": list(GROUNDS),
    "decline_closed_case.ground": ["", *GROUNDS],
    "forward_case.ground": ["", *GROUNDS],
    "forward_case.kind": [code for code, _words in Referral.KINDS],
    "guide_case.ground": list(GROUNDS),
    "ExchangeFilter.entered": list(ENTERED),
    "ask_national_export.file_format": [code for code, _words in NationalExport.FORMATS],
    "map_national_file.columns": [one.code for one in READABLE],
    "answer_suggestion.adoption": list(ADOPTIONS),
    "conclude_field_visit.outcome": list(OUTCOMES_OF_VISIT),
    "end_sponsorship.outcome": list(OUTCOMES_OF_CHARGE),
    "involve_unit.part": list(PARTS),
    "issue_review.outcome": list(REVIEW_OUTCOMES),
    "issue_reexamination.outcome": list(REVIEW_OUTCOMES),
    "link_cases.kind": list(LINKS),
    "note_service.kind": list(PARTICIPANT_KINDS),
    "record_work.kind": list(NOTE_KINDS),
    "settle_case.kind": [code for code, _words in Settlement.KINDS],
}
EXAMPLES: dict[str, Any] = {
    "register_case": {
        "new": {
            "channel": "visit", "purpose": "request", "title": "工地欠薪三个月",
            "content": "在城东工地做工三个月，工资一直没有发。", "received_on": "2026-03-02",
            "people": [{"name": "郑大勇", "phone": "13900010001"}], "claims": ["支付拖欠的工资"],
        }
    },
    "forward_case": {"department_id": 7, "reason": "属于劳动保障监察职责，转送办理。", "kind": "forward"},
    "accept_case": {"department_id": 7, "reason": "属于本单位职责，依法受理。"},
    "draft_opinion": {
        "rows": [
            {"claim_id": 31, "conclusion": "support", "facts": "查明拖欠工资三个月。", "basis": "《劳动法》第五十条",
             "answer": "责令用人单位七日内支付。"}
        ]
    },
    "serve_opinion": {
        "service": {"method": "direct", "outcome": "served", "served_on": "2026-03-20", "receiver": "郑大勇"}
    },
    "ask_national_export": {
        "asked": {"hall_id": 1, "first": "2026-03-01", "last": "2026-03-31", "entered": "no"}, "file_format": "xlsx",
    },
    "map_national_file": {
        "columns": {"0": "xfrq", "1": "xfxs", "2": "bt", "3": "tsnr", "4": "xfmddm", "5": "xm"},
        "save_as": "市平台导出的文件",
    },
    "close_case": {"reason": "信访人接受处理意见。"},
    "raise_urgent": {"reason": "多人聚集讨薪，可能影响公共秩序。"},
}  # fmt: skip

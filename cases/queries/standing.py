"""Where a case stands: the facts beside its state that decide who may do what now, read in one statement.

Rules ask for it again and again for one page; it is kept on the case that was read, so they cost one statement
together.
An action reads the case anew under its lock and so gets a new one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Case, Objection
from hall.batch import planned

_PARTS: Mapping[str, str] = {
    "objection": """
        SELECT x.id, x.kind, x.department_id, x.suggested_id FROM cases_objection x
        WHERE x.case_id = c.id AND x.status = 'open'""",
    "objected": f"""
        SELECT x.department_id AS id FROM cases_objection x
        WHERE x.case_id = c.id AND x.status = 'dismissed' AND x.decision <> '{Objection.TAKEN_BACK}'""",  # noqa: S608
    "object_ended": """
        SELECT x.id, x.due_on FROM cases_deadline x
        WHERE x.case_id = c.id AND x.kind = 'object' AND x.department_id = c.first_handler_id
            AND x.void_at IS NOT NULL ORDER BY x.id DESC LIMIT 1""",
    "extension": """
        SELECT x.id, x.days, x.requested_by_id, x.deadline_id FROM cases_extension x
        WHERE x.case_id = c.id AND x.status = 'requested'""",
    "units": """
        SELECT x.id, x.department_id, x.part, x.kind, x.answered_at,
            coalesce(x.received_at, x.sent_at) AS received_at FROM cases_referral x
        WHERE x.case_id = c.id AND x.ended_at IS NULL ORDER BY x.id""",
    "clocks": """
        SELECT x.id, x.kind, x.department_id, x.started_on, x.due_on, x.due_at, x.extension_days FROM cases_deadline x
        WHERE x.case_id = c.id AND x.met_at IS NULL AND x.void_at IS NULL ORDER BY x.id""",
    "opinion": """
        SELECT x.id, x.status, x.round, x.drafted_by_id, x.department_id FROM cases_opinion x
        WHERE x.case_id = c.id AND x.status IN ('draft', 'submitted', 'countersigned')""",
    "issued": """
        SELECT x.id, x.round, x.document_id, x.department_id FROM cases_opinion x
        WHERE x.case_id = c.id AND x.status = 'issued' ORDER BY x.id DESC LIMIT 1""",
    "reviews": """
        SELECT x.id, x.stage, x.round, x.status, x.outcome, x.department_id, x.document_id FROM cases_review x
        WHERE x.case_id = c.id ORDER BY x.id""",
    "served": """
        SELECT x.document_id AS id, x.served_on FROM cases_servicerecord x
        WHERE x.case_id = c.id AND x.outcome <> 'failed'""",
    "claims": """
        SELECT x.id, x.number, r.clause FROM cases_claim x LEFT JOIN cases_statutoryroute r ON r.id = x.route_id
        WHERE x.case_id = c.id AND x.transferred_at IS NULL AND x.split_to_id IS NULL ORDER BY x.number""",
    "triage": """
        SELECT x.ground FROM cases_triage x WHERE x.case_id = c.id""",
    "supplement": """
        SELECT x.id FROM cases_supplement x WHERE x.case_id = c.id AND x.received_at IS NULL""",
    "reported": """
        SELECT x.id FROM cases_urgentreport x WHERE x.case_id = c.id LIMIT 1""",
    "barred": """
        SELECT x.user_id, x.department_id FROM cases_respondent x WHERE x.case_id = c.id
        UNION ALL SELECT x.user_id, NULL FROM cases_recusal x WHERE x.case_id = c.id""",
    "docket": """
        SELECT x.id, x.reception_id, r.leader_id, r.starts_at FROM cases_docketitem x
        JOIN staffing_leaderreception r ON r.id = x.reception_id
        WHERE x.case_id = c.id AND x.removed_at IS NULL AND r.status <> 'cancelled' ORDER BY r.starts_at DESC, x.id""",
    "instructions": """
        SELECT x.id, x.department_id, x.leader_id, x.status, x.due_on FROM cases_instruction x
        WHERE x.case_id = c.id AND x.status IN ('given', 'reported') ORDER BY x.id""",
    "proceedings": """
        SELECT x.id, x.kind, x.ref, x.stage, x.blocks_opinion FROM cases_proceeding x
        WHERE x.case_id = c.id AND x.ended_on IS NULL ORDER BY x.id""",
    "follow_up": """
        SELECT x.id FROM cases_followup x WHERE x.case_id = c.id AND x.status = 'open' ORDER BY x.id""",
}
STANDING = ", ".join(  # constants alone
    f"'{name}', (SELECT coalesce(jsonb_agg(to_jsonb(rows)), '[]') FROM ({rows}) AS rows)"  # noqa: S608
    for name, rows in _PARTS.items()
)
"""The pairs of a `jsonb_build_object` over a case `c`: for a statement that reads the case anyway."""
_SELECT = f"SELECT jsonb_build_object({STANDING})::text FROM cases_case c WHERE c.id = %s"  # noqa: S608 - constants
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """The open things of a case. Rows keep the names of their fields; dates in them are ISO text."""

    objection: Row | None
    objected: tuple[int, ...]
    object_ended: Row | None
    extension: Row | None
    units: list[Row]
    clocks: list[Row]
    opinion: Row | None
    issued: Row | None
    reviews: list[Row]
    served: dict[int, dt.date]
    claims: list[Row]
    ground: str
    supplement: Row | None
    is_reported: bool
    barred_users: frozenset[int]
    barred_units: frozenset[int]
    docket: list[Row]
    instructions: list[Row]
    proceedings: list[Row]
    follow_up: Row | None

    def clock(self, kind: str) -> Row | None:
        """The running period of that kind."""
        return next((row for row in self.clocks if row["kind"] == kind), None)

    def is_running(self, kind: str, now: dt.datetime) -> bool:
        """A period of that kind runs and has not passed."""
        row = self.clock(kind)
        return bool(row and row["due_at"] and now < dt.datetime.fromisoformat(row["due_at"]))

    @property
    def awaited_hearing(self) -> Row | None:
        """A hearing that was granted and is not over: what it finds belongs into the opinion."""
        return next((row for row in self.proceedings if row["blocks_opinion"]), None)

    @property
    def review(self) -> Row | None:
        """The request that waits for its decision."""
        return next((row for row in self.reviews if row["status"] == "requested"), None)

    @property
    def round(self) -> int:
        """Which handling this is: the first, or one that a review has ordered."""
        return 1 + len([row for row in self.reviews if row["outcome"] == "redo"])

    def part_of(self, department_ids: tuple[int, ...]) -> Row | None:
        """The referral by which one of these units takes part in the matter, or has a copy."""
        return next((row for row in self.units if row["department_id"] in department_ids), None)

    def is_served(self, document_id: int | None) -> bool:
        return document_id in self.served


def standing_from(facts: Mapping[str, list[Row]]) -> Standing:
    """Out of the object that `STANDING` builds."""

    def first(name: str) -> Row | None:
        return next(iter(facts[name]), None)

    return Standing(
        objection=first("objection"),
        objected=tuple(row["id"] for row in facts["objected"]),
        object_ended=first("object_ended"),
        extension=first("extension"),
        units=facts["units"],
        clocks=facts["clocks"],
        opinion=first("opinion"),
        issued=first("issued"),
        reviews=facts["reviews"],
        served={row["id"]: dt.date.fromisoformat(row["served_on"]) for row in facts["served"]},
        claims=facts["claims"],
        ground=(first("triage") or {"ground": ""})["ground"],
        supplement=first("supplement"),
        is_reported=bool(facts["reported"]),
        barred_users=frozenset(row["user_id"] for row in facts["barred"] if row["user_id"]),
        barred_units=frozenset(row["department_id"] for row in facts["barred"] if row["department_id"]),
        docket=facts["docket"],
        instructions=facts["instructions"],
        proceedings=facts["proceedings"],
        follow_up=first("follow_up"),
    )


def standing(case: Case) -> Standing:
    """Of this case as it was read; one statement the first time it is asked."""
    known: Standing | None = case.__dict__.get("_standing")
    if known is None:
        ((facts,),) = planned(_SELECT, [case.pk])
        known = standing_from(json.loads(facts))
        keep_standing(case, known)
    return known


def keep_standing(case: Case, known: Standing) -> None:
    case.__dict__["_standing"] = known

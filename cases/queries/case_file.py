"""The case file whole: everything attached to a case, and the right to see it, in one statement.

Written in SQL for the same reason as the work list: this page is opened all day, and compiling ten ORM queries
costs more than running them. The right itself stays where it is defined: `CaseQuerySet.visible_to` is compiled
once for a reader and asked again and again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.utils.translation import gettext as _

from cases.lifecycle import ID_KINDS
from cases.models import Case, CaseParty, Deadline, Hold
from cases.queries.standing import STANDING, keep_standing, standing_from
from hall.access import Actor, Held, Refused
from hall.batch import planned
from hall.citations import in_english
from hall.fields import decrypt, mask_address, mask_id_number, mask_phone
from staffing.lifecycle import DEPARTMENT_ROLES
from staffing.models import Department, Hall

MOST_DOCUMENTS = 100
MOST_RELATED = 20
OF_ONE_UNIT = ("notice_supervision",)
"""Papers of a case that are for one of its units alone; whoever issues them has a door for them."""
Row = dict[str, Any]

_CASE = tuple(one for one in Case._meta.concrete_fields if one.name != "search")
_ATTACHED: Mapping[str, str] = {
    # Five names that the case refers to; as joins they would cost the planner more than all the rest.
    "hall": "SELECT x.name, x.name_en FROM staffing_hall x WHERE x.id = c.hall_id",
    "unit": "SELECT x.name, x.name_en, x.phone FROM staffing_department x WHERE x.id = c.first_handler_id",
    "category": "SELECT x.path AS name, x.name_en FROM cases_contentcategory x WHERE x.id = c.category_id",
    "place": "SELECT x.name, x.name_en FROM staffing_jurisdiction x WHERE x.id = c.place_region_id",
    "registrar": "SELECT x.name, x.name_en FROM hall_user x WHERE x.id = c.registered_by_id",
    "claims": """
        SELECT x.number, x.text, r.name AS route, r.name_en AS route_en
        FROM cases_claim x LEFT JOIN cases_statutoryroute r ON r.id = x.route_id
        WHERE x.case_id = c.id ORDER BY x.number""",
    "respondents": """
        SELECT x.name, x.position, x.user_id, u.name AS unit, u.name_en AS unit_en, j.code AS place_code,
            j.level AS place_level
        FROM cases_respondent x LEFT JOIN staffing_department u ON u.id = x.department_id
            LEFT JOIN staffing_jurisdiction j ON j.id = u.jurisdiction_id
        WHERE x.case_id = c.id ORDER BY x.id""",
    "materials": """
        SELECT x.id, x.name, x.size, x.added_at FROM cases_material x WHERE x.case_id = c.id ORDER BY x.id""",
    "holds": """
        SELECT x.kind, x.from_on, x.to_on FROM cases_hold x WHERE x.case_id = c.id ORDER BY x.from_on""",
    "duplicates": """
        SELECT x.candidate_id, x.score, x.reasons, x.decision FROM cases_duplicatedecision x
        WHERE x.case_id = c.id ORDER BY x.score DESC, x.id""",
    "people": """
        SELECT p.id, p.name, p.id_kind, p.id_number, p.phone, p.address, x.role, x.representative_no
        FROM cases_caseparty x JOIN cases_petitioner p ON p.id = x.petitioner_id
        WHERE x.case_id = c.id
        ORDER BY array_position(ARRAY['principal', 'representative', 'companion'], x.role::text),
            x.representative_no, x.id""",
    "deadlines": """
        SELECT x.id, x.kind, x.law, x.department_id, x.item, x.own_rule, x.started_on, x.extension_days,
            x.own_limit_days, x.due_on, x.due_at, x.is_provisional, x.amber_at, x.met_at, x.void_at, x.void_reason
        FROM cases_deadline x WHERE x.case_id = c.id
        ORDER BY x.met_at IS NOT NULL OR x.void_at IS NOT NULL, x.due_at, -x.id""",
    "papers": """
        SELECT x.id, x.kind, x.title, x.number, x.issued_at, x.rendered_at, x.voided_at
        FROM hall_issueddocument x WHERE x.stream = 'case:' || c.id ORDER BY x.id DESC LIMIT 100""",
    "posts": """
        SELECT x.title, x.title_en, x.role, x.user_id, p.name, p.name_en
        FROM staffing_posting x JOIN hall_user p ON p.id = x.user_id AND p.is_active
        WHERE x.department_id = c.first_handler_id AND x.role = ANY (%(roles)s)
            AND x.from_on <= %(today)s AND (x.until_on IS NULL OR x.until_on >= %(today)s)
        ORDER BY array_position(%(roles)s, x.role::text), x.id""",
    "triage": """
        SELECT x.outcome, x.article, x.reason, x.competent_body, x.decided_at, x.route_id, x.related_case_id
        FROM cases_triage x WHERE x.case_id = c.id""",
    "units": """
        SELECT x.department_id, x.part, d.name, d.name_en
        FROM cases_referral x JOIN staffing_department d ON d.id = x.department_id
        WHERE x.case_id = c.id AND x.ended_at IS NULL ORDER BY x.part <> 'lead', x.id""",
    "links": """
        SELECT x.other_id AS id, x.kind FROM cases_caselink x WHERE x.case_id = c.id
        UNION ALL SELECT x.case_id, x.kind FROM cases_caselink x WHERE x.other_id = c.id""",
    "proceedings": """
        SELECT x.kind, x.ref, x.title, x.stage, x.opened_on, x.meets_at, x.until_on, x.ended_on, x.told,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('name', d.name, 'name_en', d.name_en) ORDER BY u.id), '[]')
                FROM cases_proceeding_units u JOIN staffing_department d ON d.id = u.department_id
                WHERE u.proceeding_id = x.id) AS units
        FROM cases_proceeding x WHERE x.case_id = c.id ORDER BY x.id DESC""",
    "related": """
        SELECT DISTINCT y.case_id AS id FROM cases_caseparty x JOIN cases_caseparty y USING (petitioner_id)
        WHERE x.case_id = c.id AND y.case_id <> c.id ORDER BY y.case_id DESC LIMIT 20""",
}
_FOR_PETITIONER: Mapping[str, str] = {
    # What a petitioner is told beside: what was received, what they may still do.
    "objections": "SELECT x.kind FROM cases_objection x WHERE x.case_id = c.id AND x.status = 'open'",
    "extensions": """
        SELECT x.deadline_id, x.days, x.reason, x.decided_at FROM cases_extension x
        WHERE x.case_id = c.id AND x.status = 'approved' ORDER BY x.id""",
    "supplements": """
        SELECT x.what, x.asked_at FROM cases_supplement x WHERE x.case_id = c.id AND x.received_at IS NULL""",
    "transferred": """
        SELECT x.number, r.name, r.name_en, r.organ, r.organ_en, r.basis, r.basis_en, r.guidance, r.guidance_en
        FROM cases_claim x JOIN cases_statutoryroute r ON r.id = x.route_id
        WHERE x.case_id = c.id AND x.transferred_at IS NOT NULL ORDER BY x.number""",
    "services": """
        SELECT x.document_id, x.method, x.outcome, x.served_on FROM cases_servicerecord x
        WHERE x.case_id = c.id AND x.outcome <> 'failed' ORDER BY x.id""",
    "reviews": """
        SELECT x.stage, x.round, x.status, x.outcome, x.requested_on, x.decided_at, x.document_id, d.name, d.name_en
        FROM cases_review x JOIN staffing_department d ON d.id = x.department_id
        WHERE x.case_id = c.id ORDER BY x.id""",
    "settlements": "SELECT x.kind, x.agreed_on FROM cases_settlement x WHERE x.case_id = c.id",
    "ratings": """
        SELECT x.id, x.target, x.status, x.grade, x.closes_at, x.rated_at FROM cases_rating x
        WHERE x.case_id = c.id ORDER BY x.target""",
}
_ROWS = ("units", "links", "proceedings", *_FOR_PETITIONER)
"""Attached as they are."""


def _statement(attached: Mapping[str, str], **more: str) -> str:
    """The case `c` and, as one object, what is attached to it. Constants alone."""
    parts = [
        f"'{name}', (SELECT coalesce(jsonb_agg(to_jsonb(rows)), '[]') FROM ({rows}) AS rows)"  # noqa: S608
        for name, rows in attached.items()
    ]
    parts += [f"'{name}', jsonb_build_object({pairs})" for name, pairs in more.items()]
    columns = ", ".join(f'c."{one.column}"' for one in _CASE)
    return f"SELECT {columns}, jsonb_build_object({', '.join(parts)})::text FROM cases_case c WHERE c.id = %(pk)s"  # noqa: S608


_WHOLE = _statement(_ATTACHED, standing=STANDING)
_TOLD = _statement({**_ATTACHED, **_FOR_PETITIONER})
_MANY = _statement({**_ATTACHED, **_FOR_PETITIONER}, standing=STANDING).replace(
    "c.id = %(pk)s", "c.id = ANY (%(pks)s)"
)


# -- who may see it ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _right(kind: str, user_id: int | None, held: tuple[Held, ...]) -> tuple[str, dict[str, Any]]:
    """`visible_to` of such a reader as a condition on `c.id`, with its parameters by name."""
    reader = Actor(name="", user_id=user_id, kind=kind, held=held)
    cases = Case.objects.visible_to(reader).order_by().values("pk")
    try:
        sql, params = cases.query.sql_with_params()
    except EmptyResultSet:
        return "false", {}
    named = {f"right{n}": value for n, value in enumerate(params)}
    return f"c.id IN ({sql % tuple(f'%({name})s' for name in named)})", named


def seen_by(actor: Actor) -> tuple[str, dict[str, Any]]:
    """`visible_to` of this reader as a condition on `c.id`, for statements of constant text."""
    return _right(actor.kind, actor.user_id, actor.held)


# -- what is in it -----------------------------------------------------------------------------------------------


def _name(rows: list[Row]) -> str:
    return worded(rows[0]["name"], rows[0]["name_en"]) if rows else ""


def worded(chinese: str | None, english: str | None) -> str:
    return (english if in_english() and english else chinese) or ""


@dataclass(frozen=True, slots=True)
class Person:
    """A petitioner of the case with masked numbers."""

    pk: int
    name: str
    is_principal: bool
    role: str
    id_kind: str
    id_number: str
    phone: str
    address: str

    @property
    def has_secrets(self) -> bool:
        return bool(self.id_number or self.phone or self.address)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for the case in its unit today."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What triage decided, as far as a page says it."""

    outcome: str
    article: str
    reason: str
    competent_body: str
    decided_at: dt.datetime
    route_id: int | None
    related_case_id: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    pk: int
    kind: str
    title: str
    number: str
    issued_at: dt.datetime
    is_printed: bool
    is_void: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The case and what is attached to it. Rows of children keep their field names, dates in them ISO text."""

    case: Case
    category: str
    place_region: str
    registrar: str
    triage: Decision | None
    claims: list[Row]
    respondents: list[Row]
    materials: list[Row]
    duplicates: list[Row]
    holds: list[Hold]
    deadlines: list[Deadline]
    people: list[Person]
    posts: list[Responsible]
    papers: list[Paper]
    earlier_ids: list[int] = field(default_factory=list)
    units: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    proceedings: list[Row] = field(default_factory=list)
    objections: list[Row] = field(default_factory=list)
    extensions: list[Row] = field(default_factory=list)
    supplements: list[Row] = field(default_factory=list)
    transferred: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    settlements: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)

    @property
    def running(self) -> list[Deadline]:
        """Its open clocks, the most urgent first."""
        return [one for one in self.deadlines if one.met_at is None and one.void_at is None]


def case_file(actor: Actor, pk: int, *, today: dt.date) -> CaseFile:
    """The case with all that is attached to it, for a reader who may see it. Raises Refused(unseen)."""
    right, params = seen_by(actor)
    found = _read(f"{_WHOLE} AND {right}", {**params, "pk": pk, "today": today})
    if found is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    return found


def case_files(actor: Actor, pks: Sequence[int], *, today: dt.date) -> dict[int, CaseFile]:
    """Several at once, with what a petitioner is told beside; those that the reader may not see are left out."""
    right, params = seen_by(actor)
    facts = {**params, "pks": list(pks), "today": today, "roles": list(DEPARTMENT_ROLES)}
    found = (_filed(values) for values in planned(f"{_MANY} AND {right}", facts)) if pks else ()
    return {file.case.pk: file for file in found}


def file_of(pk: int, *, today: dt.date) -> CaseFile:
    """The same without asking who reads: for the petitioner, who came with the code."""
    found = _read(_TOLD, {"pk": pk, "today": today})
    if found is None:
        raise Case.DoesNotExist(pk)
    return found


def _read(statement: str, params: Mapping[str, Any]) -> CaseFile | None:
    found = planned(statement, {**params, "roles": list(DEPARTMENT_ROLES)})
    return _filed(found[0]) if found else None


def _filed(values: Sequence[Any]) -> CaseFile:
    *facts, rest = values
    case, attached = Case.from_db(None, [one.attname for one in _CASE], facts), json.loads(rest)
    hall = attached["hall"][0]
    case.hall = Hall.from_db(None, ["id", "name", "name_en"], [case.hall_id, hall["name"], hall["name_en"]])
    for unit in attached["unit"]:
        known = [case.first_handler_id, unit["name"], unit["name_en"], unit["phone"]]
        case.first_handler = Department.from_db(None, ["id", "name", "name_en", "phone"], known)
    if "standing" in attached:
        keep_standing(case, standing_from(attached["standing"]))
    accused = {row["user_id"] for row in attached["respondents"]}
    return CaseFile(
        case=case,
        category=_name(attached["category"]),
        place_region=_name(attached["place"]),
        registrar=_name(attached["registrar"]),
        triage=next((_decision(row) for row in attached["triage"]), None),
        claims=attached["claims"],
        respondents=attached["respondents"],
        materials=attached["materials"],
        duplicates=attached["duplicates"],
        holds=[_hold(row) for row in attached["holds"]],
        deadlines=[_deadline(row) for row in attached["deadlines"]],
        people=[_person(row) for row in attached["people"]],
        posts=[
            Responsible(worded(row["title"], row["title_en"]), worded(row["name"], row["name_en"]))
            for row in attached["posts"]
            if row["user_id"] not in accused
        ],
        papers=[_paper(row) for row in attached["papers"] if row["kind"] not in OF_ONE_UNIT],
        earlier_ids=[row["id"] for row in attached["related"]],
        **{name: attached[name] for name in _ROWS if name in attached},
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _hold(row: Row) -> Hold:
    return Hold(kind=row["kind"], from_on=dt.date.fromisoformat(row["from_on"]), to_on=_day(row["to_on"]))


def _deadline(row: Row) -> Deadline:
    days = {name: _day(row[name]) for name in ("started_on", "due_on")}
    moments = {name: _moment(row[name]) for name in ("due_at", "amber_at", "met_at", "void_at")}
    return Deadline(**row | days | moments)


def _decision(row: Row) -> Decision:
    return Decision(**row | {"decided_at": _moment(row["decided_at"])})


def _paper(row: Row) -> Paper:
    return Paper(
        pk=row["id"],
        kind=row["kind"],
        title=row["title"],
        number=row["number"],
        issued_at=dt.datetime.fromisoformat(row["issued_at"]),
        is_printed=row["rendered_at"] is not None,
        is_void=row["voided_at"] is not None,
    )


def _person(row: Row) -> Person:
    number, phone, address = (_opened(row[name]) for name in ("id_number", "phone", "address"))
    return Person(
        pk=row["id"],
        name=row["name"],
        is_principal=row["role"] == "principal",
        role=str(dict(CaseParty.ROLES)[row["role"]]),
        id_kind=_(ID_KINDS.get(row["id_kind"], "")),
        id_number=mask_id_number(number),
        phone=mask_phone(phone),
        address=mask_address(address),
    )


def _opened(text: str) -> str:
    r"""A ciphertext as JSON carries it, `\x01ab…`, in plain text."""
    blob = bytes.fromhex(text[2:])
    return decrypt(blob) if blob else ""


def related_cases(actor: Actor, file: CaseFile) -> dict[int, Case]:
    """Earlier matters of the same people and the candidates compared with it, those that the reader may see."""
    ids: set[int | None] = {*file.earlier_ids, *(row["candidate_id"] for row in file.duplicates)}
    ids |= {row["id"] for row in file.links}
    ids |= {file.case.repeat_of_id, file.triage.related_case_id if file.triage else None}
    wanted = [pk for pk in ids if pk]
    if not wanted:
        return {}
    rows = Case.objects.visible_to(actor).filter(pk__in=wanted).select_related("first_handler")
    rows = rows.only(
        "number", "title", "status", "received_on", "first_handler__name", "first_handler__name_en"
    )
    return {one.pk: one for one in rows.order_by("-pk")}

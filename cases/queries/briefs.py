"""The brief: what a leader has to know of a matter before it comes in, on one sheet, so that no second visit surprises.

Who comes and how often, what is asked claim by claim and what was answered to it by whom, what was done and promised
until today, and what the law still wants. All matters of a docket are read together: the statements are as many for
ten sheets as for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import CASE, CHANNELS, CONCLUSIONS, PARTS, REVIEW_OUTCOMES
from cases.models import Case, DocketItem, Opinion, OpinionRow, ReceptionRecord, Referral
from cases.queries.case_file import CaseFile, Person, case_files, worded
from cases.queries.instructions import InstructionShown, instructions_of_cases
from cases.queries.routes import RouteText, active_routes, find_routes, in_words
from cases.queries.wants import DONE, Want, what_the_law_wants
from hall.access import Actor

MOST_EARLIER = 6
MOST_EVENTS = 14
MOST_ROUTES = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim, its own way where it has one, and what was last answered to it."""

    number: int
    text: str
    route: str
    conclusion: str = ""
    answer: str = ""
    by: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to the matter on a day, and by whom."""

    on: dt.date
    what: str
    by: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another matter of the same people."""

    pk: int
    number: str
    title: str
    on: dt.date
    state: str
    unit: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One sheet. Without a case: only what the booking said."""

    item: DocketItem
    file: CaseFile | None = None
    people: list[Person] = field(default_factory=list)
    state: str = ""
    channel: str = ""
    earlier: list[Earlier] = field(default_factory=list)
    more_earlier: int = 0
    asked: list[Asked] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    promises: list[InstructionShown] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    routes: list[RouteText] = field(default_factory=list)

    @property
    def visits(self) -> int:
        """Which time it is, counting the matters that these people have brought here."""
        return 1 + len(self.earlier) + self.more_earlier


def briefs(actor: Actor, items: Sequence[DocketItem], *, now: dt.datetime) -> list[Brief]:
    """The sheets of these matters in their order; a case that the reader may not see has none."""
    pks = [item.case_id for item in items if item.case_id]
    files = case_files(actor, pks, today=timezone.localdate(now))
    known = _Known(actor, files, now) if files else None
    found = []
    for item in items:
        if item.case_id is None:
            found.append(Brief(item))
        elif known and item.case_id in files:
            found.append(known.brief(item, files[item.case_id]))
    return found


class _Known:
    """Everything beside the files, read for all of them at once."""

    def __init__(self, actor: Actor, files: dict[int, CaseFile], now: dt.datetime) -> None:
        self.now, pks = now, list(files)
        self.routes = active_routes()
        self.promises = instructions_of_cases(pks, now=now)
        opinions = Opinion.objects.filter(case__in=pks, status="issued").select_related("department")
        self.opinions = _by_case(opinions.order_by("id"))
        self.rows: dict[int, list[OpinionRow]] = {}
        for row in OpinionRow.objects.filter(opinion__case__in=pks, opinion__status="issued").select_related(
            "claim"
        ):
            self.rows.setdefault(row.opinion_id, []).append(row)
        referrals = Referral.objects.filter(case__in=pks).select_related("department")
        self.referrals = _by_case(referrals.order_by("id"))
        records = ReceptionRecord.objects.filter(item__case__in=pks).select_related("item__reception__leader")
        self.records = list(records.order_by("item", "version"))
        self.related = _related(actor, files)

    def brief(self, item: DocketItem, file: CaseFile) -> Brief:
        case = file.case
        others = self.related.get(case.pk, [])
        words = " ".join([case.title, *(row["text"] for row in file.claims)])
        found = find_routes(words, routes=self.routes, most=MOST_ROUTES)
        return Brief(
            item=item,
            file=file,
            people=file.people,
            state=_(CASE.state(case.status).label),
            channel=_(CHANNELS[case.channel]),
            earlier=[_earlier(one) for one in others[:MOST_EARLIER]],
            more_earlier=max(len(others) - MOST_EARLIER, 0),
            asked=self._asked(file),
            events=sorted(self._events(item, file), key=lambda event: event.on)[-MOST_EVENTS:],
            promises=self.promises.get(case.pk, []),
            wants=[want for want in what_the_law_wants(file, now=self.now) if want.state != DONE],
            routes=[in_words(one.route, one.words) for one in found],
        )

    def _asked(self, file: CaseFile) -> list[Asked]:
        last = next(iter(reversed(self.opinions.get(file.case.pk, []))), None)
        answers = {row.claim.number: row for row in self.rows.get(last.pk, [])} if last else {}
        asked = []
        for row in file.claims:
            route = worded(row["route"], row["route_en"])
            said = answers.get(row["number"])
            if said is None or last is None:
                asked.append(Asked(row["number"], row["text"], route))
                continue
            asked.append(
                Asked(
                    row["number"], row["text"], route, _(CONCLUSIONS[said.conclusion]), said.answer,
                    last.department.label, timezone.localdate(last.issued_at),
                )
            )  # fmt: skip
        return asked

    def _events(self, item: DocketItem, file: CaseFile) -> Iterable[Event]:
        case = file.case
        yield Event(timezone.localdate(case.registered_at), _("登记"), case.hall.label)
        for sent in self.referrals.get(case.pk, []):
            part = _("交办") if sent.kind == "assign" else _(PARTS[sent.part])
            what = _("送%(unit)s（%(part)s）") % {"unit": sent.department.label, "part": part}
            yield Event(timezone.localdate(sent.sent_at), what)
            if sent.answered_at:
                words = _("反馈办理情况")
                yield Event(timezone.localdate(sent.answered_at), words, sent.department.label, sent.answer)
        for one in self.opinions.get(case.pk, []):
            yield Event(timezone.localdate(one.issued_at), _("出具处理意见书"), one.department.label)
        for served in file.services:
            yield Event(dt.date.fromisoformat(served["served_on"]), _("文书送达"))
        yield from _reviews(file)
        for agreed in file.settlements:
            yield Event(dt.date.fromisoformat(agreed["agreed_on"]), _("达成调解、和解协议"))
        last = {record.item_id: record for record in self.records if record.item.case_id == case.pk}
        for record in last.values():
            if record.item_id != item.pk:
                held = record.item.reception
                yield Event(
                    timezone.localdate(held.starts_at), _("领导接访"), held.leader.label, record.opinion
                )


def _reviews(file: CaseFile) -> Iterable[Event]:
    names = {"review": _("复查"), "reexamination": _("复核")}
    for row in file.reviews:
        words, unit = {"stage": names[row["stage"]]}, worded(row["name"], row["name_en"])
        yield Event(dt.date.fromisoformat(row["requested_on"]), _("申请%(stage)s") % words, unit)
        if row["decided_at"]:
            outcome = _(REVIEW_OUTCOMES[row["outcome"]])
            decided = _("%(stage)s意见：%(outcome)s") % {**words, "outcome": outcome}
            yield Event(timezone.localdate(dt.datetime.fromisoformat(row["decided_at"])), decided, unit)


R = TypeVar("R", Opinion, Referral)


def _by_case(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _related(actor: Actor, files: dict[int, CaseFile]) -> dict[int, list[Case]]:
    """Other matters of the same people, the newest first, by the case on the docket."""
    wanted = {pk: set(file.earlier_ids) - {pk} for pk, file in files.items()}
    every = set().union(*wanted.values())
    rows = Case.objects.visible_to(actor).filter(pk__in=every).select_related("first_handler")
    rows = rows.defer("search", "content") if every else rows.none()
    cases = list(rows.order_by("-received_on", "-pk"))
    return {pk: [one for one in cases if one.pk in others] for pk, others in wanted.items()}


def _earlier(one: Case) -> Earlier:
    unit = one.first_handler.label if one.first_handler else ""
    return Earlier(one.pk, one.number, one.title, one.received_on, _(CASE.state(one.status).label), unit)

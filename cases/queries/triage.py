"""What speaks for which outcome at the gate: level, routes, courts, matters under way or closed, the usual handler.

Each finding says its article and offers outcomes; the clerk decides. Nothing here refuses anything: whoever comes
to the wrong place is registered and guided (law.md §7, 5).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases.lifecycle import CASE, GROUNDS
from cases.models import Case
from cases.queries.case_file import CaseFile, worded
from cases.queries.closed_before import CLOSED_FOR_GOOD
from cases.queries.routes import RouteText, find_routes, in_words
from staffing.lifecycle import LEVEL_ORDER, LEVELS
from staffing.models import Department, Jurisdiction

_LEVEL_DIGITS = {"national": 0, "provincial": 2, "municipal": 4, "county": 6, "township": 9}
_COURT_WORDS = re.compile(
    "判决|裁定书|法院|起诉|上诉|再审|强制执行|检察院|抗诉|立案侦查|不予立案|刑事拘留|批捕|冤案|错案|仲裁裁决"
)
_ROUTE_GROUNDS = {1: "route_1", 2: "route_2", 3: "route_3", 4: "route_4", 5: "route_5"}
_RECENT = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """An outcome that a finding leads to, with what the form is filled in from."""

    label: str
    outcome: str
    ground: str
    route_id: int | None = None
    department_id: int | None = None
    body: str = ""
    related: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As parameters of the triage page."""
        values = {
            "outcome": self.outcome,
            "ground": self.ground,
            "route": self.route_id,
            "department": self.department_id,
            "competent_body": self.body,
            "related_case": self.related,
        }
        return {name: str(value) for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to weigh. `tone` good, info, soon or late; `routes` where it suggests some."""

    code: str
    tone: str
    title: str
    text: str
    article: str = ""
    offers: tuple[Offer, ...] = ()
    routes: tuple[tuple[RouteText, Offer], ...] = field(default=())


def findings(file: CaseFile, related: Mapping[int, Case]) -> list[Finding]:
    """All findings in the order in which the law asks: level, closed, under way, courts, routes, own remit."""
    parts: Iterable[Finding | None] = (
        _level(file),
        _closed(file, related),
        _under_way(file, related),
        _courts(file.case),
        _routes(file),
        _usual_handler(file),
    )
    return [one for one in parts if one is not None]


# -- level -------------------------------------------------------------------------------------------------------


def _competent(file: CaseFile) -> tuple[str, str, str, str] | None:
    """Whose matter it is: code, level, name as papers have it and as the reader has it. The respondent unit's
    jurisdiction, else that of the place.
    """
    for row in file.respondents:
        if row["place_code"]:
            return row["place_code"], row["place_level"], row["unit"], worded(row["unit"], row["unit_en"])
    place = file.case.place_region
    return (place.code, place.level, place.name, place.label) if place else None


def contains(outer: Jurisdiction, code: str) -> bool:
    """Whether a code of GB/T 2260 lies in a jurisdiction."""
    digits = _LEVEL_DIGITS[outer.level]
    return outer.code[:digits] == code[:digits]


def _level(file: CaseFile) -> Finding | None:
    case = file.case
    if case.channel != "visit":
        return None
    here, whose = case.hall.jurisdiction, _competent(file)
    article = GROUNDS["skip_level"].article_of(case.law)
    if whose is None:
        text = _("没有填写问题发生地，也没有关联被反映单位，请人工判断有权处理的机关、单位是哪一级。")
        return Finding("level", "info", _("层级未能判断"), text, article)
    code, level, name, label = whose
    words = {"hall": _(LEVELS[here.level]), "level": _(LEVELS[level]), "name": label}
    if not contains(here, code):
        text = _("“%(name)s”不在本大厅所在行政区域内，请告知信访人有权处理的机关、单位。") % words
        offer = Offer(_("告知有权机关"), "guide_case", "not_ours", body=name)
        return Finding(
            "level", "soon", _("不属本辖区"), text, GROUNDS["not_ours"].article_of(case.law), (offer,)
        )
    steps = LEVEL_ORDER.index(level) - LEVEL_ORDER.index(here.level)
    if steps <= 1 and not case.is_skip_level:
        text = (
            _(
                "本大厅为%(hall)s级，事项属“%(name)s”（%(level)s级），在本级或者上一级走访，符合逐级走访的规定。"
            )
            % words
        )
        return Finding("level", "good", _("逐级走访"), text, article)
    text = (
        _(
            "本大厅为%(hall)s级，有权处理的是“%(name)s”（%(level)s级）。走访应当到本级或者上一级；请照常登记，讲明规定，"
            "引导到有权处理的机关、单位，并通报该地。"
        )
        % words
    )
    offer = Offer(_("引导到有权机关"), "guide_case", "skip_level", body=name)
    return Finding("level", "soon", _("越级走访"), text, article, (offer,))


# -- matters under way, closed, in court ---------------------------------------------------------------------------


def _same_matters(file: CaseFile, related: Mapping[int, Case]) -> list[Case]:
    """Those that the clerk decided this one repeats, and that the reader may see."""
    repeated = {row["candidate_id"] for row in file.duplicates if row["decision"] == "repeat"}
    if file.case.repeat_of_id:
        repeated.add(file.case.repeat_of_id)
    return [related[pk] for pk in repeated if pk in related]


def _under_way(file: CaseFile, related: Mapping[int, Case]) -> Finding | None:
    running = [one for one in _same_matters(file, related) if not CASE.state(one.status).ends]
    if not running:
        return None
    case, one = file.case, running[0]
    unit, organ = one.first_handler, case.hall.organ_name
    words = {
        "number": one.number,
        "state": _(CASE.state(one.status).label),
        "unit": unit.label if unit else organ,
    }
    text = _("登记时已认定与 %(number)s 是同一事项，该事项“%(state)s”，承办：%(unit)s。") % words
    ground = GROUNDS["handled"]
    offer = Offer(
        _("不予受理"), ground.outcome, ground.code, body=unit.name if unit else organ, related=one.number
    )
    return Finding("handled", "soon", _("同一事项正在办理"), text, ground.article_of(case.law), (offer,))


def _closed(file: CaseFile, related: Mapping[int, Case]) -> Finding | None:
    ended = [one for one in _same_matters(file, related) if one.status in CLOSED_FOR_GOOD]
    if not ended:
        return None
    ground = GROUNDS["closed"]
    text = _(
        "登记时已认定与 %(number)s 是同一事项，该事项“%(state)s”。请核对本次有没有新的事实和理由：没有的，不再受理；"
        "有的，写明后可以作为新的事项受理、转送。"
    ) % {"number": ended[0].number, "state": _(CASE.state(ended[0].status).label)}
    offer = Offer(_("不再受理"), ground.outcome, ground.code, related=ended[0].number)
    return Finding("closed", "late", _("此前已经终结"), text, ground.article_of(file.case.law), (offer,))


def _courts(case: Case) -> Finding | None:
    words = list(dict.fromkeys(_COURT_WORDS.findall(f"{case.title}\n{case.content}")))[:5]
    if not case.is_law_related and not words:
        return None
    if case.is_law_related:
        text = _("登记时已标明涉法涉诉。诉讼与信访分离：讲明法律规定，引导到政法机关依法定程序处理。")
    else:
        text = _("文中提到“%(words)s”。请问清是否已经、正在或者应当通过诉讼等程序解决。") % {
            "words": _("、").join(words)
        }
    ground = GROUNDS["sue"]
    offer = Offer(_("引导至政法机关"), ground.outcome, ground.code)
    return Finding("sue", "soon", _("可能涉法涉诉"), text, ground.article_of(case.law), (offer,))


# -- routes and the own remit --------------------------------------------------------------------------------------


def _story(file: CaseFile) -> str:
    case, claims = file.case, " ".join(row["text"] for row in file.claims)
    return f"{case.title} {file.category} {claims} {case.content[:2000]}"


def _routes(file: CaseFile) -> Finding | None:
    case = file.case
    if case.statutory_class != "claim":
        return None
    found = find_routes(_story(file), most=4)
    ground = GROUNDS["route_1"]
    article = ground.article_of(case.law).partition("第（")[0]
    if not found:
        text = _("没有找到相近的法定途径。确无其他法定途径的，按信访程序受理、转送。")
        return Finding("routes", "info", _("法定途径"), text, article)
    shown = []
    for one in found:
        name = "sue" if one.route.is_litigation else _ROUTE_GROUNDS[one.route.clause]
        offer = Offer(_("引导走这条途径"), "guide_case", name, route_id=one.route.pk, body=one.route.organ)
        shown.append((in_words(one.route, one.words), offer))
    text = _("按信访人所说，可能适用下列法定途径；能够通过法定途径解决的，优先引导。")
    return Finding("routes", "info", _("法定途径建议"), text, article, routes=tuple(shown))


def _usual_handler(file: CaseFile) -> Finding | None:
    case = file.case
    if case.category_id is None:
        return None
    recent = (
        Case.objects.filter(hall=case.hall_id, category=case.category_id, first_handler__isnull=False)
        .order_by("-id")
        .values_list("first_handler_id", flat=True)[:_RECENT]
    )
    counted: Counter[Any] = Counter(recent)
    if not counted:
        return None
    accused = {row["unit"] for row in file.respondents}
    units = {unit.pk: unit for unit in Department.objects.filter(pk__in=counted, is_active=True)}
    usual = [
        (units[pk], n) for pk, n in counted.most_common(3) if pk in units and units[pk].name not in accused
    ]
    if not usual:
        return None
    said = _("、").join(_("%(unit)s（%(n)s件）") % {"unit": unit.label, "n": n} for unit, n in usual)
    text = _("同一分类的近期事项多由这些单位承办：%(units)s。") % {"units": said}
    first = usual[0][0]
    offers = (
        Offer(
            _("受理，首办%(unit)s") % {"unit": first.label},
            "accept_case",
            "own_remit",
            department_id=first.pk,
        ),
        Offer(
            _("转送%(unit)s") % {"unit": first.label}, "forward_case", "same_level", department_id=first.pk
        ),
    )
    return Finding("own", "good", _("本级职权"), text, GROUNDS["own_remit"].article_of(case.law), offers)

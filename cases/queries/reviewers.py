"""Which body is one level up: who may review an opinion, and who may re-examine a review (第三十五条、第三十六条).

One level above an ordinary unit stand its superior unit, the unit of the same line in the jurisdiction above, and the
government of its own jurisdiction; above a government, the government one jurisdiction higher. The petition office
(信访复查复核机构) acts for the government of its level. Lines are told by names: 滇南市住房和城乡建设局 is above
云溪县住房和城乡建设局; where names differ, the superior unit is entered with the unit.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case
from cases.queries.standing import Standing, standing
from staffing.models import Department

GOVERNMENT = "人民政府"


def _line(unit: Department) -> str:
    """What a unit is called without the name of its place: its line of work."""
    return unit.name.removeprefix(unit.jurisdiction.name)


def is_government(unit: Department) -> bool:
    """The unit is the government of its jurisdiction, or its petition office, which acts for it."""
    return unit.is_petition_office or _line(unit).startswith(GOVERNMENT)


def is_one_level_up(below: Department, above: Department) -> bool:
    """Whether `above` is the next higher body of `below`. Pure: both with their jurisdictions."""
    if below.pk == above.pk:
        return False
    if below.parent_id == above.pk:
        return True
    if above.jurisdiction_id == below.jurisdiction_id:
        return is_government(above) and not is_government(below)
    if above.jurisdiction_id != below.jurisdiction.parent_id:
        return False
    return (is_government(above) and is_government(below)) or _line(above) == _line(below)


def challenged_body(case: Case, stage: str, where: Standing | None = None) -> Department | None:
    """Whose paper the petitioner challenges at that stage: the handler's opinion, or the last review."""
    where = where or standing(case)
    if stage == "review":
        pk = where.issued["department_id"] if where.issued else case.first_handler_id
    else:
        pk = next((row["department_id"] for row in reversed(where.reviews) if row["stage"] == "review"), None)
    return Department.objects.filter(pk=pk or 0).select_related("jurisdiction").first()


def _handlers(case: Case, stage: str, where: Standing) -> set[int | None]:
    """Who has had a hand in it, or is complained of: none of them reviews."""
    took_part = {row["department_id"] for row in where.units if row["part"] != "copy"}
    # Who took part in a round that was ordered to be handled again is out of the matter, and no judge of it.
    took_part |= set(case.referrals.filter(part="take_part").values_list("department_id", flat=True))
    this_round = {
        row["department_id"]
        for row in where.reviews
        if row["round"] == where.round and row["stage"] == "review" != stage
    }
    opinion = {where.issued["department_id"]} if where.issued else set()
    return {case.first_handler_id, *took_part, *this_round, *opinion, *where.barred_units}


def above(body: Department, *, without: Iterable[int | None] = ()) -> list[Department]:
    """The active units one level above that body, the nearest line first."""
    near = Q(pk=body.parent_id or 0) | Q(jurisdiction=body.jurisdiction_id)
    if body.jurisdiction.parent_id:
        near |= Q(jurisdiction=body.jurisdiction.parent_id)
    units = Department.objects.filter(near, is_active=True).select_related("jurisdiction").order_by("code")
    kept = [unit for unit in units if unit.pk not in set(without) and is_one_level_up(body, unit)]
    return sorted(kept, key=lambda unit: (unit.pk != body.parent_id, _line(unit) != _line(body)))


def permitted_reviewers(case: Case, stage: str) -> list[Department]:
    """The units that may take the request at that stage. None known: the superior unit must be entered first."""
    where = standing(case)
    body = challenged_body(case, stage, where)
    return above(body, without=_handlers(case, stage, where)) if body else []


def upper_organ(case: Case, unit: Department) -> str:
    """Whom the opinion of that unit names for a review: the very bodies that the request is taken for. Where none is
    on record, the government by its name: the petitioner is told in any case (第三十五条).
    """
    names = [
        f"{one.jurisdiction.name}{GOVERNMENT}（{one.name}）" if one.is_petition_office else one.name
        for one in permitted_reviewers(case, "review")
    ]
    place = unit.jurisdiction
    if is_government(unit) and place.parent:
        place = place.parent
    return "或者".join(dict.fromkeys(names)) or f"{place.name}{GOVERNMENT}"


def why_not_reviewer(case: Case, stage: str, department_id: int | None) -> str:
    """Why that unit is not the right body; "" when it is."""
    permitted = permitted_reviewers(case, stage)
    if any(unit.pk == department_id for unit in permitted):
        return ""
    body = challenged_body(case, stage)
    words = {
        "body": body.label if body else "",
        "units": _("、").join(unit.label for unit in permitted),
    }
    if not permitted:
        return _("没有登记“%(body)s”的上一级机关、单位。请系统管理员先在单位资料中填写其上级单位。") % words
    return (
        _("应当由“%(body)s”的上一级机关、单位办理，原办理、协办和被反映的单位不能办理。可以选择：%(units)s。")
        % words
    )

"""Who stands one level above the unit that answered: there the petitioner may ask for a review (第三十五条)."""

from __future__ import annotations

from staffing.models import Department


def above(unit: Department) -> str:
    """The people's government of the unit's own level, or the unit that it reports to; the petitioner may choose.

    A people's government itself is reviewed by that of the next higher level.
    """
    place = unit.jurisdiction
    government = f"{place.name}人民政府"
    if unit.name == government and place.parent:
        government = f"{place.parent.name}人民政府"
    parent = unit.parent if unit.parent and unit.parent.is_active else None
    return "或者".join(dict.fromkeys(filter(None, [government, parent.name if parent else ""])))

"""What becomes of each matter: the gate, objections, and on to the units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from cases import actions as cases
from cases.models import Case, Deadline
from intake.management.simulation.base import MANNERS, USUAL, Life
from intake.management.simulation.handling import Handling
from staffing.models import Department


class Lives(Handling):
    """All matters of a play. `claim` takes a matter out of it, for something else to be played with it."""

    claim: Callable[[Case, dict[str, Any], dt.datetime], bool] | None = None

    def begin(
        self, case: Case, clerk: str, row: dict[str, Any], earlier: int | None, now: dt.datetime
    ) -> None:
        if self.claim is not None and self.claim(case, row, now):
            return
        unit = row.get("unit") or self.table.rng.choice(self.handlers)
        life = Life(case.pk, case.number, clerk, unit, unit)
        self.lives.append(life)
        party = case.parties.select_related("petitioner").first()
        if party is not None and earlier is None:
            petitioner = party.petitioner
            self.by_person[petitioner.id_number] = (
                cases.Person(
                    role="principal",
                    name=petitioner.name,
                    sex=petitioner.sex,
                    birth_date=petitioner.birth_date,
                    id_kind="resident",
                    id_number=petitioner.id_number,
                    phone=petitioner.phone,
                    address=petitioner.address,
                    region_code=petitioner.region_code,
                ),
                case.pk,
            )
        late = self._late(0.01)
        days = 19 if late else self.table.rng.choice([0, 0, 0, 0, 1, 1, 2, 4, 9])
        if late:
            self._plant("sort", life, now, days=days, by="hall")
        if self.punctual and case.is_urgent:
            self._then(life, now, 0, "report_urgent", self._report_from_desk)
        self._then(life, now, days, "triage", self._triage, "sort")

    def _report_from_desk(self, life: Life, now: dt.datetime) -> None:
        """At once, before it has a unit; what was handed over meanwhile is no more the hall's to report."""
        if not Deadline.objects.open().filter(case=life.pk, kind="report_urgent").exists():
            return
        text = "涉及人数较多，已派人到现场，情绪平稳，正在核实。"
        clerk = self.table.house.act(life.clerk, now)
        self._do("report_urgent", life, clerk, now, reported_to="县委、县政府，上一级信访部门", text=text)

    def _triage(self, life: Life, now: dt.datetime) -> None:
        case = Case.objects.select_related("repeat_of").get(pk=life.pk)
        if case.status != "registered":
            return
        clerk = self.table.house.act(life.clerk, now)
        unit = self.table.house.units[life.unit]
        reason = f"该事项属于{unit.name}职权范围，请依法办理并书面答复信访人。"
        if case.statutory_class == "accusation":
            self._do(
                "hand_over_accusation",
                life,
                clerk,
                now,
                competent_body="云溪县纪委监委",
                reason="反映的问题属于纪检监察机关受理范围。",
            )
        elif case.repeat_of is not None and case.repeat_of.status in ("forwarded", "accepted"):
            self._do(
                "decline_case",
                life,
                clerk,
                now,
                ground="handled",
                competent_body=unit.name,
                related_case_id=case.repeat_of_id,
                reason=f"同一事项（{case.repeat_of.number}）正在办理。",
            )
        elif case.is_law_related or self._chance(0.08):
            route = self.table.rng.choice(self.routes)
            self._do(
                "guide_case",
                life,
                clerk,
                now,
                ground="sue" if route.is_litigation else f"route_{route.clause}",
                competent_body=route.organ,
                route_id=route.pk,
                reason=f"应当通过法定途径解决，请向{route.organ}提出。",
            )
        elif self._chance(0.6) or case.statutory_class == "suggestion":
            self._do("accept_case", life, clerk, now, department_id=unit.pk, reason=reason)
            self.taken(life, now)
        else:
            assigned = self._chance(0.2)
            more = (
                {"kind": "assign", "demand": "依法核实，按期答复信访人，并反馈办理结果。"} if assigned else {}
            )
            if self._chance(0.08):  # to the wrong door, which says so
                unit = self._another(case, life)
            self._do("forward_case", life, clerk, now, department_id=unit.pk, reason=reason, **more)
            self._forwarded(life, now)

    def _another(self, case: Case, life: Life) -> Department:
        """A unit whose matter it is not, and that the matter does not complain of."""
        accused = set(case.respondents.values_list("department_id", flat=True))
        units = self.table.house.units
        life.unit = self.table.rng.choice(
            [code for code in self.handlers if code != life.right and units[code].pk not in accused]
        )
        return units[life.unit]

    def _forwarded(self, life: Life, now: dt.datetime) -> None:
        _late, objects, _quarrels = MANNERS.get(life.unit, USUAL)
        if self._chance(objects if life.unit == life.right else 0.7):
            self._then(
                life, now, self.table.rng.choice([1, 2, 3]), "object_to_referral", self._object, "object"
            )
        else:
            late = self._late(0.02)
            days = 20 if late else self.table.rng.choice([1, 1, 2, 3, 5, 8])
            if late:
                self._plant("notify", life, now, days=days)
            self._then(life, now, days, "receive_case", self._receive, "notify")

    def _object(self, life: Life, now: dt.datetime) -> None:
        if self._status(life) != "forwarded":
            return
        reason = "经核对本单位职责规定，该事项不属于本单位职权范围，材料所附证据也指向其他单位。"
        self._do("object_to_referral", life, self._liaison(life.unit, now), now, reason=reason)
        self._then(
            life,
            now,
            self.table.rng.choice([1, 2, 3]),
            "decide_objection",
            self.decide_objection,
            "arbitrate",
        )

    def decide_objection(self, life: Life, now: dt.datetime) -> None:
        manager = self._manager(now)
        if life.unit == life.right:
            self._do(
                "uphold_referral",
                life,
                manager,
                now,
                reason="经核实，三定方案载明该项职责属于该单位，维持原转送。",
            )
            if self._status(life) == "forwarded":
                self._then(life, now, 1, "receive_case", self._receive, "notify")
            return
        was, life.unit = self._status(life), life.right
        self._do(
            "reroute_case",
            life,
            manager,
            now,
            department_id=self.table.house.units[life.unit].pk,
            reason="经核实异议成立，按职责另行确定承办单位。",
        )
        if was == "forwarded":
            self._then(life, now, self.table.rng.choice([1, 2]), "receive_case", self._receive, "notify")

    def _receive(self, life: Life, now: dt.datetime) -> None:
        if self._status(life) == "forwarded":
            self._do("receive_case", life, self._liaison(life.unit, now), now)
            self.taken(life, now)

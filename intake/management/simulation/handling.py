"""What a unit does with a matter that it has."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases.models import Case, Deadline
from hall.access import Refused
from intake.management.simulation.base import MANNERS, USUAL, Life
from intake.management.simulation.writing import Writing


class Handling(Writing):
    """From the receipt by the unit to the opinion, or to another end."""

    def taken(self, life: Life, now: dt.datetime) -> None:
        """The unit has it: what will happen is drawn here."""
        rng = self.table.rng
        late, _objects, quarrels = MANNERS.get(life.unit, USUAL)
        life.handled_since = timezone.localdate(now)
        case = Case.objects.get(pk=life.pk)
        if case.is_urgent:
            self._then(life, now, 0, "report_urgent", self._report_urgent)
        self._then(life, now, rng.randint(1, 4), "record_work", self._note)
        if case.statutory_class == "suggestion":
            self._then(life, now, rng.randint(4, 20), "answer_suggestion", self._answer_suggestion)
            return
        if life.unit != life.right or self._chance(quarrels):
            self._then(life, now, 2, "dispute_case", self._dispute)
        if self._chance(0.08):
            self._then(life, now, 3, "involve_unit", self._involve)
        if self._chance(0.10):
            self._then(life, now, 3, "request_supplement", self._ask)
        if self.punctual and Deadline.objects.open().filter(case=case, kind="report").exists():
            self._then(life, now, rng.randint(10, 40), "report_back", self._report_result, "report")
        ways = {
            "opinion": 62, "simple": 12, "settle": 7, "withdraw": 3, "divert": 3, "slow": 8,
            "late": 0 if self.punctual else round(100 * late),
        }  # fmt: skip
        way = rng.choices(list(ways), list(ways.values()))[0]
        if way == "simple" and (case.repeat_of_id or case.referrals.filter(kind="assign").exists()):
            way = "opinion"
        getattr(self, f"_go_{way}")(life, now)

    def _go_opinion(self, life: Life, now: dt.datetime) -> None:
        days = min(50, max(3, round(self.table.rng.lognormvariate(2.9, 0.6))))
        self._then(life, now, days, "draft_opinion", self._draft, "handle")

    def _go_simple(self, life: Life, now: dt.datetime) -> None:
        self._then(life, now, 1, "simplify_case", self._simplify)
        if self._late(0.1):  # ten working days are over by then
            self._plant("simple_handle", life, now, days=19)
            self._then(life, now, 19, "draft_opinion", self._draft)
        else:
            self._then(life, now, self.table.rng.randint(4, 9), "draft_opinion", self._draft, "handle")

    def _go_settle(self, life: Life, now: dt.datetime) -> None:
        self._then(life, now, self.table.rng.randint(6, 30), "settle_case", self._settle)

    def _go_withdraw(self, life: Life, now: dt.datetime) -> None:
        self._then(life, now, self.table.rng.randint(3, 25), "withdraw_case", self._withdraw)

    def _go_divert(self, life: Life, now: dt.datetime) -> None:
        self._then(life, now, self.table.rng.randint(3, 12), "divert_case", self._divert)

    def _go_slow(self, life: Life, now: dt.datetime) -> None:
        self._then(life, now, self.table.rng.randint(40, 50), "request_extension", self._extend, "handle")
        self._then(life, now, self.table.rng.randint(60, 75), "draft_opinion", self._draft)

    def _go_late(self, life: Life, now: dt.datetime) -> None:
        self._plant("handle", life, now, days=66)
        self._then(life, now, 66, "draft_opinion", self._draft)

    def _note(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self._do(
                "record_work",
                life,
                self._liaison(life.unit, now),
                now,
                kind=self.table.rng.choice(["talk", "phone", "visit"]),
                happened_on=timezone.localdate(now),
                text="听取陈述，核对诉求和证据，约定下一步。",
                is_open=self._chance(0.5),
            )

    def _report_result(self, life: Life, now: dt.datetime) -> None:
        """What was assigned is reported to the office that assigned it."""
        if Deadline.objects.open().filter(case=life.pk, kind="report").exists():
            text = "已按要求核实有关情况，办理结果如下：依法处理，并当面告知信访人。"
            self._do("report_back", life, self._liaison(life.unit, now), now, text=text)

    def _report_urgent(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self._do(
                "report_urgent",
                life,
                self._liaison(life.unit, now),
                now,
                reported_to="县委、县政府，上一级信访部门",
                text="涉及人数较多，已派人到现场，情绪平稳，正在核实。",
            )

    def _dispute(self, life: Life, now: dt.datetime) -> None:
        """A unit that was told once that the matter is its own tries again: refused, and the matter stays."""
        if not self._open(life):
            return
        reason = "办理中发现争议焦点属于其他单位法定职责，请求协调确定。"
        try:
            self._do("dispute_case", life, self._liaison(life.unit, now), now, reason=reason)
        except Refused:
            if not Case.objects.get(pk=life.pk).objections.filter(status="dismissed").exists():
                raise
            self.table.done["dispute refused: decided before"] += 1
            return
        self._then(
            life, now, self.table.rng.choice([2, 3, 9]), "decide_dispute", self._decide_dispute, "arbitrate"
        )

    def _decide_dispute(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self.decide_objection(life, now)

    def _involve(self, life: Life, now: dt.datetime) -> None:
        if not self._open(life):
            return
        other = self.table.rng.choice([code for code in self.handlers if code != life.unit])
        accused = set(Case.objects.get(pk=life.pk).respondents.values_list("department_id", flat=True))
        if self.table.house.units[other].pk in accused:
            return
        self._do(
            "involve_unit",
            life,
            self._liaison(life.unit, now),
            now,
            department_id=self.table.house.units[other].pk,
            part="take_part",
            demand="请就涉及你单位职责的部分提出意见。",
        )

        def answer(life: Life, moment: dt.datetime) -> None:
            if self._open(life) and life.unit != other:
                self._do(
                    "report_back",
                    life,
                    self._liaison(other, moment),
                    moment,
                    text="经核，涉及本单位部分情况属实，意见如下：依法支持。",
                )

        if self.punctual or self._chance(0.85):  # the others keep silent
            self._then(life, now, self.table.rng.randint(3, 12), "contribute", answer, "contribute")

    def _ask(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self._do(
                "request_supplement",
                life,
                self._liaison(life.unit, now),
                now,
                what="合同或者收据的复印件；能证明金额的记录。",
            )

            def come(life: Life, moment: dt.datetime) -> None:
                if self._open(life):
                    self._do(
                        "receive_supplement",
                        life,
                        self._liaison(life.unit, moment),
                        moment,
                        note="收到收据复印件三张。",
                    )

            if self._chance(0.7):
                self._then(life, now, self.table.rng.randint(2, 10), "receive_supplement", come)

    def _simplify(self, life: Life, now: dt.datetime) -> None:
        """The page greys it when a second unit has come in: over a weekend both may fall on one Monday."""
        shared = Case.objects.get(pk=life.pk).referrals.filter(part="take_part").exists()
        if self._open(life) and not shared:
            self._do(
                "simplify_case",
                life,
                self._liaison(life.unit, now),
                now,
                reason="事实清楚、责任明确，可以简易办理。",
            )

    def _settle(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self._do(
                "settle_case",
                life,
                self._liaison(life.unit, now),
                now,
                kind="mediation",
                parties="信访人；对方当事人",
                facts="双方对款项数额有分歧。",
                terms="对方分两次付清，信访人不再就同一事项提出请求。",
                performance="十五日内付一半，三十日内付清。",
                agreed_on=timezone.localdate(now),
                mediator="县调委会",
            )
            self.may_rate(life, now)

    def _withdraw(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            self._do(
                "withdraw_case",
                life,
                self._liaison(life.unit, now),
                now,
                reason="问题已经解决，本人自愿撤回。",
            )

    def _divert(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            route = self.table.rng.choice(self.routes)
            self._do(
                "divert_case",
                life,
                self._liaison(life.unit, now),
                now,
                route_id=route.pk,
                reason="依法应当通过该途径解决。",
            )

    def _extend(self, life: Life, now: dt.datetime) -> None:
        if not self._open(life):
            return
        self._do(
            "request_extension",
            life,
            self._liaison(life.unit, now),
            now,
            days=30,
            reason="涉及多个年度的账目，需要委托鉴定。",
        )

        def decide(life: Life, moment: dt.datetime) -> None:
            if self._open(life):
                self._do("approve_extension", life, self._head(life.unit, moment), moment, decision="同意。")

        self._then(life, now, 2, "approve_extension", decide, "handle")

    def _answer_suggestion(self, life: Life, now: dt.datetime) -> None:
        if self._open(life):
            adoption = self.table.rng.choice(["adopted", "partly", "not_adopted"])
            self._do(
                "answer_suggestion",
                life,
                self._liaison(life.unit, now),
                now,
                adoption=adoption,
                text="已研究，结合本年度计划办理，理由和安排如下。",
            )

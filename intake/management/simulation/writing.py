"""The written opinion and its service; review and re-examination."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases import actions as cases
from cases.actions.papers import petitioner_name
from cases.models import Case, Opinion, Review
from cases.queries.opinions import open_claims
from cases.queries.reviewers import permitted_reviewers
from hall.models import IssuedDocument
from intake.management.simulation.base import Life
from intake.management.simulation.rating import Rating
from staffing.models import Department

DUTY = ("handle", "simple_handle")
LAW = "《信访工作条例》第三十二条；有关部门规章和本县政策文件。"


class Writing(Rating):
    """From the draft to the last word."""

    def _answers(self, life: Life) -> list[cases.Answer]:
        round_no = Opinion.objects.filter(case=life.pk, status="issued").count() + 1
        return [
            cases.Answer(
                claim_id=claim.pk,
                conclusion=self.table.rng.choices(["support", "explain", "not_support"], [50, 30, 20])[0],
                facts=f"第{round_no}次核实：现场查看并核对台账，情况与反映的一致。",
                basis=LAW,
                answer=f"由本单位在三十日内落实第{claim.number}项，结果书面告知。（第{round_no}次办理）",
            )
            for claim in open_claims(Case.objects.get(pk=life.pk))
        ]

    def _draft(self, life: Life, now: dt.datetime) -> None:
        if not self._open(life):
            return
        if self._quarrels(life):  # nothing is answered until it is decided whose matter it is
            self._then(life, now, 4, "draft_opinion", self._draft, *DUTY)
            return
        self._do("draft_opinion", life, self._liaison(life.unit, now), now, rows=self._answers(life))
        self._do("submit_opinion", life, self._liaison(life.unit, now), now + dt.timedelta(minutes=1))
        self._then(life, now, self.table.rng.choice([0, 1]), "countersign_opinion", self._countersign, *DUTY)

    @staticmethod
    def _quarrels(life: Life) -> bool:
        return Case.objects.get(pk=life.pk).objections.filter(status="open").exists()

    def _countersign(self, life: Life, now: dt.datetime) -> None:
        if self._quarrels(life):
            self._then(life, now, 4, "countersign_opinion", self._countersign, *DUTY)
            return
        found = Opinion.objects.filter(case=life.pk, status="submitted").first()
        if not self._open(life) or found is None:
            return
        if self._chance(0.1):
            self._do(
                "return_opinion", life, self._head(life.unit, now), now, reason="依据不够具体，请写明条款。"
            )
            self._then(life, now, 1, "draft_opinion", self._draft, *DUTY)
            return
        self._do("countersign_opinion", life, self._head(life.unit, now), now)
        self._do("issue_opinion", life, self._liaison(life.unit, now), now + dt.timedelta(minutes=5))
        if self._late(0.04):  # five working days are over by then
            self._plant("serve", life, now, days=14)
            self._then(life, now, 14, "serve_opinion", self._serve)
        else:
            self._then(life, now, self.table.rng.choice([1, 2, 3, 4]), "serve_opinion", self._serve, "serve")

    def _service(self, life: Life, now: dt.datetime) -> cases.Service:
        rng, today = self.table.rng, timezone.localdate(now)
        receiver = petitioner_name(Case.objects.get(pk=life.pk))
        if self._chance(0.06):
            return cases.Service(
                method="leave",
                outcome="refused",
                served_on=today,
                reason="信访人对意见不满，拒绝签收。",
                witnesses="周大明、吴小芳",
                servers="承办人两人",
                place="信访人住所",
            )
        if self._chance(0.35):
            waybill = f"EMS{rng.randrange(10**9):09}"
            return cases.Service(
                method="post", outcome="served", served_on=today, waybill=waybill, receiver=receiver
            )
        return cases.Service(
            method="direct",
            outcome="served",
            served_on=today,
            receiver=receiver,
            place="大厅",
            servers="承办人两人",
        )

    def _serve(self, life: Life, now: dt.datetime) -> None:
        if self._status(life) != "answered":
            return
        if self._chance(0.05):
            failed = cases.Service(
                method="direct",
                outcome="failed",
                served_on=timezone.localdate(now),
                reason="上门无人。",
                servers="承办人两人",
                place="信访人住所",
            )
            self._do("serve_opinion", life, self._liaison(life.unit, now), now, service=failed)
            self._then(life, now, 1, "serve_opinion", self._serve, "serve")
            return
        self._do("serve_opinion", life, self._liaison(life.unit, now), now, service=self._service(life, now))
        self.may_rate(life, now)
        if self._chance(0.14):
            self._then(life, now, self.table.rng.randint(3, 27), "request_review", self._ask_review)

    def _paper(self, life: Life, kind: str) -> int:
        found = IssuedDocument.objects.filter(stream=f"case:{life.pk}", kind=kind).order_by("-id").first()
        if found is None:
            raise LookupError(f"{life.number} has no {kind}")
        return found.pk

    # -- review --------------------------------------------------------------------------------------------------

    def _reviewer(self, life: Life, stage: str) -> Department | None:
        """A body one level up that has people in this play."""
        found = [
            unit
            for unit in permitted_reviewers(Case.objects.get(pk=life.pk), stage)
            if unit.code in self.staff
        ]
        return found[0] if found else None

    def _ask_review(self, life: Life, now: dt.datetime) -> None:
        unit = self._reviewer(life, "review")
        if self._status(life) != "served" or unit is None:
            return
        self._do(
            "request_review",
            life,
            self.table.house.act(life.clerk, now),
            now,
            department_id=unit.pk,
            requested_on=timezone.localdate(now),
            request="对第一项意见不服，请求撤销并支持诉求。",
        )
        self._then(life, now, self.table.rng.randint(8, 26), "issue_review", self._review, "review")

    def _review(self, life: Life, now: dt.datetime) -> None:
        review = Review.objects.select_related("department").filter(case=life.pk, status="requested").first()
        if review is None:
            return
        unit = review.department.code
        said = {
            "findings": "调阅原卷，听取双方意见，原认定事实基本清楚。",
            "basis": LAW,
            "conclusion": "原处理意见程序合法。",
        }
        if self._chance(0.25):
            self._do("order_redo", life, self._liaison(unit, now), now, **said)
            self.taken(life, now)
            return
        verb = "issue_review" if review.stage == "review" else "issue_reexamination"
        outcome = self.table.rng.choice(["uphold", "uphold", "change"])
        self._do(verb, life, self._liaison(unit, now), now, outcome=outcome, **said)
        if review.stage == "review":
            self._then(
                life, now, self.table.rng.choice([1, 2, 3]), "serve_document", self._serve_review, "serve"
            )

    def _serve_review(self, life: Life, now: dt.datetime) -> None:
        if self._status(life) != "reviewed":
            return
        paper = self._paper(life, "review_opinion")
        self._do(
            "serve_document",
            life,
            self.table.house.act(life.clerk, now),
            now,
            document_id=paper,
            service=self._service(life, now),
        )
        if self._chance(0.5):
            self._then(life, now, self.table.rng.randint(2, 20), "request_reexamination", self._ask_again)

    def _ask_again(self, life: Life, now: dt.datetime) -> None:
        unit = self._reviewer(life, "reexamination")
        if self._status(life) != "reviewed" or unit is None:
            return
        self._do(
            "request_reexamination",
            life,
            self.table.house.act(life.clerk, now),
            now,
            department_id=unit.pk,
            requested_on=timezone.localdate(now),
            request="对复查意见仍不服，请求复核。",
        )
        self._then(life, now, self.table.rng.randint(6, 24), "issue_reexamination", self._review, "reexamine")

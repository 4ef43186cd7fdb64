"""The petitioner rates, by the code on the telephone or from the progress page; the supervisor looks into a low one."""

from __future__ import annotations

import datetime as dt
import re

from cases import actions as cases
from cases.lifecycle import LOW
from cases.models import Case
from hall import outbox
from hall.access import PUBLIC
from hall.models import Message
from intake.management.simulation.base import Base, Life

RATE = 0.45
"""Part of those who are asked and answer."""


class Rating(Base):
    """After the matter was answered."""

    def may_rate(self, life: Life, now: dt.datetime) -> None:
        if Case.objects.get(pk=life.pk).ratings.exists() and self._chance(RATE):
            self._then(life, now, self.table.rng.randint(1, 20), "rate_service", self._rate)

    def _rate(self, life: Life, now: dt.datetime) -> None:
        ratings = list(Case.objects.get(pk=life.pk).ratings.filter(status="pending"))
        if not ratings:
            return
        door, ids = "progress", [one.pk for one in ratings]
        if code := self._code(life):
            found = cases.query_rating(actor=PUBLIC, code=code, address=f"10.9.{life.pk % 250}.7", now=now)
            door, ids = "code", [one.pk for one in found or ()]
        said = {}
        for one in ratings:
            grade = self.table.rng.choices([0, 1, LOW], [60, 27, 13])[0]
            said[one.target] = cases.Said(grade, "等了很久，没有人解释办到哪一步。" if grade == LOW else "")
        given = cases.pass_for(life.pk, door, ids, now=now, good=cases.ON_PAGE)
        cases.rate_service(actor=PUBLIC, pass_text=given, said=said, now=now)
        self.table.done["rate_service"] += 1
        if any(one.grade == LOW for one in said.values()):
            self._then(life, now, self.table.rng.randint(2, 9), "close_follow_up", self._follow_up)

    @staticmethod
    def _code(life: Life) -> str:
        """Out of the SMS, as the petitioner reads it; "" for who has no telephone."""
        sms = Message.objects.filter(kind="rating_invited", channel="sms", context__number=life.number).last()
        found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", outbox.words(sms)[1]) if sms else None
        return found[0] if found else ""

    def _follow_up(self, life: Life, now: dt.datetime) -> None:
        if Case.objects.get(pk=life.pk).follow_ups.filter(status="open").exists():
            self._do(
                "close_follow_up",
                life,
                self.table.house.act("lizheng", now),
                now,
                finding="电话回访本人，不满意的原因是没有人说明进度。",
                measure="已请承办单位当面说明，并约定以后每月告知一次。",
            )

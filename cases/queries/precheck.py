"""Before an opinion goes out: what is still missing, each with its clause (the red list of the editor).

What blocks must be mended first; the rest is advice that costs points or confidence when nobody looks at it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, OpinionRow
from cases.queries.heard import concluded_hearings
from cases.queries.opinions import (
    PARTS,
    is_repeated,
    last_issued,
    open_claims,
    open_opinion,
    open_rows,
    rows_of,
)
from cases.queries.standing import standing

OPINION_ARTICLE = {"r22": "《信访工作条例》第三十二条", "r05": "《信访条例》第三十二条"}
_HEARD = {"r22": "《信访工作条例》第三十一条、第三十二条", "r05": "《信访条例》第三十一条"}
_TOLD = {"r22": "《信访工作条例》第二十三条", "r05": "《信访条例》第二十二条"}
_IN_TIME = {"r22": "《信访工作条例》第三十四条", "r05": "《信访条例》第三十三条"}
_UNITS = {"r22": "《信访工作条例》第二十四条", "r05": "《信访条例》第二十四条"}
_AGAIN = {"r22": "《信访工作条例》第三十五条、第三十六条", "r05": "《信访条例》第三十四条、第三十五条"}


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there. `field` of the draft mends it, or the door of `verb`."""

    what: str
    article: str
    field: str = ""
    verb: str = ""
    blocks: bool = True

    @property
    def url_name(self) -> str:
        return f"cases:{self.verb.replace('_', '-')}" if self.verb else ""


def field_of(part: str, claim_id: int) -> str:
    """The name of the draft's field for one part of the answer to one claim."""
    return f"{part}_{claim_id}"


def precheck(case: Case, *, now: dt.datetime) -> list[Missing]:
    """What stands between the draft and its issue, what blocks first."""
    return [*blocking(case), *_advice(case, now)]


def blocking(case: Case) -> list[Missing]:
    """Only what must be mended."""
    rows = open_rows(case)
    return [*_unanswered(case, rows), *_unheard(case), *_undecided(case), *_repeated(case, rows)]


def _unanswered(case: Case, rows: dict[int, OpinionRow]) -> Iterator[Missing]:
    """Every claim its conclusion, facts, basis and answer; nothing about a claim that went its own way."""
    names = {
        "conclusion": _("结论"),
        "facts": _("查明的事实"),
        "basis": _("依据"),
        "answer": _("处理意见和措施"),
    }
    claims, article = open_claims(case), OPINION_ARTICLE[case.law]
    if not claims:
        yield Missing(_("没有需要答复的诉求，不出具处理意见书。"), article)
    for claim in claims:
        row = rows.get(claim.pk)
        empty = [part for part in PARTS if not (row and getattr(row, part))]
        if empty:
            words = {"n": claim.number, "parts": _("、").join(names[part] for part in empty)}
            what = _("第%(n)s项诉求还没有答复：缺%(parts)s") % words
            yield Missing(what, article, field_of(empty[0], claim.pk))
    if rows.keys() - {claim.pk for claim in claims}:
        what = _("有的诉求已经另行处理，草稿里还写着答复；请打开草稿保存一次")
        yield Missing(what, article, verb="draft_opinion")


def _unheard(case: Case) -> Iterator[Missing]:
    """There was a hearing: the opinion says how its conclusion was taken into account, or why it was not."""
    if concluded_hearings(case) and not ((opinion := open_opinion(case)) and opinion.heard):
        yield Missing(_("没有写明对听证结论的采纳情况，不采纳的须说明理由"), _HEARD[case.law], "heard")


def _undecided(case: Case) -> Iterator[Missing]:
    """Nothing may hang in the air once the matter is answered."""
    where = standing(case)
    if where.objection:
        yield Missing(_("争议还没有决定；决定前不能出具处理意见"), _UNITS[case.law], verb="uphold_referral")
    if where.extension:
        yield Missing(_("延期申请还没有批复"), _IN_TIME[case.law], verb="approve_extension")


def _repeated(case: Case, rows: dict[int, OpinionRow]) -> Iterator[Missing]:
    """Ordered to be handled again, the old opinion may not simply be issued again (复查复核办法)."""
    if standing(case).round > 1 and is_repeated(rows, rows_of(last_issued(case))):
        what = _("与被责令重新办理的意见相同：重新办理不得以同一事实和理由作出同样的意见")
        yield Missing(what, _AGAIN[case.law], field_of("answer", min(rows)))


def _advice(case: Case, now: dt.datetime) -> Iterator[Missing]:
    since = case.accepted_on or case.received_on
    if not case.work_notes.filter(happened_on__gte=since).exists():
        what = _("受理以来没有办理记录：听取信访人陈述、调查核实应当有记载")
        yield Missing(what, _HEARD[case.law], verb="record_work", blocks=False)
    where = standing(case)
    if where.clock("notify"):
        yield Missing(_("还没有书面告知信访人受理或者接收的情况"), _TOLD[case.law], blocks=False)
    handle = where.clock("handle")
    if handle and handle["due_on"] and dt.date.fromisoformat(handle["due_on"]) < timezone.localdate(now):
        untold = _("办理期限已过，也没有延期告知，请尽快出具")
        what = _("办理期限已过，请尽快出具") if handle["extension_days"] else untold
        yield Missing(what, _IN_TIME[case.law], blocks=False)
    if where.supplement:
        what = _("请信访人补充的材料还没有收到")
        yield Missing(what, _HEARD[case.law], verb="receive_supplement", blocks=False)
    if any(row["part"] == "take_part" and not row["answered_at"] for row in where.units):
        yield Missing(_("协办单位还没有反馈意见"), _UNITS[case.law], blocks=False)

"""The statutory periods of a petition matter, each with its article, under both regulations. A table, pure.

A case registered before 2022-05-01 keeps the regulations of 2005. The new ones do not say what becomes of
open cases, so the day of registration decides, and a case may expressly be given the other law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from hall.clock import Term, Unit


@dataclass(frozen=True, slots=True)
class Law:
    code: str
    name: str
    name_en: str
    edition: str
    edition_en: str
    in_force_from: date


R22 = Law("r22", "信访工作条例", "Regulations on Petition Work", "2022年公布", "2022", date(2022, 5, 1))
R05 = Law(
    "r05",
    "信访条例",
    "Petition Regulations (2005)",
    "国务院令第431号",
    "Decree No. 431",
    date(2005, 5, 1),
)
LAWS: Mapping[str, Law] = {law.code: law for law in (R22, R05)}


WINDOWS = frozenset({"object", "supplement", "apply_review", "apply_reexamination", "hearing_apply"})
"""Periods in which somebody may do something, not must: when they pass unused they lapse, and nobody is late."""
NEVER_LATE = tuple(sorted(WINDOWS | {"statement"}))
"""What an index of late periods leaves out: nearly all of these end after their day, and nobody looks for them."""


class UnknownTerm(LookupError):
    """A period or a law there is none of; the sentence, in two languages, says which there are."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(chinese)
        self.chinese, self.english = chinese, english

    def say(self, language: str) -> str:
        return self.english if language.startswith("en") else self.chinese


def law_for(registered_on: date) -> str:
    """The code of the regulations that a case registered on that day is handled under, to its end."""
    in_force = [law for law in LAWS.values() if law.in_force_from <= registered_on]
    if not in_force:
        raise UnknownTerm(
            f"{registered_on}早于《{R05.name}》施行之日{R05.in_force_from}，没有可适用的规定。",
            f"{registered_on} is before the {R05.name_en} came into force on {R05.in_force_from}.",
        )
    return max(in_force, key=lambda law: law.in_force_from).code


def term(code: str, law: str) -> Term:
    """The period of that code under that law. Raises `UnknownTerm`, which lists what there is."""
    if law not in LAWS:
        known = ", ".join(LAWS)
        raise UnknownTerm(f"没有法规“{law}”，可用：{known}。", f"There is no law “{law}”, only: {known}.")
    found = TERMS[law].get(code)
    if found is None:
        name, name_en, known = LAWS[law].name, LAWS[law].name_en, ", ".join(TERMS[law])
        raise UnknownTerm(
            f"《{name}》没有期限“{code}”，可用：{known}。",
            f"The {name_en} have no term “{code}”, only: {known}.",
        )
    return found


def _article(
    law: Law, chinese: str, number: int, paragraph: tuple[str, int] | None = None
) -> tuple[str, str]:
    """How an article is cited, in Chinese and in English."""
    part, part_en = (f"第{paragraph[0]}款", f" para. {paragraph[1]}") if paragraph else ("", "")
    return f"《{law.name}》第{chinese}条{part}", f"{law.name_en}, Art. {number}{part_en}"


def _term(
    law: Law,
    code: str,
    days: int,
    article: tuple[str, str],
    name: tuple[str, str],
    rule: tuple[str, str],
    *,
    unit: Unit = Unit.NATURAL,
    max_extension: int = 0,
    holds: tuple[str, str] = ("", ""),
) -> Term:
    return Term(
        code=code, law=law.code, name=name[0], name_en=name[1], days=days, unit=unit,
        article=article[0], article_en=article[1], in_force_from=law.in_force_from,
        rule=rule[0], rule_en=rule[1], max_extension=max_extension,
        holds_article=holds[0], holds_article_en=holds[1],
    )  # fmt: skip


# The short procedure of 国信办发〔2022〕17号 stands beside the regulations of 2022. Its numbers were read in
# the text that it replaced (国信发〔2016〕8号), its own was not seen. The regulations of 2005 know none.
_SIMPLE = (
    "《信访事项简易办理办法》（国信办发〔2022〕17号）",
    "Measures for the Simple Handling of Petition Matters (2022, No. 17)",
)

# A hearing stops the clock of the re-examination alone: 前款规定的期限 is that one. Process charts apply it
# to every clock; the text does not.
_ALL = (
    _term(
        R22, "sort", 15, _article(R22, "二十二", 22),
        ("登记后转送、交办", "Forwarding after registration"),
        ("信访部门收到信访事项，应当登记，15日内转送、交办或者报送。",
         "The petition office registers a matter received and forwards or assigns it within 15 days."),
    ),
    _term(
        R22, "notify", 15, _article(R22, "二十三", 23),
        ("告知接收情况和处理途径", "Notice of receipt and route"),
        ("能当场告知的当场书面告知；不能的，自收到之日起15日内书面告知接收情况、途径和程序。",
         "In writing on the spot or within 15 days: that it was received, its route and its procedure."),
    ),
    _term(
        R22, "object", 5, _article(R22, "二十三", 23, ("三", 3)),
        ("对转送、交办提出异议", "Objection to a referral"),
        ("不属于职权范围的，自收到之日起5个工作日内提出异议并说明理由，经核实同意后交还材料。",
         "A unit without competence objects with reasons within 5 working days; papers go back once agreed."),
        unit=Unit.WORKDAY,
    ),
    _term(
        R22, "simple_accept", 3, _SIMPLE,
        ("简易办理的受理", "Acceptance, simple procedure"),
        ("适用简易办理的，自收到之日起3个工作日内决定是否受理。",
         "Under the simple procedure the unit decides on acceptance within 3 working days of receipt."),
        unit=Unit.WORKDAY,
    ),
    _term(
        R22, "simple_handle", 10, _SIMPLE,
        ("简易办理的答复", "Opinion, simple procedure"),
        ("适用简易办理的，自受理之日起10个工作日内作出处理意见，能当即答复的当即答复。",
         "Under the simple procedure the unit answers within 10 working days of acceptance, at once if able."),
        unit=Unit.WORKDAY,
    ),
    _term(
        R22, "handle", 60, _article(R22, "三十四", 34),
        ("办理信访事项", "Handling the matter"),
        ("自受理之日起60日内办结；情况复杂的，经本机关、单位负责人批准可以延长，不超过30日，并告知理由。",
         "Concluded within 60 days of acceptance; if complex, the head may add up to 30 days, with reasons."),
        max_extension=30,
    ),
    _term(
        R22, "apply_review", 30, _article(R22, "三十五", 35),
        ("申请复查", "Request for review"),
        ("信访人对处理意见不服的，可以自收到书面答复之日起30日内请求上一级机关、单位复查。",
         "The petitioner may ask the next higher unit for a review within 30 days of the written reply."),
    ),
    _term(
        R22, "review", 30, _article(R22, "三十五", 35),
        ("作出复查意见", "Review"),
        ("收到复查请求的机关、单位应当自收到之日起30日内提出复查意见，书面答复信访人。",
         "The unit gives its written review within 30 days of the request."),
    ),
    _term(
        R22, "apply_reexamination", 30, _article(R22, "三十六", 36, ("一", 1)),
        ("申请复核", "Request for re-examination"),
        ("信访人对复查意见不服的，可以自收到书面答复之日起30日内向其上一级机关、单位请求复核。",
         "The petitioner may ask the unit above the reviewing one within 30 days of the written review."),
    ),
    _term(
        R22, "reexamine", 30, _article(R22, "三十六", 36),
        ("作出复核意见", "Re-examination"),
        ("收到复核请求的机关、单位应当自收到之日起30日内提出复核意见；听证所需时间不计算在内。",
         "The unit re-examines within 30 days of the request; the time of a hearing is not counted."),
        holds=_article(R22, "三十六", 36, ("二", 2)),
    ),
    _term(
        R05, "sort", 15, _article(R05, "二十一", 21),
        ("登记后转送、交办", "Forwarding after registration"),
        ("信访工作机构收到信访事项，应当登记，在15日内分别处理、转送或者交办。",
         "The petition office registers a matter and deals with, forwards or assigns it within 15 days."),
    ),
    _term(
        R05, "notify", 15, _article(R05, "二十二", 22),
        ("告知是否受理", "Notice of acceptance"),
        ("能够当场答复是否受理的当场书面答复；不能当场答复的，自收到之日起15日内书面告知。",
         "Whether the matter is accepted is told in writing on the spot, or within 15 days of receipt."),
    ),
    _term(
        R05, "handle", 60, _article(R05, "三十三", 33),
        ("办理信访事项", "Handling the matter"),
        ("自受理之日起60日内办结；情况复杂的，经本行政机关负责人批准可以延长，不超过30日，并告知理由。",
         "Concluded within 60 days of acceptance; if complex, the head may add up to 30 days, with reasons."),
        max_extension=30,
    ),
    _term(
        R05, "apply_review", 30, _article(R05, "三十四", 34),
        ("申请复查", "Request for review"),
        ("信访人对处理意见不服的，可以自收到书面答复之日起30日内请求上一级行政机关复查。",
         "The petitioner may ask the next higher organ for a review within 30 days of the written reply."),
    ),
    _term(
        R05, "review", 30, _article(R05, "三十四", 34),
        ("作出复查意见", "Review"),
        ("收到复查请求的行政机关应当自收到之日起30日内提出复查意见，书面答复信访人。",
         "The organ gives its written review within 30 days of the request."),
    ),
    _term(
        R05, "apply_reexamination", 30, _article(R05, "三十五", 35, ("一", 1)),
        ("申请复核", "Request for re-examination"),
        ("信访人对复查意见不服的，可以自收到书面答复之日起30日内向复查机关的上一级行政机关请求复核。",
         "The petitioner may ask the organ above the reviewing one within 30 days of the written review."),
    ),
    _term(
        R05, "reexamine", 30, _article(R05, "三十五", 35),
        ("作出复核意见", "Re-examination"),
        ("收到复核请求的行政机关应当自收到之日起30日内提出复核意见；听证所需时间不计算在内。",
         "The organ re-examines within 30 days of the request; the time of a hearing is not counted."),
        holds=_article(R05, "三十五", 35, ("二", 2)),
    ),
)  # fmt: skip


def _own_rules(law: Law) -> tuple[Term, ...]:
    """Periods for which the regulations give a duty and no number: the number is the hall's (its own limits may
    shorten it), the article is that of the duty.
    """

    def own(code: str, days: int, number: int, chinese: str, name: tuple[str, str], duty: tuple[str, str],
            unit: Unit = Unit.WORKDAY) -> Term:  # fmt: skip
        days_of, days_en = ("个工作日", "working days") if unit is Unit.WORKDAY else ("日", "days")
        rule = f"{duty[0]}条例没有规定日数，本厅规则为{days}{days_of}。"
        rule_en = f"{duty[1]} The regulations set no number; the hall's own is {days} {days_en}."
        return _term(law, code, days, _article(law, chinese, number), name, (rule, rule_en), unit=unit)

    sort, sort_n = ("二十二", 22) if law is R22 else ("二十一", 21)
    place, place_n = "二十四", 24
    urgent, urgent_n = ("二十五", 25) if law is R22 else ("二十六", 26)
    hear, hear_n = ("三十二", 32) if law is R22 else ("三十一", 31)
    answer, answer_n = ("三十四", 34) if law is R22 else ("三十二", 32)
    return (
        own("report", 60, sort_n, sort, ("反馈办理结果", "Report on an assignment"),
            ("交办的，承办单位应当在指定期限内反馈办理结果、提交办结报告。",
             "Who is assigned a matter reports its result within the time set."), Unit.NATURAL),
        own("arbitrate", 5, place_n, place, ("就异议、争议作出决定", "Decision on a dispute between units"),
            ("单位之间有异议、争议的，由转送的信访部门核实协调，报请共同上一级或者联席会议决定；决定前仍由首办单位负责。",
             "A dispute between units is settled by the office that referred the matter; until then it stays.")),
        own("contribute", 15, hear_n, hear, ("协办单位提出意见", "Answer of a unit taking part"),
            ("涉及两个以上单位的，协办单位应当按时把办理意见交主办单位。",
             "A unit that takes part gives its answer to the lead unit in time."), Unit.NATURAL),
        own("supplement", 15, hear_n, hear, ("信访人补充材料", "Material from the petitioner"),
            ("需要信访人补充材料的，应当一次说清并给出合理时间；不补充不影响办理期限。",
             "What is needed is asked for once, with fair time; the time for handling goes on."), Unit.NATURAL),
        own("report_urgent", 1, urgent_n, urgent, ("报告重大、紧急事项", "Report of an urgent matter"),
            ("可能造成社会影响的重大、紧急信访事项和信息，应当及时报告。",
             "A major or urgent matter that may affect society is reported at once.")),
        own("serve", 5, answer_n, answer, ("送达书面意见", "Service of the written opinion"),
            ("书面意见应当及时送达信访人；信访人的复查、复核期限自收到之日起算。",
             "A written opinion is served on the petitioner, whose own period runs from its receipt.")),
        own("follow_up", 10, hear_n, hear, ("回访不满意事项", "Follow-up of a low rating"),
            ("评价为不满意的，由督查人员回访，查明原因。",
             "A low rating is followed up by the supervisor.")),
        _term(
            law, "sponsor", 180, ("国信发〔2015〕12号（三）", "Joint Reception Hall Rules (2015, No. 12), part (3)"),
            ("领导包案化解", "Resolution by the leader in charge"),
            ("包案实行定领导、定人员、定方案、定责任、定时限；文件没有规定日数，本厅规则为不超过180日，可以延期，延期不超过180日。",
             "A leader in charge works to a date set at the start: within 180 days, then 180 more (own rule)."),
            max_extension=180,
        ),
    )  # fmt: skip


_JOINT = ("国信发〔2015〕12号（六）", "Joint Reception Hall Rules (2015, No. 12), part (6)")
_HEARING = ("国信发〔2015〕12号（七）", "Joint Reception Hall Rules (2015, No. 12), part (7)")


def _together(law: Law) -> tuple[Term, ...]:
    """Consultation and hearing: who calls them sets the day; the numbers are the hall's or those of a local rule."""

    def own(code: str, days: int, source: tuple[str, str], name: tuple[str, str], duty: tuple[str, str],
            unit: Unit = Unit.NATURAL, max_extension: int = 0) -> Term:  # fmt: skip
        days_of, days_en = ("个工作日", "working days") if unit is Unit.WORKDAY else ("日", "days")
        rule = f"{duty[0]}文件没有规定日数，本厅规则为最长{days}{days_of}。"
        rule_en = f"{duty[1]} No number is given; the hall's own is at most {days} {days_en}."
        return _term(law, code, days, source, name, (rule, rule_en), unit=unit, max_extension=max_extension)

    return (
        own("confer", 30, _JOINT, ("会商单位提出书面意见", "Written opinion for a consultation"),
            ("参加会商的单位应当在召集单位确定的日期前提出书面意见。",
             "A unit of a consultation gives its written opinion by the day that the convenor has set.")),
        own("countersign", 5, _JOINT, ("会签会商纪要", "Countersigning of the minutes"),
            ("会商纪要由参加单位依次会签，轮到的单位应当及时会签或者提出修改意见。",
             "The units countersign the minutes in order; the one whose turn it is signs or returns them."),
            Unit.WORKDAY),
        own("commitment", 180, _JOINT, ("落实会商确定的任务", "Commitment of a consultation"),
            ("会商确定的任务，责任单位应当在确定的日期前落实并反馈。",
             "A unit carries out and reports what the consultation has agreed by the day set."), max_extension=180),
        own("joint_decision", 30, _JOINT, ("联席会议作出决定", "Decision of the joint conference"),
            ("会商不能取得一致的，提请联席会议研究决定。",
             "What a consultation cannot agree on is decided by the joint conference.")),
        own("hearing_apply", 30, _HEARING, ("申请听证", "Asking for a hearing"),
            ("信访人可以在收到书面意见后申请听证。",
             "The petitioner may ask for a hearing after receiving the written opinion.")),
        own("hearing_decide", 7, _HEARING, ("决定是否举行听证", "Decision on a request for a hearing"),
            ("收到听证申请的，应当决定是否举行听证并书面告知。",
             "A request for a hearing is decided on and answered in writing."), Unit.WORKDAY),
        own("hearing_hold", 30, _HEARING, ("举行听证", "Holding the hearing"),
            ("决定举行听证的，应当及时举行；延期须有正当理由。",
             "A hearing that was granted is held in time; a postponement needs a good reason."), max_extension=60),
        own("hearing_conclude", 20, _HEARING, ("作出听证结论", "Conclusion of the hearing"),
            ("听证结束后应当及时合议，作出听证结论并书面告知。",
             "After the hearing the panel deliberates and gives its written conclusion.")),
        own("hearing_serve", 10, _HEARING, ("送达当场宣布的听证结论", "Service of a conclusion told on the spot"),
            ("当场宣布听证结论的，应当及时送达书面的听证结论书。",
             "A conclusion that was told on the spot is served in writing.")),
    )  # fmt: skip


def _accounting(law: Law) -> tuple[Term, ...]:
    """What follows from a delay: feedback to a supervision, the unit's say before a finding, the reply to advice."""
    duty, duty_n = ("四十", 40) if law is R22 else ("三十六", 36)
    source, own_source = _article(law, duty, duty_n), (
        "国信发〔2015〕12号（十三）", "Joint Reception Hall Rules (2015, No. 12), part (13)"
    )  # fmt: skip

    def own(code: str, days: int, article: tuple[str, str], name: tuple[str, str], said: tuple[str, str],
            unit: Unit = Unit.NATURAL) -> Term:  # fmt: skip
        of, of_en = ("个工作日", "working days") if unit is Unit.WORKDAY else ("日", "days")
        rule = f"{said[0]}没有规定日数，本厅规则为{days}{of}。"
        return _term(
            law, code, days, article, name,
            (rule, f"{said[1]} No number is given; the hall's own is {days} {of_en}."), unit=unit,
        )  # fmt: skip

    return (
        own("supervise", 30, source, ("反馈督办事项", "Feedback on a supervision"),
            ("被督办的单位应当在督办通知书确定的日期前反馈。",
             "A supervised unit reports by the day set in the notice.")),
        own("statement", 5, own_source, ("责任单位说明情况", "The unit's statement before a finding"),
            ("认定责任以前，应当听取责任单位的说明。", "The unit is heard before a finding is decided."), Unit.WORKDAY),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A local provision that sets another number for a period (a province's hearing rules): kept with the deadline as
    it was on the day it began, so that a changed rule moves no running date. `unit`: natural or workday.
    """

    days: int
    unit: str
    article: str
    article_en: str
    rule: str
    rule_en: str
    max_extension: int = 0

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def on(self, rule: Term) -> Term:
        """The term with the local number and provision in place of its own."""
        return replace(
            rule, days=self.days, unit=Unit(self.unit), article=self.article, article_en=self.article_en,
            rule=self.rule, rule_en=self.rule_en, max_extension=self.max_extension,
        )  # fmt: skip


def _instruction(law: Law) -> Term:
    """Until the day that the leader has set, which is half a year away at the most."""
    return _term(
        law, "instruction", 180,
        ("国信发〔2015〕12号（二）", "Joint Reception Hall Rules (2015, No. 12), part (2)"),
        ("反馈领导批示的办理情况", "Report on a leader's instruction"),
        ("领导接访批示的事项，责任单位应当在批示的时限内反馈；文件没有规定日数，由接访领导确定，本厅规则为最长180日。",
         "A unit reports on a leader's instruction by the day set in it; no number is given, 180 days at most."),
    )  # fmt: skip


OWN_NUMBERS = frozenset(
    one.code for one in (*_own_rules(R22), _instruction(R22), *_together(R22), *_accounting(R22))
)
"""Periods whose number is the hall's own rule: the law gives the duty alone."""
_EVERY = (
    *_ALL,
    *(
        one
        for law in LAWS.values()
        for one in (*_own_rules(law), _instruction(law), *_together(law), *_accounting(law))
    ),
)
TERMS: Mapping[str, Mapping[str, Term]] = {
    law: {term.code: term for term in _EVERY if term.law == law} for law in LAWS
}
CODES: tuple[str, ...] = tuple(TERMS[R22.code])

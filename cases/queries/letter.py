"""The answer to a petitioner in words: where the matter is, what is promised, what went wrong, what they may do.

Kind and plain, and the same facts as the office's page: each sentence stands on one row of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.lifecycle import CASE, CHANNELS, GRADES, REVIEW_OUTCOMES, SERVICE_METHODS
from cases.models import Deadline
from cases.queries.case_file import Paper, Row, worded
from cases.queries.lights import light
from cases.queries.progress import Progress
from cases.queries.ratings import last_day
from cases.queries.routes import in_words
from cases.queries.words import say_day, term_name
from cases.terms import term
from hall.citations import cite
from staffing.models import Hall


@dataclass(frozen=True, slots=True)
class Choice:
    """What the petitioner may do: until when, and under which article, where there is a last day."""

    text: str
    until: dt.date | None = None
    article: str = ""
    provisional: bool = False


def _day(value: dt.date | dt.datetime | str | None) -> str:
    """A day in words, out of a row (ISO text) as well as out of a model."""
    if isinstance(value, str) and "T" in value:
        value = dt.datetime.fromisoformat(value)
    return say_day(timezone.localdate(value) if isinstance(value, dt.datetime) else value)


def _named(row: Row) -> str:
    return worded(row["name"], row["name_en"])


def opening(found: Progress) -> str:
    case = found.file.case
    return _(
        "您于%(received)s%(how)s提出的“%(matter)s”，我们已于%(registered)s登记。现将办理情况告诉您。"
    ) % {
        "received": _day(case.received_on),
        "how": _(CHANNELS[case.channel]),
        "matter": case.title,
        "registered": _day(case.registered_at),
    }


# -- where it is -------------------------------------------------------------------------------------------------


def _served_on(found: Progress) -> str:
    """When the last opinion reached the petitioner, else since when the case stands as served."""
    opinions = {one.pk for one in found.file.papers if one.kind == "opinion"}
    days = [row["served_on"] for row in found.file.services if row["document_id"] in opinions]
    return _day(days[-1] if days else found.file.case.status_since)


def _review(found: Progress, stage: str) -> dict[str, str]:
    """The last request of that stage in words; the office's own words where there is none."""
    row = next((one for one in reversed(found.file.reviews) if one["stage"] == stage), None)
    if row is None:
        return {
            "reviewer": _("上一级机关、单位"),
            "requested": _day(found.file.case.status_since),
            "outcome": "",
        }
    return {
        "reviewer": _named(row),
        "requested": _day(row["requested_on"]),
        "outcome": _(REVIEW_OUTCOMES[row["outcome"]]) if row["outcome"] else "",
    }


def _settled(found: Progress) -> str:
    kinds = {"mediation": _("调解"), "reconciliation": _("和解")}
    for row in found.file.settlements:
        said = {"kind": kinds[row["kind"]], "on": _day(row["agreed_on"])}
        return _("经%(kind)s，各方已于%(on)s达成书面协议，这件事到此了结。") % said
    return _("各方已达成书面协议，这件事到此了结。")


def standing(found: Progress) -> list[str]:
    """Where the matter is, in a few sentences."""
    file = found.file
    case, triage = file.case, file.triage
    words = {
        "unit": case.first_handler.label if case.first_handler else "",
        "on": _day(case.accepted_on if case.status == "accepted" and case.accepted_on else case.status_since),
        "body": triage.competent_body if triage else "",
        "article": cite(triage.article) if triage else "",
        "served": _served_on(found),
        "final": cite(term("reexamine", case.law).article),
    }
    if case.status in ("in_review", "reviewed"):
        words |= _review(found, "review")
    elif case.status in ("in_reexamination", "finally_closed"):
        words |= _review(found, "reexamination")
    sentences = {
        "registered": _("我们正在甄别这件事应当由哪个机关、单位办理。"),
        "forwarded": _("我们已于%(on)s转送%(unit)s处理，由该单位书面告知您。"),
        "accepted": _(
            "这件事已于%(on)s受理，由%(unit)s负责办理，听取您的陈述、调查核实后，给您书面处理意见。"
        ),
        "answered": _("%(unit)s已于%(on)s作出书面处理意见，正在送达您；送达以后，您的复查期限才开始计算。"),
        "served": _("%(unit)s作出的书面处理意见已于%(served)s送达您。"),
        "in_review": _("您不服处理意见，请求复查。%(reviewer)s于%(requested)s收到您的请求，正在复查。"),
        "reviewed": _("%(reviewer)s已作出复查意见：%(outcome)s。"),
        "in_reexamination": _(
            "您不服复查意见，请求复核。%(reviewer)s于%(requested)s收到您的请求，正在复核。"
        ),
        "closed": _("这件事已于%(on)s办结。"),
        "settled": _settled(found),
        "replied": _("您提出的建议，%(unit)s已经研究，并于%(on)s书面答复您。谢谢您的建议。"),
        "diverted": _("您的诉求应当通过法定途径解决，已于%(on)s导入相应的法定途径。"),
        "handed_over": _(
            "您反映的问题，我们已于%(on)s依法移送有权处理的机关。您反映的人和单位看不到这件事。"
        ),
        "merged": _("这件事与另一件信访事项一并办理，已于%(on)s并案；办理结果在那一件里一并告诉您。"),
        "finally_closed": _(
            "%(reviewer)s已于%(on)s作出复核意见：%(outcome)s。复核意见是信访程序的终结意见（%(final)s）。"
        ),
        "declined": _("经审查，我们于%(on)s作出不予受理的决定（依据：%(article)s）。"),
        "declined_closed": _("经审查，我们于%(on)s作出不再受理的决定（依据：%(article)s）。"),
        "guided": _("这件事应当由%(body)s依法处理，我们于%(on)s向您作了书面引导（依据：%(article)s）。"),
        "withdrawn": _("按照您的意思，这件事已于%(on)s撤回，不再办理。"),
    }
    said = [sentences[case.status] % words]
    if triage is not None and case.status in ("declined", "declined_closed", "guided"):
        said.append(triage.reason)
    return [*said, *_beside(found, words["unit"])]


def _beside(found: Progress, unit: str) -> list[str]:
    """What else has to be known: done again, the short way, several units, a dispute, other ways, more time."""
    file = found.file
    case, said = file.case, []
    working = case.status in ("forwarded", "accepted")
    if case.status == "accepted" and file.reviews and file.reviews[-1]["outcome"] == "redo":
        by = _named(file.reviews[-1])
        said.append(_("%(by)s责令重新办理，办理期限重新计算；新的处理意见不得与原来的相同。") % {"by": by})
    if case.status == "accepted" and case.procedure == "simple":
        said.append(_("这件事适用简易办理，期限比普通程序短。"))
    others = [_named(row) for row in file.units if row["part"] == "take_part"]
    if working and others:
        said.append(
            _("%(lead)s主办，对您负责；%(others)s协办。") % {"lead": unit, "others": _("、").join(others)}
        )
    if working and file.objections:
        said.append(
            _(
                "有关单位对由谁办理有不同意见，由我们协调决定。决定以前仍由%(unit)s负责，期限照常计算，"
                "不因为单位之间的争议停下来。"
            )
            % {"unit": unit}
        )
    onward = [
        _("有诉求在“%(matter)s”一件里办理：编号%(number)s，查询码%(code)s。请妥善保管，不要告诉他人。")
        % {"matter": one.title, "number": one.number, "code": f"{one.query_code[:5]}-{one.query_code[5:]}"}
        for one in found.onward
    ]
    return [
        *said,
        *(line for row in file.proceedings if (line := _proceeding(row))),
        *onward,
        *(_transferred(row) for row in file.transferred),
        *_extended(found),
    ]


def _proceeding(row: Row) -> str:
    """That units confer or that there is a hearing: with whom and until when; never what they said to each other."""
    if row["told"]:
        return str(row["told"])
    if row["kind"] == "hearing":
        return _hearing(row)
    if row["ended_on"]:
        return ""
    words = {"units": _("、").join(_named(unit) for unit in row["units"]), "until": _day(row["until_on"])}
    if row["until_on"]:
        return _("%(units)s正在就这件事会商，最迟%(until)s有结果。会商不影响办理期限。") % words
    return _("%(units)s正在就这件事会商。会商不影响办理期限。") % words


def _hearing(row: Row) -> str:
    """Where it stands, in the words of the office's page; why it was refused stands in the paper."""
    said = {
        "requested": _("您申请了听证，我们最迟%(until)s书面告诉您是否举行。"),
        "preparing": _("已决定就这件事举行听证（“%(title)s”），最迟%(until)s举行，时间地点另行通知您。"),
        "noticed": _("听证（“%(title)s”）定于%(meets)s举行，通知已经发出。"),
        "postponed": _("听证（“%(title)s”）延期，最迟%(until)s举行，新的时间地点另行通知您。"),
        "suspended": _("听证（“%(title)s”）中止，恢复后另行通知您。"),
        "in_session": _("听证（“%(title)s”）正在举行。"),
        "deliberating": _("听证（“%(title)s”）已经举行，正在合议，作出结论后书面告诉您。"),
        "concluded": _("听证（“%(title)s”）已经作出结论。"),
        "refused": _("您申请听证，我们决定不举行，理由写在书面决定里。"),
        "withdrawn": _("您撤回了听证申请。"),
        "ended": _("听证（“%(title)s”）已经终止。"),
    }
    plain = {"requested": _("您申请了听证，我们正在决定是否举行。")}
    if not row["until_on"]:
        plain |= {
            "preparing": _("已决定就这件事举行听证（“%(title)s”），时间地点另行通知您。"),
            "postponed": _("听证（“%(title)s”）延期，新的时间地点另行通知您。"),
        }
        said |= plain
    words = {"title": row["title"], "until": _day(row["until_on"]), "meets": _day(row["meets_at"])}
    return said.get(row["stage"], "") % words


def _transferred(row: Row) -> str:
    return _("您的第%(n)s项诉求依法通过“%(way)s”解决，由%(organ)s受理（%(basis)s）。") % {
        "n": row["number"],
        "way": _named(row),
        "organ": worded(row["organ"], row["organ_en"]),
        "basis": worded(row["basis"], row["basis_en"]),
    }


def _extended(found: Progress) -> list[str]:
    """The extension of a clock that runs, with its reason: whoever waits longer is told why."""
    clocks = {one.pk: one for one in found.promised}
    # A decision between units ends the clock that was extended and begins its like, with the same days.
    anew = next((one for one in found.promised if one.kind == "handle" and one.extension_days), None)
    if anew and found.file.extensions:
        clocks.setdefault(found.file.extensions[-1]["deadline_id"], anew)
    return [
        _("因情况复杂，经单位负责人批准，“%(what)s”的期限延长%(n)s日，至%(due)s。理由：%(reason)s")
        % {
            "what": what(clocks[row["deadline_id"]]),
            "n": row["days"],
            "due": _day(clocks[row["deadline_id"]].due_on),
            "reason": row["reason"],
        }
        for row in found.file.extensions
        if row["deadline_id"] in clocks
    ]


# -- what is promised --------------------------------------------------------------------------------------------


def what(deadline: Deadline) -> str:
    """What the office does within that period, as it is promised to the petitioner."""
    promised = {
        "sort": _("转送、交办或者告知您由谁办理"),
        "notify": _("书面告知您接收情况和处理途径"),
        "simple_accept": _("告诉您是否受理（简易办理）"),
        "simple_handle": _("作出处理意见并答复您（简易办理）"),
        "handle": _("作出书面处理意见并送达您"),
        "serve": _("把书面意见送到您手里"),
        "review": _("作出复查意见并书面答复您"),
        "reexamine": _("作出复核意见并书面答复您"),
    }
    return promised.get(deadline.kind) or term_name(deadline.kind, deadline.law)


def promises(found: Progress, now: dt.datetime) -> list[dict[str, Any]]:
    """Until when what will be done, with the light of the office."""
    return [
        {
            "what": what(one),
            "due_on": one.due_on,
            "provisional": one.is_provisional,
            "level": light(one.due_at, one.amber_at, now),
        }
        for one in found.promised
        if one.due_on
    ]


def lateness(found: Progress) -> list[str]:
    """Said plainly when the office is late, and when it was."""
    said = []
    for deadline, days in found.late:
        sentence = ngettext(
            "按规定，我们应当在%(due)s前%(what)s，现在已经超期%(n)s天。这是我们没有做到位，向您致歉。",
            "按规定，我们应当在%(due)s前%(what)s，现在已经超期%(n)s天。这是我们没有做到位，向您致歉。",
            days,
        )
        said.append(sentence % {"due": _day(deadline.due_on), "what": what(deadline), "n": days})
    if said and found.reminders:
        said.append(_("系统已经按规定催办、上报%(n)s次，都有记录。") % {"n": found.reminders})
    for deadline, days in found.was_late:
        sentence = ngettext(
            "按规定应当在%(due)s前%(what)s，我们晚了%(n)s天才做到，向您致歉。",
            "按规定应当在%(due)s前%(what)s，我们晚了%(n)s天才做到，向您致歉。",
            days,
        )
        said.append(sentence % {"due": _day(deadline.due_on), "what": what(deadline), "n": days})
    return said


# -- what they may do --------------------------------------------------------------------------------------------


def choices(found: Progress, hall: Hall) -> list[Choice]:
    """What is open to the petitioner now, what has a last day first."""
    case = found.file.case
    words = {"phone": hall.phone, "complaint": hall.complaint_phone or hall.phone}
    dated = sorted(_windows(found), key=lambda one: one.until or dt.date.max)
    said = [*dated, *(Choice(text) for text in _undated(found, words))]
    if CASE.move("withdraw_case", case.status) is not None:
        said.append(Choice(_("撤回：随时可以书面或者口头提出，不影响您以后以新的事实和理由再提出。")))
    complain = _("对办理作风和进度有意见：可以拨打监督电话%(complaint)s。") % words
    return [*said, Choice(complain)]


def _windows(found: Progress) -> Iterable[Choice]:
    """The petitioner's own periods, each with its last day and article."""
    upper = found.upper or _("原办理单位的上一级机关、单位")
    asked = _("、").join(row["what"] for row in found.file.supplements)
    sentences = {
        "supplement": _("请补充材料：%(asked)s。可以交到大厅窗口或者承办单位；交不交都不影响办理期限。")
        % {"asked": asked},
        "apply_review": _("对处理意见不服的，可以书面请求%(upper)s复查；申请交到大厅窗口也可以。")
        % {"upper": upper},
        "apply_reexamination": _("对复查意见不服的，可以书面请求%(upper)s复核；申请交到大厅窗口也可以。")
        % {"upper": upper},
    }
    for kind, clock in found.own.items():
        article = cite(term(kind, clock.law).article)
        yield Choice(sentences[kind], clock.due_on, article, clock.is_provisional)


def _undated(found: Progress, words: dict[str, str]) -> list[str]:
    """What has no last day, state by state; what is not named here has ended at the gate."""
    case, status = found.file.case, found.file.case.status
    supplement = _("补充材料、更正联系方式：随时可以到大厅窗口，或者拨打%(phone)s。") % words
    hear = _may_be_heard(found, words)
    later = _("收到书面处理意见后不服的：自收到之日起30日内，可以请求上一级机关、单位复查。")
    again = _("有新的事实和理由的，可以作为新的事项提出，时间不限。")
    unperformed = _("对方没有按协议履行的：请告诉%(unit)s，也可以依法向人民法院提起诉讼。")
    said = {
        **{state: [supplement, later] for state in ("registered", "forwarded")},
        **{state: [supplement] for state in ("handed_over", "merged")},
        "accepted": [supplement, *hear, later],
        **{state: [supplement, *hear] for state in ("in_review", "in_reexamination")},
        **{state: _answered(found, again) for state in ("served", "reviewed", "closed")},
        "answered": [_("还没有收到书面意见的：可以到大厅窗口当面领取，或者拨打%(phone)s。") % words],
        "withdrawn": [_("有新的事实和理由的，可以随时重新提出。")],
        "finally_closed": [_("仍以同一事实和理由提出的，各级机关、单位不再受理。"), again],
        "settled": [unperformed % {"unit": case.first_handler.label if case.first_handler else ""}, again],
        "replied": [_("有新的建议，欢迎随时提出。")],
    }
    return said[status] if status in said else [*_ways(found), again]


def _may_be_heard(found: Progress, words: dict[str, str]) -> list[str]:
    """That a hearing may be asked for, and how, while no other one runs; not of what belongs before a court."""
    running = any(row["kind"] == "hearing" and not row["ended_on"] for row in found.file.proceedings)
    if found.file.case.statutory_class != "claim" or running:
        return []
    return [
        _(
            "申请听证：争议大、疑难复杂的，可以书面或者口头申请，到大厅窗口、承办单位提出，或者拨打%(phone)s；"
            "复查、复核中申请的，请在收到书面意见后尽早提出，当地规定有期限的以当地规定为准。"
            "应当通过诉讼、仲裁、行政复议解决的除外。"
        )
        % words
    ]


def _answered(found: Progress, again: str) -> list[str]:
    """While a window is open nothing has to be done; when it has passed, that is said."""
    if found.own:
        return [_("没有意见的：不需要做什么，期限届满后我们按规定办结。")]
    return [*_lapsed(found), again]


def _lapsed(found: Progress) -> list[str]:
    """A window that has passed, said with its day: what is over is not left open in words."""
    names = {"apply_review": _("复查"), "apply_reexamination": _("复核")}
    used = {"apply_review": "review", "apply_reexamination": "reexamination"}
    stages = {row["stage"] for row in found.file.reviews}
    passed = [
        one
        for one in found.file.deadlines
        if one.kind in names and one.kind not in found.own and used[one.kind] not in stages
        # One that ended before its day did so for another reason.
        if one.due_at and one.met_at is None and (one.void_at is None or one.void_at >= one.due_at)
    ]
    return [
        _("请求%(what)s的期限已于%(due)s届满；有正当理由耽误的，可以说明理由提出。")
        % {"what": names[one.kind], "due": _day(one.due_on)}
        for one in sorted(passed, key=lambda one: one.started_on)[-1:]
    ]


def _ways(found: Progress) -> list[str]:
    """Where to go instead: the statutory routes, else the competent body."""
    triage = found.file.triage
    said = [
        (_named(row), worded(row["basis"], row["basis_en"]), worded(row["guidance"], row["guidance_en"]))
        for row in found.file.transferred
    ]
    if found.route is not None:
        route = in_words(found.route)
        said.insert(0, (route.name, route.basis, route.guidance))
    if said:
        return [
            _("%(name)s（%(basis)s）：%(guidance)s") % {"name": name, "basis": basis, "guidance": guidance}
            for name, basis, guidance in dict.fromkeys(said)
        ]
    body = triage.competent_body if triage else ""
    return [_("请向%(body)s提出。") % {"body": body}] if body else []


# -- papers and ratings ------------------------------------------------------------------------------------------


def service_words(found: Progress, paper: Paper) -> str:
    """When and how a paper reached the petitioner; "" where nothing is recorded."""
    for row in reversed(found.file.services):
        if row["document_id"] == paper.pk:
            how = _(SERVICE_METHODS[row["method"]])
            return _("%(day)s送达（%(how)s）") % {"day": _day(row["served_on"]), "how": how}
    return ""


@dataclass(frozen=True, slots=True)
class Ratings:
    """`open_ids`: what may still be rated, until the end of `until`; `said`: what was."""

    open_ids: list[int]
    until: dt.date | None
    said: list[str]


def ratings(found: Progress, now: dt.datetime) -> Ratings:
    names = {"hall": _("信访部门"), "unit": _("责任单位")}
    open_rows, said = [], []
    for row in found.file.ratings:
        if row["status"] == "pending" and now < dt.datetime.fromisoformat(row["closes_at"]):
            open_rows.append(row)
        elif row["status"] == "rated":
            facts = {
                "who": names[row["target"]],
                "day": _day(row["rated_at"]),
                "grade": _(GRADES[row["grade"]]),
            }
            said.append(_("您于%(day)s对%(who)s的评价：%(grade)s。") % facts)
    ends = [dt.datetime.fromisoformat(row["closes_at"]) for row in open_rows]
    until = last_day(min(ends)) if ends else None
    return Ratings([row["id"] for row in open_rows], until, said)


__all__ = [
    "Choice", "Ratings", "choices", "lateness", "opening", "promises", "ratings", "service_words", "standing", "what",
]  # fmt: skip

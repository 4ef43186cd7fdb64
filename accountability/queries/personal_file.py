"""What is held about one petitioner, in one piece: what they told, what they were told, and who looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.lifecycle.access import READS
from cases.lifecycle import CASE, CHANNELS, GRADES
from cases.models import Case, Claim, Material, Petitioner, Rating, ServiceRecord, VideoNote
from hall.access import Actor
from hall.models import IssuedDocument, JournalEntry, Message
from hearings.models import Hearing, HearingParty
from intake.models import Booking, Visit
from intake.queries.guidance import referrals_about, talks_about
from intake.queries.incidents import written_about
from staffing.lifecycle import HALL_MANAGER

FIELDS: Mapping[str, str] = {
    # Every encrypted field of the house: the section it stands in, or why it does not.
    "cases.Petitioner.id_number": "person",
    "cases.Petitioner.phone": "person",
    "cases.Petitioner.address": "person",
    "intake.Booking.name": "bookings",
    "intake.Booking.phone": "bookings",
    "hearings.HearingParty.phone": "hearings",
    "hall.Message.address": "messages",
    "hall.User.phone": "of staff",
    "cases.NationalImportRow.facts": "a row of a file, kept a week; what was registered from it is in the matters",
    "cases.NationalImportRow.cells": "as its facts",
    "staffing.Authenticator.secret": "of staff",
    "staffing.KeptForm.data": "of staff",
    "staffing.Webhook.secret": "a key",
    "staffing.Webhook.former_secret": "a key",
    "cases.NationalExport.content": "a file that was asked for, kept a day",
    "hall.ApiCall.answer": "what a machine was answered, kept two days",
    "staffing.Complaint.text": "a complaint has no key but its receipt code: it is read there",
    "staffing.Complaint.name": "as its text",
    "staffing.Complaint.phone": "as its text",
    "staffing.Duty.phone": "of staff",
    "staffing.DutyTemplate.phone": "of staff",
    "staffing.PeopleImportRow.facts": "of staff",
    "intake.Draft.data": "what is half typed, kept some days; it is registered or erased",
    "intake.ServiceContent.question": "what is said to a lawyer or a psychologist is open to them alone",
    "intake.ServiceContent.opinion": "as the question",
    "intake.ServiceContent.referral": "as the question",
    "intake.ServiceContent.referral_to": "as the question",
    "intake.ServiceContent.answer": "as the question",
    "intake.ServiceContent.result": "as the question",
    "intake.ServiceContent.level": "as the question",
    "intake.ServiceContent.method": "as the question",
    "intake.ServiceContent.next_on": "as the question",
    "intake.ServiceContent.correction": "as the question",
    "cases.VideoSeat.name": "an invitation has no key but its link: it stands in the room of its case",
    "cases.VideoSeat.phone": "as its name",
    "cases.VideoNote.correction": "what somebody in the room had corrected: it stands in the signed record",
    "cases.VideoNoteSignature.name": "a signature stands under the record of the room, of which each end has a copy",
    "cases.VideoNoteSignature.strokes": "as the name",
    "cases.VideoNoteSignature.words": "as the name",
    "cases.VideoNoteSignature.witness": "as the name",
    "intake.GuidanceTalk.explained": "guidance",
    "intake.GuidanceTalk.why": "guidance",
    "intake.ServiceReferral.need": "guidance",
    "intake.ServiceReferral.contact": "guidance",
    "intake.ServiceReferral.answer": "guidance",
    "intake.ServiceReferral.result": "guidance",
    "intake.Incident.what_happened": "incidents",
    "intake.Incident.staff_did": "incidents",
    "intake.Incident.people_present": "who stood by is no data of the person's",
    "intake.IncidentAccount.words": "incidents",
    "hearings.PoolMember.phone": "of those who hear",
    "hearings.PublicSeat.name": "of who listened, erased after the hearing",
    "hearings.PublicSeat.phone": "as the name",
    "hearings.DeliberationNote.text": "what a panel says to each other",
}
MOST = 500
"""Rows of one section; nobody has come so often, and a paper has an end."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of label and value, in the reader's language; values are texts."""

    code: str
    title: str
    rows: Sequence[Mapping[str, str]]


def visible_person(actor: Actor, petitioner_id: int) -> Petitioner | None:
    """The person, for who sees a matter of theirs."""
    return Petitioner.objects.filter(
        pk=petitioner_id, parties__case__in=Case.objects.visible_to(actor)
    ).first()


def personal_file(actor: Actor, person: Petitioner) -> list[Section]:
    """All that is held about them and that the reader may see; a bounded number of statements.

    Internal opinions, dissent, and what others told are no data of theirs and are never in it.
    """
    cases = list(
        Case.objects.visible_to(actor)
        .filter(parties__petitioner=person)
        .select_related("hall", "first_handler")
        .order_by("id")[:MOST]
    )
    return [
        Section("person", _("基本信息"), [_of(person)]),
        Section("matters", _("信访事项"), _matters(cases)),
        Section("materials", _("交来的材料"), _materials(cases)),
        Section("papers", _("送达的文书"), _papers(cases)),
        Section("visits", _("来访"), _visits(cases)),
        Section("guidance", _("引导和转介"), _guidance(actor, cases)),
        Section("incidents", _("现场情况记录"), _incidents(actor, cases)),
        Section("notes", _("视频接访笔录"), _notes(cases)),
        Section("bookings", _("接访预约"), _bookings(actor, person)),
        Section("hearings", _("听证"), _hearings(actor, person)),
        Section("ratings", _("评价"), _ratings(cases)),
        Section("messages", _("发给本人的短信、邮件"), _messages(cases, person)),
        Section("looks", _("谁查看过完整信息"), _looks(person)),
    ]


def _day(at: Any) -> str:
    return timezone.localtime(at).date().isoformat() if at else ""


def _of(person: Petitioner) -> dict[str, str]:
    return {
        _("姓名"): person.name,
        _("性别"): str(person.get_sex_display()),
        _("出生日期"): person.birth_date.isoformat() if person.birth_date else "",
        _("证件类型"): _(person.get_id_kind_display()),
        _("证件号码"): person.id_number,
        _("手机"): person.phone,
        _("住址"): person.address,
        _("户籍地区代码"): person.region_code,
        _("职业"): person.occupation,
        _("首次登记"): _day(person.created_at),
    }


def _matters(cases: Sequence[Case]) -> list[dict[str, str]]:
    claims: dict[int, list[str]] = {}
    for case_id, number, text in (
        Claim.objects.filter(case__in=cases).order_by("number").values_list("case_id", "number", "text")
    ):
        claims.setdefault(case_id, []).append(f"{number}. {text}")
    return [
        {
            _("事项编号"): one.number,
            _("收到日期"): one.received_on.isoformat(),
            _("信访形式"): _(CHANNELS[one.channel]),
            _("大厅"): one.hall.label,
            _("事由"): one.title,
            _("反映的内容"): one.content,
            _("诉求"): "\n".join(claims.get(one.pk, ())),
            _("发生地"): one.place,
            _("承办单位"): one.first_handler.label if one.first_handler else "",
            _("状态"): _(CASE.state(one.status).label),
        }
        for one in cases
    ]


def _materials(cases: Sequence[Case]) -> list[dict[str, str]]:
    rows = Material.objects.filter(case__in=cases).select_related("case").order_by("id")[:MOST]
    return [
        {_("事项编号"): one.case.number, _("名称"): one.name, _("交来日期"): _day(one.added_at)}
        for one in rows.only("name", "added_at", "case__number")
    ]


def _papers(cases: Sequence[Case]) -> list[dict[str, str]]:
    served = ServiceRecord.objects.filter(case__in=cases).exclude(outcome="failed")
    days = dict(served.values_list("document_id", "served_on"))
    rows = IssuedDocument.objects.filter(pk__in=[pk for pk in days if pk]).order_by("id")[:MOST]
    return [
        {
            _("文书"): one.title,
            _("文号"): one.number,
            _("出具日期"): _day(one.issued_at),
            _("送达日期"): days[one.pk].isoformat() if days[one.pk] else "",
        }
        for one in rows
    ]


def _notes(cases: Sequence[Case]) -> list[dict[str, str]]:
    """What was read back in the rooms of their matters, as it was signed; not what was corrected before."""
    rows = VideoNote.objects.filter(Q(room__case__in=cases) | Q(room__docket_item__case__in=cases))
    return [
        {
            _("日期"): _day(one.read_at),
            _("文号"): one.document.number if one.document else "",
            _("状态"): _(one.get_status_display()),
            _("笔录"): one.text,
        }
        for one in rows.exclude(status="corrected").select_related("document").order_by("id")[:MOST]
    ]


def _visits(cases: Sequence[Case]) -> list[dict[str, str]]:
    rows = (
        Visit.objects.filter(cases__in=cases).distinct().select_related("hall").order_by("arrived_at")[:MOST]
    )
    return [
        {
            _("日期"): _day(one.arrived_at),
            _("大厅"): one.hall.label,
            _("人数"): str(one.head_count),
            _("集体访"): pgettext("answer", "是") if one.is_group else pgettext("answer", "否"),
        }
        for one in rows
    ]


def _guidance(actor: Actor, cases: Sequence[Case]) -> list[dict[str, str]]:
    """What was explained to them, and to whom they were sent on; of a visit with others, not the words."""
    talks = [
        {
            _("日期"): _day(one.talked_at),
            _("内容"): _(one.get_topic_display()),
            _("说明了什么"): "\n".join(filter(None, (one.explained, one.why))) if is_own else "",
            _("结果"): _(one.get_outcome_display()),
        }
        for one, is_own in talks_about(actor, cases)[:MOST]
    ]
    referrals = [
        {
            _("日期"): _day(one.asked_at),
            _("内容"): f"{_(one.get_kind_display())} {one.addressee}",
            _("说明了什么"): "\n".join(filter(None, (one.need, one.contact, one.answer, one.result)))
            if is_own
            else "",
            _("结果"): _(one.get_outcome_display() or one.get_status_display()),
        }
        for one, is_own in referrals_about(actor, cases)[:MOST]
    ]
    return talks + referrals


def _incidents(actor: Actor, cases: Sequence[Case]) -> list[dict[str, str]]:
    """Who hands the file out at the window does not learn whether there is a record: the hall's manager gives it."""
    if not any(actor.has(HALL_MANAGER, hall_id=one.hall_id) for one in cases):
        return [{_("说明"): _("大厅里的现场情况如有记录，由大厅负责人提供给本人；有没有，都不影响办理。")}]
    by_hand = _("同来的还有别人，内容请大厅负责人当面给本人看。")
    return [
        {
            _("日期"): _day(one.incident.happened_at),
            _("类别"): _(one.incident.get_kind_display()),
            _("发生了什么"): one.incident.what_happened if one.is_own else by_hand,
            _("工作人员怎么做的"): one.incident.staff_did if one.is_own else "",
            _("本人陈述"): "\n".join(said.words for said in one.incident.accounts.all())
            if one.is_own
            else "",
        }
        for one in written_about(actor, cases)[:MOST]
    ]


def _bookings(actor: Actor, person: Petitioner) -> list[dict[str, str]]:
    """Those made with their telephone and their name: a family may share the one or the other."""
    if not person.phone:
        return []
    rows = Booking.objects.visible_to(actor).filter(phone_index=person.phone_index)
    return [
        {
            _("接访日期"): _day(one.reception.starts_at),
            _("大厅"): one.reception.hall.label,
            _("反映什么问题"): one.subject,
            _("人数"): str(one.head_count),
            _("状态"): _(one.get_status_display()),
        }
        for one in rows.select_related("reception__hall").order_by("id")[:MOST]
        if one.name == person.name
    ]


def _hearings(actor: Actor, person: Petitioner) -> list[dict[str, str]]:
    rows = HearingParty.objects.filter(
        petitioner=person, removed_at=None, hearing__in=Hearing.objects.visible_to(actor)
    )
    return [
        {_("听证"): one.hearing.title, _("身份"): _(one.get_kind_display()), _("电话"): one.phone}
        for one in rows.select_related("hearing").order_by("id")[:MOST]
    ]


def _ratings(cases: Sequence[Case]) -> list[dict[str, str]]:
    rows = Rating.objects.filter(case__in=cases, rated_at__isnull=False).select_related("case")
    return [
        {
            _("事项编号"): one.case.number,
            _("日期"): _day(one.rated_at),
            _("评价"): _(GRADES[one.grade]) if one.grade else "",
            _("原因"): one.reason,
            _("意见建议"): one.comment,
        }
        for one in rows.order_by("id")[:MOST]
    ]


def _messages(cases: Sequence[Case], person: Petitioner) -> list[dict[str, str]]:
    """To their telephone, about their matters. The address is encrypted without an index: it is compared here."""
    if not person.phone:
        return []
    about = Q(context__number__in=[one.number for one in cases])
    rows = Message.objects.filter(about, user=None).order_by("id")[:MOST]
    return [
        {
            _("日期"): _day(one.created_at),
            _("方式"): _(one.get_channel_display()),
            _("发到"): one.address,
            _("状态"): _(one.get_state_display()),
        }
        for one in rows
        if one.address == person.phone
    ]


def _looks(person: Petitioner) -> list[dict[str, str]]:
    """When and what for, by their own file; the names of staff are given on a complaint, not on a printout."""
    rows = JournalEntry.objects.filter(stream=f"petitioner:{person.pk}", verb__in=READS).order_by("id")
    return [
        {_("日期"): _day(one.at), _("查看了什么"): _(READS[one.verb][1]), _("用途"): one.reason}
        for one in rows[:MOST]
    ]

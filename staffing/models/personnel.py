"""Around a posting: its early end, handover, personnel file, badge, duties; and what the hall promises in public."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import User
from staffing.lifecycle import (
    ADMINISTRATOR,
    COMMITMENT,
    DEPARTMENT_HEAD,
    HALL_MANAGER,
    HANDOVER,
    POSTING_END,
    ROLES,
)
from staffing.models.places import Department, Hall
from staffing.models.posts import Posting


def _sees_all(actor: Actor) -> bool:
    return actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR)


class PostingEndQuerySet(models.QuerySet["PostingEnd"]):
    def visible_to(self, actor: Actor) -> PostingEndQuerySet:
        """The two sides that have to agree, and administrators, who look on."""
        if _sees_all(actor):
            return self
        return self.filter(
            Q(hall__in=actor.halls(HALL_MANAGER)) | Q(unit__in=actor.departments(DEPARTMENT_HEAD))
        )

    def locked(self, pk: int) -> PostingEnd:
        return self.select_for_update(of=("self",)).get(pk=pk)


class PostingEnd(models.Model):
    """One side asks to end a posting before its time, the other agrees (国信发〔2015〕12号（十二）)."""

    SIDES = [("hall", _("大厅")), ("unit", _("派出单位"))]

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="ends")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="posting_ends")
    unit = models.ForeignKey(Department, models.PROTECT, related_name="posting_ends")
    side = models.CharField(_("提出方"), max_length=4, choices=SIDES)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    on = models.DateField(_("最后一天"))
    reason = models.TextField(_("原因"))
    successor = models.CharField(_("接替人员"), max_length=120, blank=True)
    successor_from = models.DateField(_("接替人员到岗"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=POSTING_END.choices, default="asked")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    note = models.TextField(_("答复意见"), blank=True)

    objects = PostingEndQuerySet.as_manager()

    class Meta:
        verbose_name = _("提前结束派驻")
        verbose_name_plural = _("提前结束派驻")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["hall", "status"]), models.Index(fields=["unit", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], condition=Q(status="asked"), name="posting_end_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "withdrawn"])
                | (Q(answered_by__isnull=False) & ~Q(answered_by=F("asked_by"))),
                name="posting_end_by_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(successor_from=None) | Q(successor_from__lte=F("on")), name="posting_end_no_gap"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_moves", field="status", transitions=list(POSTING_END.legal_pairs()),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.posting} {self.on}"

    @property
    def overlap(self) -> int | None:
        """Days on which both are there; None when nobody is named."""
        return (self.on - self.successor_from).days + 1 if self.successor_from else None

    @property
    def comes_late(self) -> bool:
        """The one who takes over comes a week early (practice.md §5)."""
        return self.overlap is not None and self.overlap < OVERLAP


OVERLAP = 7
"""Days that a successor and the one who leaves are there together."""


class HandoverNoteQuerySet(models.QuerySet["HandoverNote"]):
    def visible_to(self, actor: Actor) -> HandoverNoteQuerySet:
        """The two who sign, the hall's manager and the unit's head."""
        if _sees_all(actor):
            return self
        return self.filter(
            Q(posting__user=actor.user_id or 0)
            | Q(to=actor.user_id or 0)
            | Q(posting__hall__in=actor.halls(HALL_MANAGER))
            | Q(posting__department__in=actor.departments(DEPARTMENT_HEAD))
            | Q(posting__home_department__in=actor.departments(DEPARTMENT_HEAD))
        )

    def locked(self, pk: int) -> HandoverNote:
        return self.select_for_update(of=("self",)).get(pk=pk)


class HandoverNote(models.Model):
    """What one person hands to the next: each kind is answered, with “none” where there is none."""

    posting = models.OneToOneField(Posting, models.PROTECT, related_name="handover")
    to = models.ForeignKey(User, models.PROTECT, related_name="handovers", verbose_name=_("接收人"))
    papers = models.TextField(_("文件材料"))
    keys = models.TextField(_("钥匙和物品"))
    accounts = models.TextField(_("系统和账户"))
    matters = models.TextField(_("未了事项"))
    status = models.CharField(_("状态"), max_length=10, choices=HANDOVER.choices, default="written")
    written_at = models.DateTimeField(_("移交人签字"))
    accepted_at = models.DateTimeField(_("接收人签字"), null=True, blank=True)

    objects = HandoverNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作交接单")
        verbose_name_plural = _("工作交接单")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="written", accepted_at=None)
                | Q(status="accepted", accepted_at__isnull=False),
                name="handover_signed",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_moves", field="status", transitions=list(HANDOVER.legal_pairs()),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="signed_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="accepted")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.posting)

    @property
    def items(self) -> list[tuple[str, str]]:
        return [(str(_MATTERS[name]), getattr(self, name)) for name in _MATTERS]


_MATTERS = {
    "matters": _("未了事项"),
    "papers": _("文件材料"),
    "keys": _("钥匙和物品"),
    "accounts": _("系统和账户"),
}


class PersonnelFile(models.Model):
    """What the personnel form of a window's staff has beside the postings: the photo and the qualifications."""

    user = models.OneToOneField(User, models.PROTECT, related_name="personnel_file")
    qualifications = models.TextField(_("学历、资格和专长"), blank=True)
    photo = models.CharField(_("照片"), max_length=160, blank=True)
    photo_type = models.CharField(max_length=20, blank=True)
    changed_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("人员档案")
        verbose_name_plural = _("人员档案")

    def __str__(self) -> str:
        return self.user.label


class BadgeQuerySet(models.QuerySet["Badge"]):
    def standing(self) -> BadgeQuerySet:
        return self.filter(withdrawn_at=None)


class Badge(models.Model):
    """A work badge and desk sign: valid while its posting lasts and no newer one was made."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="badges")
    number = models.CharField(_("工号"), max_length=40, unique=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issued_at = models.DateTimeField(_("制发时间"))
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作证")
        verbose_name_plural = _("工作证")
        constraints = [
            models.UniqueConstraint(fields=["posting"], condition=Q(withdrawn_at=None), name="badge_once")
        ]

    def __str__(self) -> str:
        return self.number


class DutyStatement(models.Model):
    """What a role answers for in a hall, or one posting in particular, from a day on. A change is a new version."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="duty_statements")
    role = models.CharField(_("角色"), max_length=20, choices=list(ROLES.items()))
    posting = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, related_name="duty_statements"
    )
    text = models.TextField(_("岗位职责"))
    text_en = models.TextField(_("岗位职责（英文）"), blank=True)
    from_on = models.DateField(_("自"))

    class Meta:
        verbose_name = _("岗位职责")
        verbose_name_plural = _("岗位职责")
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "role", "posting", "from_on"], nulls_distinct=False, name="duty_version_once"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.from_on}"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, actor: Actor) -> CommitmentQuerySet:
        return self if _sees_all(actor) else self.filter(hall__in=actor.halls(HALL_MANAGER))

    def locked(self, pk: int) -> Commitment:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Commitment(models.Model):
    """A promise of the hall or of one unit in it (国信发〔2015〕12号（十一）). Once public it is not reworded."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="commitments")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    text = models.CharField(_("承诺"), max_length=300)
    text_en = models.CharField(_("承诺（英文）"), max_length=500, blank=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=10)
    status = models.CharField(_("状态"), max_length=10, choices=COMMITMENT.choices, default="drafted")
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdraw_reason = models.CharField(_("撤下原因"), max_length=200, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("服务承诺")
        verbose_name_plural = _("服务承诺")
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["hall", "status", "order"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="commitment_published_at",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_moves", field="status", transitions=list(COMMITMENT.legal_pairs()),
            ),
            pgtrigger.Protect(
                name="said_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="published")
                & (pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                   | pgtrigger.Q(old__text_en__df=pgtrigger.F("new__text_en"))),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:40]


class PeopleImport(models.Model):
    """A personnel list that was handed in and looked at, until it is confirmed or its day is over."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="people_imports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=120)
    uploaded_at = models.DateTimeField(_("上传时间"))
    expires_at = models.DateTimeField(_("保留到"))
    confirmed_at = models.DateTimeField(_("导入时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("人员名单导入")
        verbose_name_plural = _("人员名单导入")

    def __str__(self) -> str:
        return self.name


class PeopleImportRow(models.Model):
    """One line of the list: what stood in it (encrypted, telephone numbers are among it) and what became of it."""

    RESULTS = [
        ("ready", _("可以导入")), ("wrong", _("有错误")), ("done", _("已导入")), ("known", _("已在岗，不用导入")),
    ]  # fmt: skip

    list = models.ForeignKey(PeopleImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行"))
    facts = EncryptedTextField()
    result = models.CharField(max_length=8, choices=RESULTS, default="ready")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["list", "line"], name="import_line_once"),
            models.CheckConstraint(
                condition=~Q(result="done") | Q(posting__isnull=False), name="import_line_done"
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)

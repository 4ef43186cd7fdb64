"""Exchange with the national system: which columns are which, files that came in, files that go out."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from hall.access import Actor
from hall.fields import EncryptedTextField
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER
from staffing.models import Hall

ROW_RESULTS = [
    ("ready", _("可以登记")),
    ("wrong", _("有错误")),
    ("done", _("已登记")),
    ("known", _("已有，不重复登记")),
]


class ExchangeMapping(models.Model):
    """Which column of a file is which national field, kept under a name for the next file of that kind."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="exchange_mappings")
    name = models.CharField(_("名称"), max_length=40)
    columns = models.JSONField(_("列"))
    """Heading of the file → code of the field."""
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("列的对应")
        verbose_name_plural = _("列的对应")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["hall", "name"], name="exchange_mapping_named_once")]

    def __str__(self) -> str:
        return self.name


class NationalImportQuerySet(models.QuerySet["NationalImport"]):
    def visible_to(self, actor: Actor) -> NationalImportQuerySet:
        """One's own: it holds what the petitioners of others wrote as well."""
        if actor.kind == "system":
            return self.all()
        return self.filter(by=actor.user_id or 0, hall__in=actor.halls(CLERK, HALL_MANAGER))

    def locked(self, pk: int) -> NationalImport:
        return self.select_related("hall", "by").select_for_update(of=("self",)).get(pk=pk)


class NationalImport(models.Model):
    """A file that was handed in: looked at, confirmed, and registered row by row by a worker."""

    STATES = [
        ("read", _("待核对")),
        ("queued", _("正在登记")),
        ("done", _("已完成")),
        ("stopped", _("已停止")),
    ]

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="national_imports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=120)
    headings = models.JSONField(_("表头"))
    columns = models.JSONField(_("列"), default=dict)
    """Place of the column (from 0, as text) → code of the field."""
    status = models.CharField(max_length=8, choices=STATES, default="read")
    failure = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"))
    expires_at = models.DateTimeField(_("保留到"))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NationalImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("国家系统导入")
        verbose_name_plural = _("国家系统导入")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="read") | Q(confirmed_at__isnull=False), name="national_import_confirmed"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="queued"), name="national_import_queued"),
            models.Index(fields=["by", "-id"], name="national_import_own"),
            models.Index(fields=["expires_at"], name="national_import_expiry"),
        ]

    def __str__(self) -> str:
        return self.name


class NationalImportRow(models.Model):
    """One row of the file: its cells and what was read from them (encrypted), and what became of it."""

    file = models.ForeignKey(NationalImport, models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("行"))
    cells = EncryptedTextField()
    facts = EncryptedTextField()
    errors = models.JSONField(default=dict)
    """Code of the field ("" for the row) → why not. Names no personal data."""
    result = models.CharField(max_length=8, choices=ROW_RESULTS, default="ready")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="national_row_once"),
            models.CheckConstraint(
                condition=~Q(result="done") | Q(case__isnull=False), name="national_row_done"
            ),
        ]
        indexes = [models.Index(fields=["file", "result", "line"], name="national_row_by_result")]

    def __str__(self) -> str:
        return str(self.line)


class NationalExportQuerySet(models.QuerySet["NationalExport"]):
    def visible_to(self, actor: Actor) -> NationalExportQuerySet:
        """One's own."""
        return self.all() if actor.kind == "system" else self.filter(by=actor.user_id or 0)

    def locked(self, pk: int) -> NationalExport:
        return self.select_related("hall", "by").select_for_update(of=("self",)).get(pk=pk)


class NationalExport(models.Model):
    """A file that was asked for: what for, what of, opened or masked; kept a day."""

    STATES = [("queued", _("正在生成")), ("done", _("已生成")), ("stopped", _("已停止"))]
    FORMATS = [("xlsx", "Excel"), ("csv", "CSV（UTF-8）"), ("gb18030", "CSV（GB18030）")]

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="national_exports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked = models.JSONField()
    format = models.CharField(max_length=8, choices=FORMATS, default="xlsx")
    is_opened = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=8, choices=STATES, default="queued")
    failure = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)
    content = EncryptedTextField()
    """The file, in base64: what was opened lies nowhere in the clear."""
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    objects = NationalExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("国家系统导出")
        verbose_name_plural = _("国家系统导出")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_opened=False) | ~Q(reason=""), name="national_export_reasoned"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="queued"), name="national_export_queued"),
            models.Index(fields=["by", "-id"], name="national_export_own"),
            models.Index(fields=["expires_at"], name="national_export_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.token)

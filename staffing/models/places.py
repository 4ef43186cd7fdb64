"""Places: jurisdictions, halls with their hours, rooms and windows, units and how they are present."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from hall.models import Named
from staffing.lifecycle import LEVELS


class IdRange(Func):
    """`[id, id]` as a range: equality for GiST without the extension btree_gist."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"


class Period(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


class Jurisdiction(Named):
    """An administrative division; codes are those of GB/T 2260."""

    code = models.CharField(_("行政区划代码"), max_length=12, unique=True)
    level = models.CharField(_("层级"), max_length=12, choices=list(LEVELS.items()))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["code"]


class Hall(Named):
    """A joint petition reception hall, with the organ that issues its papers."""

    code = models.SlugField(_("大厅代码"), max_length=20, unique=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="halls")
    organ = models.CharField(_("机关代字"), max_length=12, help_text=_("文号开头，如“云信”"))
    organ_name = models.CharField(_("发文机关"), max_length=80)
    organ_name_en = models.CharField(max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=200)
    address_en = models.CharField(max_length=200, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40)
    complaint_phone = models.CharField(_("监督电话"), max_length=40, blank=True)
    group_threshold = models.PositiveSmallIntegerField(_("集体访起点人数"), default=5)
    receptions_need_approval = models.BooleanField(
        _("接访日程须批准"), default=False, help_text=_("公布之前须由本厅的接访领导或者系统管理员批准")
    )
    reception_lead_days = models.PositiveSmallIntegerField(
        _("提前公布天数"), default=2, help_text=_("少于这个天数公布的，记为晚公布")
    )
    receptions_per_leader = models.PositiveSmallIntegerField(
        _("每位领导每月最多接访次数"), default=8, help_text=_("自动安排时使用")
    )
    complaint_days = models.PositiveSmallIntegerField(
        _("投诉答复期限（工作日）"), default=15, help_text=_("本厅自己的规定，从收到的次日起算。")
    )
    site_code = models.CharField(_("网站标识码"), max_length=20, blank=True)
    icp_record = models.CharField(_("ICP备案号"), max_length=40, blank=True)
    police_record = models.CharField(_("公安备案号"), max_length=40, blank=True)
    is_open = models.BooleanField(_("启用"), default=True)
    rota_binds = models.BooleanField(
        _("叫号须有人值班"),
        default=True,
        help_text=_("排了班的半天，窗口没有人值班就不能叫号；没有排班的不受影响。"),
    )
    on_call_minutes = models.PositiveSmallIntegerField(_("随叫随驻到场时限（分钟）"), default=30)
    kiosk_enrolled_only = models.BooleanField(
        _("只用登记过的取号机"),
        default=False,
        db_default=False,
        help_text=_("没有登记的浏览器不能打开取号页、不能取号。"),
    )
    display_enrolled_only = models.BooleanField(
        _("只用登记过的大屏"),
        default=False,
        db_default=False,
        help_text=_("没有登记的浏览器不能打开叫号大屏。"),
    )
    warn_days = models.PositiveSmallIntegerField(
        _("提前几个工作日提醒空岗"), default=3, help_text=_("0为不提醒。")
    )

    class Meta:
        verbose_name = _("接访大厅")
        verbose_name_plural = _("接访大厅")
        constraints = [models.UniqueConstraint(fields=["organ"], name="hall_one_organ")]
        ordering = ["code"]


class OpeningHours(models.Model):
    """One span of one weekday (0 = Monday); a make-up workday has the hours of `weekday` 0."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens = models.TimeField(_("开始"))
    closes = models.TimeField(_("结束"))

    class Meta:
        ordering = ["hall", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "weekday", "opens"], name="hours_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="hours_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}—{self.closes:%H:%M}"


class Room(Named):
    KINDS = [
        ("reception", _("接谈室")),
        ("leader", _("领导接访室")),
        ("mediation", _("调处室")),
        ("hearing", _("听证室")),
        ("video", _("视频接访室")),
        ("police", _("警务室")),
        ("other", _("其他")),
    ]
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="rooms")
    kind = models.CharField(_("用途"), max_length=12, choices=KINDS)
    capacity = models.PositiveSmallIntegerField(_("座位"), default=0)
    step_free = models.BooleanField(_("无障碍"), default=True)

    class Meta:
        verbose_name = _("房间")
        verbose_name_plural = _("房间")
        constraints = [models.UniqueConstraint(fields=["hall", "name"], name="room_once")]
        ordering = ["hall", "name"]


class Department(Named):
    """A unit that can be responsible for a matter. Its group carries the rights on single cases."""

    code = models.SlugField(_("单位代码"), max_length=30, unique=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_petition_office = models.BooleanField(_("信访部门"), default=False)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    duties = models.TextField(_("职责"), blank=True)
    duties_en = models.TextField(_("职责（英文）"), blank=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="department")
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["code"]


class Window(Named):
    """A counter. `number` is what the visitor hears."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    number = models.PositiveSmallIntegerField(_("窗口号"))
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="windows")
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("窗口")
        verbose_name_plural = _("窗口")
        constraints = [models.UniqueConstraint(fields=["hall", "number"], name="window_number_once")]
        ordering = ["hall", "number"]


class Station(models.Model):
    """How a department is present in a hall."""

    PRESENCE = [("resident", _("常驻")), ("rotating", _("轮驻")), ("on_call", _("随叫随驻"))]
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="stations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="stations")
    presence = models.CharField(_("进驻方式"), max_length=10, choices=PRESENCE)
    days = models.CharField(_("进驻时间"), max_length=80, blank=True)
    days_en = models.CharField(_("进驻时间（英文）"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("进驻单位")
        verbose_name_plural = _("进驻单位")
        constraints = [models.UniqueConstraint(fields=["hall", "department"], name="station_once")]

    def __str__(self) -> str:
        return f"{self.department} · {self.get_presence_display()}"

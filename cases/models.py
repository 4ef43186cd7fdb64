"""The case file's facts and their constraints. The verbs are in `cases.actions`, the clocks' rules in `hall.clock`."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from cases.lifecycle import CASE, CHANNELS, CLASSES, ID_KINDS, OUTCOMES, PURPOSES
from hall.access import Actor
from hall.fields import BlindIndexField, EncryptedTextField, mask_address, mask_id_number, mask_phone
from hall.models import IssuedDocument, Named, User
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, ROLES, SUPERVISOR
from staffing.models import Department, Hall, IdRange, Jurisdiction

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Days(Func):
    function = "daterange"
    output_field = DateRangeField()


class ContentCategory(Named):
    """Three levels, two digits each, as data; `path` is the full name, `pinyin` what can be typed to find it."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("层级"))
    path = models.CharField(_("全称"), max_length=200)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("内容分类")
        verbose_name_plural = _("内容分类")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(level__in=(1, 2, 3)), name="category_three_levels")]


class StatutoryRoute(Named):
    """A way that another law gives for a claim (《信访工作条例》第三十一条（一）至（五）), and the organ that goes it."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    clause = models.PositiveSmallIntegerField(_("第三十一条第几项"))
    organ = models.CharField(_("受理机关"), max_length=120)
    organ_en = models.CharField(max_length=160, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    basis_en = models.CharField(max_length=240, blank=True)
    guidance = models.TextField(_("怎么办理"))
    guidance_en = models.TextField(blank=True)
    keywords = models.CharField(_("通俗说法"), max_length=400, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="routes")
    is_litigation = models.BooleanField(_("涉法涉诉"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("法定途径")
        verbose_name_plural = _("法定途径")
        ordering = ["clause", "code"]


class Petitioner(models.Model):
    """The person. Numbers and addresses are encrypted; look-up goes over their keyed index."""

    SEXES = [("male", _("男")), ("female", _("女")), ("", _("未填"))]

    name = models.CharField(_("姓名"), max_length=60)
    sex = models.CharField(_("性别"), max_length=6, choices=SEXES, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    id_kind = models.CharField(_("证件类型"), max_length=10, choices=list(ID_KINDS.items()), default="resident")
    id_number = EncryptedTextField(_("证件号码"), blank=True)
    id_index = BlindIndexField("id_number")
    phone = EncryptedTextField(_("手机"), blank=True)
    phone_index = BlindIndexField("phone")
    address = EncryptedTextField(_("住址"), blank=True)
    region_code = models.CharField(_("户籍地区代码"), max_length=6, blank=True)
    occupation = models.CharField(_("职业"), max_length=30, blank=True)
    created_at = models.DateTimeField()
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        verbose_name = _("信访人")
        verbose_name_plural = _("信访人")
        indexes = [
            models.Index(fields=["phone_index"]),
            GinIndex(fields=["search"], name="petitioner_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_kind", "id_index"], condition=Q(id_index__isnull=False), name="petitioner_one_id"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number_masked(self) -> str:
        return mask_id_number(self.id_number)

    @property
    def phone_masked(self) -> str:
        return mask_phone(self.phone)

    @property
    def address_masked(self) -> str:
        return mask_address(self.address)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """The hall's own staff, and the departments that were given the case; never whom it complains of.

        A respondent (person or unit) and someone recused see nothing, whatever post they hold (《信访工作条例》
        第二十八条、第三十条).
        """
        if actor.kind == "system":
            return self.all()
        if actor.kind != "person" or actor.user_id is None:
            return self.none()
        mine = Q(pk__in=[])
        if halls := actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER):
            mine |= Q(hall_id__in=halls)
        departments = actor.departments()
        if departments:
            given = CaseGroupPermission.objects.filter(
                content_object=OuterRef("pk"), group__department__in=departments
            )
            mine |= Q(Exists(given))
        accused = Respondent.objects.filter(
            Q(user_id=actor.user_id) | Q(department_id__in=departments), case=OuterRef("pk")
        )
        recused = Recusal.objects.filter(case=OuterRef("pk"), user_id=actor.user_id)
        return self.filter(mine, ~Exists(accused), ~Exists(recused))

    def locked(self, pk: int) -> Case:
        """The case under its row lock: first the case, then its children, always in that order."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Case(models.Model):
    """One matter. `registered_at`, the date of notice and `accepted_on` are kept apart (law.md §7, 2)."""

    number = models.CharField(_("编号"), max_length=38, unique=True)
    query_code = models.CharField(_("查询码"), max_length=16, unique=True)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="cases")
    channel = models.CharField(_("信访形式"), max_length=8, choices=list(CHANNELS.items()))
    purpose = models.CharField(_("信访目的"), max_length=12, choices=list(PURPOSES.items()))
    statutory_class = models.CharField(_("事项类别"), max_length=12, choices=list(CLASSES.items()))
    category = models.ForeignKey(ContentCategory, models.PROTECT, null=True, blank=True, related_name="cases")
    title = models.CharField(_("标题"), max_length=120)
    summary = models.TextField(_("概况"), blank=True)
    content = models.TextField(_("反映内容"))
    is_oral = models.BooleanField(_("口头陈述"), default=False)
    read_back_at = models.DateTimeField(_("宣读确认时间"), null=True, blank=True)
    place = models.CharField(_("问题发生地"), max_length=200, blank=True)
    place_region = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+")
    is_group = models.BooleanField(_("集体访"), default=False)
    head_count = models.PositiveIntegerField(_("信访人数"), default=1)
    is_anonymous = models.BooleanField(_("匿名"), default=False)
    is_confidential = models.BooleanField(_("保密"), default=False)
    public_consent = models.BooleanField(_("同意公开"), default=False)
    electronic_consent = models.BooleanField(_("同意电子送达"), default=False)
    is_urgent = models.BooleanField(_("重大紧急"), default=False)
    is_law_related = models.BooleanField(_("涉法涉诉"), default=False)
    is_skip_level = models.BooleanField(_("越级"), default=False)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeats")
    national_number = models.CharField(_("国家系统编号"), max_length=38, blank=True)
    source_ref = models.CharField(_("来源编号"), max_length=80, blank=True)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    received_on = models.DateField(_("收到日期"))
    registered_at = models.DateTimeField(_("登记时间"))
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    law = models.CharField(_("适用规则"), max_length=4, default="r22")
    status = models.CharField(_("状态"), max_length=16, choices=CASE.choices, default="registered")
    status_since = models.DateTimeField()
    first_handler = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="handled_cases"
    )
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    search = SearchVectorField(null=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("信访事项")
        verbose_name_plural = _("信访事项")
        permissions = [("handle_case", "may handle this case")]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "source_ref"], condition=~Q(source_ref=""), name="case_imported_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(first_handler__isnull=False, accepted_on__isnull=False),
                name="case_accepted_has_first_handler",
            ),
            models.CheckConstraint(
                condition=~Q(status="forwarded") | Q(first_handler__isnull=False), name="case_forwarded_to_unit"
            ),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="case_head_count"),
        ]
        indexes = [
            models.Index(fields=["hall", "-id"]),
            models.Index(fields=["hall", "status", "-id"]),
            models.Index(fields=["hall", "category", "-id"]),
            models.Index(fields=["hall", "registered_at"]),
            models.Index(fields=["first_handler", "status", "-id"]),
            GinIndex(fields=["search"], name="case_search"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CASE.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("number", "query_code", "hall", "registered_at", "received_on"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseGroupPermission(GroupObjectPermissionBase):
    """django-guardian's rights of a department's group on a case, with a real foreign key."""

    content_object = models.ForeignKey(Case, models.CASCADE, related_name="group_permissions")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class CaseParty(models.Model):
    """A petitioner on a case. At most five represent a group (《信访工作条例》第二十条): five numbers, each once."""

    ROLES = [("principal", _("主访人")), ("representative", _("代表")), ("companion", _("随访人"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    petitioner = models.ForeignKey(Petitioner, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=14, choices=ROLES)
    representative_no = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "petitioner"], name="party_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(role="principal"), name="party_one_principal"),
            models.UniqueConstraint(fields=["case", "representative_no"], name="party_representative_once"),
            models.CheckConstraint(
                condition=Q(role="representative", representative_no__range=(1, 5))
                | (~Q(role="representative") & Q(representative_no=None)),
                name="party_five_representatives",
            ),
        ]


class Claim(models.Model):
    """A numbered claim; each gets its own answer."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("诉求"))
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="claim_numbered_once")]


class Respondent(models.Model):
    """Whom the case complains of. Never sees the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="respondents")
    name = models.CharField(_("被反映人或单位"), max_length=120)
    position = models.CharField(_("职务"), max_length=80, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")


class Recusal(models.Model):
    """Someone with an interest in the matter stays out of it (《信访工作条例》第二十八条)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="recused_once")]


class Material(models.Model):
    """A paper or file handed in. The bytes lie outside the web root under their hash; the row never changes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    name = models.CharField(_("名称"), max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        triggers = [APPEND_ONLY]


class Triage(models.Model):
    """The decision at the gate: outcome, article, reason, competent body, and its numbered paper."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="triage")
    outcome = models.CharField(max_length=20, choices=list(OUTCOMES.items()))
    ground = models.CharField(max_length=40, blank=True)
    article = models.CharField(_("依据"), max_length=200)
    reason = models.TextField(_("理由"))
    competent_body = models.CharField(_("有权处理的机关"), max_length=200, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, related_name="+")
    related_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [APPEND_ONLY]


class Referral(models.Model):
    """A case sent to a unit: forwarded (转送), or assigned (交办) with a report back."""

    KINDS = [("forward", _("转送")), ("assign", _("交办"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=8, choices=KINDS)
    department = models.ForeignKey(Department, models.PROTECT, related_name="referrals")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    demand = models.TextField(blank=True)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")


class Hold(models.Model):
    """A pause of the case's clocks, with its authority: from a day, to a day (exclusive; open while None)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    authority = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="hold_forward"),
            ExclusionConstraint(
                name="hold_one_at_a_time",
                expressions=[
                    (IdRange("case_id"), RangeOperators.OVERLAPS),
                    (Days("from_on", "to_on", Value("[)")), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> DeadlineQuerySet:
        return self.filter(met_at=None, void_at=None)


class Deadline(models.Model):
    """A period that runs: who must do what by when under which article.

    `due_on`, `due_at`, `nominal_on`, `step_moments` and `next_step_at` are what `hall.clock` says, kept here so
    that lists and the sweep can use an index; they are rewritten in the transaction that changes a fact and
    checked every night. `step_moments[i]` is when rung `step_rungs[i]` of the ladder is due; the first
    `steps_taken` of them are done.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=24)
    law = models.CharField(max_length=4, default="r22")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="deadlines")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+", db_index=False)
    started_on = models.DateField()
    extension_days = models.PositiveSmallIntegerField(default=0)
    own_limit_days = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    nominal_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_urgent = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=64, blank=True)
    amber_at = models.DateTimeField(null=True)
    step_moments = ArrayField(models.DateTimeField(), default=list)
    step_rungs = ArrayField(models.IntegerField(), default=list)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "department"],
                condition=Q(met_at=None, void_at=None),
                nulls_distinct=False,
                name="deadline_runs_once",
            ),
            models.CheckConstraint(condition=Q(met_at=None) | Q(void_at=None), name="deadline_one_end"),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"], condition=Q(met_at=None, void_at=None), name="deadline_next_step"
            ),
            models.Index(
                fields=["department", "due_at", "id"], condition=Q(met_at=None, void_at=None), name="deadline_by_unit"
            ),
            models.Index(
                fields=["hall", "due_at", "id"], condition=Q(met_at=None, void_at=None), name="deadline_by_hall"
            ),
        ]
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]


class LadderRung(Named):
    """One step of the escalation ladder, as data: when (before or after the due date) and to whom.

    `term` empty: for every term. `offset` in working or natural days, negative before the due date, 0 on it.
    `urgent` steps go out at any hour, the others in the hall's working hours.
    """

    UNITS = [("workday", _("工作日")), ("natural", _("自然日"))]

    term = models.CharField(_("期限"), max_length=24, blank=True)
    offset = models.SmallIntegerField(_("天数"))
    unit = models.CharField(_("单位"), max_length=8, choices=UNITS, default="workday")
    role = models.CharField(_("通知谁"), max_length=20, choices=list(ROLES.items()))
    urgent = models.BooleanField(_("不分时间"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("催办阶梯")
        verbose_name_plural = _("催办阶梯")
        ordering = ["term", "offset", "id"]
        constraints = [
            models.UniqueConstraint(fields=["term", "offset", "unit", "role"], name="rung_once"),
        ]


class LightThreshold(models.Model):
    """From how many days before the due date a clock is amber; `term` empty is the default."""

    term = models.CharField(_("期限"), max_length=24, blank=True, unique=True)
    amber_days = models.PositiveSmallIntegerField(_("提前天数"))
    unit = models.CharField(_("单位"), max_length=8, choices=LadderRung.UNITS, default="natural")

    class Meta:
        verbose_name = _("亮灯规则")
        verbose_name_plural = _("亮灯规则")


class OwnLimit(models.Model):
    """A hall's own shorter limit for a term; longer than the law is refused (《信访工作条例》 gives the outer bound)."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="own_limits")
    term = models.CharField(_("期限"), max_length=24)
    days = models.PositiveSmallIntegerField(_("天数"))

    class Meta:
        verbose_name = _("本厅时限")
        verbose_name_plural = _("本厅时限")
        constraints = [models.UniqueConstraint(fields=["hall", "term"], name="own_limit_once")]


class DeadlineStep(models.Model):
    """A reminder or escalation that was taken: each rung for each due date exactly once, kept for ever."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="taken_steps", db_index=False)
    rung = models.ForeignKey(LadderRung, models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    planned_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    role = models.CharField(max_length=20)
    recipients = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "rung", "due_on"], name="step_exactly_once")]
        triggers = [APPEND_ONLY]


class DuplicateDecision(models.Model):
    """Whether a new matter is an old one: the candidates with score and reasons as shown, and what the clerk chose."""

    DECISIONS = [("new", _("新件")), ("repeat", _("重复件"))]

    case = models.ForeignKey(Case, models.PROTECT, related_name="duplicate_decisions")
    candidate = models.ForeignKey(Case, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    decision = models.CharField(max_length=6, choices=DECISIONS)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="duplicate_score"),
            models.UniqueConstraint(fields=["case", "candidate"], name="duplicate_decided_once"),
        ]


class QueryAttempt(models.Model):
    """A try at the public progress query, for its limit; `origin` is a keyed hash of the address, not the address."""

    origin = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["origin", "at"])]



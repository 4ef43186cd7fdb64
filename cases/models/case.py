"""The matter and its people."""

from __future__ import annotations

from functools import lru_cache

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from cases.lifecycle import CASE, CHANNELS, CLASSES, ID_KINDS, PURPOSES
from cases.models.reference import ContentCategory, StatutoryRoute
from hall.access import Actor
from hall.batch import planned
from hall.fields import BlindIndexField, EncryptedTextField, mask_address, mask_id_number, mask_phone
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department, Hall, Jurisdiction

PROCEDURES = [("ordinary", _("普通")), ("simple", _("简易"))]
_DECIDED = (
    "accepted", "answered", "served", "in_review", "reviewed", "in_reexamination", "closed", "finally_closed",
    "settled", "replied", "diverted",
)  # fmt: skip
"""States that only an accepted case with a first handler can be in."""


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
        """The case under its row lock: first the case, then its children, always in that order.

        With its hall, which never changes; the first handler may be another one by the time the lock is given.
        """
        sql, (own, of_hall) = _locking()
        for values in planned(sql, [pk]):
            case = Case.from_db(self.db, own, values[: len(own)])
            case.hall = Hall.from_db(self.db, of_hall, values[len(own) :])
            return case
        raise Case.DoesNotExist(f"no case {pk}")


@lru_cache(maxsize=1)
def _locking() -> tuple[str, tuple[list[str], list[str]]]:
    """Every act begins with it: its text, made once, and the fields of the case and of the hall that it reads."""
    own = [one for one in Case._meta.concrete_fields if one.name != "search"]
    of_hall = Hall._meta.concrete_fields
    columns = ", ".join([*(f'c."{one.column}"' for one in own), *(f'h."{one.column}"' for one in of_hall)])
    joined = f"SELECT {columns} FROM cases_case c JOIN staffing_hall h ON h.id = c.hall_id"  # noqa: S608
    fields = [one.attname for one in own], [one.attname for one in of_hall]
    return f"{joined} WHERE c.id = %s FOR UPDATE OF c", fields


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
    procedure = models.CharField(
        _("办理程序"), max_length=8, choices=PROCEDURES, default="ordinary", db_default="ordinary"
    )
    new_facts = models.TextField(_("新的事实和理由"), blank=True, db_default="")
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
                condition=~Q(status__in=_DECIDED) | Q(first_handler__isnull=False, accepted_on__isnull=False),
                name="case_accepted_has_first_handler",
            ),
            models.CheckConstraint(
                condition=~Q(status="forwarded") | Q(first_handler__isnull=False),
                name="case_forwarded_to_unit",
            ),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="case_head_count"),
        ]
        indexes = [
            models.Index(fields=["hall", "-id"]),
            models.Index(fields=["hall", "status", "-id"]),
            models.Index(fields=["hall", "category", "-id"]),
            models.Index(fields=["hall", "registered_at"]),
            # For figures of a period.
            models.Index(fields=["hall", "accepted_on"], name="case_by_acceptance"),
            models.Index(fields=["hall", "status_since"], name="case_by_state_since"),
            models.Index(fields=["first_handler", "status", "-id"]),
            GinIndex(fields=["search"], name="case_search"),
            models.Index(
                fields=["national_number"], condition=~Q(national_number=""), name="case_national_number"
            ),
            # What is still to be entered in the national system.
            models.Index(
                fields=["hall", "-id"], condition=Q(national_number=""), name="case_not_entered_nationally"
            ),
            # For the round that traces why somebody came again.
            models.Index(fields=["id"], condition=Q(is_skip_level=True), name="case_skips_level"),
            models.Index(fields=["id"], condition=Q(repeat_of__isnull=False), name="case_repeats"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.FSM(name="legal_moves", field="status", transitions=list(CASE.legal_pairs())),
            pgtrigger.Protect(
                name="identity",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("number", "query_code", "hall", "registered_at", "received_on"),
            ),
            # One number of the national system is one matter of the place, whichever of its halls registered it. The
            # lock makes the second of two at once wait, and then see the first.
            pgtrigger.Trigger(
                name="national_number_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("national_number"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("NEW.national_number <> ''"),
                declare=[("ours", "bigint")],
                func="""
                    SELECT h.jurisdiction_id INTO ours FROM staffing_hall h WHERE h.id = NEW.hall_id;
                    PERFORM pg_advisory_xact_lock(
                        hashtextextended('national/' || ours || '/' || NEW.national_number, 0));
                    IF EXISTS (SELECT FROM cases_case c JOIN staffing_hall h ON h.id = c.hall_id
                            WHERE c.national_number = NEW.national_number AND c.national_number <> ''
                                AND h.jurisdiction_id = ours AND c.id <> NEW.id) THEN
                        RAISE EXCEPTION 'national_number_once: % is entered', NEW.national_number
                            USING ERRCODE = 'unique_violation', CONSTRAINT = 'national_number_once';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Who takes the consent back takes down first what it let stand.
            pgtrigger.Trigger(
                name="nothing_public_without_consent",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.public_consent AND NOT NEW.public_consent"),
                func="""
                    IF EXISTS (SELECT FROM cases_noticecase x JOIN cases_resultnotice n ON n.id = x.notice_id
                            WHERE x.case_id = NEW.id AND n.status = 'published') THEN
                        RAISE EXCEPTION 'nothing_public_without_consent: case % is told of', NEW.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Once taken, a matter leaves its first handler by a decided dispute alone (国信发〔2015〕12号（五）).
            pgtrigger.Trigger(
                name="first_handler_lock",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status = 'accepted' AND OLD.first_handler_id IS DISTINCT FROM NEW.first_handler_id"
                ),
                func="""
                    IF NOT EXISTS (SELECT FROM cases_objection o WHERE o.case_id = NEW.id AND o.status = 'agreed'
                            AND o.new_department_id = NEW.first_handler_id) THEN
                        RAISE EXCEPTION 'first_handler_lock: case % may only be disputed', NEW.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseGroupPermission(GroupObjectPermissionBase):
    """django-guardian's rights of a department's group on a case, with a real foreign key."""

    content_object = models.ForeignKey(Case, models.CASCADE, related_name="group_permissions")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class Petitioner(models.Model):
    """The person. Numbers and addresses are encrypted; look-up goes over their keyed index."""

    SEXES = [("male", _("男")), ("female", _("女")), ("", _("未填"))]

    name = models.CharField(_("姓名"), max_length=60)
    sex = models.CharField(_("性别"), max_length=6, choices=SEXES, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    id_kind = models.CharField(
        _("证件类型"), max_length=10, choices=list(ID_KINDS.items()), default="resident"
    )
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
            models.UniqueConstraint(
                fields=["case"], condition=Q(role="principal"), name="party_one_principal"
            ),
            models.UniqueConstraint(fields=["case", "representative_no"], name="party_representative_once"),
            models.CheckConstraint(
                condition=Q(role="representative", representative_no__range=(1, 5))
                | (~Q(role="representative") & Q(representative_no=None)),
                name="party_five_representatives",
            ),
        ]


class Claim(models.Model):
    """A numbered claim; each gets its own answer, unless it goes its statutory way or into a case of its own."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("诉求"))
    route = models.ForeignKey(StatutoryRoute, models.PROTECT, null=True, blank=True, related_name="+")
    transferred_at = models.DateTimeField(null=True, blank=True)
    transfer_reason = models.TextField(blank=True)
    split_to = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="split_claims")

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
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="recused_once")]

"""The administrator's back room: reference data to edit, everything with a lifecycle to read.

Every change goes through an action, so that it stands in the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hall import outbox
from hall.access import Actor
from hall.fields import mask_phone
from hall.models import CalendarDay, IssuedDocument, JournalEntry, Message, User
from staffing import actions
from staffing.forms import HoursForm
from staffing.models import (
    Department,
    Hall,
    Jurisdiction,
    LeaderReception,
    OpeningHours,
    Posting,
    Room,
    Station,
    Window,
)
from staffing.rules import is_administrator

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.forms.models import BaseInlineFormSet

    Pages = ModelAdmin[Any]
    Rows = TabularInline[Any, Any]
else:
    Pages, Rows = ModelAdmin, TabularInline


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class ForAdministrators:
    """Rights come from the post, not from Django's table of permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(_actor(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    has_change_permission = has_delete_permission = has_view_permission


class Reference(ForAdministrators, Pages):
    """Reference data: written by `save_place`, taken out by `remove_place`."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        actions.save_place(actor=_actor(request), place=obj, now=timezone.now())

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Any],
        formset: BaseInlineFormSet[Any, Any, Any],
        change: bool,
    ) -> None:
        now = timezone.now()
        for obj in formset.save(commit=False):
            actions.save_place(actor=_actor(request), place=obj, now=now)
        for obj in formset.deleted_objects:
            actions.remove_place(actor=_actor(request), place=obj, now=now)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        actions.remove_place(actor=_actor(request), place=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            actions.remove_place(actor=_actor(request), place=obj, now=timezone.now())


class ReadOnly(ForAdministrators, Pages):
    """A record of what happened: to be read here, changed by its verbs alone."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


# -- reference data ----------------------------------------------------------------------------------------------


class JurisdictionAdmin(Reference):
    list_display = ["code", "name", "name_en", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["parent"]


class HoursInline(ForAdministrators, Rows):
    model = OpeningHours
    form = HoursForm
    extra = 0
    verbose_name = _("开放时间")
    verbose_name_plural = _("开放时间")


class HallAdmin(Reference):
    list_display = ["code", "name", "jurisdiction", "organ", "phone", "is_open"]
    list_filter = ["is_open"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["jurisdiction"]
    inlines = [HoursInline]


class RoomAdmin(Reference):
    list_display = ["name", "hall", "kind", "capacity", "step_free"]
    list_filter = ["hall", "kind", "step_free"]
    search_fields = ["name"]


class WindowAdmin(Reference):
    list_display = ["number", "name", "hall", "department", "room", "is_active"]
    list_filter = ["hall", "is_active"]
    search_fields = ["name"]
    autocomplete_fields = ["department"]


class StationInline(ForAdministrators, Rows):
    model = Station
    extra = 0


class DepartmentAdmin(Reference):
    list_display = ["code", "name", "name_en", "jurisdiction", "is_petition_office", "is_active"]
    list_filter = ["is_active", "is_petition_office"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["jurisdiction", "parent"]
    exclude = ["group"]
    inlines = [StationInline]


class StationAdmin(Reference):
    list_display = ["department", "hall", "presence", "days"]
    list_filter = ["hall", "presence"]
    autocomplete_fields = ["department"]


# -- records -----------------------------------------------------------------------------------------------------


class UserAdmin(ReadOnly):
    list_display = ["username", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["username", "name", "name_en"]
    fields = ["username", "name", "name_en", "email", "phone_masked", "language", "is_active", "is_staff",
              "last_login", "password_changed_at", "must_change_password", "created_at"]  # fmt: skip

    @admin.display(description=_("手机"))
    def phone_masked(self, user: User) -> str:
        return mask_phone(user.phone)


class PostingAdmin(ReadOnly):
    list_display = ["user", "role", "title", "hall", "department", "window", "from_on", "until_on"]
    list_filter = ["role", "hall", "department"]
    search_fields = ["user__name", "user__username", "title"]
    list_select_related = ["user", "hall", "department", "window"]


class ReceptionAdmin(ReadOnly):
    list_display = ["starts_at", "leader", "title", "hall", "room", "status", "published_at", "changed_at"]
    list_filter = ["status", "hall"]
    list_select_related = ["leader", "hall", "room"]


class JournalAdmin(ReadOnly):
    """The journal is the auditor's; where the three are kept apart, who runs the system does not read it here."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request)) and not settings.HALL_ADMINISTRATORS_APART

    has_module_permission = has_view_permission

    list_display = ["at", "actor_name", "verb", "object", "stream", "seq"]
    list_filter = ["verb"]
    search_fields = ["=stream", "=object", "=verb", "=actor_name"]
    ordering = ["-id"]


class MessageAdmin(ReadOnly):
    """The outbox; what a gateway refused to the last can be sent again."""

    list_display = ["created_at", "kind", "channel", "user", "state", "attempts", "last_error"]
    list_filter = ["state", "channel", "kind"]
    list_select_related = ["user"]
    ordering = ["-id"]
    exclude = ["address", "context"]
    actions = ["requeue"]  # type: ignore[assignment]

    @admin.action(description=_("重新发送失败的消息"))
    def requeue(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        now = timezone.now()
        again = sum(outbox.requeue(message_id=pk, now=now) for pk in queryset.values_list("pk", flat=True))
        messages.success(request, _("已重新排队：%(n)s条。") % {"n": again})


class DocumentAdmin(ReadOnly):
    list_display = ["number", "kind", "title", "issued_at", "issued_by_name", "rendered_at", "voided_at"]
    list_filter = ["kind", "organ", "year"]
    search_fields = ["number", "title"]
    ordering = ["-id"]


class CalendarAdmin(ReadOnly):
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind"]
    ordering = ["-date"]


admin.site.unregister(Group)
for model, pages in {
    Jurisdiction: JurisdictionAdmin,
    Hall: HallAdmin,
    Room: RoomAdmin,
    Window: WindowAdmin,
    Department: DepartmentAdmin,
    Station: StationAdmin,
    User: UserAdmin,
    Posting: PostingAdmin,
    LeaderReception: ReceptionAdmin,
    JournalEntry: JournalAdmin,
    Message: MessageAdmin,
    IssuedDocument: DocumentAdmin,
    CalendarDay: CalendarAdmin,
}.items():
    admin.site.register(model, pages)

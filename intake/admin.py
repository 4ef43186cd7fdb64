"""The administrator's view: which queues there are, and how bookings are taken; the rest is its verbs' alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from hall.access import Actor
from intake.models import BookingRule, GuidanceRule, Queue
from staffing.actions import remove_place, save_place
from staffing.rules import is_administrator

if TYPE_CHECKING:
    from django.forms import ModelForm

    Pages = ModelAdmin[Any]
else:
    Pages = ModelAdmin


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class _ReferencePages(Pages):
    """The administrator's alone; every change goes through `save_place` and its journal."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(_actor(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    has_change_permission = has_delete_permission = has_view_permission

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        save_place(actor=_actor(request), place=obj, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        remove_place(actor=_actor(request), place=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            remove_place(actor=_actor(request), place=obj, now=timezone.now())


class QueueAdmin(_ReferencePages):
    """Letter, name, usual minutes. Which windows serve it is the hall manager's page, not this one."""

    list_display = [
        "letter",
        "name",
        "name_en",
        "hall",
        "on_kiosk",
        "minutes",
        "head_start",
        "order",
        "is_active",
    ]
    list_filter = ["hall", "is_active"]
    exclude = ["windows"]


class BookingRuleAdmin(_ReferencePages):
    """How the hall takes bookings; without a row the defaults hold."""

    list_display = [
        "hall",
        "closes_days",
        "closes_at",
        "a_month",
        "line_length",
        "short_hours",
        "offer_minutes",
    ]


class GuidanceRuleAdmin(_ReferencePages):
    """Within how many working days a referral is answered; without a row no day is set."""

    list_display = ["hall", "answer_days"]


admin.site.register(GuidanceRule, GuidanceRuleAdmin)
admin.site.register(Queue, QueueAdmin)
admin.site.register(BookingRule, BookingRuleAdmin)

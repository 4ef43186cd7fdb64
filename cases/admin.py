"""The administrator's settings of the case file. Cases themselves are not here: who looks after the system has no
business in a petitioner's file, and its verbs are the only writers (see `CaseQuerySet.visible_to`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cases import actions
from cases.forms import LadderRungForm, LightThresholdForm, OwnLimitForm
from cases.forms.ratings import RatingRuleForm
from cases.models import (
    ContentCategory,
    LadderRung,
    LightThreshold,
    OwnLimit,
    RatingRule,
    SelectionRule,
    StatutoryRoute,
)
from hall.access import Actor
from staffing.rules import is_administrator

if TYPE_CHECKING:
    from django.forms import ModelForm

    Pages = ModelAdmin[Any]
else:
    Pages = ModelAdmin


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class Setting(Pages):
    """A row that an administrator may write; through the action, so that the journal has it."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(_actor(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(_actor(request))

    has_change_permission = has_delete_permission = has_view_permission

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        actions.save_setting(actor=_actor(request), setting=obj, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        actions.remove_setting(actor=_actor(request), setting=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            actions.remove_setting(actor=_actor(request), setting=obj, now=timezone.now())


class CategoryAdmin(Setting):
    """Read here; the tree is loaded whole by `manage.py load_categories`."""

    list_display = ["code", "path", "name_en", "level", "is_active"]
    list_filter = ["level", "is_active"]
    search_fields = ["code", "path", "pinyin"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class RouteAdmin(Setting):
    list_display = ["code", "clause", "name", "organ", "basis", "is_litigation", "is_active"]
    list_filter = ["clause", "is_litigation", "is_active"]
    search_fields = ["code", "name", "organ", "keywords"]
    autocomplete_fields = ["department"]


class LadderRungAdmin(Setting):
    form = LadderRungForm
    list_display = ["name", "term", "offset", "unit", "role", "urgent", "is_active"]
    list_filter = ["term", "role", "is_active"]


class LightThresholdAdmin(Setting):
    form = LightThresholdForm
    list_display = ["term", "amber_days", "unit"]


class OwnLimitAdmin(Setting):
    form = OwnLimitForm
    list_display = ["hall", "term", "days"]
    list_filter = ["hall"]


class RatingRuleAdmin(Setting):
    """Ratings themselves are nowhere here: nobody writes them but the petitioner."""

    form = RatingRuleForm
    list_display = ["hall", "days", "reminders"]


class SelectionRuleAdmin(Setting):
    """From when on a matter is proposed for a leader to take charge of."""

    list_display = ["kind", "threshold", "is_active"]


admin.site.register(ContentCategory, CategoryAdmin)
admin.site.register(StatutoryRoute, RouteAdmin)
admin.site.register(LadderRung, LadderRungAdmin)
admin.site.register(LightThreshold, LightThresholdAdmin)
admin.site.register(OwnLimit, OwnLimitAdmin)
admin.site.register(RatingRule, RatingRuleAdmin)
admin.site.register(SelectionRule, SelectionRuleAdmin)

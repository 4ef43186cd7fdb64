"""A hall's published receptions for machines: iCalendar (RFC 5545), Atom (RFC 4287), JSON (docs/plan.md)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import get_visible
from hall.fresh import fresh_file
from hall.models import worded
from hall.outbox import at_site
from staffing import queries
from staffing.models import Hall, LeaderReception
from staffing.queries import Notice, feeds

BEHIND = dt.timedelta(days=62)
"""So far back a feed reaches; the pages keep everything."""


def hall_named(code: str) -> Hall:
    return get_visible(queries.open_halls(), code=code)


def address_of(hall: Hall, reception: LeaderReception | None = None) -> str:
    """The page of the month; of a reception its place in it."""
    path = reverse("staffing:receptions", args=[hall.code])
    if reception is None:
        return at_site(path)
    return at_site(f"{path}?month={timezone.localtime(reception.starts_at):%Y-%m}#r{reception.pk}")


def revised_at(reception: LeaderReception) -> dt.datetime:
    """When what the public reads was written last."""
    stamps = [stamp for stamp in (reception.published_at, reception.changed_at) if stamp]
    return max(stamps)


def published(hall: Hall, now: dt.datetime) -> list[Notice]:
    """Published receptions of the last two months and to come, the cancelled ones with them."""
    rows = (
        LeaderReception.objects.public()
        .filter(hall=hall, starts_at__gte=now - BEHIND)
        .select_related("leader", "room")
        .order_by("starts_at", "id")
    )
    return queries.notices(rows, now)


def changes_of(notice: Notice) -> list[str]:
    """Every change in a sentence, the cancellation last."""
    said = [render_to_string("staffing/parts/change.txt", {"change": one}) for one in notice.changes]
    one = notice.reception
    if one.status == "cancelled":
        context = {"cancelled": True, "at": one.changed_at, "reason": one.change_note}
        said.append(render_to_string("staffing/parts/change.txt", context))
    return [text.strip() for text in said]


def heading_of(notice: Notice) -> str:
    one = notice.reception
    text = _("领导接访：%(who)s（%(post)s）") % {"who": one.leader.label, "post": worded(one, "title")}
    return _("已取消：%(it)s") % {"it": text} if one.status == "cancelled" else text


def lines_of(notice: Notice) -> list[str]:
    one = notice.reception
    return [
        _("分管工作：") + worded(one, "portfolio"),
        _("接访形式：") + str(one.get_form_display()),
        _("地点：") + notice.place,
        *changes_of(notice),
    ]


def last_of(rows: Iterable[Notice]) -> dt.datetime | None:
    return max((revised_at(row.reception) for row in rows), default=None)


# -- iCalendar ---------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def receptions_ics(request: HttpRequest, code: str) -> HttpResponseBase:
    hall, now = hall_named(code), timezone.now()
    rows = published(hall, now)
    calendar = feeds.calendar_named(_("%(hall)s领导接访日程") % {"hall": hall.label})
    for row in rows:
        calendar.add_component(_event(hall, row))
    calendar.add_missing_timezones(first_date=dt.date(2000, 1, 1))
    return fresh_file(request, calendar.to_ical(), "text/calendar; charset=utf-8", changed_at=last_of(rows))


def _event(hall: Hall, notice: Notice) -> icalendar.Event:
    """One event for good: its UID stays, its SEQUENCE rises with each change, cancelled it is said to be so."""
    one, event = notice.reception, icalendar.Event()
    revised = revised_at(one).astimezone(dt.UTC)
    event.add("uid", f"reception-{one.pk}@{hall.code}.{feeds.host()}")
    event.add("sequence", one.revision)
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("created", (one.published_at or revised).astimezone(dt.UTC))
    event.add("dtstart", timezone.localtime(one.starts_at))
    event.add("dtend", timezone.localtime(one.ends_at))
    event.add("summary", heading_of(notice))
    event.add("description", "\n".join(lines_of(notice)))
    event.add("location", f"{notice.place}, {hall.label}, {worded(hall, 'address')}")
    event.add("status", "CANCELLED" if one.status == "cancelled" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", address_of(hall, one))
    return event


# -- Atom --------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def receptions_atom(request: HttpRequest, code: str) -> HttpResponseBase:
    hall, now = hall_named(code), timezone.now()
    rows = published(hall, now)
    tag = feeds.tag_of(f"halls/{hall.code}/receptions")
    feed = feeds.Feed(
        title=_("%(hall)s领导接访日程") % {"hall": hall.label},
        link=address_of(hall),
        description="",
        subtitle=_("公布、变更和取消都在这里。"),
        language=get_language(),
        feed_url=at_site(reverse("staffing:receptions-atom", args=[hall.code])),
        feed_guid=tag,
        author_name=worded(hall, "organ_name"),
    )
    for row in sorted(rows, key=lambda row: revised_at(row.reception), reverse=True):
        one = row.reception
        when = render_to_string("staffing/parts/when.txt", {"r": one, "time": row.time}).strip()
        feed.add_item(
            title=f"{when} {heading_of(row)}",
            link=address_of(hall, one),
            description=format_html(
                "<p>{}</p>{}", when, format_html_join("", "<p>{}</p>", ((line,) for line in lines_of(row)))
            ),
            unique_id=f"{tag}/{one.pk}",
            pubdate=one.published_at,
            updateddate=revised_at(one),
        )
    content = feed.writeString("utf-8").encode()
    return fresh_file(request, content, "application/atom+xml; charset=utf-8", changed_at=last_of(rows))


# -- JSON --------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def receptions_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """`?month=2026-12` for one month, else as the other feeds."""
    hall, now = hall_named(code), timezone.now()
    if month := request.GET.get("month", ""):
        first = queries.month_named(month, timezone.localdate(now))
        rows = queries.notices(queries.receptions_of(hall, first).public(), now)  # type: ignore[attr-defined]
    else:
        rows = published(hall, now)
    told = {
        "hall": {
            "code": hall.code, "name": hall.label, "organ": worded(hall, "organ_name"),
            "address": worded(hall, "address"), "phone": hall.phone,
        },
        "timezone": settings.TIME_ZONE,
        "receptions": [_facts(hall, row) for row in rows],
    }  # fmt: skip
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return fresh_file(request, content, "application/json; charset=utf-8", changed_at=last_of(rows))


def _facts(hall: Hall, notice: Notice) -> dict[str, object]:
    one = notice.reception
    return {
        "id": one.pk,
        "url": address_of(hall, one),
        "status": one.status,
        "revision": one.revision,
        "leader": one.leader.label,
        "title": worded(one, "title"),
        "portfolio": worded(one, "portfolio"),
        "form": one.form,
        "form_label": str(one.get_form_display()),
        "place": notice.place,
        "starts_at": feeds.iso(one.starts_at),
        "ends_at": feeds.iso(one.ends_at),
        "published_at": feeds.iso(one.published_at),
        "changed_at": feeds.iso(one.changed_at),
        "changes": changes_of(notice),
    }

"""Announced hearings for machines: a calendar entry of each, Atom and JSON of all (as the receptions have them)."""

from __future__ import annotations

import datetime as dt
import json

import icalendar
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.access import get_visible
from hall.fresh import fresh_file
from hall.models import worded
from hall.outbox import address_of
from hall.templatetags.hall import cn_datetime
from hearings.queries import public as queries
from hearings.queries.public import Shown
from staffing.models import Hall
from staffing.queries import feeds, open_halls


def _hall(code: str) -> Hall:
    return get_visible(open_halls(), code=code)


def _url(one: Shown) -> str:
    return address_of("hearings:announcement", one.hearing.hall.code, one.hearing.pk)


def changes_of(one: Shown) -> list[str]:
    """Every change in a sentence."""
    return [
        render_to_string("hearings/parts/change.txt", {"change": change}).strip() for change in one.changes
    ]


def _lines(one: Shown) -> list[str]:
    starts = one.hearing.starts_at
    lines = [
        _("状态：") + one.state,
        _("时间：") + cn_datetime(starts) if one.is_dated and starts else "",
        _("地点：") + one.place if one.is_dated else "",
        _("听证结论：") + one.finding if one.finding else "",
        one.announcement.attend if one.hearing.status == "scheduled" else "",
        _("咨询：") + one.announcement.contact,
        *changes_of(one),
    ]
    return [line for line in lines if line]


def _all(hall: Hall) -> list[Shown]:
    """All that are coming and the latest that are over."""
    return [*queries.coming(hall), *queries.past(hall)[0]]


@login_not_required
@require_safe
def announcement_ics(request: HttpRequest, code: str, hearing_id: int) -> HttpResponseBase:
    """One event for good: its UID stays, its SEQUENCE rises with each change, put off or ended it is cancelled."""
    hall = _hall(code)
    one = queries.shown(get_visible(queries.announced(hall), pk=hearing_id))
    calendar = feeds.calendar_named(_("%(hall)s听证") % {"hall": hall.label})
    if event := _event(hall, one):
        calendar.add_component(event)
        calendar.add_missing_timezones(first_date=dt.date(2000, 1, 1))
    content, name = calendar.to_ical(), f"hearing-{hearing_id}.ics"
    return fresh_file(
        request,
        content,
        "text/calendar; charset=utf-8",
        changed_at=one.revised_at,
        filename=name,
    )


def _event(hall: Hall, one: Shown) -> icalendar.Event | None:
    hearing, last = one.hearing, one.last_date
    starts, ends = hearing.starts_at, hearing.ends_at
    if starts is None or ends is None:
        if last is None:
            return None
        starts, ends = last.starts_at, last.ends_at
    event, revised = icalendar.Event(), one.revised_at.astimezone(dt.UTC)
    event.add("uid", f"hearing-{hearing.pk}@{hall.code}.{feeds.host()}")
    event.add("sequence", one.announcement.revision + len(one.changes))
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("created", (hearing.announced_at or one.revised_at).astimezone(dt.UTC))
    event.add("dtstart", timezone.localtime(starts))
    event.add("dtend", timezone.localtime(ends))
    event.add("summary", _("听证：%(title)s") % {"title": one.announcement.title})
    event.add("description", "\n".join(_lines(one)))
    event.add("location", f"{one.place}, {hall.label}, {worded(hall, 'address')}")
    event.add("status", "CONFIRMED" if one.is_dated and not one.is_called_off else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("url", _url(one))
    return event


@login_not_required
@require_safe
def announcements_atom(request: HttpRequest, code: str) -> HttpResponseBase:
    hall = _hall(code)
    rows = sorted(_all(hall), key=lambda one: one.revised_at, reverse=True)
    tag = feeds.tag_of(f"halls/{hall.code}/hearings")
    feed = feeds.Feed(
        title=_("%(hall)s听证公告") % {"hall": hall.label},
        link=address_of("hearings:announcements", hall.code),
        description="",
        subtitle=_("公告、延期和结论都在这里。"),
        language=get_language(),
        feed_url=address_of("hearings:announcements-atom", hall.code),
        feed_guid=tag,
        author_name=worded(hall, "organ_name"),
    )
    for one in rows:
        feed.add_item(
            title=one.announcement.title,
            link=_url(one),
            description=format_html(
                "{}", format_html_join("", "<p>{}</p>", ((line,) for line in _lines(one)))
            ),
            unique_id=f"{tag}/{one.hearing.pk}",
            pubdate=one.hearing.announced_at,
            updateddate=one.revised_at,
        )
    content = feed.writeString("utf-8").encode()
    return fresh_file(request, content, "application/atom+xml; charset=utf-8", changed_at=_last(rows))


def _last(rows: list[Shown]) -> dt.datetime | None:
    return max((one.revised_at for one in rows), default=None)


@login_not_required
@require_safe
def announcements_json(request: HttpRequest, code: str) -> HttpResponseBase:
    hall = _hall(code)
    rows = _all(hall)
    told = {
        "hall": {
            "code": hall.code,
            "name": hall.label,
            "organ": worded(hall, "organ_name"),
            "phone": hall.phone,
        },
        "timezone": settings.TIME_ZONE,
        "hearings": [_facts(one) for one in rows],
    }
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    # Seats are taken without a change of what is announced: no date stands for this answer, its words do.
    return fresh_file(request, content, "application/json; charset=utf-8")


def _facts(one: Shown) -> dict[str, object]:
    hearing = one.hearing
    return {
        "id": hearing.pk,
        "url": _url(one),
        "title": one.announcement.title,
        "status": hearing.status,
        "status_label": one.state,
        "starts_at": feeds.iso(hearing.starts_at) if one.is_dated else None,
        "ends_at": feeds.iso(hearing.ends_at) if one.is_dated else None,
        "place": one.place if one.is_dated else "",
        "organiser": hearing.organiser.label,
        "attend": one.announcement.attend,
        "contact": one.announcement.contact,
        "seats": hearing.public_seats,
        "seats_left": one.seats_left,
        "finding": one.finding,
        "announced_at": feeds.iso(hearing.announced_at),
        "revised_at": feeds.iso(one.revised_at),
        "changes": changes_of(one),
    }

"""How dates, waits, lights and the other small signs of the house are written in a page.

One spelling for each thing in both languages, so that no page formats by itself. Nothing here reads the clock:
where a tag needs today, the view passes it. The catalogue with parameters is docs/ui.md.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.conf import settings
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from hall import fields, models
from hall.citations import cite, in_english

register = template.Library()

Day = date | datetime
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LOOKS = {"size": ("large",), "theme": ("light", "dark"), "contrast": ("high",)}


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _local(value: Day | str) -> Day:
    """An aware moment in the hall's time zone; a date or naive moment as it is. ISO text (outbox) is read first."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _as_date(value: Day) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


def _get(thing: Any, name: str, default: Any = None) -> Any:
    """A value of a mapping or an object, so that pages may pass either."""
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return default if value is None else value


@register.filter
def worded(thing: Any, field: str) -> str:
    """`{{ hall|worded:"address" }}`: the field, or its English twin on the English pages; "" for nothing."""
    return models.worded(thing, field) if thing else ""


@register.filter
def cited(article: Any) -> str:
    """`{{ step.article|cited }}`: the article in the reader's language (hall.citations)."""
    return cite(str(article or ""))


# -- dates and times ---------------------------------------------------------------------------------------------


@register.filter
def cn_day(value: Day | None) -> str:
    """`11月21日 周六`, `Sat 21 Nov`: a day whose year stands beside it."""
    if not value:
        return ""
    day = _as_date(value)
    if _chinese():
        return f"{day.month}月{day.day}日 周{_WEEKDAYS['zh'][day.weekday()]}"
    return f"{_WEEKDAYS['en'][day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


@register.filter
def cn_date(value: Day | None) -> str:
    """`2026年11月21日 周六`, `Sat 21 Nov 2026`."""
    if not value:
        return ""
    day = _as_date(value)
    return f"{day.year}年{cn_day(day)}" if _chinese() else f"{cn_day(day)} {day.year}"


@register.filter
def weekday(value: int) -> str:
    """`周一`, `Mon`: a day of the week by its number, 0 = Monday."""
    return f"周{_WEEKDAYS['zh'][value]}" if _chinese() else _WEEKDAYS["en"][value]


@register.filter
def cn_month(value: Day | None) -> str:
    """`2026年11月`, `November 2026`."""
    if not value:
        return ""
    day = _as_date(value)
    return f"{day.year}年{day.month}月" if _chinese() else f"{calendar.month_name[day.month]} {day.year}"


@register.filter
def cn_time(value: Any) -> str:
    """`09:05`, in the hall's time zone."""
    if not value:
        return ""
    return (_local(value) if isinstance(value, (datetime, str)) else value).strftime("%H:%M")


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """`2026年11月21日 周六 09:05`."""
    return f"{cn_date(value)} {cn_time(value)}" if value else ""


@register.filter
def iso(value: Day | None) -> str:
    """The machine's spelling for `<time datetime>`: `2026-11-21` or `2026-11-21T09:05:00+08:00`."""
    return _local(value).isoformat() if value else ""


@register.filter
def days_left(due: Day | None, today: Day) -> str:
    """`还有3天`, `今天到期`, `超期2天`. Stands beside the date itself, never alone."""
    if not due:
        return ""
    days = (_as_date(due) - _as_date(today)).days
    if days == 0:
        return gettext("今天到期")
    if days > 0:
        return ngettext("还有%(n)s天", "还有%(n)s天", days) % {"n": days}
    return ngettext("超期%(n)s天", "超期%(n)s天", -days) % {"n": -days}


def _seconds(value: float | timedelta) -> int:
    return max(int(value.total_seconds() if isinstance(value, timedelta) else value), 0)


@register.filter
def duration(value: float | timedelta | None) -> str:
    """Two units are enough: `45秒`, `3分20秒`, `1小时05分`, `2天3小时`."""
    if value is None or value == "":
        return ""
    seconds = _seconds(value)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    zh = _chinese()
    if days:
        return f"{days}天{hours % 24}小时" if zh else f"{days} d {hours % 24} h"
    if hours:
        return f"{hours}小时{minutes % 60:02}分" if zh else f"{hours} h {minutes % 60:02} min"
    if minutes:
        return f"{minutes}分{seconds % 60:02}秒" if zh else f"{minutes} min {seconds % 60:02} s"
    return f"{seconds}秒" if zh else f"{seconds} s"


@register.filter
def clock(value: float | timedelta | None) -> str:
    """A running counter: `03:20`, `1:05:00`."""
    if value is None or value == "":
        return ""
    minutes, seconds = divmod(_seconds(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


@register.filter
def per(value: float, whole: float | str) -> int:
    """Whole percent of `value` in `whole`; 0 when there is nothing to divide by."""
    total = float(whole or 0)
    return round(float(value or 0) / total * 100) if total else 0


@register.filter
def mask(value: str | None, kind: str) -> str:
    """Personal data as it may be shown: `id`, `phone`, `name` or `address` (hall.fields does the masking)."""
    maskers = {
        "id": fields.mask_id_number,
        "phone": fields.mask_phone,
        "name": fields.mask_name,
        "address": fields.mask_address,
    }
    return maskers[kind](value or "")


# -- small signs -------------------------------------------------------------------------------------------------


_HERE = "@here@"  # where a drawn part has the page's own address put in


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A part that no page, reader or request changes, such as the head's links: drawn once in each language."""
    return _drawn(template_name)


def _drawn(template_name: str, **facts: Any) -> SafeString:
    """A part of the frame out of a few plain facts; drawn once for each of their values."""
    draw = _draw.__wrapped__ if settings.DEBUG else _draw
    return draw(template_name, get_language() or "", json.dumps(facts))


@lru_cache(maxsize=1024)
def _draw(template_name: str, language: str, facts: str) -> SafeString:
    return render_to_string(template_name, json.loads(facts))


def _led_back(html: SafeString, context: template.Context) -> SafeString:
    """The part with this page's address in it."""
    request = context.get("request")
    here = escape(request.get_full_path() if request is not None else "/")
    return mark_safe(html.replace(_HERE, here))  # noqa: S308 -- both are


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """A sign from the sprite; with a label it speaks, without one it is decoration."""
    return _icon(name, str(label), extra)


@lru_cache(maxsize=1024)  # a page has some forty, nearly all of them on every page
def _icon(name: str, label: str, extra: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        extra, spoken, static("img/icons.svg"), name,
    )  # fmt: skip


# Shapes differ so that the light reads without colour: disc, triangle, square, two bars, tick, ring.
_SHAPES = {
    "green": '<circle cx="8" cy="8" r="6.5"/>',
    "amber": '<path d="M8 1 15.5 14.5H.5Z"/>',
    "red": '<path d="M1.5 1.5h13v13h-13Z"/>',
    "paused": '<path d="M3 2h3.6v12H3zM9.4 2H13v12H9.4z"/>',
    "done": '<path d="m1.2 8.6 2.2-2.2 3 3 6.2-6.7 2.2 2.1L6.5 14Z"/>',
    "none": '<path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m0 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6"/>',
}


def _light_word(level: str) -> str:
    return {
        "green": pgettext("light", "正常"),
        "amber": pgettext("light", "临近"),
        "red": pgettext("light", "超期"),
        "paused": pgettext("light", "中止"),
        "done": pgettext("light", "已办"),
        "none": pgettext("light", "未起算"),
    }[level]


@register.simple_tag
def light(level: str, text: str = "") -> SafeString:
    """A light is always colour, shape and word. Unknown levels show the empty ring."""
    known = level if level in _SHAPES else "none"
    shape = mark_safe(_SHAPES[known])  # noqa: S308 -- drawn above
    return format_html(
        '<span class="light {}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>{}</span>',
        known, shape, text or _light_word(known),
    )  # fmt: skip


@register.simple_tag
def badge(text: str, tone: str = "grey") -> SafeString:
    """A state in words."""
    return format_html('<span class="badge {}">{}</span>', tone, text)


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as inline SVG, always dark on white, with its meaning for those who cannot see it."""
    code = segno.make(str(text), error="m", micro=False)
    drawing = code.svg_inline(border=2, omitsize=True, dark="#000", light="#fff")
    safe = mark_safe(drawing)  # noqa: S308 -- squares alone; the text is not in it
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>', label or gettext("二维码"), safe
    )


@register.simple_tag(takes_context=True)
def query_url(context: template.Context, **changes: Any) -> str:
    """The present query with changes; empty values drop out, and so does the paging cursor unless it is given."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop("after", None)
    for name, value in changes.items():
        query.pop(name, None)
        if isinstance(value, (list, tuple)):
            query.setlist(name, [str(one) for one in value])
        elif value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode()


def _looks(context: template.Context) -> dict[str, str]:
    request = context.get("request")
    if request is None:
        return {}
    chosen = {}
    for name, known in _LOOKS.items():
        value = request.GET.get(name, request.COOKIES.get(name, ""))
        if value in known:
            chosen[name] = value
    return chosen


@register.simple_tag(takes_context=True)
def look(context: template.Context) -> SafeString:
    """` data-size="large" data-theme="dark"` for `<html>`, from cookies or the query, so that nothing flashes."""
    return format_html_join("", ' data-{}="{}"', _looks(context).items())


@register.simple_tag(takes_context=True)
def switches(context: template.Context, kinds: str = "size contrast theme", look_url: str = "") -> SafeString:
    """The reader's switches for letters, contrast and dark; a plain GET form that works without JavaScript."""
    facts = {"chosen": _looks(context), "wanted": kinds.split(), "look_url": look_url, "next": _HERE}
    return _led_back(_drawn("components/switches.html", **facts), context)


@register.simple_tag(takes_context=True)
def language_switch(context: template.Context) -> SafeString:
    """To the other language and back to this page."""
    return _led_back(_drawn("components/language.html", next=_HERE), context)


@register.simple_tag
def rail_list(rail: Iterable[dict[str, Any]]) -> SafeString:
    """The places of a role, drawn once for a role, a place and its counts."""
    groups = [
        group
        | {"title": str(group["title"])}
        | {"places": [place | {"label": str(place["label"])} for place in group["places"]]}
        for group in rail
    ]
    return _drawn("components/rail.html", rail=groups)


# -- components with logic ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/button.html", takes_context=True)
def button(context: template.Context, label: str, **options: Any) -> dict[str, Any]:
    """A button, or a greyed one that says why not. Options: docs/ui.md §4."""
    known = {"kind", "href", "verdict", "icon", "shortcut", "name", "value", "form", "type", "id", "size", "extra",
             "confirm", "consequence", "hide_label"}  # fmt: skip
    if unknown := set(options) - known:
        raise template.TemplateSyntaxError(f"button has no option {sorted(unknown)}")
    verdict = options.pop("verdict", None)
    refused = verdict is not None and verdict != "" and not verdict
    seed = "|".join(str(options.get(part, "")) for part in ("href", "form", "name", "value", "id")) + str(
        label
    )
    number = _next_number(context)
    return {
        "kind": "plain", "type": "submit", **options, "label": label, "refused": refused,
        "reason": _get(verdict, "reason", "") if refused else "",
        "article": _get(verdict, "article", "") if refused else "",
        "why_id": f"why-{hashlib.blake2s(seed.encode(), digest_size=4).hexdigest()}-{number}",
    }  # fmt: skip


def _next_number(context: template.Context) -> int:
    """Counts within one request, so that equal buttons on a page get different ids and two renderings the same."""
    request = context.get("request")
    if request is None:
        return 0
    request.hall_ids = getattr(request, "hall_ids", 0) + 1
    return int(request.hall_ids)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """Everything that must be put right, in the order of the page, each with a link to its field."""
    errors: list[dict[str, str]] = []
    for thing in forms:
        if isinstance(thing, BaseFormSet):
            errors += [{"id": "", "label": "", "text": str(text)} for text in thing.non_form_errors()]
            for form in thing.forms:
                errors += _form_errors(form)
        elif isinstance(thing, BaseForm):
            errors += _form_errors(thing)
    return {"errors": errors}


def _form_errors(form: BaseForm) -> Iterable[dict[str, str]]:
    if not form.is_bound:
        return
    for text in form.non_field_errors():
        yield {"id": "", "label": "", "text": str(text)}
    for field in form:
        target = field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)
        for text in field.errors:
            yield {"id": "" if field.is_hidden else target, "label": str(field.label), "text": str(text)}


@register.inclusion_tag("components/month_calendar.html")
def month_calendar(first: date, entries: Iterable[Any], today: date) -> dict[str, Any]:
    """A month as a table, weeks from Monday. Entries: date, title, text, time, url, state, note."""
    by_day: dict[date, list[Any]] = {}
    for entry in entries:
        by_day.setdefault(_as_date(_get(entry, "date")), []).append(entry)
    weeks = [
        [{"date": day, "inside": day.month == first.month, "today": day == _as_date(today),
          "weekend": day.weekday() > 4, "entries": by_day.get(day, []) if day.month == first.month else []}
         for day in week]
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]  # fmt: skip
    names = [f"周{name}" for name in _WEEKDAYS["zh"]] if _chinese() else list(_WEEKDAYS["en"])
    return {
        "first": first,
        "weeks": weeks,
        "names": names,
        "any": any(day.month == first.month for day in by_day),
    }


@register.inclusion_tag("components/clock_ribbon.html")
def clock_ribbon(ribbon: Any) -> dict[str, Any]:
    """A statutory period drawn to scale. What `ribbon` must hold: docs/ui.md §6.

    While an open pause keeps the period from ending, `due` is None and the bar has no right end.
    """
    start, today = _as_date(_get(ribbon, "start")), _as_date(_get(ribbon, "today"))
    due, base_due, met_on = (_get(ribbon, name) for name in ("due", "base_due", "met_on"))
    running_to = _as_date(met_on or today)
    last = max(_as_date(due), running_to) if due else running_to + (running_to - start) / 5
    whole = max((last - start).days, 1)

    def at(day: Day) -> float:
        return round(min(max((_as_date(day) - start).days / whole, 0), 1) * 100, 2)

    parts = [_point(point) for point in _get(ribbon, "points", [])]
    kinds = {part["kind"] for part in parts}
    if "start" not in kinds:
        parts.append(_point({"kind": "start", "date": start, "label": gettext("起算之日")}))
    if "due" not in kinds and due:
        parts.append(_point({"kind": "due", "date": due, "label": gettext("到期之日")}))
    parts += [_point(pause) | {"kind": "pause"} for pause in _get(ribbon, "pauses", [])]
    parts.sort(key=lambda part: (part["date"], part["kind"] != "start"))
    due_at, now_at, base_at = at(due or last), at(running_to), at(base_due) if base_due else None

    def _written(part: dict[str, Any], here: float) -> bool:
        """A date is written under the bar where it does not run into the due date, on a phone either."""
        near = abs(due_at - here) < 28
        return part["kind"] == "due" or (
            part["kind"] in {"start", "base_due"} and not near and not 0 < here < 28
        )

    for number, part in enumerate(parts, 1):
        here = at(part["date"])
        part |= {
            "number": number,
            "at": f"{here:g}",
            "anchor": _anchor(here),
            "written": _written(part, here),
        }
        if part["kind"] == "pause":
            part["width"] = f"{at(part['end'] or last) - here:g}"

    seed = f"{_get(ribbon, 'title', '')}{start}{due}"
    return {
        "ribbon": ribbon, "start": start, "due": due, "today": today, "met_on": met_on, "running_to": running_to,
        "id": "ribbon-" + hashlib.blake2s(seed.encode(), digest_size=4).hexdigest(),
        "level": _get(ribbon, "light", "none"), "parts": parts, "day_number": (running_to - start).days,
        "due_at": f"{due_at:g}", "now_at": f"{now_at:g}", "now_anchor": _anchor(now_at),
        "base_at": f"{base_at:g}" if base_at is not None else "",
        "extension_width": f"{due_at - base_at:g}" if base_at is not None else "",
        "done_width": f"{min(now_at, due_at):g}",
        "late_width": f"{now_at - due_at:g}" if now_at > due_at else "",
    }  # fmt: skip


def _anchor(percent: float) -> str:
    """Labels at the ends grow inwards, so that nothing is cut off on a phone."""
    return "start" if percent < 22 else "end" if percent > 78 else "middle"


def _point(source: Any) -> dict[str, Any]:
    part = {name: _get(source, name) for name in ("kind", "label", "why", "article", "provisional", "end")}
    return part | {"date": _as_date(_get(source, "date") or _get(source, "start"))}


@register.simple_tag(takes_context=True)
def own(context: Any, name: str) -> str:
    """`{% own "who" as who_said %}`: the fact, or its English twin for an English reader."""
    return str((in_english() and context.get(f"{name}_en")) or context.get(name) or "")

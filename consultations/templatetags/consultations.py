"""A unit's position to a question, as a badge: colour and word."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consultations.lifecycle import POSITIONS
from hall.templatetags.hall import badge

register = template.Library()
TONES = {"agree": "green", "conditional": "blue", "disagree": "amber", "not_ours": "line"}


@register.simple_tag
def position_badge(position: str) -> SafeString:
    return badge(_(POSITIONS[position]), TONES[position])

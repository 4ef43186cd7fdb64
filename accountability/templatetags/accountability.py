"""Points and shares as pages write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def points(number: Decimal | None) -> str:
    """`10`, `2.5`: without the zeros of its column."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def percent(share: Decimal) -> str:
    """`0.95` as `95%`."""
    return f"{points(share * 100)}%"

"""Facts of booking messages in the reader's language."""

from __future__ import annotations

import base64
from typing import Any

from django import template

from hall.citations import in_english
from hall.fields import decrypt

register = template.Library()


@register.simple_tag(takes_context=True)
def own(context: Any, name: str) -> str:
    """`{% own "who" as who_said %}`: the fact, or its English twin for an English reader."""
    return str((in_english() and context.get(f"{name}_en")) or context.get(name) or "")


@register.filter
def opened(sealed: str) -> str:
    """A one-time code as a message keeps it, encrypted."""
    return decrypt(base64.b64decode(sealed)) if sealed else ""

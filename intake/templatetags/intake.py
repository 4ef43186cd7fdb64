"""Facts of booking messages in the reader's language."""

from __future__ import annotations

import base64

from django import template

from hall.fields import decrypt

register = template.Library()


@register.filter
def opened(sealed: str) -> str:
    """A one-time code as a message keeps it, encrypted."""
    return decrypt(base64.b64decode(sealed)) if sealed else ""

"""Facts of messages in words: a message keeps codes and ISO dates, its reader's language comes when it is read."""

from __future__ import annotations

import base64

from django import template

from cases.queries.words import role_name, say_day, term_name
from hall.fields import decrypt

register = template.Library()


@register.filter
def term_words(code: str, law: str = "r22") -> str:
    """`handle` → 办理信访事项."""
    return term_name(code, law)


@register.filter
def day_words(value: str) -> str:
    """`2026-11-21` → 2026年11月21日 周六."""
    return say_day(value)


@register.filter
def role_words(code: str) -> str:
    """`liaison` → 部门联络员."""
    return role_name(code)


@register.filter
def opened_code(sealed: str) -> str:
    """A one-time code as a message keeps it, encrypted, in two groups of five to be read off a telephone."""
    code = decrypt(base64.b64decode(sealed))
    return f"{code[:5]}-{code[5:]}"

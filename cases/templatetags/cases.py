"""Facts of messages and files in words: they keep codes and ISO dates, its reader's language comes when it is read."""

from __future__ import annotations

import base64
import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

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


@register.filter
def opened_link(sealed: str) -> str:
    """A personal link as a message keeps it, encrypted."""
    return decrypt(base64.b64decode(sealed)) if sealed else ""


_CHINESE_RUN = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff、，；。]*")


@register.filter
def marked_chinese(text: str) -> SafeString:
    """Words of a national form in an English sentence are marked as Chinese, so that they are read out as such."""
    if (get_language() or "zh").startswith("zh"):
        return escape(text)
    return mark_safe(_CHINESE_RUN.sub(r'<span lang="zh-hans">\g<0></span>', escape(text)))  # noqa: S308 - escaped before

"""What a walk along the journal found, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from accountability.models import JournalCheck
from hall.journal import Flaw


def flaw_in_words(flaw: Flaw) -> str:
    """Which entry of which stream, and what differs."""
    facts = asdict(flaw)
    if flaw.kind == "hash":
        return (
            _("%(stream)s 第%(seq)s条：内容与校验值不符（记录的是 %(found)s，重新计算是 %(expected)s）。")
            % facts
        )
    if flaw.kind == "previous":
        return _("%(stream)s 第%(seq)s条：与上一条接不上（记录的上一条校验值不是实际的上一条）。") % facts
    if flaw.kind == "gap":
        return _("%(stream)s 缺第%(expected)s条：它的位置上是第%(found)s条。") % facts
    if flaw.kind == "cut":
        return _("%(stream)s 缺第%(seq)s条：记录只到第%(found)s条，应当到第%(expected)s条。") % facts
    return _("%(stream)s 第%(seq)s条：不是按程序接上去的（链尾登记的校验值与它不符）。") % facts


def flaws_of(check: JournalCheck) -> list[str]:
    return [flaw_in_words(Flaw(**one)) for one in check.flaws]


def as_facts(flaw: Flaw) -> dict[str, Any]:
    return asdict(flaw)

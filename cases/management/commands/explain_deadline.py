"""Why this date: one statutory period, computed and explained step by step."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from cases import terms
from cases.terms import CODES, LAWS, UnknownTerm, law_for
from hall.clock import ClockError, Due, Hold, due, say, say_date
from hall.models import statutory_calendar


class Command(BaseCommand):
    help = "Compute the due date of a statutory period and explain it step by step."
    requires_system_checks = ()  # a computation: nothing of the pages or the mail matters to it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--term", required=True, help=", ".join(CODES))
        parser.add_argument("--start", required=True, metavar="DATE", help="day 0, e.g. 2025-01-24")
        parser.add_argument("--law", help=f"{' | '.join(LAWS)} (default: the one in force on the start day)")
        parser.add_argument("--extension", type=int, default=0, metavar="DAYS")
        parser.add_argument(
            "--hold",
            action="append",
            default=[],
            metavar="FROM:TO",
            help="a pause of the days FROM, …, TO-1; FROM: alone still lasts; may be given more than once",
        )
        parser.add_argument("--json", action="store_true", help="due, nominal, provisional, article, steps")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help="zh-hans | en")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        if language not in dict(settings.LANGUAGES):
            known = ", ".join(dict(settings.LANGUAGES))
            raise CommandError(
                _("没有语言“%(asked)s”，可用：%(known)s。") % {"asked": language, "known": known}
            )
        with translation.override(language):
            try:
                end = explained(**options)
            except (ClockError, UnknownTerm) as error:
                words = error.say(language) if isinstance(error, UnknownTerm) else say(error, language)
                raise CommandError(words) from error
            self.stdout.write(as_json(end, language) if options["json"] else as_text(end, language))


def explained(
    *, term: str, start: str, law: str | None, extension: int, hold: list[str], **_rest: Any
) -> Due:
    day = _date(start)
    return due(
        day,
        terms.term(term, law or law_for(day)),
        calendar=statutory_calendar(),
        extension=extension,
        holds=[_hold(text) for text in hold],
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("日期“%(text)s”不正确，应为2025-01-24的形式。") % {"text": text}) from None


def _hold(text: str) -> Hold:
    start, colon, end = text.partition(":")
    if not colon:
        raise CommandError(_("中止“%(text)s”不正确，应为“开始日:结束日”。") % {"text": text})
    return Hold(_date(start), _date(end) if end else None)


def as_json(end: Due, language: str) -> str:
    """The result for machines; `due` and `nominal` are null while a pause without end lasts."""
    result = {
        "due": end.due and end.due.isoformat(),
        "nominal": end.nominal and end.nominal.isoformat(),
        "provisional": end.provisional,
        "article": cited(end, language),
        "steps": [say(step, language) for step in end.steps],
    }
    return json.dumps(result, ensure_ascii=False, indent=2)


def as_text(end: Due, language: str) -> str:
    def shown(day: date | None) -> str:
        return f"{day.isoformat()}  {say_date(day, language)}" if day else _("中止中，尚未确定")

    facts = {
        _("届满日"): shown(end.due),
        _("顺延前"): shown(end.nominal),
        _("是否暂定"): _("是，放假安排尚未公布") if end.provisional else _("否"),
        _("依据"): cited(end, language),
    }
    lines = [f"{name}: {value}" for name, value in facts.items()]
    return "\n".join([*lines, *(f"{n:>3}. {say(step, language)}" for n, step in enumerate(end.steps, 1))])


def cited(end: Due, language: str) -> str:
    return end.term.article_en if language.startswith("en") else end.article

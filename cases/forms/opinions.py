"""The forms of the opinion: one section a claim, and what is read before it is sent, signed and issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases import rules
from cases.actions import Answer
from cases.actions.opinions import MOST_WORDS
from cases.forms.verb import VerbForm, words_field
from cases.lifecycle import CONCLUSIONS
from cases.models import Case, Opinion, OpinionRow, Proceeding
from cases.queries.heard import concluded_hearings
from cases.queries.opinions import (
    PARTS,
    Said,
    last_issued,
    mark_of,
    open_opinion,
    rows_of,
    said_so_far,
    used_bases,
)
from cases.queries.precheck import Missing, field_of, precheck
from hall.access import Actor, Refused


class OpinionForm(VerbForm):
    """A verb on the opinion as it stands: its page shows every word of it, and what is missing."""

    @cached_property
    def opinion(self) -> Opinion | None:
        return open_opinion(self.case)

    @cached_property
    def said(self) -> list[Said]:
        return said_so_far(self.case, self.opinion)

    @cached_property
    def missing(self) -> list[Missing]:
        return precheck(self.case, now=self.now)

    @property
    def is_whole(self) -> bool:
        return not any(one.blocks for one in self.missing)


class SubmitOpinionForm(OpinionForm):
    verb = "submit_opinion"


class CountersignOpinionForm(OpinionForm):
    verb = "countersign_opinion"


class IssueOpinionForm(OpinionForm):
    verb = "issue_opinion"


class ReturnOpinionForm(OpinionForm):
    verb = "return_opinion"
    reason = words_field(
        lazy("退回的理由"), most=2000, help_text=lazy("写明要改哪一项、怎么改；起草人会收到。")
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a section; `saved` is what somebody else has saved there meanwhile."""

    field: forms.BoundField
    saved: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What is asked about one claim."""

    said: Said
    parts: list[Part]


class DraftOpinionForm(OpinionForm):
    """One section a claim. `written` marks the words that the page began from: if somebody else has saved others
    since, nothing is overwritten in silence; both are shown, and saving again decides.
    """

    verb = "draft_opinion"
    written = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, actor: Actor, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, case=case, actor=actor, now=now, **kwargs)
        # What else happens to the case does not touch these words, so an hour of writing is not stale for it.
        del self.fields["seen"]
        self.others: dict[int, OpinionRow] = {}
        for one in self.said:
            for part in PARTS:
                name = field_of(part, one.claim.pk)
                self.fields[name] = _FIELDS[part]()
                self.initial[name] = getattr(one.row, part) if one.row else ""
        self.others_heard = ""
        if self.hearings:
            self.fields["heard"] = _words(
                lazy("对听证结论的采纳情况"),
                3,
                lazy("写明采纳还是部分采纳；没有采纳的部分，逐点说明理由。这一段写进意见书。"),
            )
            self.initial["heard"] = self.opinion.heard if self.opinion else ""
        self.initial["written"] = self._mark(self.opinion, rows_of(self.opinion))

    @cached_property
    def hearings(self) -> list[Proceeding]:
        """What was concluded, beside the field that takes it into account."""
        return concluded_hearings(self.case)

    @staticmethod
    def _mark(opinion: Opinion | None, rows: dict[int, OpinionRow]) -> str:
        return mark_of(rows.values(), opinion.heard if opinion else "")

    @property
    def heard_saved(self) -> str:
        """What somebody else has saved there meanwhile."""
        typed = self["heard"].value() or "" if self.hearings else ""
        return self.others_heard if self.others_heard != typed.strip() else ""

    @property
    def sections(self) -> Iterator[Section]:
        for one in self.said:
            yield Section(
                one, [Part(self[field_of(part, one.claim.pk)], self._saved(part, one)) for part in PARTS]
            )

    def _saved(self, part: str, one: Said) -> str:
        row = self.others.get(one.claim.pk)
        theirs = getattr(row, part) if row else ""
        typed = self[field_of(part, one.claim.pk)].value() or ""
        if not theirs or theirs == typed.strip():
            return ""
        return _(CONCLUSIONS[theirs]) if part == "conclusion" else theirs

    @cached_property
    def bases(self) -> list[str]:
        return used_bases(self.case)

    @property
    def is_signed(self) -> bool:
        """An edit will make a signature void."""
        return bool(self.opinion and self.opinion.status in ("submitted", "countersigned"))

    @cached_property
    def earlier(self) -> Opinion | None:
        """What a review has ordered to be done again."""
        return last_issued(self.case)

    def facts(self) -> dict[str, Any]:
        def said(one: Said) -> dict[str, str]:
            return {part: self.cleaned_data[field_of(part, one.claim.pk)] for part in PARTS}

        told = {"heard": self.cleaned_data["heard"]} if self.hearings else {}
        return {"rows": [Answer(claim_id=one.claim.pk, **said(one)) for one in self.said], **told}

    def act(self) -> Any:
        """Under the case's lock: the words that the page began from must still be those that are saved."""
        rules.check_can_draft_opinion(self.actor, self.case, now=self.now)
        opinion = open_opinion(self.case)
        rows = rows_of(opinion)
        if opinion and self.cleaned_data["written"] != self._mark(opinion, rows):
            self.others, self.others_heard = rows, opinion.heard
            self.say_again("written", self._mark(opinion, rows))
            who = opinion.drafted_by.label if opinion.drafted_by else _("系统")
            words = _(
                "您填写期间，%(who)s保存过这份草稿。您填写的都还在，对方写的列在各栏下面；核对后再保存，以您的为准。"
            )
            reason = words % {"who": who}
            self.add_error(None, reason)
            raise Refused(reason, "input")
        return super().act()


def _conclusion() -> forms.ChoiceField:
    choices = [(code, lazy(words)) for code, words in CONCLUSIONS.items()]
    return forms.ChoiceField(label=lazy("结论"), choices=choices, required=False, widget=forms.RadioSelect)


def _words(label: Any, rows: int, help_text: Any) -> forms.CharField:
    return words_field(label, rows=rows, required=False, most=MOST_WORDS, help_text=help_text)


_FIELDS: dict[str, Any] = {
    "conclusion": _conclusion,
    "facts": lambda: _words(lazy("查明的事实"), 5, lazy("时间、地点、经过和证据，只写查实的。")),
    "basis": lambda: _words(lazy("依据"), 2, lazy("法律、法规、规章和政策的名称与条款。")),
    "answer": lambda: _words(
        lazy("处理意见和措施"),
        4,
        lazy("支持的，写明谁在什么时候做什么；不支持的，说清为什么、还有什么途径。"),
    ),
}

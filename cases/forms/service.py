"""How a paper was handed over: all ways on one page, each field saying for which it is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases import rules
from cases.actions import Service, StoredFile
from cases.actions.papers import petitioner_name
from cases.actions.serve import faults_of
from cases.actions.store import keep_file, path_of
from cases.forms.materials import read_file
from cases.forms.verb import VerbForm, day_field, words_field
from cases.lifecycle import SERVICE_METHODS, SERVICE_OUTCOMES
from cases.models import Case, ServiceRecord
from cases.queries.opinions import last_issued
from cases.queries.service import attempts, unserved
from cases.rules.service import PROOFS
from hall.access import Actor, allowed
from hall.documents import titled
from hall.models import IssuedDocument
from hall.uploads import TYPES
from hall.uploads.receiving import LeftOut, in_words

ACCEPT = ",".join(ending for kind in PROOFS for ending in TYPES[kind])
KEPT_FOR = dt.timedelta(hours=12)
"""How long a proof that was sent with a form that needs mending waits for the form to come again."""
_SALT = "cases.service.proof"


def _text(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, help_text=help_text)


class ServiceForm(VerbForm):
    """One attempt. What a way needs is asked for at its field; a file that was sent is kept while errors are mended."""

    method = forms.ChoiceField(
        label=lazy("送达方式"),
        choices=[(code, lazy(words)) for code, words in SERVICE_METHODS.items()],
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=lazy("结果"),
        choices=[(code, lazy(words)) for code, words in SERVICE_OUTCOMES.items()],
        widget=forms.RadioSelect,
        help_text=lazy("“拒收”只用于留置送达；没有送到也没有留下的，选“未能送达”，只作记录。"),
    )
    served_on = day_field(
        lazy("日期"),
        help_text=lazy("签收、留置或者尝试送达的日期；邮寄填签收日期；公告填张贴日期，满30日视为送达。"),
    )
    servers = _text(lazy("送达人"), 120, lazy("一般两人；不填的，记您本人。"))
    receiver = _text(lazy("签收人"), 60, lazy("直接送达时填写；邮寄的，填回执上的签收人。"))
    relation = _text(lazy("与信访人的关系"), 40, lazy("不是本人签收时填写，如“配偶”“同住成年儿子”。"))
    waybill = _text(lazy("邮件编号"), 60, lazy("邮寄送达时填写。"))
    address = _text(lazy("手机号或者邮箱"), 120, lazy("电子送达时填写，须经信访人同意；只保存遮盖后的。"))
    place = _text(lazy("地点"), 200, lazy("留置、公告送达时填写；其他方式可以不填。"))
    reason = words_field(
        lazy("拒收或者未能送达的原因"),
        rows=2,
        required=False,
        most=1000,
        help_text=lazy("留置送达、未能送达时填写。"),
    )
    witnesses = _text(lazy("见证人"), 120, lazy("留置送达时填写两人，用顿号分开；有现场照片的可以不填。"))
    proof = forms.Field(
        label=lazy("证明材料"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    drop_proof = forms.BooleanField(label=lazy("不要这一份"), required=False)

    def __init__(
        self,
        *args: Any,
        case: Case,
        actor: Actor,
        now: dt.datetime,
        left_out: Sequence[LeftOut] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, case=case, actor=actor, now=now, **kwargs)
        self.left_out = left_out
        self.stored: StoredFile | None = None
        self.initial.setdefault("served_on", timezone.localdate(now))
        self.initial.setdefault("servers", actor.name)
        self.fields["proof"].help_text = _(
            "签收回执、现场照片的图片、PDF或者录像，一份，不超过%(mb)sMB。"
        ) % {"mb": settings.HALL_UPLOAD_LIMIT // (1024 * 1024)}
        if not case.electronic_consent:
            self.fields["address"].help_text = _("信访人没有同意电子送达，不能用这种方式。")

    @property
    def paper(self) -> IssuedDocument | None:
        """What is handed over."""
        raise NotImplementedError

    @cached_property
    def receiver_name(self) -> str:
        return petitioner_name(self.case)

    @cached_property
    def tries(self) -> list[ServiceRecord]:
        """How it was tried before."""
        return attempts(self.case, self.paper.pk) if self.paper else []

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields of the page: their legend, the ways and results that ask for them ("": all), and they."""
        named = (
            (_("送达的方式和结果"), "", ("method", "outcome", "served_on", "servers", "place")),
            (_("谁签收的（直接、邮寄送达）"), "direct post", ("receiver", "relation", "waybill")),
            (_("送到哪里（电子送达）"), "electronic", ("address",)),
            (_("没有签收的（留置送达、未能送达）"), "leave failed", ("reason", "witnesses")),
            (_("证明"), "", ("proof",)),
        )
        return [(legend, asks, [self[name] for name in names]) for legend, asks, names in named]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        self._take_proof()
        if self.paper and not {"method", "outcome", "served_on"} & self.errors.keys():
            for field, words in faults_of(self.case, self.paper, self.service, now=self.now).items():
                self.add_error(field if field in self.fields else None, str(words))
        return values

    @cached_property
    def service(self) -> Service:
        said = self.cleaned_data
        words = ("receiver", "relation", "place", "waybill", "address", "reason", "witnesses", "servers")
        return Service(
            method=said["method"],
            outcome=said["outcome"],
            served_on=said["served_on"],
            proof=self.stored,
            **{name: said.get(name, "") for name in words},
        )

    def facts(self) -> dict[str, Any]:
        return {"service": self.service}

    # -- the proof ---------------------------------------------------------------------------------------------

    def _take_proof(self) -> None:
        """The file of this sending, else the one of an earlier sending of the same form."""
        for one in self.left_out:
            self.add_error("proof", in_words(one))
        upload = self.files.get("proof")
        may = allowed(getattr(rules, f"check_can_{self.verb}"), self.actor, self.case, now=self.now)
        if upload and may:
            try:
                new = read_file(upload)
            except ValidationError as error:
                self.add_error("proof", error)
                return
            if new.media_type not in PROOFS:
                self.add_error("proof", _("证明材料请用图片、PDF或者录像。"))
                return
            self.stored = keep_file(new)
        elif not self.cleaned_data.get("drop_proof"):
            self.stored = self._unsigned(self.cleaned_data.get("kept", ""))
        token = signing.dumps([self.case.pk, asdict(self.stored)], salt=_SALT) if self.stored else ""
        self.say_again("kept", token)

    def _unsigned(self, token: str) -> StoredFile | None:
        """The file that this hall has kept for this very case, if it is still there."""
        try:
            case_id, facts = signing.loads(token, salt=_SALT, max_age=KEPT_FOR)
        except signing.BadSignature:
            return None
        found = StoredFile(**facts)
        return found if case_id == self.case.pk and path_of(found.file).is_file() else None


class ServeOpinionForm(ServiceForm):
    verb = "serve_opinion"

    @cached_property
    def paper(self) -> IssuedDocument | None:
        opinion = last_issued(self.case)
        return opinion.document if opinion else None


class ServeDocumentForm(ServiceForm):
    """As the opinion, of a paper that is chosen first; the one that is to be served in time is chosen already."""

    verb = "serve_document"
    document = forms.TypedChoiceField(
        label=lazy("文书"), coerce=int, empty_value=None, choices=(), widget=forms.RadioSelect
    )
    field_order = ("document",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = unserved(self.case)
        choices = [(one.pk, f"{titled(one.kind, one.title)} {one.number}") for one in self.papers]
        self.fields["document"].choices = choices  # type: ignore[attr-defined]
        due = [one.pk for one in self.papers if one.kind in ("review_opinion", "reexamination_opinion")]
        if due or len(choices) == 1:
            self.initial.setdefault("document", due[0] if due else choices[0][0])

    @property
    def paper(self) -> IssuedDocument | None:
        if not self.is_bound:
            return None
        chosen = self.cleaned_data.get("document") if hasattr(self, "cleaned_data") else None
        return next((one for one in self.papers if one.pk == chosen), None)

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [(_("送达什么"), "", [self["document"]]), *super().groups]

    def facts(self) -> dict[str, Any]:
        return {"document_id": self.cleaned_data["document"], "service": self.service}

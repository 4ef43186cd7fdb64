"""A file from the national system and one for it, in the house that is walked through; and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from cases.actions import ask_national_export
from cases.forms.exchange import national_file
from cases.models import NationalExport, NationalImport
from cases.queries.exchange import ExchangeFilter
from tests.cases.exchange import HEADS, ROW, handed_in, row, xlsx
from tests.cast import Cast

NATIONAL = xlsx(row(信访件编号="GJ2020010001", 信访日期="2026-01-06"), heads=HEADS)


class NationalList:
    """A file to hand in, as often as one likes."""

    name, content_type = "national.xlsx", "application/octet-stream"

    def read(self) -> bytes:
        return NATIONAL


def exchange_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """One of each, the clerk's."""
    made = ask_national_export(
        actor=cast.act(cast.clerk, now),
        asked=ExchangeFilter(hall_id=cast.hall.pk),
        file_format="xlsx",
        is_opened=False,
        reason="",
        now=now,
        write=national_file,
    )
    data = xlsx(row(信访日期="2026-01-06"), row(信访件编号="GJ2", 信访目的="不知道"))
    return {"exchange_import": handed_in(cast, data, now=now).pk, "exchange_export": made.pk}


def _file(here: Any) -> dict[str, Any]:
    return {"args": {"token": NationalImport.objects.get(pk=here.leading["exchange_import"]).token}}


def _made(here: Any) -> dict[str, Any]:
    return {"args": {"token": NationalExport.objects.get(pk=here.leading["exchange_export"]).token}}


_COLUMNS = {
    f"column_{at}": code
    for at, code in enumerate(["xfjbh", "xfrq", "xfxs", "bt", "tsnr", "xfmddm", "xm", "zjlx", "zjhm", "sjh"])
}
EXCHANGE_FORMS: Mapping[str, Callable[[Any], dict[str, dict[str, Any]]]] = {
    "/exchange/export/": lambda here: {"data": {"hall": here.cast.hall.pk, "format": "xlsx"}},
    "/exchange/exports/<token>/": _made,
    "/exchange/exports/<token>/file/": _made,
    "/exchange/import/": lambda here: {"data": {"file": NationalList()}},
    "/exchange/imports/<token>/": _file,
    "/exchange/imports/<token>/columns/": lambda here: {**_file(here), "data": _COLUMNS},
    "/exchange/imports/<token>/confirm/": _file,
    "/exchange/imports/<token>/rejected.xlsx": _file,
    "/cases/<pk>/national/": lambda here: {"data": {"reason": "录入国家系统"}},
}
assert len(_COLUMNS) == len(ROW)

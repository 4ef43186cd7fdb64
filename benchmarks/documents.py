"""An official paper as the worker prints it, against the typesetter alone with one line on a page."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from benchmarks.measure import Figure, once
from hall.documents.kinds import KINDS, compose, sample, take
from hall.documents.press import fonts, typeset

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MOST = 100.0
"""Milliseconds that one paper may take in a worker."""
RUNS, WARM = 40, 3


def documents() -> Iterator[Figure]:
    """An opinion on three claims as PDF/A and PDF/UA; its words are composed before, inside a request."""
    kind = KINDS["opinion"]
    page = compose(kind, take(kind, sample(kind)), law="r22", on=NOW.date())
    source = Path(tempfile.mkdtemp()) / "line.typ"
    source.write_text('#set page(paper: "a4")\nOne line.', encoding="utf-8")
    bare = typst.Compiler(input=str(source), font_paths=fonts(), ignore_system_fonts=True)

    def ours() -> None:
        assert typeset(page, number="云信处字〔2026〕1号", moment=NOW)[0].startswith(b"%PDF")

    def floor() -> None:
        bare.compile(format="pdf")

    for _n in range(WARM):
        ours()
        floor()
    pairs = [(once(ours), once(floor)) for _n in range(RUNS)]
    paper, line = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    name = f"opinion on 3 claims as PDF, median {paper:.0f} ms / a bare line"
    # The bound is one of time: so many times the floor as make up 100 ms.
    yield Figure(name, paper, line, ratio, ratio * MOST / paper)

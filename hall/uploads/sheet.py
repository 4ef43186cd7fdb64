"""One page of a PDF as a picture, made in a process of its own: what somebody handed in is interpreted here alone.

Run by `hall.uploads.showing` with the file and the page; writes how many pages there are in a line, then the PNG. Knows
nothing of the hall: no settings, no database, no keys. What takes too long or too much is ended by the system.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import typst

WIDTH = 1400
"""Pixels: the words of an A4 page can be read at it, and a telephone loads it in a moment."""
HIGHEST = 3 * WIDTH
MOST_PAGES = 300
CPU_SECONDS = 20
MEMORY = 3 << 30
NO_SUCH_PAGE = 4
_PAPER = """
#set page(width: {width}pt, height: auto, margin: 0pt, fill: white)
#context {{
  let size = measure(image("given", format: "pdf", page: {page}))
  let scale = calc.min({width}pt / size.width, {highest}pt / size.height)
  let (wide, high) = (size.width * scale, size.height * scale)
  align(center, image("given", format: "pdf", page: {page}, width: wide, height: high))
}}
"""
OPTIONS: dict[str, Any] = {"ignore_system_fonts": True}


def _paper(folder: Path, page: int) -> Path:
    paper = folder / f"{page}.typ"
    paper.write_text(_PAPER.format(width=WIDTH, highest=HIGHEST, page=page))
    return paper


def _is_there(folder: Path, page: int) -> bool:
    try:
        typst.query(str(_paper(folder, page)), "<none>", root=str(folder), **OPTIONS)
    except RuntimeError as error:
        if "does not exist" in str(error):
            return False
        raise
    return True


def _count(folder: Path) -> int:
    """The last page that is there: doubled until one is missing, then halved. Nothing here says the number."""
    there, missing = 1, 2
    while missing <= MOST_PAGES and _is_there(folder, missing):
        there, missing = missing, missing * 2
    missing = min(missing, MOST_PAGES + 1)
    while missing - there > 1:
        middle = (there + missing) // 2
        there, missing = (middle, missing) if _is_there(folder, middle) else (there, middle)
    return there


def main(given: str, page: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "given").write_bytes(Path(given).read_bytes())
        pages = _count(folder)
        if page > pages:
            return NO_SUCH_PAGE
        made: Any = typst.compile(
            str(_paper(folder, page)), root=str(folder), format="png", ppi=72, **OPTIONS
        )
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))

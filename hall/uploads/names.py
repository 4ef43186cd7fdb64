"""The name of a file: for a person to know it again, not for a path; harmless on any system that saves it."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

MOST = 120
MOST_BYTES = 200
"""UTF-8: with what a browser adds (" (1)") it stays below the 255 that file systems hold."""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """The last part of the path without control and direction characters, at most 120 characters and 200 bytes.

    The ending is kept when there is one; names that Windows keeps for devices get a mark before them.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(_kept(ch) for ch in last)
    kept = _FORBIDDEN.sub("_", kept).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10 or " " in ending:
        stem, dot, ending = kept, "", ""
    room = MOST_BYTES - len((dot + ending).encode())
    stem = _cut(stem[: MOST - len(dot + ending)], room).strip(" .") or _("材料")
    whole = f"{stem}{dot}{ending}"
    return f"_{whole}" if _RESERVED.fullmatch(whole) else whole


def _kept(ch: str) -> str:
    """Line and paragraph separators are as spaces; control, direction, private and unassigned characters go."""
    group = unicodedata.category(ch)
    return " " if group[0] == "Z" else "" if group[0] == "C" else ch


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")

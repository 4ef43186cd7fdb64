"""`docs/security.md` leaves no requirement out and names nothing that is not there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
TEXT = (BASE / "docs" / "security.md").read_text(encoding="utf-8")
REQUIREMENTS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1
5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1
8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4
16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
"""Requirements of levels 1 and 2 in each section of ASVS 5.0.0: in all of them those of level 3 come last."""
STATES = {"held", "partly", "gap", "n/a"}
CELLS = re.compile(r"^\| (.+) \|$", re.MULTILINE)


def rows() -> list[list[str]]:
    found = [[cell.strip() for cell in line.split(" | ")] for line in CELLS.findall(TEXT)]
    return [cells for cells in found if re.match(r"\d", cells[0])]


def numbers(cell: str) -> list[str]:
    """`1.2.1–1.2.3, 1.2.9` as each of them."""
    every: list[str] = []
    for part in cell.split(", "):
        first, _dash, last = part.partition("–")
        section, _dot, low = first.rpartition(".")
        high = last.rpartition(".")[2] if last else low
        assert not last or last.rpartition(".")[0] == section, part
        every += [f"{section}.{number}" for number in range(int(low), int(high) + 1)]
    return every


def test_every_requirement_of_levels_1_and_2_stands_in_one_row() -> None:
    parts = [one.split(":") for one in REQUIREMENTS.split()]
    wanted = {f"{section}.{number}" for section, most in parts for number in range(1, int(most) + 1)}
    assert len(wanted) == 253, "70 of level 1 and 183 of level 2"
    said = Counter(one for cells in rows() if not cells[0].startswith("8.1.4.") for one in numbers(cells[0]))
    assert set(said) == wanted
    assert {one: times for one, times in said.items() if times > 1} == {}


def test_every_section_of_the_chinese_standard_is_there() -> None:
    sections = {cells[0].partition(" ")[0] for cells in rows() if cells[0].startswith("8.1.4.")}
    assert sections == {f"8.1.4.{number}" for number in range(1, 12)}


def test_each_row_has_its_state_and_what_is_held_names_code_or_test() -> None:
    for cells in rows():
        state = cells[2] if cells[0].startswith("8.1.4.") else cells[1]
        assert state in STATES, cells
        where = cells[-1]
        assert state != "held" or "`" in where or cells[0] == "1.4.1, 1.4.3", cells


def test_what_it_names_is_there() -> None:
    named = set(re.findall(r"`([\w./-]+/[\w./-]+|[\w-]+\.(?:md|yml|toml|lock|py))`", TEXT))
    # Addresses of the house begin with a stroke; files do not.
    files = {one for one in named if not one.startswith("/")}
    assert len(files) > 100
    assert sorted(one for one in files if not (BASE / one).exists()) == []


def test_settings_that_it_names_are_there() -> None:
    known = (BASE / "docs" / "settings.md").read_text("utf-8") + (BASE / "hall" / "settings.py").read_text(
        "utf-8"
    )
    known += (BASE / "docker-compose.yml").read_text("utf-8")
    later = {"HALL_JITSI_URL"}
    assert {one for one in re.findall(r"HALL_[A-Z_]+", TEXT) if one not in known} <= later

"""The house rules that no linter knows: what the kernel holds, which way relations point, what stands where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = ("hall", "staffing", "cases", "intake", "consultations", "hearings", "accountability")
RANK = {
    "contenttypes": 0, "auth": 0, "guardian": 0, "hall": 1, "staffing": 2, "cases": 3,
    "intake": 4, "consultations": 4, "hearings": 4, "accountability": 5,
}  # fmt: skip
KERNEL = {
    "__init__", "access", "apps", "asgi", "batch", "celery", "citations", "clock", "documents", "embedded", "fields",
    "erasing", "fresh", "headers", "journal", "lifecycle", "machines", "management", "migrations", "models",
    "operations",
    "outbox", "schedule", "settings", "tasks", "templatetags", "typst", "uploads", "urls", "webhooks", "wsgi",
}  # fmt: skip
SHARED_DOORS = {
    "intake/forms/devices.py"
}  # the front step of pages and feeds, which may not import each other
DOORS = {"views", "public", "api", "tasks", "admin", "commands", "machines"}


@cache
def sources() -> list[tuple[Path, list[ast.AST]]]:
    """Each file of the rooms, and every node in it: read once."""
    return [
        (path.relative_to(BASE), list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
        for room in ROOMS
        for path in sorted((BASE / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def dotted(node: ast.AST) -> str:
    """`dt.datetime.now`; of what stands before a call or an index only the rest: `.delay`."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


@cache
def called() -> list[tuple[Path, str, int]]:
    """Dotted names of everything that is called, with its file and line."""
    return [
        (path, dotted(node.func), node.lineno)
        for path, nodes in sources()
        for node in nodes
        if isinstance(node, ast.Call)
    ]


def test_the_kernel_is_a_closed_list() -> None:
    there = {
        p.stem if p.suffix == ".py" else p.name for p in (BASE / "hall").iterdir() if p.name != "__pycache__"
    }
    assert there == KERNEL


def test_relations_point_downwards() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if (
                RANK.get(label)
                and other is not None
                and (field.many_to_one or field.many_to_many)
                and field.concrete
            ):
                to = other._meta.app_label
                if to != label and RANK[to] >= RANK[label]:
                    upward.append(f"{label}.{model.__name__}.{field.name} -> {to}")
    assert upward == []


def test_no_file_is_longer_than_500_lines() -> None:
    long = [
        f"{path.relative_to(BASE)}: {count}"
        for folder in (*ROOMS, "tests", "benchmarks", "static", "templates")
        for path in (BASE / folder).rglob("*")
        if path.suffix in {".py", ".css", ".js", ".html", ".typ"}
        and "migrations" not in path.parts
        and (count := path.read_text(encoding="utf-8").count("\n")) > 500
    ]
    assert long == []


def test_now_enters_at_the_doors() -> None:
    """`now` is taken from the wall in views, tasks, commands and nowhere else."""
    clocks = (
        "timezone.now",
        "datetime.now",
        "dt.datetime.now",
        "date.today",
        "dt.date.today",
        "datetime.utcnow",
    )
    inside = [
        f"{path}:{line} {name}"
        for path, name, line in called()
        if name in clocks
        and not DOORS & {*path.parts, path.stem}
        and "embedded" not in path.parts
        and path.as_posix() not in SHARED_DOORS
    ]
    assert inside == []


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("get_object_or_404", None),
        ("receiver", None),
        (".delay", None),
        (".apply_async", "hall/tasks.py"),
    ],
)
def test_called_only_at_home(name: str, home: str | None) -> None:
    """Work goes to the broker through the kernel's one place; no signals; rows are fetched as the reader may see."""
    astray = [
        f"{path}:{line}"
        for path, called_name, line in called()
        if str(path) != home
        if called_name == name or (name.startswith(".") and called_name.endswith(name))
    ]
    assert astray == []


def test_a_state_is_assigned_by_actions_alone() -> None:
    astray = [
        f"{path}:{node.lineno}"
        for path, nodes in sources()
        if path.parts[0] != "hall" and "actions" not in path.parts and path.stem != "actions"
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status"
    ]
    assert astray == []


def verbs() -> Iterator[tuple[str, str]]:
    """Every public verb: a keyword-only function with an actor, exported by an app's actions."""
    for room in ROOMS[1:]:
        files = [p for p in (BASE / room).rglob("*.py") if "actions" in p.parts or p.stem == "actions"]
        for path in sorted(files):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    names = {arg.arg for arg in node.args.kwonlyargs}
                    decorated = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
                    if {"actor", "now"} <= names and "transaction.atomic" in decorated:
                        yield room, node.name


@cache
def text_of(room: str) -> tuple[str, str]:
    """All of an app's code, and all of its tests."""
    own, tests = (
        "\n".join(path.read_text(encoding="utf-8") for path in files)
        for files in ((BASE / room).rglob("*.py"), (BASE / "tests" / room).rglob("test_*.py"))
    )
    return own, tests


RULE_OF: dict[str, str] = {}
"""Verbs whose rule has another name; every entry says a reason in its comment."""


@pytest.mark.parametrize(("room", "verb"), sorted(set(verbs())))
def test_every_verb_has_its_rule_its_entry_and_its_test(room: str, verb: str) -> None:
    own, tests = text_of(room)
    rule = RULE_OF.get(verb, f"check_can_{verb}")
    missing = []
    if f"def {rule}(" not in own:
        missing.append(f"no rule {rule}")
    if f'"{verb}"' not in own:
        missing.append("is not journalled under its name")
    if verb not in tests and verb.replace("_", "-") not in tests:
        missing.append("no test names it")
    assert missing == []

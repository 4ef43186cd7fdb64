"""What is written of an incident stays apart: no other file reads it, no relation leads to it from elsewhere."""

from __future__ import annotations

import ast
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tests.architecture.test_house import sources

OWN = {
    "intake/models/incidents.py", "intake/rules/incidents.py", "intake/queries/incidents.py",
    "intake/actions/incidents.py", "intake/forms/incidents.py", "intake/views/incidents.py",
    "intake/public/receipts.py",
}  # fmt: skip
MAY_NAME = {
    "intake/actions/__init__.py": "the verbs of the room, open and closed to machines",
    "intake/models/__init__.py": "so that Django knows the tables",
    "intake/urls.py": "the doors",
    "intake/public/__init__.py": "the police room's door",
    "accountability/actions/retention.py": "the sweep that erases",
    "accountability/lifecycle/retention.py": "how long they are kept",
    "intake/lifecycle.py": "words of kinds and measures",
    "accountability/actions/personal_file.py": "whose count of rows leaves them out",
    "accountability/queries/personal_file.py": "the person's own file (个人信息保护法第四十五条)",
    "accountability/lifecycle/access.py": "each look is listed",
    "hall/models.py": "each look is listed",
    "cases/views/frame.py": "the place in the rail",
}
TABLES = {"intake.incident", "intake.incidentaccount", "intake.incidenttally"}


def names(tree: list[ast.AST]) -> set[str]:
    """Every name, attribute, imported module and text of a file that speaks of incidents."""
    found: set[str] = set()
    for node in tree:
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.name for alias in node.names}
            found.add(getattr(node, "module", None) or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= (
                {word for word in node.value.split() if "_" in word} if " " in node.value else {node.value}
            )
    return {name for name in found if "incident" in name.lower()}


def test_no_other_file_speaks_of_incidents() -> None:
    strays = {
        path.as_posix(): sorted(found)
        for path, tree in sources()
        if path.as_posix() not in OWN | MAY_NAME.keys() and (found := names(tree))
    }
    assert strays == {}, "what a person may do never depends on an incident (第二十二条、第四十七条)"


def test_the_incident_files_are_taken_in_by_the_doors_alone() -> None:
    modules = {Path(path).with_suffix("").as_posix().replace("/", ".") for path in OWN}
    takers = {
        path.as_posix()
        for path, tree in sources()
        for node in tree
        if (isinstance(node, ast.ImportFrom) and node.module in modules)
        or (isinstance(node, ast.Import) and modules & {alias.name for alias in node.names})
    }
    assert takers - OWN == {
        "intake/actions/__init__.py", "intake/models/__init__.py", "intake/public/__init__.py",
        "accountability/queries/personal_file.py",
    }  # fmt: skip


def test_no_relation_leads_back_from_a_visit_or_a_person_and_none_leads_to_a_person() -> None:
    for model in apps.get_models():
        label = model._meta.label_lower
        for field in model._meta.get_fields():
            other = field.related_model
            if isinstance(other, type) and other._meta.label_lower in TABLES and not field.hidden:  # type: ignore[attr-defined]
                assert label in TABLES, f"{label}.{field.name}"
            if label in TABLES and isinstance(other, type):
                assert other._meta.label not in {"cases.Petitioner", "cases.Case"}, f"{label}.{field.name}"  # type: ignore[attr-defined]


def test_no_other_page_shows_one() -> None:
    """A link to their own list is all that stands on other pages."""
    base = Path(settings.BASE_DIR) / "templates"
    for path in base.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "incident" not in path.name:
            assert "incident" not in text.replace('{% url "intake:incidents" %}', ""), path

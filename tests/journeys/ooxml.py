"""What Word and Excel call damaged, and LibreOffice mends without a word: looked for in the file itself."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

ORDER = {
    f"{W}rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign "
    "rtl cs em lang eastAsianLayout specVanish oMath",
    f"{W}pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    f"{W}tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    f"{W}tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign "
    "hideMark",
    f"{W}tbl": "tblPr tblGrid tr",
    f"{W}tc": "tcPr p",
    f"{S}worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks "
    "colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing tableParts extLst",
    f"{S}workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr extLst",
}  # fmt: skip
"""The order of children that the standard (ISO/IEC 29500) lays down, and that is checked when a file is opened."""


def damage(data: bytes) -> list[str]:
    """Everything that is wrong with the package; nothing where it opens without repair."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if (broken := archive.testzip()) is not None:
            return [f"{broken} is damaged"]
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    found = [f"{name} is there {n} times" for name, n in Counter(names).items() if n > 1]
    trees = {
        name: ElementTree.fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".rels"))
    }
    found += _types(names, trees["[Content_Types].xml"])
    for name, tree in trees.items():
        if name.endswith(".rels"):
            found += _targets(name, tree, names)
        else:
            found += _references(name, tree, trees)
            found += _order(name, tree)
    if "word/document.xml" in trees:
        found += _word(trees)
    if "xl/workbook.xml" in trees:
        found += _excel(trees)
    return found


def _twice(what: str, values: Iterable[Any]) -> list[str]:
    return [f"{what} {value} is used {n} times" for value, n in Counter(values).items() if n > 1]


def _types(names: list[str], tree: Any) -> list[str]:
    """Every part has a content type, and every type its part."""
    usual = {one.get("Extension", "").lower() for one in tree.iter(f"{TYPES}Default")}
    own = [one.get("PartName", "").lstrip("/") for one in tree.iter(f"{TYPES}Override")]
    found = _twice("[Content_Types].xml: part", own)
    found += [f"{name} has a content type and is not there" for name in own if name not in names]
    return found + [
        f"{name} has no content type"
        for name in names
        if name != "[Content_Types].xml" and name not in own and name.rpartition(".")[2].lower() not in usual
    ]


def _targets(name: str, tree: Any, names: list[str]) -> list[str]:
    """Each relationship has an id of its own and leads to a part."""
    rows = list(tree.iter(f"{PACKAGE}Relationship"))
    found = _twice(f"{name}: relationship", (one.get("Id") for one in rows))
    base = posixpath.dirname(posixpath.dirname(name))
    for one in rows:
        target = one.get("Target", "")
        if one.get("TargetMode") == "External":
            continue
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(f"{base}/{target}").lstrip("/")
        )
        if path not in names:
            found.append(f"{name}: {target} is not there")
    return found


def _references(name: str, tree: Any, trees: dict[str, Any]) -> list[str]:
    """What a part refers to by an id of a relationship stands in its relationships."""
    folder, _slash, file = name.rpartition("/")
    rels = trees.get(f"{folder}/_rels/{file}.rels".lstrip("/"))
    known = {one.get("Id") for one in rels.iter(f"{PACKAGE}Relationship")} if rels is not None else set()
    asked = {value for one in tree.iter() for key, value in one.attrib.items() if key.startswith(R)}
    return [f"{name}: no relationship {one}" for one in sorted(asked - known)]


def _order(name: str, tree: Any) -> list[str]:
    found = []
    for one in tree.iter():
        if one.tag in ORDER:
            order = ORDER[one.tag].split()
            said = [child.tag.rpartition("}")[2] for child in one]
            places = [order.index(child) if child in order else -1 for child in said]
            if one.tag == f"{W}tc":
                places = [place for place in places if place >= 0]
            if -1 in places or places != sorted(places):
                found.append(f"{name}: {one.tag.rpartition('}')[2]} holds {' '.join(said)}")
    return sorted(set(found))


def _word(trees: dict[str, Any]) -> list[str]:
    body, styles = trees["word/document.xml"], trees["word/styles.xml"]
    known = {one.get(f"{W}styleId") for one in styles.iter(f"{W}style")}
    used = {one.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle") for one in body.iter(f"{W}{tag}")}
    found = [f"no style {one}" for one in sorted(used - known)]
    found += _twice("style", (one.get(f"{W}styleId") for one in styles.iter(f"{W}style")))
    for tag in ("bookmarkStart", "comment", "footnote"):
        found += _twice(tag, (one.get(f"{W}id") for one in body.iter(f"{W}{tag}")))
    found += [
        "a cell ends without a paragraph"
        for one in body.iter(f"{W}tc")
        if not len(one) or one[-1].tag != f"{W}p"
    ]
    for name, tree in trees.items():
        depth = 0
        for mark in tree.iter(f"{W}fldChar"):
            depth += {"begin": 1, "end": -1}.get(mark.get(f"{W}fldCharType", ""), 0)
        if depth:
            found.append(f"{name}: a field is not closed")
    for table in body.iter(f"{W}tbl"):
        columns = len(list(table.iter(f"{W}gridCol")))
        if any(len(row.findall(f"{W}tc")) != columns for row in table.findall(f"{W}tr")):
            found.append("a row has not as many cells as its table has columns")
    return found


def _excel(trees: dict[str, Any]) -> list[str]:
    book = trees["xl/workbook.xml"]
    sheets = list(book.iter(f"{S}sheet"))
    names = [one.get("name", "") for one in sheets]
    found = _twice("sheet", (name.lower() for name in names))
    found += _twice("sheetId", (one.get("sheetId") for one in sheets))
    found += [
        f"Excel takes no sheet named {name}"
        for name in names
        if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'"
    ]
    for name in book.iter(f"{S}definedName"):
        if int(name.get("localSheetId", 0)) >= len(sheets):
            found.append(f"{name.get('name')} is of no sheet")
    found += _twice(
        "name", ((one.get("name"), one.get("localSheetId")) for one in book.iter(f"{S}definedName"))
    )
    shared = trees.get("xl/sharedStrings.xml")
    strings = len(shared.findall(f"{S}si")) if shared is not None else 0
    formats = trees["xl/styles.xml"].find(f"{S}cellXfs")
    looks = len(formats) if formats is not None else 0
    for part, tree in trees.items():
        if not part.startswith("xl/worksheets/"):
            continue
        cells = list(tree.iter(f"{S}c"))
        found += _twice(f"{part}: cell", (one.get("r") for one in cells))
        for one in cells:
            value = one.findtext(f"{S}v")
            if int(one.get("s", 0)) >= looks:
                found.append(f"{part}: {one.get('r')} has a look that is not there")
            if one.get("t") == "s" and not 0 <= int(value or -1) < strings:
                found.append(f"{part}: {one.get('r')} has a text that is not there")
            if len(value or "") > 32_767:
                found.append(f"{part}: {one.get('r')} is longer than Excel takes")
    return found

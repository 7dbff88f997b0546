"""What --record writes: docs/speed.json, docs/speed.svg, and the tables in docs/performance.md."""

import json
import re

from coursekit.bench import page, plot
from coursekit.course import ROOT

__all__ = ["PAGE", "record", "write_tables"]

PLACE, TITLE = ROOT / "docs", "# How fast nnkit is, and why\n"
PAGE = PLACE / "performance.md"


def record(found, place=PLACE):
    """Write what was found into the files in `place`. A part, or a setting, that was not run stays as it was."""
    path = place / "speed.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if "training" in found:
        found = found | {"training": merged(known.get("training"), found["training"])}
    known |= found
    text = compact(known)
    write(path, text)
    known = json.loads(text)  # so that whoever draws from the file gets the same picture
    if "training" in found:
        plot.draw(known["training"], place / "speed.svg")
        write_tables(place / "performance.md", "training", page.markdown(known["training"]))


def merged(old, new):
    """Return the new training, with the old one's other settings if all else is the same."""
    same = all(old.get(key) == value for key, value in new.items() if key != "measurements") if old else False
    measurements = {key(measured): measured for measured in (old["measurements"] if same else [])}
    measurements |= {key(measured): measured for measured in new["measurements"]}
    return new | {"measurements": [measurements[name] for name in sorted(measurements)]}


def key(measured):
    """Return what tells one setting from another, in the order of the tables."""
    return len(measured["network"]), measured["network"], measured["optimizer"] == "Adam", measured["batch"]


def compact(known):
    """Return plain data as JSON, to the microsecond, what is innermost on a line of its own."""
    text = json.dumps(json.loads(json.dumps(known), parse_float=lambda number: round(float(number), 6)), indent=1)
    return re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda found: re.sub(r"\s+", " ", found[0]), text) + "\n"


def write_tables(path, name, content):
    """Put the content between its comments in a page, which is made if need be."""
    text = path.read_text("utf-8") if path.exists() else TITLE
    write(path, page.put(text, name, content))


def write(path, text):
    """Write a file and say so."""
    path.write_text(text, "utf-8", newline="\n")
    page.say(f"Written: {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}")

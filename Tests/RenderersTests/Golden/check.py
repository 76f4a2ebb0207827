#!/usr/bin/env python3
"""Reads the golden files with Python's own csv and json modules and compares them, value by
value, with the cases they were made of. Knows the rules, but shares no code with the renderers."""

import base64
import csv
import io
import json
import math
import pathlib
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent


def csv_text(cell, raw):
    if cell is None:
        return ""
    (kind, value), = cell.items()
    if kind == "integer":
        return value
    if kind == "blob":
        return base64.b64encode(bytes.fromhex(value)).decode("ascii")
    if kind == "text":
        return "'" + value if not raw and value[:1] in tuple("=+-@\t\r") else value
    return float(value)


def same_double(text, expected):
    """Whether the text reads as the double, in as few digits as Python needs for it."""
    if math.isnan(expected):
        return text == "NaN"
    if math.isinf(expected):
        return text == ("Infinity" if expected > 0 else "-Infinity")

    def digits(number):
        return number.lower().split("e")[0].replace(".", "").replace("-", "").strip("0")

    return float(text) == expected and digits(text) == digits(repr(expected))


def check_csv(case, data):
    assert data.startswith(b"\xef\xbb\xbf") == case["byteOrderMark"], "byte order mark"
    text = data.decode("utf-8-sig" if case["byteOrderMark"] else "utf-8")
    assert text.endswith("\r\n"), "last line end"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=case["delimiter"], strict=True)
    header, *rows = list(reader)
    columns = case["columns"]
    assert header == [csv_text({"text": c["title"]}, False) for c in columns], header
    assert len(rows) == len(case["rows"]), f"{len(rows)} rows"
    for number, (row, cells) in enumerate(zip(rows, case["rows"])):
        assert len(row) == len(cells), f"row {number}: {row}"
        for field, cell, column in zip(row, cells, columns):
            expected = csv_text(cell, column.get("raw", False))
            if isinstance(expected, float):
                assert same_double(field, expected), f"row {number}: {field} for {expected}"
            else:
                assert field == expected, f"row {number}: {field!r} for {expected!r}"


def unique(names):
    taken, result = set(names), []
    for index, name in enumerate(names):
        if name in names[:index]:
            number = 2
            while f"{name}_{number}" in taken:
                number += 1
            name = f"{name}_{number}"
            taken.add(name)
        result.append(name)
    return result


def check_json(case, data):
    keys = unique([c["name"] for c in case["columns"]])
    document = json.loads(
        data.decode("utf-8"), object_pairs_hook=list, parse_float=lambda text: ("number", text),
        parse_int=lambda text: ("number", text))
    assert len(document) == len(case["rows"]), f"{len(document)} rows"
    for number, (row, cells) in enumerate(zip(document, case["rows"])):
        assert [key for key, _ in row] == keys, f"row {number}: {row}"
        for (_, value), cell in zip(row, cells):
            where = f"row {number}: {value!r} for {cell!r}"
            kind, expected = (None, None) if cell is None else next(iter(cell.items()))
            if kind is None or (kind == "double" and not math.isfinite(float(expected))):
                assert value is None, where
            elif kind == "integer":
                assert value == ("number", expected), where
            elif kind == "double":
                assert value[0] == "number" and same_double(value[1], float(expected)), where
            elif kind == "blob":
                assert value == base64.b64encode(bytes.fromhex(expected)).decode("ascii"), where
            else:
                assert value == expected, where


def main():
    cases = sorted((GOLDEN / "cases").glob("*.json"))
    assert cases, "no cases"
    for path in cases:
        case = json.loads(path.read_text(encoding="utf-8"))
        for kind, check in (("csv", check_csv), ("json", check_json)):
            golden = GOLDEN / kind / f"{path.stem}.{kind}"
            try:
                check(case, golden.read_bytes())
            except (AssertionError, ValueError, OSError, csv.Error) as error:
                sys.exit(f"{golden.relative_to(GOLDEN)}: {error}")
    print(f"{len(cases)} cases agree")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Reads the golden files with Python's own csv and json modules and compares them, value by
value, with the cases they were made of. Knows the rules, but shares no code with the renderers."""

import base64
import csv
import datetime
import decimal
import io
import json
import math
import pathlib
import re
import sys
import unicodedata

GOLDEN = pathlib.Path(__file__).resolve().parent


NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
EPOCH = datetime.datetime(1970, 1, 1)


def is_formula(text, passed_over=""):
    seen = [c for c in text if c not in passed_over
            and unicodedata.category(c) not in ("Cc", "Cf", "Zs", "Zl", "Zp")]
    return seen[:1] != [] and seen[0] in "=+-@\uff1d\uff0b\uff0d\uff20" and not NUMBER.fullmatch(text)


def guarded(text, delimiter):
    first, *pieces = re.split("([" + "".join(set(",;\t|") - {delimiter}) + "])", text)
    for separator, piece in zip(pieces[::2], pieces[1::2]):
        first += separator + ("'" if is_formula(piece, '"') else "") + piece
    return ("'" if text[:1] in tuple("\t\r\n\0") or is_formula(text) else "") + first


def formatted(cell, pattern):
    """The text of a value by its column's format; None where the format does not apply."""
    (kind, value), = cell.items()
    if not re.search("[ymdhs]", pattern):
        if kind in ("blob", "boolean", "date", "instant") or not NUMBER.fullmatch(value):
            return None
        with decimal.localcontext(decimal.Context(prec=400, rounding=decimal.ROUND_HALF_UP)):
            places = len(pattern.rstrip("%").partition(".")[2])
            number = decimal.Decimal(value) * (100 if "%" in pattern else 1)
            number = number.quantize(decimal.Decimal(1).scaleb(-places)) + 0
        width = len(re.match("#,##0|0+", pattern)[0]) + bool(places) + places
        shape = ",f" if "#" in pattern else f"0{width}f"
        return ("-" if number < 0 else "") + format(number.copy_abs(), shape) + "%" * pattern.count("%")
    try:
        if kind == "integer":
            moment = EPOCH + datetime.timedelta(seconds=int(value))
        elif kind in ("text", "date", "instant"):
            # Python has microseconds, of which no format shows more.
            value = re.sub(r"(\.\d{6})\d+", r"\1", value)
            moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
            if moment.tzinfo:
                moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        else:
            return None
    except ValueError:
        return None
    words = {"yyyy": f"{moment.year:04}", "dd": f"{moment.day:02}", "hh": f"{moment.hour:02}",
             "ss": f"{moment.second:02}", ":mm": f":{moment.minute:02}", "mm": f"{moment.month:02}"}
    return re.sub("yyyy|dd|hh|ss|:mm|mm", lambda found: words[found[0]], pattern)


def csv_text(cell, column, delimiter, is_alone):
    if cell is None:
        return "\\N" if is_alone else ""
    (kind, value), = cell.items()
    if column.get("format") and (text := formatted(cell, column["format"])) is not None:
        return text
    if kind in ("integer", "decimal", "boolean", "date", "instant"):
        return value
    if kind == "blob":
        return base64.b64encode(bytes.fromhex(value)).decode("ascii") or " "
    if kind == "text":
        return value if column.get("raw") else guarded(value, delimiter)
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
    assert header == [guarded(c["title"], case["delimiter"]) for c in columns], header
    assert len(rows) == len(case["rows"]), f"{len(rows)} rows"
    for number, (row, cells) in enumerate(zip(rows, case["rows"])):
        assert len(row) == len(cells), f"row {number}: {row}"
        for field, cell, column in zip(row, cells, columns):
            expected = csv_text(cell, column, case["delimiter"], len(columns) == 1)
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


def load(text):
    return json.loads(
        text, object_pairs_hook=list, parse_float=lambda text: ("number", text),
        parse_int=lambda text: ("number", text))


def check_json(case, data):
    check_objects(case, load(data.decode("utf-8")))


def check_jsonl(case, data):
    lines = data.decode("utf-8").split("\n")
    assert lines.pop() == "", "last line end"
    check_objects(case, [load(line) for line in lines])


def check_objects(case, document):
    keys = unique([c["name"] for c in case["columns"]])
    assert len(document) == len(case["rows"]), f"{len(document)} rows"
    for number, (row, cells) in enumerate(zip(document, case["rows"])):
        assert [key for key, _ in row] == keys, f"row {number}: {row}"
        for (_, value), cell, column in zip(row, cells, case["columns"]):
            where = f"row {number}: {value!r} for {cell!r}"
            kind, expected = (None, None) if cell is None else next(iter(cell.items()))
            pattern = column.get("format", "")
            if kind in ("integer", "double", "decimal") and "y" not in pattern:
                # Numbers stay numbers: what is only for the eye is left out.
                places = len(pattern.partition(".")[2].rstrip("%")) + 2 * pattern.count("%")
                pattern = pattern and "0" + ("." + "0" * places if places else "")
            text = formatted(cell, pattern) if kind and pattern else None
            if text is not None:
                is_number = kind in ("integer", "double", "decimal") and "y" not in pattern
                assert value == (("number", text) if is_number else text), where
            elif kind is None or (kind == "double" and not math.isfinite(float(expected))):
                assert value is None, where
            elif kind in ("integer", "decimal"):
                assert value == ("number", expected), where
            elif kind == "boolean":
                assert value is (expected == "true"), where
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
        for kind, check in (
                ("csv", check_csv), ("json", check_json), ("jsonl", check_jsonl)):
            golden = GOLDEN / kind / f"{path.stem}.{kind}"
            try:
                check(case, golden.read_bytes())
            except (AssertionError, ValueError, OSError, csv.Error) as error:
                sys.exit(f"{golden.relative_to(GOLDEN)}: {error}")
    print(f"{len(cases)} cases agree")


if __name__ == "__main__":
    main()

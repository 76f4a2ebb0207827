#!/usr/bin/env python3
"""Reads spreadsheets with openpyxl.

  spreadsheet.py check FOLDER   compares FOLDER/NAME.xlsx with the golden cases, cell by cell
  spreadsheet.py dump FILE      writes what is in a file as JSON, for tests
"""

import base64
import datetime
import decimal
import json
import math
import pathlib
import re
import sys
import zipfile

import openpyxl

from check import GOLDEN, NUMBER, formatted

FIRST = datetime.datetime(1900, 3, 1)


def unescaped(text):
    """The text that Excel reads: openpyxl leaves the escapes of ST_Xstring as they are."""
    units = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def is_exact(text):
    digits = decimal.Decimal(text).as_tuple().digits
    digits = "".join(map(str, digits)).strip("0")
    value = abs(float(text))
    return len(digits) <= 15 and (not digits or sys.float_info.min <= value < math.inf)


def moment(kind, value):
    if kind == "integer":
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(value))
    value = re.sub(r"(\.\d{3})\d+", r"\1", value)
    read = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return read.astimezone(datetime.timezone.utc).replace(tzinfo=None) if read.tzinfo else read


def expected(cell, column):
    """Kind (n, d, b, s or None), value and number format of a cell."""
    if cell is None:
        return None, None, None
    (kind, value), = cell.items()
    pattern = column.get("format")
    text = formatted(cell, pattern) if pattern else None
    if text is not None and "m" in pattern:
        at = moment(kind, value)
        if at < FIRST:
            return "s", text, None
        return "d", at if "000" in pattern else at.replace(microsecond=0), pattern
    if text is not None:
        is_number = (math.isfinite(float(value)) and kind == "double") or is_exact(value)
        return ("n", float(value), pattern) if is_number else ("s", text, None)
    if kind in ("integer", "decimal"):
        return ("n", float(value), None) if is_exact(value) else ("s", value, None)
    if kind == "double":
        number = float(value)
        if number == 0 or (math.isfinite(number) and abs(number) >= sys.float_info.min):
            return "n", number, None
        if math.isfinite(number):
            return "s", number, None
        return "s", "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity", None
    if kind == "boolean":
        return "b", value == "true", None
    if kind in ("date", "instant"):
        at = moment(kind, value)
        if at < FIRST:
            return "s", value, None
        shown = "yyyy-mm-dd" + ("" if kind == "date" else " hh:mm:ss" + ".000" * ("." in value))
        return "d", at, shown
    if kind == "blob":
        return "s", base64.b64encode(bytes.fromhex(value)).decode("ascii") or " ", None
    return "s", value, None


def check_cell(found, cell, column):
    kind, value, shown = expected(cell, column)
    what = f"{found.coordinate}: {found.data_type} {found.value!r} for {cell!r}"
    assert found.data_type != "f" and found.hyperlink is None, what
    if kind is None:
        assert found.value is None, what
    elif kind == "s" and isinstance(value, float):
        assert found.data_type == "s" and float(found.value) == value, what
    elif kind == "s":
        assert found.data_type == "s" and unescaped(found.value) == value, what
    elif kind == "d":
        assert found.data_type == "d", what
        at = found.value
        if isinstance(at, datetime.time):
            at = datetime.datetime.combine(value.date(), at)
        assert abs(at - value) < datetime.timedelta(milliseconds=1), what
        assert found.number_format.replace("\\", "") == shown, f"{what}: {found.number_format}"
    else:
        assert found.data_type == kind and found.value == value, what
        if shown:
            assert found.number_format == shown, f"{what}: {found.number_format}"
    if kind == "s" and NUMBER.fullmatch(str(value)) is None and str(value)[:1] in "=+-@" and cell.get("text"):
        assert bool(found.quotePrefix) != bool(column.get("raw")), what


def check(folder):
    cases = sorted((GOLDEN / "cases").glob("*.json"))
    for path in cases:
        case = json.loads(path.read_text(encoding="utf-8"))
        file = folder / f"{path.stem}.xlsx"
        try:
            book = openpyxl.load_workbook(file)
            sheet, = book.worksheets
            for index, column in enumerate(case["columns"]):
                title = sheet.cell(1, index + 1).value or ""
                assert unescaped(title) == column["title"], f"title {title!r}"
                if title[:1] in ("=", "@"):
                    assert sheet.cell(1, index + 1).quotePrefix, f"title {title!r}"
            assert sheet.max_row == len(case["rows"]) + 1 or not any(map(any, case["rows"]))
            for row, cells in enumerate(case["rows"]):
                for index, (cell, column) in enumerate(zip(cells, case["columns"])):
                    check_cell(sheet.cell(row + 2, index + 1), cell, column)
        except (AssertionError, ValueError, OSError) as error:
            sys.exit(f"{path.stem}: {type(error).__name__} {error}")
    print(f"{len(cases)} cases agree")


def shown(cell):
    value = cell.value
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        value = value.isoformat()
    return [cell.data_type, unescaped(value) if isinstance(value, str) else value]


def dump(file):
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        entries = [info.filename for info in archive.infolist()]
        dates = sorted({info.date_time for info in archive.infolist()})
    book = openpyxl.load_workbook(file)
    return {
        "entries": entries,
        "dates": dates,
        "title": book.properties.title or "",
        "created": book.properties.created.isoformat(),
        "sheets": [
            {
                "name": sheet.title,
                "frozen": sheet.freeze_panes or "",
                "filter": sheet.auto_filter.ref or "",
                "widths": [round(sheet.column_dimensions[openpyxl.utils.get_column_letter(n + 1)].width)
                           for n in range(sheet.max_column)],
                "titleHeight": sheet.row_dimensions[1].height,
                "bold": [cell.font.b for cell in sheet[1]],
                "align": [cell.alignment.horizontal or "" for cell in sheet[1]],
                "formats": [cell.number_format for cell in sheet[sheet.max_row]],
                "rows": [[shown(cell) for cell in row] for row in sheet.iter_rows()],
            }
            for sheet in book.worksheets
        ],
    }


if __name__ == "__main__":
    if sys.argv[1] == "check":
        check(pathlib.Path(sys.argv[2]))
    else:
        json.dump(dump(sys.argv[2]), sys.stdout)

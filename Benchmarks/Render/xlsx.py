"""The peer of XLSX: xlsxwriter in constant memory. Usage: xlsx.py DATABASE STATEMENT FILE"""

import sqlite3
import sys

import xlsxwriter

path, statement, output = sys.argv[1:]
rows = sqlite3.connect(path).execute(statement)
book = xlsxwriter.Workbook(
    output,
    {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
)
sheet = book.add_worksheet()
sheet.write_row(0, 0, [column[0] for column in rows.description])
for number, row in enumerate(rows, start=1):
    sheet.write_row(number, 0, row)
book.close()

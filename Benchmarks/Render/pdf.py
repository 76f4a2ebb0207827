"""The peer of PDF: reportlab's tables. Usage: pdf.py DATABASE STATEMENT FILE

The table is cut into parts of some hundred rows, each with the header: laid out as one, it takes time that
grows with the square of the rows.
"""

import sqlite3
import sys

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

ROWS_AT_ONCE = 500
WIDTHS = [50, 65, 70, 70, 150, 60, 75, 60]

path, statement, output = sys.argv[1:]
pdfmetrics.registerFont(TTFont("DejaVu", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
rows = sqlite3.connect(path).execute(statement)
header = [column[0] for column in rows.description]
style = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
        ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.whitesmoke]),
        ("ALIGN", (5, 1), (6, -1), "RIGHT"),
    ]
)
parts = []
while part := rows.fetchmany(ROWS_AT_ONCE):
    cells = [[str(cell) for cell in row] for row in part]
    parts.append(Table([header, *cells], colWidths=WIDTHS, style=style, repeatRows=1))


def number(canvas, document):
    canvas.drawCentredString(420, 20, f"Page {document.page}")


SimpleDocTemplate(output, pagesize=landscape(A4)).build(
    parts, onFirstPage=number, onLaterPages=number
)

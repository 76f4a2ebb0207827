// The floor of PDF: the same cells with bare cairo, in places that are known, each text one call that
// shows glyphs as they come. Usage: pdf_floor DATABASE STATEMENT FILE
#include <cairo-pdf.h>
#include <sqlite3.h>
#include <stdio.h>

enum { COLUMN_WIDTH = 95, LINE_HEIGHT = 14, PAGE_WIDTH = 842, PAGE_HEIGHT = 595, MARGIN = 36 };

int main(int count, char **arguments) {
  sqlite3 *database;
  sqlite3_stmt *statement;
  if (count != 4) return 2;
  if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(database, arguments[2], -1, &statement, NULL) != SQLITE_OK) {
    fprintf(stderr, "pdf_floor: %s\n", sqlite3_errmsg(database));
    return 1;
  }
  cairo_surface_t *surface = cairo_pdf_surface_create(arguments[3], PAGE_WIDTH, PAGE_HEIGHT);
  cairo_t *page = cairo_create(surface);
  cairo_select_font_face(page, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(page, 9);
  int columns = sqlite3_column_count(statement), result, y = MARGIN;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int column = 0; column < columns; column += 1) {
      const char *text = (const char *)sqlite3_column_text(statement, column);
      if (!text) continue;
      cairo_move_to(page, MARGIN + column * COLUMN_WIDTH, y);
      cairo_show_text(page, text);
    }
    y += LINE_HEIGHT;
    if (y > PAGE_HEIGHT - MARGIN) {
      cairo_show_page(page);
      y = MARGIN;
    }
  }
  cairo_destroy(page);
  cairo_surface_finish(surface);
  int isWritten = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy(surface);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return result == SQLITE_DONE && isWritten ? 0 : 1;
}

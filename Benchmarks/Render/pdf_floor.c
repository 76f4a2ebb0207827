// The floor of PDF: the same cells with bare cairo, in places and with widths that are known, all texts of
// a page in one call, which takes half of what one call for each cell does. What is not ASCII is shown
// as "?". Usage: pdf_floor DATABASE STATEMENT FILE
#include <cairo-pdf.h>
#include <sqlite3.h>
#include <stdio.h>

enum { COLUMN_WIDTH = 95, LINE_HEIGHT = 14, PAGE_WIDTH = 842, PAGE_HEIGHT = 595, MARGIN = 36 };
enum { FIRST = 0x20, LAST = 0x7E, PAGE_LETTERS_MAX = 65536 };

static struct {
  unsigned long glyph;
  double advance;
} letters[LAST + 1];

static cairo_glyph_t glyphs[PAGE_LETTERS_MAX];
static cairo_text_cluster_t clusters[PAGE_LETTERS_MAX];
static char texts[PAGE_LETTERS_MAX];
static int shown;

static int find_letters(cairo_scaled_font_t *font) {
  for (int code = FIRST; code <= LAST; code += 1) {
    char text = (char)code;
    cairo_glyph_t *found = NULL;
    cairo_text_extents_t extents;
    int count = 0;
    if (cairo_scaled_font_text_to_glyphs(font, 0, 0, &text, 1, &found, &count, NULL, NULL, NULL) !=
            CAIRO_STATUS_SUCCESS ||
        count != 1)
      return 0;
    cairo_scaled_font_glyph_extents(font, found, 1, &extents);
    letters[code].glyph = found[0].index;
    letters[code].advance = extents.x_advance;
    cairo_glyph_free(found);
  }
  return 1;
}

static void put(const char *text, double x, double y) {
  for (; *text && shown < PAGE_LETTERS_MAX; text += 1) {
    unsigned char code = (unsigned char)*text;
    if ((code & 0xC0) == 0x80) continue;
    if (code < FIRST || code > LAST) code = '?';
    glyphs[shown] = (cairo_glyph_t){letters[code].glyph, x, y};
    clusters[shown] = (cairo_text_cluster_t){1, 1};
    texts[shown] = (char)code;
    x += letters[code].advance;
    shown += 1;
  }
}

static void end_page(cairo_t *page) {
  cairo_show_text_glyphs(page, texts, shown, glyphs, shown, clusters, shown, 0);
  cairo_show_page(page);
  shown = 0;
}

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
  if (!find_letters(cairo_get_scaled_font(page))) return 1;
  int columns = sqlite3_column_count(statement), result, y = MARGIN;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int column = 0; column < columns; column += 1) {
      const char *text = (const char *)sqlite3_column_text(statement, column);
      if (text) put(text, MARGIN + column * COLUMN_WIDTH, y);
    }
    y += LINE_HEIGHT;
    if (y > PAGE_HEIGHT - MARGIN) {
      end_page(page);
      y = MARGIN;
    }
  }
  if (shown > 0) end_page(page);
  cairo_destroy(page);
  cairo_surface_finish(surface);
  int isWritten = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy(surface);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return result == SQLITE_DONE && isWritten ? 0 : 1;
}

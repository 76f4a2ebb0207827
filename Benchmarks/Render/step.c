// The floor of every format: steps through all rows of a statement and reads their cells, no more.
// Usage: step DATABASE STATEMENT
#include <sqlite3.h>
#include <stdio.h>

int main(int count, char **arguments) {
  sqlite3 *database;
  sqlite3_stmt *statement;
  if (count != 3) return 2;
  if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                      NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(database, arguments[2], -1, &statement, NULL) != SQLITE_OK) {
    fprintf(stderr, "step: %s\n", sqlite3_errmsg(database));
    return 1;
  }
  int columns = sqlite3_column_count(statement), result;
  double sum = 0;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int column = 0; column < columns; column += 1) {
      // Looked up once, which is cheaper than a call on the statement for type and value each.
      sqlite3_value *value = sqlite3_column_value(statement, column);
      switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: sum += (double)sqlite3_value_int64(value); break;
        case SQLITE_FLOAT: sum += sqlite3_value_double(value); break;
        case SQLITE_TEXT: sum += sqlite3_value_text(value)[0]; break;
        default: break;
      }
    }
  }
  // Shown, so that no compiler leaves the reading out.
  printf("%g\n", sum);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return result == SQLITE_DONE ? 0 : 1;
}

#include "sqlite_budget.h"

#include <sqlite3.h>

// What this thread has allocated and not freed. Where another frees it, which a connection of one
// thread never does, it counts for the other: bounds are relative to where the count stood.
static _Thread_local int64_t held;
static _Thread_local sqlite_budget budget;

static sqlite3_mem_methods base;

static int is_beyond(int64_t more) {
  if (budget.held_max == 0 || more <= 0 || held + more <= budget.held_max) return 0;
  budget.is_refused = 1;
  return 1;
}

static void *budget_malloc(int bytes) {
  if (is_beyond(bytes)) return 0;
  void *block = base.xMalloc(bytes);
  if (block) held += base.xSize(block);
  return block;
}

static void budget_free(void *block) {
  held -= base.xSize(block);
  base.xFree(block);
}

static void *budget_realloc(void *block, int bytes) {
  int before = base.xSize(block);
  if (is_beyond((int64_t)bytes - before)) return 0;
  void *moved = base.xRealloc(block, bytes);
  if (moved) held += base.xSize(moved) - before;
  return moved;
}

// The allocator can be chosen only before SQLite is used for the first time, whoever that is.
__attribute__((constructor)) static void install(void) {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &base) != SQLITE_OK) return;
  sqlite3_mem_methods counted = base;
  counted.xMalloc = budget_malloc;
  counted.xFree = budget_free;
  counted.xRealloc = budget_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &counted);
}

sqlite_budget sqlite_budget_begin(int64_t bytes) {
  sqlite_budget earlier = budget;
  budget.held_max = held + bytes;
  budget.is_refused = 0;
  return earlier;
}

void sqlite_budget_end(sqlite_budget earlier) { budget = earlier; }

int32_t sqlite_budget_is_refused(void) { return budget.is_refused; }

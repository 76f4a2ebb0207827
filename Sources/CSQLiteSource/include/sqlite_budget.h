#ifndef REPORTWIRE_SQLITE_BUDGET_H
#define REPORTWIRE_SQLITE_BUDGET_H

#include <stdint.h>

/// What SQLite may hold of memory on behalf of one thread.
///
/// SQLite bounds a value, not a query: a row of many values, or a function that copies what it
/// works on, may take any multiple of it. Its own heap limit is the whole process's, so one run
/// would make all others fail. Here an allocation beyond a thread's bound fails as if there were no
/// memory, which SQLite answers with SQLITE_NOMEM.
typedef struct {
  /// Bytes that the thread's allocations may reach; 0: any number.
  int64_t held_max;
  /// Whether an allocation was refused.
  int32_t is_refused;
} sqlite_budget;

/// Bounds what this thread allocates from now on, until `sqlite_budget_end`.
///
/// - Returns: the bound that was in force, to be given to `sqlite_budget_end`.
sqlite_budget sqlite_budget_begin(int64_t bytes);

/// Puts an earlier bound of this thread into force again.
void sqlite_budget_end(sqlite_budget earlier);

/// Whether the bound in force has refused an allocation.
int32_t sqlite_budget_is_refused(void);

#endif

#ifndef REPORTWIRE_BYTES_SEARCH_H
#define REPORTWIRE_BYTES_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that are somebody else's.
typedef struct {
  const uint8_t *start;
  size_t count;
} byte_range;

/// The first place of a needle, of one byte or more, in time that grows with the sum of the lengths.
///
/// - Returns: -1 if there is none.
int64_t bytes_find(byte_range haystack, byte_range needle);

/// How often a pattern, of one byte or more, stands in bytes without overlap, from the left.
int64_t bytes_count(byte_range whole, byte_range pattern);

/// Copies bytes with a replacement for each of those places.
///
/// - Parameter output: has room for what comes of it.
void bytes_replace(byte_range whole, byte_range pattern, byte_range replacement, uint8_t *output);

#endif

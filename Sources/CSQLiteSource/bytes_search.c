// memmem(3), which Swift does not see in glibc.
#define _GNU_SOURCE
#include "bytes_search.h"

#include <string.h>

int64_t bytes_find(byte_range haystack, byte_range needle) {
  if (haystack.count < needle.count) return -1;
  const uint8_t *found = memmem(haystack.start, haystack.count, needle.start, needle.count);
  return found ? found - haystack.start : -1;
}

static byte_range drop(byte_range bytes, size_t count) {
  return (byte_range){bytes.start + count, bytes.count - count};
}

int64_t bytes_count(byte_range whole, byte_range pattern) {
  int64_t count = 0;
  for (int64_t place; (place = bytes_find(whole, pattern)) >= 0; count++)
    whole = drop(whole, (size_t)place + pattern.count);
  return count;
}

static uint8_t *append(uint8_t *output, const uint8_t *start, size_t count) {
  if (count > 0) memcpy(output, start, count);
  return output + count;
}

void bytes_replace(byte_range whole, byte_range pattern, byte_range replacement, uint8_t *output) {
  for (int64_t place; (place = bytes_find(whole, pattern)) >= 0;) {
    output = append(output, whole.start, (size_t)place);
    output = append(output, replacement.start, replacement.count);
    whole = drop(whole, (size_t)place + pattern.count);
  }
  append(output, whole.start, whole.count);
}

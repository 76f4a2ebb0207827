#define _GNU_SOURCE
#include "bytes_search.h"

#include <string.h>

const void *bytes_search(
    const void *haystack, size_t haystack_bytes, const void *needle, size_t needle_bytes) {
  return memmem(haystack, haystack_bytes, needle, needle_bytes);
}

#ifndef REPORTWIRE_BYTES_SEARCH_H
#define REPORTWIRE_BYTES_SEARCH_H

#include <stddef.h>

/// memmem(3), which Swift does not see in glibc: the first place of a needle in bytes, in time that
/// grows with the sum of their lengths; null if there is none.
const void *bytes_search(
    const void *haystack, size_t haystack_bytes, const void *needle, size_t needle_bytes);

#endif

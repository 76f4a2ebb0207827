// TCP connections.

#ifndef CONNECT_H
#define CONNECT_H

#include <stdbool.h>
#include <stddef.h>

// Connects to "host:port". Returns the socket, or -1 after saying on stderr why not.
int connect_to(const char *address);

// Writes all bytes. Returns false if the peer is gone.
bool write_all(int socket, const void *bytes, size_t count);

// Reads so many bytes. Returns false if there are fewer.
bool read_all(int socket, void *bytes, size_t count);

#endif

#include "connect.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// Longer than any answer takes, so that a peer that says nothing is noticed.
static const struct timeval patience = {.tv_sec = 30};

int connect_to(const char *address) {
  char host[256];
  const char *colon = strrchr(address, ':');
  if (colon == NULL || colon == address || (size_t)(colon - address) >= sizeof host) {
    fprintf(stderr, "%s: an address is host:port\n", address);
    return -1;
  }
  memcpy(host, address, colon - address);
  host[colon - address] = '\0';
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found = NULL;
  int fault = getaddrinfo(host, colon + 1, &hints, &found);
  if (fault != 0) {
    fprintf(stderr, "%s: %s\n", address, gai_strerror(fault));
    return -1;
  }
  int result = -1;
  for (struct addrinfo *each = found; each != NULL && result < 0; each = each->ai_next) {
    int candidate = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
    if (candidate < 0) continue;
    setsockopt(candidate, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(candidate, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(candidate, each->ai_addr, each->ai_addrlen) == 0) {
      result = candidate;
    } else {
      close(candidate);
    }
  }
  freeaddrinfo(found);
  if (result < 0) perror(address);
  return result;
}

bool write_all(int socket, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t written = send(socket, next, count, MSG_NOSIGNAL);
    if (written <= 0) return false;
    next += written;
    count -= (size_t)written;
  }
  return true;
}

bool read_all(int socket, void *bytes, size_t count) {
  char *next = bytes;
  while (count > 0) {
    ssize_t got = recv(socket, next, count, 0);
    if (got <= 0) return false;
    next += got;
    count -= (size_t)got;
  }
  return true;
}

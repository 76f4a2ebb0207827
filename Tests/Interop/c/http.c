#include "http.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connect.h"

// Splits a URL into "host:port" and the rest. Returns false if it has another form.
static bool split_url(const char *url, char *address, size_t capacity, const char **target) {
  static const char scheme[] = "http://";
  if (strncmp(url, scheme, sizeof scheme - 1) != 0) return false;
  const char *host = url + sizeof scheme - 1;
  size_t length = strcspn(host, "/?#");
  if (length == 0 || length >= capacity || host[length] != '/') return false;
  memcpy(address, host, length);
  address[length] = '\0';
  *target = host + length;
  return true;
}

// Reads the head of the response up to its empty line, byte by byte so that the body stays where it
// is. Returns false if there is none.
static bool read_head(int socket, char *head, size_t capacity) {
  size_t length = 0;
  while (length + 1 < capacity && read_all(socket, head + length, 1)) {
    length += 1;
    head[length] = '\0';
    if (length >= 4 && strcmp(head + length - 4, "\r\n\r\n") == 0) return true;
  }
  return false;
}

// The value of Content-Length, or -1.
static long long content_length(const char *head) {
  static const char name[] = "Content-Length:";
  for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
    if (strncasecmp(line + 2, name, sizeof name - 1) == 0) {
      return strtoll(line + 2 + sizeof name - 1, NULL, 10);
    }
  }
  return -1;
}

// Copies the body. Returns false if it is cut off or cannot be written.
static bool copy_body(int socket, long long size, const char *path) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    perror(path);
    return false;
  }
  char buffer[1 << 16];
  long long rest = size;
  bool complete = true;
  while (rest > 0 && complete) {
    size_t count = rest < (long long)sizeof buffer ? (size_t)rest : sizeof buffer;
    complete = read_all(socket, buffer, count) && fwrite(buffer, 1, count, file) == count;
    rest -= (long long)count;
  }
  if (fclose(file) != 0) complete = false;
  if (!complete) fprintf(stderr, "%s: the download is incomplete\n", path);
  return complete;
}

long long http_download(const char *url, const char *path) {
  char address[256];
  const char *target = NULL;
  if (!split_url(url, address, sizeof address, &target)) {
    fprintf(stderr, "%s: not a URL of the form http://host:port/path\n", url);
    return -1;
  }
  int socket = connect_to(address);
  if (socket < 0) return -1;
  char text[8192];
  int length = snprintf(
      text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", target,
      address);
  long long size = -1;
  int status = 0;
  if (length < 0 || (size_t)length >= sizeof text || !write_all(socket, text, (size_t)length) ||
      !read_head(socket, text, sizeof text) || sscanf(text, "HTTP/1.1 %d", &status) != 1) {
    fprintf(stderr, "%s: no HTTP answer\n", url);
  } else if (status != 200) {
    fprintf(stderr, "%s: HTTP status %d\n", url, status);
  } else if ((size = content_length(text)) < 0) {
    fprintf(stderr, "%s: the answer does not say how long it is\n", url);
  } else if (!copy_body(socket, size, path)) {
    size = -1;
  }
  close(socket);
  return size;
}

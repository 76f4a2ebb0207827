// Loads an HTTP/1.1 server with GETs of random reports on connections that are kept, one request at
// a time on each, and tells what a call costs it; load.h says how it is called and what it prints.

#define _GNU_SOURCE // memmem, strcasestr
#include "load.h"

struct connection {
  int socket;
  uint64_t started_at;
  size_t have; // bytes in input
  char input[1 << 16];
};

static char request[512]; // the report's id is patched
static size_t request_bytes, id_offset;

static void call_server(struct connection *connection) {
  memcpy(request + id_offset, random_id(), id_bytes);
  connection->have = 0;
  connection->started_at = nanoseconds();
  send_all(connection->socket, (const uint8_t *)request, request_bytes);
}

static struct connection *open_connection(int handle) {
  if (in_flight != 1) refuse("HTTP/1.1 has one request in flight");
  if (request_bytes == 0) {
    static const char path[] = "GET /report/v1/report/";
    id_offset = sizeof path - 1;
    int count = snprintf(
        request, sizeof request,
        "%s%.*s?domain_id=%s HTTP/1.1\r\nHost: %s:%d\r\nAccept: */*\r\nUser-Agent: load-http\r\n\r\n",
        path, (int)id_bytes, ids, domain, host, port);
    if (count < 0 || (size_t)count >= sizeof request) refuse("the request is too long");
    request_bytes = (size_t)count;
  }
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) die("calloc");
  connection->socket = handle;
  call_server(connection);
  return connection;
}

// When the answer is whole, counts it and sends the next request.
static void take_input(struct connection *connection, const uint8_t *bytes, size_t count) {
  if (connection->have + count >= sizeof connection->input) refuse("an answer is too long");
  memcpy(connection->input + connection->have, bytes, count);
  connection->have += count;
  char *body = memmem(connection->input, connection->have, "\r\n\r\n", 4);
  if (!body) return;
  *body = 0; // the head is text now
  const char *length = strcasestr(connection->input, "\r\ncontent-length:");
  if (!length) refuse("an answer has no Content-Length");
  size_t body_bytes = strtoul(length + 17, NULL, 10);
  size_t have = connection->have - (size_t)(body + 4 - connection->input);
  *body = '\r'; // more of the body may come
  if (have < body_bytes) return;
  count_call(connection->started_at, body_bytes,
             have == body_bytes && strncmp(connection->input, "HTTP/1.1 200 ", 13) == 0);
  call_server(connection);
}

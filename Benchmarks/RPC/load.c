// Loads a ttrpc server with Report.get of random reports and tells what a call costs it; load.h
// says how it is called and what it prints.

#include "load.h"

enum { HEADER_BYTES = 10, REQUEST_BYTES_MAX = 512, STARTS = 1 << 12 };

struct connection {
  int socket;
  uint32_t next_stream, first_unsent;
  size_t have;   // bytes in input
  size_t queued; // bytes in output
  uint64_t started_at[STARTS]; // by number of the call
  uint8_t input[INPUT_BYTES * 2];
  uint8_t output[OUTPUT_BYTES];
};

static uint8_t request[REQUEST_BYTES_MAX]; // one whole frame; stream id and report id are patched
static size_t request_bytes, id_offset;

static void make_request(void) {
  uint8_t message[256];
  size_t id_in_message, count = put_message(message, &id_in_message);
  static const char service[] = "spaceone.api.report.v1.Report";
  uint8_t *data = request + HEADER_BYTES;
  size_t length = put_field(data, 1, service, sizeof service - 1);
  length += put_field(data + length, 2, "get", 3);
  id_offset = HEADER_BYTES + length + 2 + id_in_message;
  length += put_field(data + length, 3, message, count);
  request[2] = (uint8_t)(length >> 8);
  request[3] = (uint8_t)length;
  request[8] = 1;
  request_bytes = HEADER_BYTES + length;
}

static void queue_call(struct connection *connection) {
  uint8_t *frame = connection->output + connection->queued;
  memcpy(frame, request, request_bytes);
  uint32_t stream = htonl(connection->next_stream);
  connection->next_stream += 2;
  memcpy(frame + 4, &stream, 4);
  memcpy(frame + id_offset, random_id(), id_bytes);
  connection->queued += request_bytes;
}

static void flush(struct connection *connection) {
  uint64_t time = nanoseconds();
  for (; connection->first_unsent < connection->next_stream; connection->first_unsent += 2)
    connection->started_at[connection->first_unsent / 2 % STARTS] = time;
  send_all(connection->socket, connection->output, connection->queued);
  connection->queued = 0;
}

static struct connection *open_connection(int handle) {
  if (request_bytes == 0) make_request();
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) die("calloc");
  connection->socket = handle;
  connection->next_stream = connection->first_unsent = 1;
  for (int call = 0; call < in_flight; call++) queue_call(connection);
  flush(connection);
  return connection;
}

// Takes the whole responses off the input, and makes a new call for each.
static void take_input(struct connection *connection, const uint8_t *bytes, size_t count) {
  if (connection->have + count > sizeof connection->input) refuse("a response is too long");
  memcpy(connection->input + connection->have, bytes, count);
  connection->have += count;
  size_t offset = 0;
  while (connection->have - offset >= HEADER_BYTES) {
    const uint8_t *frame = connection->input + offset;
    size_t length = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3];
    if (connection->have - offset < HEADER_BYTES + length) break;
    uint32_t stream;
    memcpy(&stream, frame + 4, 4);
    // A good response begins with its payload, field 2; a failed one with its status, field 1.
    count_call(connection->started_at[ntohl(stream) / 2 % STARTS], length,
               frame[8] == 2 && length > 0 && frame[HEADER_BYTES] == 0x12);
    offset += HEADER_BYTES + length;
    queue_call(connection);
  }
  memmove(connection->input, connection->input + offset, connection->have - offset);
  connection->have -= offset;
  if (connection->queued > 0) flush(connection);
}

#include "ttrpc.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "ttrpc.pb-c.h"

// A frame: bytes 0-3 length of the data, 4-7 stream, both big-endian; 8 type, 9 flags; the data.
enum { HEADER_BYTES = 10, DATA_BYTES_MAX = 4 << 20 };
enum { TYPE_REQUEST = 1, TYPE_RESPONSE = 2 };

static const int64_t timeout_nanoseconds = 10LL * 1000 * 1000 * 1000;

bool ttrpc_open(TTRPC *connection, const char *address) {
  connection->socket = connect_to(address);
  connection->next_stream = 1;
  return connection->socket >= 0;
}

void ttrpc_close(TTRPC *connection) {
  close(connection->socket);
}

static bool send_frame(TTRPC *connection, uint32_t stream, const Ttrpc__Request *request) {
  size_t size = ttrpc__request__get_packed_size(request);
  if (size > DATA_BYTES_MAX) {
    fprintf(stderr, "a request of %zu bytes is too long for a frame\n", size);
    return false;
  }
  uint8_t *frame = malloc(HEADER_BYTES + size);
  if (frame == NULL) return false;
  uint32_t words[2] = {htonl((uint32_t)size), htonl(stream)};
  memcpy(frame, words, sizeof words);
  frame[8] = TYPE_REQUEST;
  frame[9] = 0;
  ttrpc__request__pack(request, frame + HEADER_BYTES);
  bool sent = write_all(connection->socket, frame, HEADER_BYTES + size);
  free(frame);
  if (!sent) fprintf(stderr, "the server closed the connection\n");
  return sent;
}

// Returns the response on a stream, or NULL after saying on stderr what is wrong.
static Ttrpc__Response *receive_frame(TTRPC *connection, uint32_t stream) {
  uint8_t header[HEADER_BYTES];
  if (!read_all(connection->socket, header, sizeof header)) {
    fprintf(stderr, "no answer: the server closed the connection or is silent\n");
    return NULL;
  }
  uint32_t words[2];
  memcpy(words, header, sizeof words);
  uint32_t size = ntohl(words[0]);
  if (size > DATA_BYTES_MAX || ntohl(words[1]) != stream || header[8] != TYPE_RESPONSE ||
      header[9] != 0) {
    fprintf(
        stderr, "unexpected frame: %u bytes, stream %u, type %u, flags %u\n", size,
        ntohl(words[1]), header[8], header[9]);
    return NULL;
  }
  uint8_t *data = malloc(size + 1);
  if (data == NULL) return NULL;
  Ttrpc__Response *response = NULL;
  if (read_all(connection->socket, data, size)) {
    response = ttrpc__response__unpack(NULL, size, data);
  }
  free(data);
  if (response == NULL) fprintf(stderr, "the answer is cut off or no ttrpc Response\n");
  return response;
}

ProtobufCMessage *ttrpc_call(
    TTRPC *connection, const char *service, const char *method, const ProtobufCMessage *request,
    const ProtobufCMessageDescriptor *response) {
  Ttrpc__Request envelope = TTRPC__REQUEST__INIT;
  envelope.service = (char *)service;
  envelope.method = (char *)method;
  envelope.timeout_nano = timeout_nanoseconds;
  envelope.payload.len = protobuf_c_message_get_packed_size(request);
  envelope.payload.data = malloc(envelope.payload.len + 1);
  if (envelope.payload.data == NULL) return NULL;
  protobuf_c_message_pack(request, envelope.payload.data);
  uint32_t stream = connection->next_stream;
  connection->next_stream += 2;
  bool sent = send_frame(connection, stream, &envelope);
  free(envelope.payload.data);
  Ttrpc__Response *answer = sent ? receive_frame(connection, stream) : NULL;
  if (answer == NULL) return NULL;
  ProtobufCMessage *message = NULL;
  if (answer->status != NULL && answer->status->code != 0) {
    fprintf(
        stderr, "%s/%s: status %d: %s\n", service, method, answer->status->code,
        answer->status->message);
  } else {
    message = protobuf_c_message_unpack(response, NULL, answer->payload.len, answer->payload.data);
    if (message == NULL) fprintf(stderr, "%s/%s: the response is malformed\n", service, method);
  }
  ttrpc__response__free_unpacked(answer, NULL);
  return message;
}

// Loads a gRPC server (HTTP/2 without TLS, by prior knowledge) with Report.get of random reports and
// tells what a call costs it; load.h says how it is called and what it prints. HTTP/2 and HPACK by
// nghttp2: -lnghttp2.

#include <nghttp2/nghttp2.h>

#include "load.h"

enum { PREFIX_BYTES = 5, MESSAGE_BYTES_MAX = 256 };

// A call in flight; when it has ended, the next one takes its place.
struct call {
  struct connection *connection;
  uint64_t started_at;
  size_t sent;     // bytes of message that the session has taken
  size_t received; // bytes of DATA
  int good;        // grpc-status: 0 has come
  uint8_t message[PREFIX_BYTES + MESSAGE_BYTES_MAX];
};

struct connection {
  int socket;
  nghttp2_session *session;
  size_t unsent_count;
  struct call *unsent[IN_FLIGHT_MAX]; // submitted since the last write
  struct call calls[IN_FLIGHT_MAX];
};

static uint8_t message[PREFIX_BYTES + MESSAGE_BYTES_MAX]; // the report's id is patched
static size_t message_bytes, id_offset;
static char authority[64];

static void check(ssize_t result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: %s\n", what, nghttp2_strerror((int)result));
  exit(1);
}

static ssize_t give_message(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t room,
                            uint32_t *flags, nghttp2_data_source *source, void *context) {
  (void)session, (void)stream, (void)context;
  struct call *call = source->ptr;
  size_t count = message_bytes - call->sent;
  if (count > room) count = room;
  memcpy(buffer, call->message + call->sent, count);
  call->sent += count;
  if (call->sent == message_bytes) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return (ssize_t)count;
}

#define HEADER(name, value, length) \
  { (uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, length, \
    NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE }
#define FIXED(name, value) HEADER(name, value, sizeof(value) - 1)

static void submit(struct call *call) {
  nghttp2_nv headers[] = {
    FIXED(":method", "POST"),
    FIXED(":scheme", "http"),
    FIXED(":path", "/spaceone.api.report.v1.Report/get"),
    HEADER(":authority", authority, strlen(authority)),
    FIXED("content-type", "application/grpc"),
    FIXED("te", "trailers"),
    FIXED("user-agent", "load-grpc"),
  };
  memcpy(call->message, message, message_bytes);
  memcpy(call->message + id_offset, random_id(), id_bytes);
  call->sent = call->received = 0;
  call->good = 0;
  nghttp2_data_provider body = {.source.ptr = call, .read_callback = give_message};
  check(nghttp2_submit_request(call->connection->session, NULL, headers,
                               sizeof headers / sizeof *headers, &body, call),
        "nghttp2_submit_request");
  call->connection->unsent[call->connection->unsent_count++] = call;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags,
                     void *context) {
  (void)flags, (void)context;
  if (name_bytes != 11 || memcmp(name, "grpc-status", 11) != 0) return 0;
  struct call *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if (call) call->good = value_bytes == 1 && value[0] == '0';
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes,
                   size_t count, void *context) {
  (void)flags, (void)bytes, (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (call) call->received += count;
  return 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t error, void *context) {
  (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (!call) return 0;
  int whole = error == NGHTTP2_NO_ERROR && call->received > PREFIX_BYTES;
  count_call(call->started_at, whole ? call->received - PREFIX_BYTES : 0, whole && call->good);
  submit(call);
  return 0;
}

// Writes all that the session has to say at once.
static void flush(struct connection *connection) {
  static uint8_t output[OUTPUT_BYTES];
  size_t queued = 0;
  const uint8_t *bytes;
  ssize_t count;
  while ((count = nghttp2_session_mem_send(connection->session, &bytes)) > 0) {
    if (queued + (size_t)count > sizeof output) refuse("too much to send");
    memcpy(output + queued, bytes, (size_t)count);
    queued += (size_t)count;
  }
  check(count, "nghttp2_session_mem_send");
  uint64_t time = nanoseconds();
  while (connection->unsent_count > 0)
    connection->unsent[--connection->unsent_count]->started_at = time;
  send_all(connection->socket, output, queued);
}

static struct connection *open_connection(int handle) {
  static nghttp2_session_callbacks *callbacks;
  if (!callbacks) {
    message_bytes = PREFIX_BYTES + put_message(message + PREFIX_BYTES, &id_offset);
    id_offset += PREFIX_BYTES;
    message[4] = (uint8_t)(message_bytes - PREFIX_BYTES);
    snprintf(authority, sizeof authority, "%s:%d", host, port);
    check(nghttp2_session_callbacks_new(&callbacks), "nghttp2_session_callbacks_new");
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  }
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) die("calloc");
  connection->socket = handle;
  check(nghttp2_session_client_new(&connection->session, callbacks, connection),
        "nghttp2_session_client_new");
  nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  check(nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 1), "SETTINGS");
  // Wide, so that no server waits for this client to open it.
  check(nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, 1 << 24),
        "window");
  for (int index = 0; index < in_flight; index++) {
    connection->calls[index].connection = connection;
    submit(&connection->calls[index]);
  }
  flush(connection);
  return connection;
}

static void take_input(struct connection *connection, const uint8_t *bytes, size_t count) {
  check(nghttp2_session_mem_recv(connection->session, bytes, count), "nghttp2_session_mem_recv");
  flush(connection);
}

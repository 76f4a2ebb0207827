// Loads a ttrpc server with Report.get of random reports and tells what a call costs it.
//
//   load HOST PORT PID DOMAIN IDS-FILE SECONDS CONNECTIONS IN-FLIGHT
//
// One thread, epoll, no allocation per call, so that the client's share of the machine is small and
// the same for every server. Prints: connections, calls in flight, calls, calls per second,
// microseconds of CPU (user and system) of process PID per call, and calls that failed.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_BYTES = 10, REQUEST_BYTES_MAX = 512, INPUT_BYTES = 1 << 18, OUTPUT_BYTES = 1 << 18 };

struct connection {
  int socket;
  uint32_t next_stream;
  size_t have;   // bytes in input
  size_t queued; // bytes in output
  uint8_t input[INPUT_BYTES];
  uint8_t output[OUTPUT_BYTES];
};

static uint8_t request[REQUEST_BYTES_MAX]; // one whole frame; stream id and report id are patched
static size_t request_bytes, id_offset, id_bytes;
static char *ids;
static size_t id_count;
static uint64_t random_state = 88172645463325252ULL;
static unsigned long failures;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// User and system time of all threads of a process, in seconds.
static double cpu_seconds(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(text, sizeof text, file)) die(path);
  fclose(file);
  unsigned long user, system;
  // The name, in parentheses, may hold anything.
  if (sscanf(strrchr(text, ')') + 1,
             " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
    die(path);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static size_t put_field(uint8_t *at, int number, const void *bytes, size_t count) {
  if (count > 127) {
    fprintf(stderr, "a field of %zu bytes is too long\n", count);
    exit(1);
  }
  at[0] = (uint8_t)(number << 3 | 2);
  at[1] = (uint8_t)count;
  memcpy(at + 2, bytes, count);
  return count + 2;
}

static void make_request(const char *domain) {
  uint8_t message[128];
  size_t count = put_field(message, 1, domain, strlen(domain));
  size_t id_in_message = count + 2;
  count += put_field(message + count, 2, ids, id_bytes);

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

static void read_ids(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die(path);
  char line[128];
  size_t room = 0;
  while (fgets(line, sizeof line, file)) {
    size_t count = strcspn(line, "\n");
    if (id_count == 0) id_bytes = count;
    if (count == 0 || count != id_bytes) {
      fprintf(stderr, "%s: the ids must be equally long\n", path);
      exit(1);
    }
    if (id_count == room) ids = realloc(ids, (room = room ? room * 2 : 1024) * id_bytes);
    if (!ids) die("realloc");
    memcpy(ids + id_count++ * id_bytes, line, id_bytes);
  }
  fclose(file);
  if (id_count == 0) {
    fprintf(stderr, "%s holds no ids\n", path);
    exit(1);
  }
}

static void queue_call(struct connection *connection) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  uint8_t *frame = connection->output + connection->queued;
  memcpy(frame, request, request_bytes);
  uint32_t stream = htonl(connection->next_stream);
  connection->next_stream += 2;
  memcpy(frame + 4, &stream, 4);
  memcpy(frame + id_offset, ids + random_state % id_count * id_bytes, id_bytes);
  connection->queued += request_bytes;
}

static void flush(struct connection *connection) {
  size_t sent = 0;
  while (sent < connection->queued) {
    ssize_t count = send(
        connection->socket, connection->output + sent, connection->queued - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) continue; // the window is small: this does not last
    if (count < 0) die("send");
    sent += (size_t)count;
  }
  connection->queued = 0;
}

// Takes the whole responses off the input, and queues a new call for each.
static unsigned long take_responses(struct connection *connection) {
  size_t offset = 0;
  unsigned long taken = 0;
  while (connection->have - offset >= HEADER_BYTES) {
    const uint8_t *frame = connection->input + offset;
    size_t length = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3];
    if (connection->have - offset < HEADER_BYTES + length) break;
    // A good response begins with its payload, field 2; a failed one with its status, field 1.
    if (frame[8] != 2 || length == 0 || frame[HEADER_BYTES] != 0x12) failures++;
    offset += HEADER_BYTES + length;
    taken++;
    queue_call(connection);
  }
  memmove(connection->input, connection->input + offset, connection->have - offset);
  connection->have -= offset;
  return taken;
}

static int connect_to(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("address");
  int handle = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (handle < 0 || connect(handle, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(handle, F_SETFL, O_NONBLOCK);
  return handle;
}

static unsigned long run_until(int poll, double end) {
  struct epoll_event events[256];
  unsigned long calls = 0;
  while (now() < end) {
    int count = epoll_wait(poll, events, 256, 100);
    for (int index = 0; index < count; index++) {
      struct connection *connection = events[index].data.ptr;
      ssize_t got = recv(
          connection->socket, connection->input + connection->have, INPUT_BYTES - connection->have, 0);
      if (got == 0) {
        fprintf(stderr, "the server closed a connection\n");
        exit(1);
      }
      if (got < 0 && errno == EAGAIN) continue;
      if (got < 0) die("recv");
      connection->have += (size_t)got;
      calls += take_responses(connection);
      flush(connection);
    }
  }
  return calls;
}

int main(int count, char **arguments) {
  if (count != 9) {
    fprintf(stderr, "usage: load HOST PORT PID DOMAIN IDS-FILE SECONDS CONNECTIONS IN-FLIGHT\n");
    return 2;
  }
  int pid = atoi(arguments[3]);
  read_ids(arguments[5]);
  make_request(arguments[4]);
  double seconds = atof(arguments[6]);
  int connections = atoi(arguments[7]), in_flight = atoi(arguments[8]);

  int poll = epoll_create1(0);
  for (int index = 0; index < connections; index++) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) die("calloc");
    connection->socket = connect_to(arguments[1], atoi(arguments[2]));
    connection->next_stream = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(poll, EPOLL_CTL_ADD, connection->socket, &event);
    for (int call = 0; call < in_flight; call++) queue_call(connection);
    flush(connection);
  }
  run_until(poll, now() + seconds / 4); // warm up
  failures = 0;
  double cpu = cpu_seconds(pid), start = now();
  unsigned long calls = run_until(poll, start + seconds);
  double elapsed = now() - start;
  cpu = cpu_seconds(pid) - cpu;
  printf("%d %d %lu %.0f %.2f %lu\n", connections, in_flight, calls, (double)calls / elapsed,
         calls ? cpu * 1e6 / (double)calls : 0, failures);
  return 0;
}

// What the load generators share: ids, connections, the clock and the result. Included by one
// program each; one thread, epoll, no allocation per call, so that the client's share of the
// machine is small and the same for every server.
//
//   load… HOST PORT PID DOMAIN IDS-FILE SECONDS CONNECTIONS IN-FLIGHT
//
// Prints: connections, calls in flight of each, calls, calls per second, microseconds of CPU (user
// and system) of process PID per call, median and 99th percentile of a call's time in microseconds
// (from the write of its request to the read that ends its answer), mean bytes of an answer's
// message or body, and calls that failed.

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

enum { INPUT_BYTES = 1 << 18, OUTPUT_BYTES = 1 << 18, IN_FLIGHT_MAX = 256 };

static char *ids;
static size_t id_count, id_bytes;
static const char *domain, *host;
static int port, in_flight;
static unsigned long calls, failures, answer_bytes;
static uint64_t read_at; // when the input that is being taken was read

// Each program has its own connection, which begins with its socket.
struct connection;
static struct connection *open_connection(int handle); // and writes its first calls
static void take_input(struct connection *connection, const uint8_t *bytes, size_t count);

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void refuse(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static uint64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
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

static void read_ids(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die(path);
  char line[128];
  size_t room = 0;
  while (fgets(line, sizeof line, file)) {
    size_t count = strcspn(line, "\n");
    if (id_count == 0) id_bytes = count;
    if (count == 0 || count != id_bytes) refuse("the ids must be equally long");
    if (id_count == room) ids = realloc(ids, (room = room ? room * 2 : 1024) * id_bytes);
    if (!ids) die("realloc");
    memcpy(ids + id_count++ * id_bytes, line, id_bytes);
  }
  fclose(file);
  if (id_count == 0) refuse("the file holds no ids");
}

static const char *random_id(void) {
  static uint64_t state = 88172645463325252ULL;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return ids + state % id_count * id_bytes;
}

// A field of wire type 2; returns its bytes.
static size_t put_field(uint8_t *at, int number, const void *bytes, size_t count) {
  if (count > 127) refuse("a field is too long");
  at[0] = (uint8_t)(number << 3 | 2);
  at[1] = (uint8_t)count;
  memcpy(at + 2, bytes, count);
  return count + 2;
}

// GetReportRequest; tells where in it the report's id stands.
__attribute__((unused)) static size_t put_message(uint8_t *at, size_t *id_offset) {
  size_t count = put_field(at, 1, domain, strlen(domain));
  *id_offset = count + 2;
  return count + put_field(at + count, 2, ids, id_bytes);
}

// How often a call took how long, in steps of 1/64 of a power of two of nanoseconds.
static unsigned long durations[64 * 64];

static void count_call(uint64_t started_at, size_t bytes, int good) {
  uint64_t duration = read_at - started_at;
  if (duration < 64) duration = 64;
  int power = 63 - __builtin_clzll(duration);
  durations[power * 64 + (int)(duration >> (power - 6) & 63)]++;
  answer_bytes += bytes;
  if (!good) failures++;
  calls++;
}

// The duration that a share of the calls did not exceed, in microseconds.
static double percentile(double share) {
  unsigned long seen = 0;
  for (int index = 0; index < 64 * 64; index++) {
    seen += durations[index];
    if (seen > 0 && (double)seen >= share * (double)calls)
      return (double)((uint64_t)(64 + index % 64) << (index / 64)) / 64 / 1000;
  }
  return 0;
}

static void send_all(int handle, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    ssize_t sent = send(handle, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) continue; // what is in flight is small: this does not last
    if (sent < 0) die("send");
    bytes += sent;
    count -= (size_t)sent;
  }
}

static int connect_to_server(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) refuse("no address");
  int handle = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (handle < 0 || connect(handle, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(handle, F_SETFL, O_NONBLOCK);
  return handle;
}

static void run_until(int poll, uint64_t end) {
  static uint8_t input[INPUT_BYTES];
  struct epoll_event events[256];
  while (nanoseconds() < end) {
    int count = epoll_wait(poll, events, 256, 100);
    for (int index = 0; index < count; index++) {
      ssize_t got = recv(*(int *)events[index].data.ptr, input, INPUT_BYTES, 0);
      if (got == 0) refuse("the server closed a connection");
      if (got < 0 && errno == EAGAIN) continue;
      if (got < 0) die("recv");
      read_at = nanoseconds();
      take_input(events[index].data.ptr, input, (size_t)got);
    }
  }
}

int main(int count, char **arguments) {
  if (count != 9) refuse("arguments: HOST PORT PID DOMAIN IDS-FILE SECONDS CONNECTIONS IN-FLIGHT");
  host = arguments[1];
  port = atoi(arguments[2]);
  int pid = atoi(arguments[3]);
  domain = arguments[4];
  read_ids(arguments[5]);
  uint64_t duration = (uint64_t)(atof(arguments[6]) * 1e9);
  int connections = atoi(arguments[7]);
  in_flight = atoi(arguments[8]);
  if (in_flight < 1 || in_flight > IN_FLIGHT_MAX) refuse("too many calls in flight, or none");

  int poll = epoll_create1(0);
  for (int index = 0; index < connections; index++) {
    int handle = connect_to_server();
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = open_connection(handle)};
    epoll_ctl(poll, EPOLL_CTL_ADD, handle, &event);
  }
  run_until(poll, nanoseconds() + duration / 4); // warm up
  calls = failures = answer_bytes = 0;
  memset(durations, 0, sizeof durations);
  double cpu = cpu_seconds(pid);
  uint64_t start = nanoseconds();
  run_until(poll, start + duration);
  double elapsed = (double)(nanoseconds() - start) / 1e9;
  cpu = cpu_seconds(pid) - cpu;
  if (calls == 0) refuse("no call ended");
  printf("%d %d %lu %.0f %.2f %.1f %.1f %lu %lu\n", connections, in_flight, calls,
         (double)calls / elapsed, cpu * 1e6 / (double)calls, percentile(0.5), percentile(0.99),
         answer_bytes / calls, failures);
  return 0;
}

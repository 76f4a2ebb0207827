/*
 * A Kafka cluster that is none: librdkafka's mock, in a process of its own.
 *
 *   kafka_cluster TOPIC PARTITIONS
 *
 * Writes the address of its broker in one line. Then it obeys lines of standard input, and writes "ok" behind
 * each: "down" and "up" are for the broker, "rtt N" has it take N milliseconds for an answer, "refuse N" has the next N produce requests fail so that they are
 * tried again, "deny N" so that they are not. It ends with its input.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of Kafka's protocol: the number of a produce request. */
enum { PRODUCE = 0, BROKER = 1 };

static void fail_next(rd_kafka_mock_cluster_t *cluster, rd_kafka_resp_err_t error, int count) {
  for (int i = 0; i < count; i++)
    rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, error);
}

static int obey(rd_kafka_mock_cluster_t *cluster, const char *line) {
  if (strcmp(line, "down") == 0) return rd_kafka_mock_broker_set_down(cluster, BROKER) == 0;
  if (strcmp(line, "up") == 0) return rd_kafka_mock_broker_set_up(cluster, BROKER) == 0;
  if (strncmp(line, "rtt ", 4) == 0)
    return rd_kafka_mock_broker_set_rtt(cluster, BROKER, atoi(line + 4)) == 0;
  if (strncmp(line, "refuse ", 7) == 0) {
    fail_next(cluster, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, atoi(line + 7));
    return 1;
  }
  if (strncmp(line, "deny ", 5) == 0) {
    fail_next(cluster, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, atoi(line + 5));
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  char problem[512];
  if (argc != 3) {
    fprintf(stderr, "usage: kafka_cluster TOPIC PARTITIONS\n");
    return 2;
  }
  rd_kafka_t *kafka =
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), problem, sizeof problem);
  if (!kafka) {
    fprintf(stderr, "kafka_cluster: %s\n", problem);
    return 1;
  }
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(kafka, 1);
  if (!cluster || rd_kafka_mock_topic_create(cluster, argv[1], atoi(argv[2]), 1)) {
    fprintf(stderr, "kafka_cluster: the mock cluster does not start\n");
    return 1;
  }
  printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (!obey(cluster, line)) {
      fprintf(stderr, "kafka_cluster: what is \"%s\"?\n", line);
      return 1;
    }
    printf("ok\n");
    fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(kafka);
  return 0;
}

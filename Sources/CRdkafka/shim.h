#include <librdkafka/rdkafka.h>
#include <stddef.h>

// Swift cannot call functions with a variable number of arguments.

/// Hands a message with one header to the producer, which makes its own copy of all of it.
static inline rd_kafka_resp_err_t reportwire_produce(
    rd_kafka_t *kafka, const char *topic, const void *key, size_t key_bytes, const void *body,
    size_t body_bytes, const char *header, const void *value, size_t value_bytes, void *opaque) {
  return rd_kafka_producev(
      kafka, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, key_bytes),
      RD_KAFKA_V_VALUE((void *)body, body_bytes), RD_KAFKA_V_HEADER(header, value, value_bytes),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

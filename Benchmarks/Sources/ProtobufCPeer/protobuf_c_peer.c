#include "protobuf_c_peer.h"

#include <stdlib.h>

#include "google/protobuf/struct.pb-c.h"
#include "spaceone/api/report/v1/report.pb-c.h"

static const ProtobufCMessageDescriptor *descriptor_of(char workload) {
  switch (workload) {
    case 'a': return &spaceone__api__report__v1__get_report_request__descriptor;
    case 'b': return &spaceone__api__report__v1__report_info__descriptor;
    case 'c': return &spaceone__api__report__v1__reports_info__descriptor;
    case 'd': return &google__protobuf__struct__descriptor;
    default: return NULL;
  }
}

uint64_t protobuf_c_decode(char workload, const uint8_t *bytes, size_t count, long iterations) {
  const ProtobufCMessageDescriptor *descriptor = descriptor_of(workload);
  uint64_t sum = 0;
  if (descriptor == NULL) return 0;
  for (long i = 0; i < iterations; i++) {
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, count, bytes);
    if (message == NULL) return 0;
    sum += 1 + message->n_unknown_fields;
    protobuf_c_message_free_unpacked(message, NULL);
  }
  return sum;
}

uint64_t protobuf_c_encode(char workload, const uint8_t *bytes, size_t count, long iterations) {
  const ProtobufCMessageDescriptor *descriptor = descriptor_of(workload);
  uint64_t sum = 0;
  if (descriptor == NULL) return 0;
  ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, count, bytes);
  if (message == NULL) return 0;
  for (long i = 0; i < iterations; i++) {
    uint8_t *buffer = malloc(protobuf_c_message_get_packed_size(message));
    if (buffer == NULL) return 0;
    sum += protobuf_c_message_pack(message, buffer);
    free(buffer);
  }
  protobuf_c_message_free_unpacked(message, NULL);
  return sum;
}

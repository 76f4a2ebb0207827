#ifndef PROTOBUF_C_PEER_H
#define PROTOBUF_C_PEER_H

#include <stddef.h>
#include <stdint.h>

// What protobuf-c does with the messages of the workloads. Each function works `iterations` times
// on the same bytes and returns a checksum, so that nothing is optimised away; zero is a failure.

/// 'a': GetReportRequest, 'b': ReportInfo, 'c': ReportsInfo, 'd': google.protobuf.Struct.
uint64_t protobuf_c_decode(char workload, const uint8_t *bytes, size_t count, long iterations);

/// Encodes into a fresh buffer each time, two passes (size, then pack), as protobuf-c's users do.
uint64_t protobuf_c_encode(char workload, const uint8_t *bytes, size_t count, long iterations);

#endif

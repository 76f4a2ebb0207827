// A ttrpc client: one call at a time over one connection.

#ifndef TTRPC_H
#define TTRPC_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int socket;
  uint32_t next_stream;
} TTRPC;

// Connects. Returns false after saying on stderr why not.
bool ttrpc_open(TTRPC *connection, const char *address);

void ttrpc_close(TTRPC *connection);

// Calls a unary method and waits for its answer.
//
// Returns the response, which the caller frees, or NULL after saying on stderr what the server
// answered instead.
ProtobufCMessage *ttrpc_call(
    TTRPC *connection, const char *service, const char *method, const ProtobufCMessage *request,
    const ProtobufCMessageDescriptor *response);

#endif

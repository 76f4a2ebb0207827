// Reads every golden message with protobuf-c and writes it again: the bytes must be the same.
//
//   golden LIST    LIST has a line "full.name path" per case
//
// Prints a line per case that fails. Ends with 0 if none does, 1 if one does, 2 if it cannot work.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

typedef struct {
  const char *name;
  const ProtobufCMessageDescriptor *descriptor;
} Entry;

static const Entry entries[] = {
#define ENTRY(full_name, symbol) {full_name, &symbol##__descriptor},
#include "messages.inc"
#undef ENTRY
};

static const ProtobufCMessageDescriptor *find(const char *name) {
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
    if (strcmp(entries[i].name, name) == 0) return entries[i].descriptor;
  }
  return NULL;
}

// Returns the bytes of a file, or NULL.
static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  size_t capacity = 1 << 20;
  uint8_t *bytes = malloc(capacity);
  *size = bytes == NULL ? 0 : fread(bytes, 1, capacity, file);
  fclose(file);
  return bytes;
}

// Returns what is wrong with a case, or NULL.
static const char *check(const char *name, const char *path) {
  const ProtobufCMessageDescriptor *descriptor = find(name);
  if (descriptor == NULL) return "no such message";
  size_t size = 0;
  uint8_t *bytes = read_file(path, &size);
  if (bytes == NULL) return "cannot be read";
  ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, size, bytes);
  const char *fault = NULL;
  if (message == NULL) {
    fault = "protobuf-c cannot read it";
  } else if (message->n_unknown_fields != 0) {
    fault = "protobuf-c does not know all its fields";
  } else if (protobuf_c_message_get_packed_size(message) != size) {
    fault = "protobuf-c writes another number of bytes";
  } else {
    uint8_t *packed = malloc(size + 1);
    if (packed == NULL) {
      fault = "no memory";
    } else {
      protobuf_c_message_pack(message, packed);
      if (memcmp(packed, bytes, size) != 0) fault = "protobuf-c writes other bytes";
    }
    free(packed);
  }
  if (message != NULL) protobuf_c_message_free_unpacked(message, NULL);
  free(bytes);
  return fault;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: golden LIST\n");
    return 2;
  }
  FILE *list = fopen(arguments[1], "r");
  if (list == NULL) {
    perror(arguments[1]);
    return 2;
  }
  char name[256], path[4096];
  int status = 0;
  while (fscanf(list, "%255s %4095s", name, path) == 2) {
    const char *fault = check(name, path);
    if (fault != NULL) {
      printf("%s: %s\n", path, fault);
      status = 1;
    }
  }
  fclose(list);
  return status;
}

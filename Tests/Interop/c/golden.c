// Reads every golden message with protobuf-c and writes it again: the bytes must be the same.
//
//   golden LIST    LIST has a line "full.name path" per case
//
// Prints a line "path: fault" per case that fails; other bytes are printed in hexadecimal. Ends with 0 if none does, 1 if one does, 2 if it cannot work.

#include <stdbool.h>
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

// Writes the message again. Returns whether the bytes are these; if not, prints them.
static bool writes(const ProtobufCMessage *message, const uint8_t *bytes, size_t size,
                   const char *path) {
  size_t written = protobuf_c_message_get_packed_size(message);
  uint8_t *packed = malloc(written + 1);
  if (packed == NULL) return false;
  protobuf_c_message_pack(message, packed);
  bool is_same = written == size && memcmp(packed, bytes, size) == 0;
  if (!is_same) {
    printf("%s: protobuf-c writes ", path);
    for (size_t i = 0; i < written; i++) printf("%02x", packed[i]);
    printf("\n");
  }
  free(packed);
  return is_same;
}

// Returns whether a case is right; if not, says why.
static bool check(const char *name, const char *path) {
  const ProtobufCMessageDescriptor *descriptor = find(name);
  size_t size = 0;
  uint8_t *bytes = read_file(path, &size);
  ProtobufCMessage *message = NULL;
  if (descriptor != NULL && bytes != NULL) {
    message = protobuf_c_message_unpack(descriptor, NULL, size, bytes);
  }
  bool is_right = false;
  if (descriptor == NULL) {
    printf("%s: there is no message %s\n", path, name);
  } else if (bytes == NULL) {
    printf("%s: cannot be read\n", path);
  } else if (message == NULL) {
    printf("%s: protobuf-c cannot read it\n", path);
  } else {
    is_right = writes(message, bytes, size, path);
  }
  if (message != NULL) protobuf_c_message_free_unpacked(message, NULL);
  free(bytes);
  return is_right;
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
    if (!check(name, path)) status = 1;
  }
  fclose(list);
  return status;
}

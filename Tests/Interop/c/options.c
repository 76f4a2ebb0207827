#include "options.h"

#include <stdlib.h>
#include <string.h>

typedef Google__Protobuf__Value Value;
typedef Google__Protobuf__ListValue ListValue;
typedef Google__Protobuf__Struct__FieldsEntry Entry;

static Value *new_value(void) {
  Value *value = malloc(sizeof *value);
  if (value != NULL) google__protobuf__value__init(value);
  return value;
}

static Value *text_value(const char *text) {
  Value *value = new_value();
  if (value == NULL) return NULL;
  value->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_STRING_VALUE;
  value->string_value = strdup(text);
  return value;
}

static Value *parsed_value(const char *text) {
  Value *value = text_value(text);
  char *end = NULL;
  double number = strtod(text, &end);
  bool is_bool = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
  bool is_number = *text != '\0' && *end == '\0' && strspn(text, "+-.0123456789eE") == strlen(text);
  if (value == NULL || !(is_bool || is_number || strcmp(text, "null") == 0)) return value;
  free(value->string_value);
  if (is_bool) {
    value->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_BOOL_VALUE;
    value->bool_value = *text == 't';
  } else if (is_number) {
    value->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_NUMBER_VALUE;
    value->number_value = number;
  } else {
    value->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_NULL_VALUE;
    value->null_value = GOOGLE__PROTOBUF__NULL_VALUE__NULL_VALUE;
  }
  return value;
}

// Takes the key and the value, also if it fails.
static bool add(Google__Protobuf__Struct *options, char *key, Value *value) {
  Entry *entry = malloc(sizeof *entry);
  Entry **entries = realloc(options->fields, (options->n_fields + 1) * sizeof *entries);
  if (entries != NULL) options->fields = entries;
  if (entry == NULL || entries == NULL || key == NULL || value == NULL) {
    free(entry);
    free(key);
    google__protobuf__value__free_unpacked(value, NULL);
    return false;
  }
  google__protobuf__struct__fields_entry__init(entry);
  entry->key = key;
  entry->value = value;
  options->fields[options->n_fields++] = entry;
  return true;
}

bool options_add(Google__Protobuf__Struct *options, const char *word) {
  const char *sign = strchr(word, '=');
  if (sign == NULL || sign == word) return false;
  return add(options, strndup(word, (size_t)(sign - word)), parsed_value(sign + 1));
}

bool options_add_list(Google__Protobuf__Struct *options, const char *key, const char *text) {
  Value *value = new_value();
  ListValue *list = malloc(sizeof *list);
  Value **elements = malloc(sizeof *elements);
  if (value == NULL || list == NULL || elements == NULL) {
    free(value);
    free(list);
    free(elements);
    return false;
  }
  google__protobuf__list_value__init(list);
  elements[0] = text_value(text);
  list->n_values = 1;
  list->values = elements;
  value->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_LIST_VALUE;
  value->list_value = list;
  return add(options, strdup(key), value);
}

void options_free(Google__Protobuf__Struct *options) {
  for (size_t i = 0; i < options->n_fields; i++) {
    protobuf_c_message_free_unpacked(&options->fields[i]->base, NULL);
  }
  free(options->fields);
  options->fields = NULL;
  options->n_fields = 0;
}

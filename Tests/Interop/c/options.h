// The parameters of a template, made from words of the command line.

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "messages.h"

// Adds "key=value": true, false, null and numbers become what they look like, the rest text.
// Returns false if the word has no key.
bool options_add(Google__Protobuf__Struct *options, const char *word);

// Adds a list of one text.
bool options_add_list(Google__Protobuf__Struct *options, const char *key, const char *text);

void options_free(Google__Protobuf__Struct *options);

#endif

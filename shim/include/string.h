/* The four memory functions that compilers and wasm2c output call (C99 §7.21); defined in shim/string.c. */
#ifndef ASOLO_STRING_H
#define ASOLO_STRING_H
#include <stddef.h>
void* memcpy(void* restrict to, const void* restrict from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);
#endif

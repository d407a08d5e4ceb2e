/*
 * A key-value store on a disk: commands on standard input, a line each, answers on standard output. "ok" after a change
 * means that it outlives the machine. Reading order: disk.h, log.h, store.h, this.
 */
#include "disk.h"
#include "store.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX = 8 + KEY_MAX + 1 + VALUE_MAX };

static char line[LINE_MAX + 1];

static const char HELP[] =
  "set KEY VALUE   delete KEY   get KEY   list   size   compact   help\n"
  "a key has at most 255 bytes and no blank, a value at most 32768 bytes\n";

static void show_key(const char *key, uint32_t key_bytes) { printf("key %.*s\n", (int)key_bytes, key); }

static void answer(enum store_result result) {
  puts(result == STORE_DONE ? "ok" : result == STORE_NONE ? "none" : "error: the disk is full");
}

static void get(const char *key, size_t key_bytes) {
  const char *value;
  uint32_t value_bytes;
  if (store_get(key, (uint32_t)key_bytes, &value, &value_bytes) == STORE_DONE) printf("value %.*s\n", (int)value_bytes, value);
  else puts("none");
}

static void size(void) {
  struct store_size size = store_size();
  printf("keys %llu, blocks live %llu, used %llu of %llu\n", size.keys, size.live_blocks, size.used_blocks, size.all_blocks);
}

/* Cuts the next word off; its length. */
static size_t next_word(char **at, char **word) {
  *word = *at + strspn(*at, " ");
  size_t bytes = strcspn(*word, " ");
  *at = *word + bytes + ((*word)[bytes] == ' ');
  return bytes;
}

static void obey(char *text) {
  char *word, *key;
  size_t word_bytes = next_word(&text, &word);
  size_t key_bytes = next_word(&text, &key);
  word[word_bytes] = 0;
  bool takes_key = !strcmp(word, "set") || !strcmp(word, "get") || !strcmp(word, "delete");
  if (takes_key && key_bytes == 0) puts("error: a key is missing");
  else if (takes_key && key_bytes > KEY_MAX) puts("error: the key is too long");
  else if (!strcmp(word, "get")) get(key, key_bytes);
  else if (!strcmp(word, "delete")) answer(store_delete(key, (uint32_t)key_bytes));
  else if (!strcmp(word, "set") && strlen(text) > VALUE_MAX) puts("error: the value is too long");
  else if (!strcmp(word, "set")) answer(store_set(key, (uint32_t)key_bytes, text, (uint32_t)strlen(text)));
  else if (!strcmp(word, "list")) store_list(show_key), puts("ok");
  else if (!strcmp(word, "size")) size();
  else if (!strcmp(word, "compact")) store_compact(), puts("ok");
  else if (!strcmp(word, "help")) fputs(HELP, stdout);
  else printf("error: no command is called '%s'; help shows them\n", word);
}

/* Reads a line into `line`. False: it is too long for one, or no text, and was left out. */
static bool read_line(int c) {
  size_t bytes = 0;
  bool is_good = true;
  for (; c != EOF && c != '\n'; c = getchar()) {
    if (bytes == LINE_MAX || c == 0) is_good = false;
    else line[bytes++] = (char)c;
  }
  line[bytes] = 0;
  return is_good;
}

int main(void) {
  disk_open("store");
  store_open();
  for (int c; (c = getchar()) != EOF; fflush(stdout)) {
    if (read_line(c)) obey(line);
    else puts("error: the line is too long, or has a NUL");
  }
  return 0;
}

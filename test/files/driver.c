/*
 * Carries out the operations that come on standard input, line by line, in the first preopened directory (operations.ts
 * describes them), and writes one line of answers for each. Preview 1's own calls, so that errno comes as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

enum { ROOT = 3, SLOTS = 16, HASH_SLOT = 15, DATA_BYTES = 1 << 17, ENTRIES_MAX = 64, ISDIR = 31, BADF = 8 };

static __wasi_fd_t slots[SLOTS];
static uint8_t data[DATA_BYTES];
static char *words[8];

static long long number(int i) { return atoll(words[i]); }
static __wasi_fd_t slot(int i) { return slots[number(i)] ? slots[number(i)] : (__wasi_fd_t)-1; }

static void fill(size_t count, unsigned seed) {
  for (size_t i = 0; i < count; i++) data[i] = (uint8_t)(seed + i * 7 + (i >> 8));
}

static uint32_t add_hash(uint32_t hash, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x01000193u;
  return hash;
}

static void moved(int error, __wasi_size_t count) {
  if (error) printf("%d\n", error);
  else printf("0 %u\n", (unsigned)count);
}

static void got(int error, __wasi_size_t count) {
  if (error) printf("%d\n", error);
  else printf("0 %u %u\n", (unsigned)count, (unsigned)add_hash(0x811c9dc5u, data, count));
}

static void stat_line(int error, const __wasi_filestat_t *stat) {
  if (error) printf("%d\n", error);
  else if (stat->filetype == 3) printf("0 3\n");
  else printf("0 %d %llu %llu\n", stat->filetype, (unsigned long long)stat->size, (unsigned long long)stat->nlink);
}

static int open_slot(int which, const char *path, int oflags, int fdflags, int write, int follow) {
  __wasi_rights_t rights = 2 | 4 | 32 | 1 << 21;
  __wasi_fdstat_t status;
  __wasi_fd_t opened;
  if (write) rights |= 64 | 1 << 8 | 1 << 22;
  int error = __wasi_path_open(ROOT, follow, path, oflags, rights, 0, fdflags, &opened);
  if (error) return error;
  __wasi_fd_fdstat_get(opened, &status);
  if (status.fs_filetype == 3) {
    __wasi_fd_close(opened);
    return ISDIR;
  }
  if (slots[which]) __wasi_fd_close(slots[which]);
  slots[which] = opened;
  return 0;
}

static int close_slot(int which) {
  if (!slots[which]) return BADF;
  int error = __wasi_fd_close(slots[which]);
  slots[which] = 0;
  return error;
}

static int compare(const void *left, const void *right) { return strcmp(left, right); }

static void list(const char *path) {
  static char names[ENTRIES_MAX][64];
  __wasi_fd_t directory;
  int count = 0;
  int error = __wasi_path_open(ROOT, 1, path, 2, 1 << 14, 0, 0, &directory);
  if (error) {
    printf("%d\n", error);
    return;
  }
  __wasi_dircookie_t cookie = 0;
  for (__wasi_size_t used = 100; used == 100;) {
    if (__wasi_fd_readdir(directory, data, 100, cookie, &used)) break;
    for (size_t at = 0; at + 24 <= used;) {
      __wasi_dirent_t entry;
      memcpy(&entry, data + at, 24);
      if (at + 24 + entry.d_namlen > used) break;
      cookie = entry.d_next;
      const char *name = (const char *)data + at + 24;
      int is_dots = name[0] == '.' && (entry.d_namlen == 1 || (entry.d_namlen == 2 && name[1] == '.'));
      if (!is_dots && count < ENTRIES_MAX) snprintf(names[count++], 64, "%.*s:%d", (int)entry.d_namlen, name, entry.d_type);
      at += 24 + entry.d_namlen;
    }
  }
  __wasi_fd_close(directory);
  qsort(names, count, 64, compare);
  printf("0");
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

static void hash(const char *path) {
  uint32_t sum = 0x811c9dc5u;
  unsigned long long length = 0;
  int error = open_slot(HASH_SLOT, path, 0, 0, 0, 1);
  if (error) {
    printf("%d\n", error);
    return;
  }
  for (;;) {
    __wasi_iovec_t vector = {data, DATA_BYTES};
    __wasi_size_t count = 0;
    if (__wasi_fd_read(slots[HASH_SLOT], &vector, 1, &count) || count == 0) break;
    sum = add_hash(sum, data, count);
    length += count;
  }
  close_slot(HASH_SLOT);
  printf("0 %llu %u\n", length, (unsigned)sum);
}

static void times(const char *path) {
  __wasi_filestat_t stat;
  int error = __wasi_path_filestat_set_times(ROOT, 1, path, number(2) * 1000000000ull, number(3) * 1000000000ull, 5);
  if (!error) error = __wasi_path_filestat_get(ROOT, 1, path, &stat);
  if (error) printf("%d\n", error);
  else printf("0 %llu %llu\n", (unsigned long long)(stat.atim / 1000000000u), (unsigned long long)(stat.mtim / 1000000000u));
}

static int is(const char *kind) { return strcmp(words[0], kind) == 0; }

/* Operations on a slot's contents; 0 if it is another one. */
static int on_contents(void) {
  __wasi_size_t count = 0;
  size_t bytes = (size_t)number(is("pwrite") || is("pread") ? 3 : 2);
  __wasi_ciovec_t from[2] = {{data, bytes / 2}, {data + bytes / 2, bytes - bytes / 2}};
  __wasi_iovec_t to[2] = {{data, bytes / 2}, {data + bytes / 2, bytes - bytes / 2}};
  if (is("write") || is("pwrite")) {
    fill(bytes, (unsigned)number(is("write") ? 3 : 4));
    int error = is("write") ? __wasi_fd_write(slot(1), from, 2, &count) : __wasi_fd_pwrite(slot(1), from, 2, number(2), &count);
    moved(error, count);
  } else if (is("read") || is("pread")) {
    int error = is("read") ? __wasi_fd_read(slot(1), to, 2, &count) : __wasi_fd_pread(slot(1), to, 2, number(2), &count);
    got(error, count);
  } else return 0;
  return 1;
}

static void act(void) {
  __wasi_filestat_t stat;
  __wasi_filesize_t position = 0;
  if (is("open")) printf("%d\n", open_slot(number(1), words[2], number(3), number(4), words[5][0] == 'w', number(6)));
  else if (is("close")) printf("%d\n", close_slot(number(1)));
  else if (is("seek") || is("tell")) {
    int error = is("seek") ? __wasi_fd_seek(slot(1), number(2), number(3), &position) : __wasi_fd_tell(slot(1), &position);
    if (error) printf("%d\n", error);
    else printf("0 %llu\n", (unsigned long long)position);
  } else if (is("size")) printf("%d\n", __wasi_fd_filestat_set_size(slot(1), number(2)));
  else if (is("allocate")) printf("%d\n", __wasi_fd_allocate(slot(1), number(2), number(3)));
  else if (is("fstat")) stat_line(__wasi_fd_filestat_get(slot(1), &stat), &stat);
  else if (is("stat")) stat_line(__wasi_path_filestat_get(ROOT, number(2), words[1], &stat), &stat);
  else if (is("mkdir")) printf("%d\n", __wasi_path_create_directory(ROOT, words[1]));
  else if (is("rmdir")) printf("%d\n", __wasi_path_remove_directory(ROOT, words[1]));
  else if (is("unlink")) printf("%d\n", __wasi_path_unlink_file(ROOT, words[1]));
  else if (is("rename")) printf("%d\n", __wasi_path_rename(ROOT, words[1], ROOT, words[2]));
  else if (is("link")) printf("%d\n", __wasi_path_link(ROOT, 0, words[1], ROOT, words[2]));
  else if (is("symlink")) printf("%d\n", __wasi_path_symlink(words[1], ROOT, words[2]));
  else if (is("readlink")) {
    __wasi_size_t length = 0;
    int error = __wasi_path_readlink(ROOT, words[1], data, 4096, &length);
    if (error) printf("%d\n", error);
    else printf("0 %.*s\n", (int)length, (char *)data);
  } else if (is("list")) list(words[1]);
  else if (is("times")) times(words[1]);
  else if (is("hash")) hash(words[1]);
  else printf("what is %s?\n", words[0]);
}

int main(void) {
  static char line[512];
  static char *nothing = "0";
  while (fgets(line, sizeof line, stdin)) {
    for (int i = 0; i < 8; i++) words[i] = nothing;
    int count = 0;
    for (char *word = strtok(line, " \n"); word && count < 8; word = strtok(NULL, " \n")) words[count++] = word;
    if (count && !on_contents()) act();
  }
  return 0;
}

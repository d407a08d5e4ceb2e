/* list-files: shows what a path is, for each argument: a directory's entries, a link's target, a file's contents.
   Without arguments it lists everything below the root. Directories come in the order of their names, so that the
   output is the same wherever the files lie. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MAX 4096
#define PATH_SIZE 4096

static int failures;

static void complain(const char *path)
{
    printf("%s: %s\n", path, strerror(errno));
    failures++;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void show(const char *path, int with_contents);

static void show_directory(const char *path, int with_contents)
{
    static const char *slash = "/";
    char **names = calloc(ENTRIES_MAX, sizeof *names);
    size_t count = 0;
    DIR *directory = opendir(path);
    if (directory == NULL || names == NULL) {
        free(names);
        complain(path);
        return;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL && count < ENTRIES_MAX; entry = readdir(directory))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names[count++] = strdup(entry->d_name);
    closedir(directory);
    qsort(names, count, sizeof *names, compare);
    printf("%s: directory, %zu entries\n", path, count);
    for (size_t i = 0; i < count; i++) {
        char below[PATH_SIZE];
        int is_root = strcmp(path, slash) == 0;
        if (snprintf(below, sizeof below, "%s%s%s", path, is_root ? "" : slash, names[i]) < PATH_SIZE)
            show(below, with_contents);
        free(names[i]);
    }
    free(names);
}

static void show_link(const char *path)
{
    char target[PATH_SIZE];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        complain(path);
        return;
    }
    target[length] = '\0';
    printf("%s: link to %s\n", path, target);
}

static void show_file(const char *path, int with_contents)
{
    unsigned char buffer[8192];
    unsigned long sum = 0, bytes = 0;
    int file = open(path, O_RDONLY);
    if (file < 0) {
        complain(path);
        return;
    }
    for (;;) {
        ssize_t length = read(file, buffer, sizeof buffer);
        if (length < 0)
            complain(path);
        if (length <= 0)
            break;
        for (ssize_t i = 0; i < length; i++)
            sum = sum * 31 + buffer[i];
        bytes += (unsigned long)length;
    }
    printf("%s: file, %lu bytes, sum %08lx\n", path, bytes, sum & 0xffffffff);
    if (with_contents && lseek(file, 0, SEEK_SET) == 0)
        for (ssize_t length = read(file, buffer, sizeof buffer); length > 0; length = read(file, buffer, sizeof buffer))
            fwrite(buffer, 1, (size_t)length, stdout);
    close(file);
}

static void show(const char *path, int with_contents)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        complain(path);
    else if (S_ISDIR(status.st_mode))
        show_directory(path, 0);
    else if (S_ISLNK(status.st_mode) && !with_contents)
        show_link(path);
    else
        show_file(path, with_contents);
}

int main(int count, char **arguments)
{
    if (count < 2)
        show("/", 0);
    for (int i = 1; i < count; i++)
        show(arguments[i], 1);
    return failures == 0 ? 0 : 1;
}

// Solo5: the console, the command line and the heap. Ends with the number of the first word, if that is one.
#include <solo5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *text)
{
    solo5_console_write(text, strlen(text));
}

int solo5_app_main(const struct solo5_start_info *info)
{
    char line[160];
    unsigned char *heap = (unsigned char *)info->heap_start;

    say("Hello from Solo5!\n");
    snprintf(line, sizeof line, "  command line  '%.100s'\n", info->cmdline);
    say(line);
    snprintf(line, sizeof line, "  heap          %zu KiB\n", info->heap_size / 1024);
    say(line);

    heap[0] = 1; // The first and the last byte are there.
    heap[info->heap_size - 1] = 2;
    return atoi(info->cmdline) + heap[0] + heap[info->heap_size - 1] - 3;
}

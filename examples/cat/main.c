/* cat: copies standard input to standard output, byte for byte, until the input ends.
   It uses read and write rather than stdio, so every step is one WASI call: fd_read, then fd_write. */

#include <stdio.h>
#include <unistd.h>

static unsigned char buffer[16384];

/* A write may take less than it was offered: go on until all of it is out. */
static int write_all(const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);
        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

int main(void)
{
    for (;;) {
        ssize_t length = read(STDIN_FILENO, buffer, sizeof buffer);
        if (length == 0)
            return 0;
        if (length < 0) {
            perror("cat: standard input");
            return 1;
        }
        if (write_all(buffer, (size_t)length) < 0) {
            perror("cat: standard output");
            return 1;
        }
    }
}

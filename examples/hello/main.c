/* hello: greets, then says a little about the machine it finds itself on.
   Arguments, memory, clocks and random bytes: each line below is one service of WASI preview 1. */

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void print_arguments(int count, char **arguments)
{
    printf("  arguments ");
    for (int i = 1; i < count; i++)
        printf(" %s", arguments[i]);
    printf(count > 1 ? "\n" : " none\n");
}

static void print_clocks(void)
{
    struct timespec now, uptime;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &uptime);

    char date[32];
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", gmtime(&now.tv_sec));
    printf("  wall clock %s.%03ld UTC\n", date, now.tv_nsec / 1000000);
    printf("  monotonic  %lld.%09ld s\n", (long long)uptime.tv_sec, uptime.tv_nsec);
}

static void print_random(void)
{
    unsigned char bytes[8];
    getentropy(bytes, sizeof bytes);
    printf("  random    ");
    for (size_t i = 0; i < sizeof bytes; i++)
        printf(" %02x", bytes[i]);
    printf("\n");
}

int main(int count, char **arguments)
{
    printf("Hello, world!\n");
    print_arguments(count, arguments);
    printf("  memory     %zu KiB\n", __builtin_wasm_memory_size(0) * 64);
    print_clocks();
    print_random();
    return 0;
}

// Solo5: a disk. Counts, in its first block, how often it was run; then writes and reads the rest in large requests.
#include <solo5.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const size_t REQUEST_MAX = 1 << 20;

static void say(const char *text)
{
    solo5_console_write(text, strlen(text));
}

static int fail(const char *what, solo5_result_t result)
{
    char line[80];
    snprintf(line, sizeof line, "%s: result %d\n", what, (int)result);
    say(line);
    return SOLO5_EXIT_FAILURE;
}

/** The first block: a text with a number. */
static int count_runs(solo5_handle_t disk, char *block, size_t size)
{
    char line[80];
    unsigned runs = 0;
    solo5_result_t result = solo5_block_read(disk, 0, (uint8_t *)block, size);
    if (result != SOLO5_R_OK) return fail("reading", result);
    sscanf(block, "runs %u", &runs);
    memset(block, 0, size);
    snprintf(block, size, "runs %u\n", runs + 1);
    result = solo5_block_write(disk, 0, (uint8_t *)block, size);
    if (result != SOLO5_R_OK) return fail("writing", result);
    snprintf(line, sizeof line, "run %u on this disk\n", runs + 1);
    say(line);
    return SOLO5_EXIT_SUCCESS;
}

/** A pattern over everything behind the first block, written and read back. */
static int check_rest(solo5_handle_t disk, const struct solo5_block_info *info, uint8_t *memory)
{
    for (solo5_off_t at = info->block_size, bytes; at < info->capacity; at += bytes) {
        bytes = info->capacity - at < REQUEST_MAX ? info->capacity - at : REQUEST_MAX;
        for (size_t i = 0; i < bytes; i++) memory[i] = (uint8_t)((at + i) * 31 >> 3);
        solo5_result_t result = solo5_block_write(disk, at, memory, bytes);
        if (result != SOLO5_R_OK) return fail("writing", result);
        memset(memory, 0, bytes);
        result = solo5_block_read(disk, at, memory, bytes);
        if (result != SOLO5_R_OK) return fail("reading", result);
        for (size_t i = 0; i < bytes; i++) {
            if (memory[i] != (uint8_t)((at + i) * 31 >> 3)) return fail("a byte has changed", SOLO5_R_EUNSPEC);
        }
    }
    return SOLO5_EXIT_SUCCESS;
}

int solo5_app_main(const struct solo5_start_info *start)
{
    char line[120];
    solo5_handle_t disk;
    struct solo5_block_info info;
    const solo5_result_t result = solo5_block_acquire("storage", &disk, &info);
    if (result != SOLO5_R_OK) return fail("acquiring 'storage'", result);
    if (start->heap_size < REQUEST_MAX) return fail("too little memory", SOLO5_R_EUNSPEC);

    snprintf(line, sizeof line, "%" PRIu64 " blocks of %" PRIu64 " bytes\n", info.capacity / info.block_size, info.block_size);
    say(line);
    uint8_t *memory = (uint8_t *)start->heap_start;
    const int status = count_runs(disk, (char *)memory, info.block_size);
    if (status != SOLO5_EXIT_SUCCESS || check_rest(disk, &info, memory) != SOLO5_EXIT_SUCCESS) return SOLO5_EXIT_FAILURE;
    say("every byte as written\n");
    return SOLO5_EXIT_SUCCESS;
}

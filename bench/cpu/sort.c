/* Sorting 100,000 records by quicksort with an insertion sort at the end, and a heap: compares, swaps, indices. */

#include "report.h"

enum { RECORDS = 100000, SMALL = 12 };

struct record {
    uint32_t key;
    uint32_t number;
};

static struct record records[RECORDS];
static uint32_t heap[RECORDS + 1];

static int before(const struct record *a, const struct record *b)
{
    return a->key != b->key ? a->key < b->key : a->number < b->number;
}

static void swap(struct record *a, struct record *b)
{
    struct record kept = *a;
    *a = *b;
    *b = kept;
}

static void insertion_sort(struct record *first, int length)
{
    for (int i = 1; i < length; i++) {
        struct record record = first[i];
        int place = i;
        for (; place > 0 && before(&record, &first[place - 1]); place--)
            first[place] = first[place - 1];
        first[place] = record;
    }
}

static void quicksort(struct record *first, int length)
{
    while (length > SMALL) {
        struct record pivot = first[length / 2];
        int low = 0, high = length - 1;
        for (;;) {
            while (before(&first[low], &pivot))
                low++;
            while (before(&pivot, &first[high]))
                high--;
            if (low >= high)
                break;
            swap(&first[low++], &first[high--]);
        }
        quicksort(first, low);
        first += low;
        length -= low;
    }
    insertion_sort(first, length);
}

static void heap_insert(int size, uint32_t value)
{
    int place = size;
    for (; place > 1 && heap[place / 2] > value; place /= 2)
        heap[place] = heap[place / 2];
    heap[place] = value;
}

static uint32_t heap_take(int size)
{
    uint32_t smallest = heap[1], last = heap[size];
    int place = 1;
    for (int child = 2; child < size; child = place * 2) {
        if (child + 1 < size && heap[child + 1] < heap[child])
            child++;
        if (last <= heap[child])
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = last;
    return smallest;
}

static uint64_t work(void)
{
    uint32_t random = 12345;
    for (uint32_t i = 0; i < RECORDS; i++)
        records[i] = (struct record){report_random(&random) % 50000, i};
    quicksort(records, RECORDS);
    uint64_t hash = report_hash(0xcbf29ce484222325u, records, sizeof records);

    for (int i = 0; i < RECORDS; i++)
        heap_insert(i + 1, records[i].number);
    for (int size = RECORDS; size > 0; size--)
        hash = hash * 31 + heap_take(size);
    return hash;
}

int main(int count, char **arguments)
{
    return report(count, arguments, 15, work, 0x1f797a8090a3996a);
}

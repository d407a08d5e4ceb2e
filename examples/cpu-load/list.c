/* Linked lists: build one in scattered order, search it, reverse it, sort it by merging. Pointer chasing. */

#include "load.h"
#include <stddef.h>

enum { NODES = 400, SEARCHES = 24 };

struct node {
    struct node *next;
    uint16_t key;
    uint16_t value;
};

static struct node nodes[NODES];

static struct node *build(uint32_t *random)
{
    struct node *head = NULL;
    for (size_t i = 0; i < NODES; i++) {
        struct node *node = &nodes[(i * 167) % NODES];     /* 167 and 400 share no factor: each node once */
        node->key = (uint16_t)next_random(random);
        node->value = (uint16_t)i;
        node->next = head;
        head = node;
    }
    return head;
}

static struct node *reverse(struct node *list)
{
    struct node *reversed = NULL;
    while (list != NULL) {
        struct node *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

static const struct node *find(const struct node *list, uint16_t value)
{
    while (list != NULL && list->value != value)
        list = list->next;
    return list;
}

static int by_key(const struct node *a, const struct node *b)
{
    return (int)a->key - (int)b->key;
}

static int by_value(const struct node *a, const struct node *b)
{
    return (int)a->value - (int)b->value;
}

static struct node *merge(struct node *a, struct node *b, int (*order)(const struct node *, const struct node *))
{
    struct node head, *tail = &head;
    while (a != NULL && b != NULL) {
        struct node **smaller = order(a, b) <= 0 ? &a : &b;
        tail->next = *smaller;
        tail = *smaller;
        *smaller = (*smaller)->next;
    }
    tail->next = a != NULL ? a : b;
    return head.next;
}

static struct node *sort(struct node *list, int (*order)(const struct node *, const struct node *))
{
    if (list == NULL || list->next == NULL)
        return list;

    struct node *slow = list, *fast = list->next;
    while (fast != NULL && fast->next != NULL) {
        slow = slow->next;
        fast = fast->next->next;
    }
    struct node *second = slow->next;
    slow->next = NULL;
    return merge(sort(list, order), sort(second, order), order);
}

static uint16_t checksum(const struct node *list, uint16_t crc)
{
    for (; list != NULL; list = list->next)
        crc = crc16(crc, list->key ^ list->value, 16);
    return crc;
}

uint16_t list_work(uint32_t seed)
{
    uint32_t random = seed;
    struct node *list = build(&random);
    uint16_t crc = 0;

    for (int i = 0; i < SEARCHES; i++) {
        const struct node *found = find(list, (uint16_t)(next_random(&random) % (NODES + NODES / 8)));
        crc = crc16(crc, found != NULL ? found->key : 0xffff, 16);
        list = reverse(list);
    }
    list = sort(list, by_key);
    crc = checksum(list, crc);
    list = sort(list, by_value);
    return checksum(list, crc);
}

/* A tree of expressions, walked through function pointers, as virtual methods and interpreters do: indirect calls with
   three signatures, recursion, little work in each function. */

#include "report.h"

enum { NODES = 4096 };

struct node;
struct type {
    int64_t (*value)(const struct node *, int64_t x);
    int (*depth)(const struct node *);
    void (*visit)(const struct node *, uint64_t *hash);
};
struct node {
    const struct type *type;
    const struct node *left, *right;
    int64_t number;
};

static struct node nodes[NODES];

static int64_t constant_value(const struct node *n, int64_t x) { return (void)x, n->number; }
static int64_t variable_value(const struct node *n, int64_t x) { return (void)n, x; }
static int64_t sum_value(const struct node *n, int64_t x) { return n->left->type->value(n->left, x) + n->right->type->value(n->right, x); }
static int64_t difference_value(const struct node *n, int64_t x) { return n->left->type->value(n->left, x) - n->right->type->value(n->right, x); }
static int64_t exclusive_value(const struct node *n, int64_t x) { return n->left->type->value(n->left, x) ^ n->right->type->value(n->right, x); }

static int leaf_depth(const struct node *n) { return (void)n, 1; }
static int inner_depth(const struct node *n)
{
    int left = n->left->type->depth(n->left), right = n->right->type->depth(n->right);
    return 1 + (left > right ? left : right);
}

static void leaf_visit(const struct node *n, uint64_t *hash) { *hash = *hash * 31 + (uint64_t)n->number; }
static void inner_visit(const struct node *n, uint64_t *hash)
{
    n->left->type->visit(n->left, hash);
    *hash = (*hash ^ *hash >> 7) * 0x100000001b3u;
    n->right->type->visit(n->right, hash);
}

static const struct type types[] = {
    {constant_value, leaf_depth, leaf_visit}, {variable_value, leaf_depth, leaf_visit}, {sum_value, inner_depth, inner_visit},
    {difference_value, inner_depth, inner_visit}, {exclusive_value, inner_depth, inner_visit},
};

static uint64_t work(void)
{
    uint64_t hash = 0xcbf29ce484222325u;
    const struct node *root = &nodes[NODES - 1];
    for (int64_t x = 0; x < 8; x++)
        hash = hash * 31 + (uint64_t)root->type->value(root, x);
    root->type->visit(root, &hash);
    return hash * 31 + (uint64_t)root->type->depth(root);
}

/* The first half are leaves, each node of the second half joins two that nobody has joined yet. */
int main(int count, char **arguments)
{
    uint32_t random = 17;
    for (int i = 0, next = 0; i < NODES; i++) {
        int leaf = i <= NODES / 2;
        nodes[i].type = &types[leaf ? report_random(&random) % 2 : 2 + report_random(&random) % 3];
        nodes[i].number = (int64_t)report_random(&random);
        if (!leaf) {
            nodes[i].left = &nodes[next++];
            nodes[i].right = &nodes[next++];
        }
    }
    return report(count, arguments, 200, work, 0xbc88b9cb5e32bec3);
}

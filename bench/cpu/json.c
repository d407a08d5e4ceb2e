/* Writes a JSON text of some 200 kB, parses it into a tree, and walks the tree: bytes, branches, recursion, small
   allocations from an arena. */

#include "report.h"
#include <string.h>

enum { TEXT = 400000, NODES = 60000, RECORDS = 2500 };

enum kind { NUMBER, STRING, LITERAL, ARRAY, OBJECT };

struct node {
    enum kind kind;
    uint32_t length;                 /* of a string, or how many children */
    const char *name, *text;
    double number;
    struct node *child, *next;
};

static char text[TEXT];
static struct node nodes[NODES];
static int node_count;
static const char *cursor;

static struct node *parse_value(void);

static void skip_blanks(void)
{
    while (*cursor == ' ' || *cursor == '\n')
        cursor++;
}

static struct node *new_node(enum kind kind)
{
    struct node *node = &nodes[node_count++];
    memset(node, 0, sizeof *node);
    node->kind = kind;
    return node;
}

static const char *parse_string(uint32_t *length)
{
    const char *start = ++cursor;
    while (*cursor != '"')
        cursor += *cursor == '\\' ? 2 : 1;
    *length = (uint32_t)(cursor - start);
    cursor++;
    return start;
}

static struct node *parse_number(void)
{
    struct node *node = new_node(NUMBER);
    int negative = *cursor == '-';
    double value = 0, scale = 1;
    cursor += negative;
    for (; *cursor >= '0' && *cursor <= '9'; cursor++)
        value = value * 10 + (*cursor - '0');
    if (*cursor == '.')
        for (cursor++; *cursor >= '0' && *cursor <= '9'; cursor++)
            value += (*cursor - '0') * (scale /= 10);
    node->number = negative ? -value : value;
    return node;
}

static struct node *parse_members(enum kind kind, char end)
{
    struct node *parent = new_node(kind), **link = &parent->child;
    cursor++;
    skip_blanks();
    while (*cursor != end) {
        const char *name = NULL;
        uint32_t length;
        if (kind == OBJECT) {
            name = parse_string(&length);
            skip_blanks();
            cursor++;
        }
        struct node *child = parse_value();
        child->name = name;
        *link = child;
        link = &child->next;
        parent->length++;
        skip_blanks();
        if (*cursor == ',')
            cursor++;
        skip_blanks();
    }
    cursor++;
    return parent;
}

static struct node *parse_value(void)
{
    struct node *node;
    skip_blanks();
    switch (*cursor) {
    case '{':
        return parse_members(OBJECT, '}');
    case '[':
        return parse_members(ARRAY, ']');
    case '"':
        node = new_node(STRING);
        node->text = parse_string(&node->length);
        return node;
    case 't':
    case 'f':
    case 'n':
        node = new_node(LITERAL);
        node->length = *cursor == 'f' ? 5 : 4;
        cursor += node->length;
        return node;
    default:
        return parse_number();
    }
}

static char *append(char *end, const char *piece)
{
    size_t length = strlen(piece);
    memcpy(end, piece, length);
    return end + length;
}

static char *append_number(char *end, uint32_t value)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (count > 0)
        *end++ = digits[--count];
    return end;
}

static void write_text(void)
{
    static const char *const words[] = {"alpha", "be\\\"ta", "gamma ray", "", "a somewhat longer string of text"};
    uint32_t random = 99;
    char *end = append(text, "[\n");
    for (uint32_t i = 0; i < RECORDS; i++) {
        end = append_number(append(end, i > 0 ? ",\n{\"id\": " : "{\"id\": "), i);
        end = append(append(append(end, ", \"name\": \""), words[report_random(&random) % 5]), "\", \"at\": [");
        for (int j = 0; j < 3; j++) {
            end = append_number(append(end, j > 0 ? ", -" : "-"), report_random(&random) % 1000);
            end = append_number(append(end, "."), report_random(&random) % 1000);
        }
        end = append(append(end, "], \"on\": "), report_random(&random) % 2 ? "true" : "false");
        end = append(end, ", \"in\": {\"none\": null, \"empty\": []}}");
    }
    append(end, "\n]\n");
}

static uint64_t walk(const struct node *node, uint64_t hash)
{
    hash = hash * 31 + node->kind + node->length;
    if (node->kind == NUMBER)
        hash += (uint64_t)(int64_t)(node->number * 1000);
    if (node->kind == STRING)
        hash = report_hash(hash, node->text, node->length);
    for (const struct node *child = node->child; child != NULL; child = child->next)
        hash = walk(child, hash);
    return hash;
}

static uint64_t work(void)
{
    node_count = 0;
    cursor = text;
    return walk(parse_value(), 0xcbf29ce484222325u);
}

int main(int count, char **arguments)
{
    write_text();
    return report(count, arguments, 500, work, 0x713fda4a2574271f);
}

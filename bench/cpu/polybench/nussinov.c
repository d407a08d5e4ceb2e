/* How an RNA molecule folds (dynamic programming): integers, maxima, rows against columns. */

#include "poly.h"

enum { N = 180 };
typedef int matrix[N][N];

static int max(int a, int b)
{
    return a >= b ? a : b;
}

static void kernel(const char *sequence, matrix table)
{
    for (int i = N - 1; i >= 0; i--)
        for (int j = i + 1; j < N; j++) {
            if (j - 1 >= 0)
                table[i][j] = max(table[i][j], table[i][j - 1]);
            if (i + 1 < N)
                table[i][j] = max(table[i][j], table[i + 1][j]);
            if (j - 1 >= 0 && i + 1 < N) {
                int pair = i < j - 1 && sequence[i] + sequence[j] == 3;
                table[i][j] = max(table[i][j], table[i + 1][j - 1] + pair);
            }
            for (int k = i + 1; k < j; k++)
                table[i][j] = max(table[i][j], table[i][k] + table[k + 1][j]);
        }
}

static char *sequence;
static int (*table)[N];

static uint64_t work(void)
{
    memset(table, 0, sizeof(matrix));
    kernel(sequence, table);
    return report_words(table, sizeof(matrix));
}

int main(int count, char **arguments)
{
    uint32_t random = 11;
    sequence = poly_array(N);
    table = poly_array(sizeof(matrix));
    for (int i = 0; i < N; i++)
        sequence[i] = (char)(report_random(&random) % 4);
    return report(count, arguments, 30, work, 0xe9df5847b701d9df);
}

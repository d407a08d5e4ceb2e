/* The mean of five neighbours, from one array to the other and back: streams of loads, one store each. */

#include "poly.h"

enum { N = 130, STEPS = 20 };
typedef double matrix[N][N];

static void kernel(matrix a, matrix b)
{
    for (int step = 0; step < STEPS; step++) {
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][1 + j] + a[1 + i][j] + a[i - 1][j]);
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                a[i][j] = 0.2 * (b[i][j] + b[i][j - 1] + b[i][1 + j] + b[1 + i][j] + b[i - 1][j]);
    }
}

static double (*start)[N], (*a)[N], (*b)[N];

static uint64_t work(void)
{
    memcpy(a, start, sizeof(matrix));
    memcpy(b, start, sizeof(matrix));
    kernel(a, b);
    return report_words(a, sizeof(matrix));
}

int main(int count, char **arguments)
{
    start = poly_array(sizeof(matrix));
    a = poly_array(sizeof(matrix));
    b = poly_array(sizeof(matrix));
    poly_fill(*start, N, N, 2);
    return report(count, arguments, 50, work, 0x018dbccc1c450fd2);
}

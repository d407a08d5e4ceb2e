/* The mean of nine neighbours in place: each value waits for the one before it. */

#include "poly.h"

enum { N = 120, STEPS = 10 };
typedef double matrix[N][N];

static void kernel(matrix a)
{
    for (int step = 0; step < STEPS; step++)
        for (int i = 1; i <= N - 2; i++)
            for (int j = 1; j <= N - 2; j++)
                a[i][j] = (a[i - 1][j - 1] + a[i - 1][j] + a[i - 1][j + 1] + a[i][j - 1] + a[i][j] + a[i][j + 1] +
                           a[i + 1][j - 1] + a[i + 1][j] + a[i + 1][j + 1]) / 9.0;
}

static double (*start)[N], (*a)[N];

static uint64_t work(void)
{
    memcpy(a, start, sizeof(matrix));
    kernel(a);
    return report_words(a, sizeof(matrix));
}

int main(int count, char **arguments)
{
    start = poly_array(sizeof(matrix));
    a = poly_array(sizeof(matrix));
    poly_fill(*start, N, N, 2);
    return report(count, arguments, 20, work, 0xb3f029922a247cb2);
}

/* LU factorisation in place, without pivots: triangles, short and long inner loops. */

#include "poly.h"

enum { N = 140 };
typedef double matrix[N][N];

static void kernel(matrix a)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++)
                a[i][j] -= a[i][k] * a[k][j];
            a[i][j] /= a[j][j];
        }
        for (int j = i; j < N; j++)
            for (int k = 0; k < i; k++)
                a[i][j] -= a[i][k] * a[k][j];
    }
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
    poly_fill_definite(*start, N);
    return report(count, arguments, 50, work, 0xdab3eac8e80d3819);
}

/* Cholesky factorisation in place: rows against rows, square roots on the diagonal. */

#include "poly.h"
#include <math.h>

enum { N = 160 };
typedef double matrix[N][N];

static void kernel(matrix a)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++)
                a[i][j] -= a[i][k] * a[j][k];
            a[i][j] /= a[j][j];
        }
        for (int k = 0; k < i; k++)
            a[i][i] -= a[i][k] * a[i][k];
        a[i][i] = sqrt(a[i][i]);
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
    return report(count, arguments, 50, work, 0x9e25f1e865aa5e48);
}

/* QR factorisation by Gram and Schmidt: columns of matrices, so every step of a loop goes to another line of the cache. */

#include "poly.h"
#include <math.h>

enum { N = 110 };
typedef double matrix[N][N];

static void kernel(matrix a, matrix r, matrix q)
{
    for (int k = 0; k < N; k++) {
        double norm = 0;
        for (int i = 0; i < N; i++)
            norm += a[i][k] * a[i][k];
        r[k][k] = sqrt(norm);
        for (int i = 0; i < N; i++)
            q[i][k] = a[i][k] / r[k][k];
        for (int j = k + 1; j < N; j++) {
            r[k][j] = 0;
            for (int i = 0; i < N; i++)
                r[k][j] += q[i][k] * a[i][j];
            for (int i = 0; i < N; i++)
                a[i][j] = a[i][j] - q[i][k] * r[k][j];
        }
    }
}

static double (*start)[N], (*a)[N], (*r)[N], (*q)[N];

static uint64_t work(void)
{
    memcpy(a, start, sizeof(matrix));
    kernel(a, r, q);
    return report_words(q, sizeof(matrix));
}

int main(int count, char **arguments)
{
    start = poly_array(sizeof(matrix));
    a = poly_array(sizeof(matrix));
    r = poly_array(sizeof(matrix));
    q = poly_array(sizeof(matrix));
    memset(r, 0, sizeof(matrix));
    poly_fill_definite(*start, N);
    return report(count, arguments, 40, work, 0x0faee06dc0a70f22);
}

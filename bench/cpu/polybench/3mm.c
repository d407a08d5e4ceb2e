/* G = (A B) (C D): three products of matrices. */

#include "poly.h"

enum { N = 90 };
typedef double matrix[N][N];

static void kernel(matrix e, matrix a, matrix b, matrix f, matrix c, matrix d, matrix g)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            e[i][j] = 0;
            for (int k = 0; k < N; k++)
                e[i][j] += a[i][k] * b[k][j];
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            f[i][j] = 0;
            for (int k = 0; k < N; k++)
                f[i][j] += c[i][k] * d[k][j];
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            g[i][j] = 0;
            for (int k = 0; k < N; k++)
                g[i][j] += e[i][k] * f[k][j];
        }
}

static double (*arrays[7])[N];

static uint64_t work(void)
{
    kernel(arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5], arrays[6]);
    return report_words(arrays[6], sizeof(matrix));
}

int main(int count, char **arguments)
{
    for (int i = 0; i < 7; i++)
        poly_fill(*(arrays[i] = poly_array(sizeof(matrix))), N, N, i);
    return report(count, arguments, 20, work, 0xa6edbd33f7550628);
}

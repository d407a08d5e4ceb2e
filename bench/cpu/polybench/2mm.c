/* D = alpha A B C + beta D, by two products of matrices. */

#include "poly.h"

enum { N = 100 };
typedef double matrix[N][N];

static void kernel(double alpha, double beta, matrix product, matrix a, matrix b, matrix c, matrix d)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            product[i][j] = 0;
            for (int k = 0; k < N; k++)
                product[i][j] += alpha * a[i][k] * b[k][j];
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            d[i][j] *= beta;
            for (int k = 0; k < N; k++)
                d[i][j] += product[i][k] * c[k][j];
        }
}

static double (*arrays[5])[N];

static uint64_t work(void)
{
    poly_fill(*arrays[4], 1, N * N, 5);
    kernel(1.5, 1.2, arrays[0], arrays[1], arrays[2], arrays[3], arrays[4]);
    return report_words(arrays[4], sizeof(matrix));
}

int main(int count, char **arguments)
{
    for (int i = 0; i < 5; i++)
        poly_fill(*(arrays[i] = poly_array(sizeof(matrix))), N, N, i);
    return report(count, arguments, 20, work, 0xcfc20ec8a22e4f8b);
}

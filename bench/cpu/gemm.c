/* Product of two matrices of doubles, 160 x 160: floating point, and long strides through arrays. */

#include "report.h"

enum { SIZE = 160 };

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static void multiply(void)
{
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++)
            c[i][j] *= 0.5;
        for (int k = 0; k < SIZE; k++)
            for (int j = 0; j < SIZE; j++)
                c[i][j] += 1.5 * a[i][k] * b[k][j];
    }
}

static uint64_t work(void)
{
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (double)((i * j + 1) % SIZE) / SIZE;
            b[i][j] = (double)((i * j + 2) % SIZE) / SIZE;
            c[i][j] = (double)((i + j) % SIZE) / SIZE;
        }
    multiply();
    return report_hash(0xcbf29ce484222325u, c, sizeof c);
}

int main(int count, char **arguments)
{
    return report(count, arguments, 180, work, 0x2999ec5fc3fb31f4);
}

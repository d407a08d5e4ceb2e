/* Heat in a cube, from one array to the other and back: seven loads with strides in three dimensions. */

#include "poly.h"

enum { N = 32, STEPS = 10 };
typedef double cube[N][N][N];

static void diffuse(cube to, cube from)
{
    for (int i = 1; i < N - 1; i++)
        for (int j = 1; j < N - 1; j++)
            for (int k = 1; k < N - 1; k++)
                to[i][j][k] = 0.125 * (from[i + 1][j][k] - 2.0 * from[i][j][k] + from[i - 1][j][k]) +
                              0.125 * (from[i][j + 1][k] - 2.0 * from[i][j][k] + from[i][j - 1][k]) +
                              0.125 * (from[i][j][k + 1] - 2.0 * from[i][j][k] + from[i][j][k - 1]) + from[i][j][k];
}

static double (*start)[N][N], (*a)[N][N], (*b)[N][N];

static uint64_t work(void)
{
    memcpy(a, start, sizeof(cube));
    memcpy(b, start, sizeof(cube));
    for (int step = 0; step < STEPS; step++) {
        diffuse(b, a);
        diffuse(a, b);
    }
    return report_words(a, sizeof(cube));
}

int main(int count, char **arguments)
{
    start = poly_array(sizeof(cube));
    a = poly_array(sizeof(cube));
    b = poly_array(sizeof(cube));
    poly_fill(**start, N * N, N, 2);
    return report(count, arguments, 20, work, 0x812a3a12791738dc);
}

/* Shortest paths between all pairs of vertices: integers, a minimum in the inner loop. */

#include "poly.h"

enum { N = 120 };
typedef int matrix[N][N];

static void kernel(matrix path)
{
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                path[i][j] = path[i][j] < path[i][k] + path[k][j] ? path[i][j] : path[i][k] + path[k][j];
}

static int (*start)[N], (*path)[N];

static uint64_t work(void)
{
    memcpy(path, start, sizeof(matrix));
    kernel(path);
    return report_words(path, sizeof(matrix));
}

int main(int count, char **arguments)
{
    uint32_t random = 7;
    start = poly_array(sizeof(matrix));
    path = poly_array(sizeof(matrix));
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            start[i][j] = report_random(&random) % 8 == 0 ? (int)(report_random(&random) % 50) + 1 : 999;
    return report(count, arguments, 30, work, 0xe26f4ee4023c22a5);
}

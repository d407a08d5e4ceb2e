/* A Toeplitz system by Levinson's and Durbin's recursion: a sum that cannot be reordered, arrays forwards and backwards. */

#include "poly.h"

enum { N = 800 };

static void kernel(const double *r, double *y)
{
    double z[N], alpha = -r[0], beta = 1;
    y[0] = -r[0];
    for (int k = 1; k < N; k++) {
        double sum = 0;
        beta = (1 - alpha * alpha) * beta;
        for (int i = 0; i < k; i++)
            sum += r[k - i - 1] * y[i];
        alpha = -(r[k] + sum) / beta;
        for (int i = 0; i < k; i++)
            z[i] = y[i] + alpha * y[k - i - 1];
        for (int i = 0; i < k; i++)
            y[i] = z[i];
        y[k] = alpha;
    }
}

static double *r, *y;

static uint64_t work(void)
{
    kernel(r, y);
    return report_words(y, N * sizeof *y);
}

int main(int count, char **arguments)
{
    r = poly_array(N * sizeof *r);
    y = poly_array(N * sizeof *y);
    for (int i = 0; i < N; i++)
        r[i] = 0.5 / (i + 1);
    return report(count, arguments, 50, work, 0xb96626ec3f7d82ff);
}

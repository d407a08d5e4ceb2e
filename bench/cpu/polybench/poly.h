/* What the PolyBench-like kernels share. As in PolyBench, arrays come from the heap and kernels get them as parameters:
   no compiler may know that they do not overlap. Inputs are made once, outside the measured time. */

#ifndef POLY_H
#define POLY_H

#include "report.h"

static inline void *poly_array(size_t bytes)
{
    void *array = malloc(bytes);
    if (array == NULL)
        exit(2);
    return array;
}

/* Numbers from 0 to 1, other ones for each `seed`. */
static inline void poly_fill(double *array, int rows, int columns, int seed)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            array[i * columns + j] = (double)((i * j + seed * i + 3 * j + seed) % rows) / rows;
}

/* A symmetric positive definite matrix: it has an LU and a Cholesky factorisation. */
static inline void poly_fill_definite(double *array, int size)
{
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++)
            array[i * size + j] = i == j ? size : 1.0 / (1 + (i > j ? i - j : j - i));
}

#endif

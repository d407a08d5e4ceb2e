/* The compiler's own alloca, as wasm2c output expects it. */
#ifndef ASOLO_ALLOCA_H
#define ASOLO_ALLOCA_H
#define alloca __builtin_alloca
#endif

/* Scalar floating point: five bodies that attract each other, in double precision; one operation is one step (square roots, divisions, FMA). */
#include "micro.h"

#define BODIES 5
static struct body {
    double x[3], v[3], mass;
} bodies[BODIES];

static void setup(void)
{
    for (u32 i = 0; i < BODIES; i++)
        bodies[i] = (struct body){ { i * 1.5, i * i * 0.7, 3.0 - i }, { 0.01 * i, 0.02, -0.01 * i }, 1.0 / (1 + i) };
}

static void attract(struct body *a, struct body *b, double dt)
{
    double d[3], square = 0.01;
    for (u32 k = 0; k < 3; k++) {
        d[k] = a->x[k] - b->x[k];
        square += d[k] * d[k];
    }
    double scale = dt / (square * __builtin_sqrt(square));
    for (u32 k = 0; k < 3; k++) {
        a->v[k] -= d[k] * b->mass * scale;
        b->v[k] += d[k] * a->mass * scale;
    }
}

static u64 run(u64 n)
{
    for (u64 step = 0; step < n; step++) {
        for (u32 i = 0; i < BODIES; i++)
            for (u32 j = i + 1; j < BODIES; j++)
                attract(&bodies[i], &bodies[j], 0.001);
        for (u32 i = 0; i < BODIES; i++)
            for (u32 k = 0; k < 3; k++)
                bodies[i].x[k] += 0.001 * bodies[i].v[k];
    }
    u64 bits;
    __builtin_memcpy(&bits, &bodies[0].x[0], sizeof bits);
    return bits;
}

const struct bench bench = { "fp", 10, setup, run };

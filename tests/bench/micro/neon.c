/* Advanced SIMD: over 1,024 elements a multiply-add of floats, a blend of bytes with saturation, and a sum of 16-bit products. One operation is
   one pass. */
#include "micro.h"
#include <arm_neon.h>

#define N 1024
static float fx[N], fy[N];
static u8 bx[N], by[N];
static int16_t hx[N];

static void setup(void)
{
    for (u32 i = 0; i < N; i++) {
        fx[i] = (float)i * 0.5f;
        fy[i] = 1.0f;
        bx[i] = (u8)(i * 3);
        by[i] = (u8)(i * 5);
        hx[i] = (int16_t)(i * 37);
    }
}

static void floats(void)
{
    float32x4_t a = vdupq_n_f32(0.25f), half = vdupq_n_f32(0.5f);
    for (u32 i = 0; i < N; i += 8) {
        float32x4_t y0 = vmulq_f32(vld1q_f32(fy + i), half), y1 = vmulq_f32(vld1q_f32(fy + i + 4), half);
        vst1q_f32(fy + i, vfmaq_f32(y0, vld1q_f32(fx + i), a));
        vst1q_f32(fy + i + 4, vfmaq_f32(y1, vld1q_f32(fx + i + 4), a));
    }
}

static void bytes(void)
{
    for (u32 i = 0; i < N; i += 16) {
        uint8x16_t x = vld1q_u8(bx + i), y = vld1q_u8(by + i);
        vst1q_u8(by + i, vqaddq_u8(vrhaddq_u8(x, y), vabdq_u8(x, y)));
        vst1q_u8(bx + i, veorq_u8(vextq_u8(x, y, 3), vcgtq_u8(x, y)));
    }
}

static u64 products(void)
{
    int32x4_t sum = vdupq_n_s32(0);
    for (u32 i = 0; i < N; i += 8) {
        int16x8_t x = vld1q_s16(hx + i);
        sum = vmlal_s16(sum, vget_low_s16(x), vget_high_s16(x));
        sum = vmlal_high_s16(sum, x, x);
    }
    return (u32)vaddvq_s32(sum);
}

static u64 run(u64 n)
{
    u64 sum = 0;
    for (u64 i = 0; i < n; i++) {
        floats();
        bytes();
        sum += products();
    }
    return sum ^ by[77] ^ (u64)(u32)fy[99] << 32;
}

const struct bench bench = { "neon", 2, setup, run };

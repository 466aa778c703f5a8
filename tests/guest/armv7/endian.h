/* Big-endian data by every kind of load and store, as functions for one instruction set: included for A32 and for T32, IN_SET(name) names them and
 * SET_BITS are what a PSR and an address have of it (DDI 0487 E2.8, DDI 0406 A3.3). R1 is the address, R2 and R3 are what is moved. */

/* Loads: big_endian's memory is 0x10 to 0x17, then 0x98 to 0x9f, 0xa0 to 0xaf. */
#define LOADS(text, want2, want3)                                                                                                                    \
    do {                                                                                                                                             \
        register u32 r1 __asm__("r1");                                                                                                               \
        register u32 r2 __asm__("r2");                                                                                                               \
        register u32 r3 __asm__("r3");                                                                                                               \
        fill();                                                                                                                                      \
        r1 = (u32)memory;                                                                                                                            \
        r2 = r3 = 0;                                                                                                                                 \
        __asm__ volatile(HEAD "setend be\n" text "\n setend le" : "+r"(r1), "+r"(r2), "+r"(r3) : : "r12", "lr", "memory");                            \
        check(text, r2, r3, want2, want3);                                                                                                           \
    } while (0)

/* Stores of 0x11223344 and 0x55667788: the bytes that they leave behind, the first one on top. */
#define STORES(text, want_low, want_high)                                                                                                            \
    do {                                                                                                                                             \
        register u32 r1 __asm__("r1");                                                                                                               \
        register u32 r2 __asm__("r2");                                                                                                               \
        register u32 r3 __asm__("r3");                                                                                                               \
        clear();                                                                                                                                     \
        r1 = (u32)memory;                                                                                                                            \
        r2 = 0x11223344;                                                                                                                             \
        r3 = 0x55667788;                                                                                                                             \
        __asm__ volatile(HEAD "setend be\n" text "\n setend le" : "+r"(r1), "+r"(r2), "+r"(r3) : : "r12", "lr", "memory");                            \
        check(text, bytes_at(0), bytes_at(4), want_low, want_high);                                                                                  \
    } while (0)

static __attribute__((noinline)) void IN_SET(loads)(void)
{
    LOADS("ldr r2, [r1]", 0x10111213, 0);
    LOADS("ldr r2, [r1, #1]", 0x11121314, 0);
    LOADS("ldr r2, [r1], #4\n ldr r3, [r1]", 0x10111213, 0x14151617);
    LOADS("ldrt r2, [r1]", 0x10111213, 0);
    LOADS("ldrh r2, [r1]\n ldrh r3, [r1, #1]", 0x1011, 0x1112);
    LOADS("ldrsh r2, [r1]\n ldrsh r3, [r1, #8]", 0x1011, 0xffff9899);
    LOADS("ldrb r2, [r1]\n ldrsb r3, [r1, #8]", 0x10, 0xffffff98);
    LOADS("ldrd r2, r3, [r1]", 0x10111213, 0x14151617);
    LOADS("ldm r1, {r2, r3}", 0x10111213, 0x14151617);
    LOADS("add r1, r1, #8\n ldmdb r1!, {r2, r3}", 0x10111213, 0x14151617);
    LOADS("mov r12, sp\n mov sp, r1\n pop {r2, r3}\n mov sp, r12", 0x10111213, 0x14151617);
    LOADS("ldrex r2, [r1]", 0x10111213, 0);
    LOADS("ldrexh r2, [r1]\n ldrexb r3, [r1]", 0x1011, 0x10);
    LOADS("ldrexd r2, r3, [r1]", 0x10111213, 0x14151617);
    LOADS("ldr r2, 1f\n b 2f\n.balign 4\n1: .byte 0x11, 0x22, 0x33, 0x44\n2:", 0x11223344, 0);
}

static __attribute__((noinline)) void IN_SET(stores)(void)
{
    STORES("str r2, [r1]", 0x11223344, 0);
    STORES("str r2, [r1, #1]", 0x00112233, 0x44000000);
    STORES("str r2, [r1], #4\n strt r3, [r1]", 0x11223344, 0x55667788);
    STORES("strh r2, [r1]\n strh r3, [r1, #3]", 0x33440077, 0x88000000);
    STORES("strb r2, [r1]", 0x44000000, 0);
    STORES("strd r2, r3, [r1]", 0x11223344, 0x55667788);
    STORES("stm r1!, {r2, r3}", 0x11223344, 0x55667788);
    STORES("mov r12, sp\n add r1, r1, #8\n mov sp, r1\n push {r2, r3}\n mov sp, r12", 0x11223344, 0x55667788);
    STORES("ldrex r12, [r1]\n strex r12, r2, [r1]", 0x11223344, 0);
    STORES("ldrexh r12, [r1]\n strexh r12, r2, [r1]", 0x33440000, 0);
    STORES("mov r12, r2\n mov lr, r3\n ldrexd r2, r3, [r1]\n mov r2, r12\n mov r3, lr\n strexd r12, r2, r3, [r1]", 0x11223344, 0x55667788);
    STORES("mov r12, sp\n add r1, r1, #8\n mov sp, r1\n mov lr, r2\n mov r3, #0x1d3\n msr spsr_cxsf, r3\n srsdb sp!, #0x13\n mov sp, r12", 0x11223344,
           0x000001d3);
}

static __attribute__((noinline)) void IN_SET(vectors_of_data)(void)
{
    LOADS("vldr s0, [r1]\n vmov r2, s0", 0x10111213, 0);
    LOADS("vldr d0, [r1]\n vmov r2, r3, d0", 0x14151617, 0x10111213);
    LOADS("vldm r1, {s0, s1}\n vmov r2, s0\n vmov r3, s1", 0x10111213, 0x14151617);
    LOADS("vldm r1, {d0, d1}\n vmov r2, r3, d1", 0x9c9d9e9f, 0x98999a9b);
    LOADS("vld1.8 {d0}, [r1]\n vmov r2, r3, d0", 0x13121110, 0x17161514);
    LOADS("vld1.16 {d0}, [r1]\n vmov r2, r3, d0", 0x12131011, 0x16171415);
    LOADS("vld1.32 {d0}, [r1]\n vmov r2, r3, d0", 0x10111213, 0x14151617);
    LOADS("vld1.64 {d0}, [r1]\n vmov r2, r3, d0", 0x14151617, 0x10111213);
    LOADS("vmov.i32 d0, #0\n vld1.16 {d0[2]}, [r1]\n vmov r2, r3, d0", 0, 0x1011);
    LOADS("vld1.32 {d0[]}, [r1]\n vmov r2, r3, d0", 0x10111213, 0x10111213);
    LOADS("vld2.16 {d0, d1}, [r1]\n vmov r2, r3, d0", 0x14151011, 0x9c9d9899);
    LOADS("vld3.32 {d0, d1, d2}, [r1]\n vmov r2, r3, d0", 0x10111213, 0x9c9d9e9f);
    LOADS("vld4.8 {d0, d1, d2, d3}, [r1]\n vmov r2, r3, d0", 0x9c981410, 0xaca8a4a0);
    STORES("vmov s0, r2\n vstr s0, [r1]", 0x11223344, 0);
    STORES("vmov d0, r2, r3\n vstr d0, [r1]", 0x55667788, 0x11223344);
    STORES("vmov d0, r2, r3\n vstm r1, {s0, s1}", 0x11223344, 0x55667788);
    STORES("vmov d0, r2, r3\n vstm r1, {d0}", 0x55667788, 0x11223344);
    STORES("vmov d0, r2, r3\n vst1.8 {d0}, [r1]", 0x44332211, 0x88776655);
    STORES("vmov d0, r2, r3\n vst1.16 {d0}, [r1]", 0x33441122, 0x77885566);
    STORES("vmov d0, r2, r3\n vst1.32 {d0}, [r1]", 0x11223344, 0x55667788);
    STORES("vmov d0, r2, r3\n vst1.64 {d0}, [r1]", 0x55667788, 0x11223344);
    STORES("vmov d0, r2, r3\n vst1.16 {d0[1]}, [r1]", 0x11220000, 0);
    STORES("vmov d0, r2, r3\n vmov d1, r3, r2\n vst2.32 {d0, d1}, [r1]", 0x11223344, 0x55667788);
}

/* Addresses and PSRs that come from memory are data. */
static __attribute__((noinline)) void IN_SET(jumps)(void)
{
    LOADS("adr r12, 1f\n orr r12, r12, #" JUMP_BIT "\n str r12, [r1]\n mov r2, #1\n ldr pc, [r1]\n mov r2, #0\n.balign 4\n1:", 1, 0);
    LOADS("adr r12, 1f\n str r12, [r1]\n mrs r12, cpsr\n orr r12, r12, #" PSR_BIT "\n str r12, [r1, #4]\n mov r2, #1\n rfeia r1\n mov r2, #0\n.balign 4\n1:", 1, 0);
}

#undef LOADS
#undef STORES

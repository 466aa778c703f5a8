/* The Normal world's side of firmware/monitor for ARMv7, in Hyp mode (or SVC without it): calls, what a call leaves alone, what of the Secure world can
 * be seen (nothing), and that its timer's interrupts come whatever is masked here. Stands alone: a flat image, entered at its start. */
#include <stdbool.h>
#include <stdint.h>

#include "../../../firmware/monitor/tee.h"

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define SECURE_RAM 0x0e000000u
#define REG(address) (*(volatile u32 *)(address))
#define UART_DR REG(0x09000000u)
#define GICD 0x08000000u
#define GICC 0x08010000u
#define CP15(opc1, crn, crm, opc2)                                                                                                                   \
    ({ u32 value_; __asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(value_)); value_; })

enum { PSCI_VERSION = 0x84000000u, PSCI_OFF = 0x84000002u, PSCI_ON = 0x84000003u, PSCI_AFFINITY_INFO = 0x84000004u, PSCI_FEATURES = 0x8400000au };
enum { UNDEFINED = 1, PREFETCH_ABORT = 3, DATA_ABORT = 4, HYP_TRAP = 5 }; /* vectors */
#define MODE_HYP 0x1a

/* The last exception taken to the mode that we run in, and how many there were; the instruction is skipped. */
struct record {
    u32 vector, count;
};
volatile struct record taken;
static u32 checks, failures;

/* ---- start, vectors ---- */

__asm__(".syntax unified\n.arch armv7ve\n.fpu neon-vfpv4\n.arch_extension sec\n.pushsection .text.start, \"ax\"\n.global _start\n_start:\n"
        " ldr sp, =stack_top\n ldr r0, =__bss_start\n ldr r1, =__bss_end\n mov r2, #0\n"
        "1: cmp r0, r1\n strlo r2, [r0], #4\n blo 1b\n"
        " mrs r0, cpsr\n and r0, r0, #31\n cmp r0, #0x1a\n ldr r0, =vectors\n"
        " mcreq p15, 4, r0, c12, c0, 0\n" /* HVBAR */
        " mcrne p15, 0, r0, c12, c0, 0\n" /* VBAR */
        " mov r0, #0xf00000\n mcr p15, 0, r0, c1, c0, 2\n" /* CPACR: CP10, CP11 */
        " isb\n mov r0, #0x40000000\n vmsr fpexc, r0\n ldr r0, =und_stack\n"
        " mrs r1, cpsr\n and r1, r1, #31\n cmp r1, #0x1a\n beq 2f\n cps #0x1b\n mov sp, r0\n cps #0x17\n mov sp, r0\n cps #0x13\n2:"
        " bl guest_main\n b .\n.popsection\n"
        ".pushsection .text\n.balign 32\nvectors:\n b .\n b v_undefined\n b .\n b v_prefetch\n b v_data\n b v_hyp\n b .\n b .\n"
        "v_undefined: push {r0-r3}\n mov r0, #1\n b v_all\n"
        "v_prefetch: push {r0-r3}\n mov r0, #3\n b v_all\n"
        "v_data: push {r0-r3}\n mov r0, #4\n b v_all\n"
        "v_hyp: push {r0-r3}\n mov r0, #5\n"
        "v_all: ldr r1, =taken\n ldr r2, [r1, #4]\n add r2, r2, #1\n str r0, [r1]\n str r2, [r1, #4]\n"
        " mrs r1, cpsr\n and r1, r1, #31\n cmp r1, #0x1a\n beq 3f\n"
        " cmp r0, #4\n subeq lr, lr, #4\n pop {r0-r3}\n movs pc, lr\n" /* LR is behind the instruction, or 8 behind it (Data Abort) */
        "3: mrs r2, elr_hyp\n add r2, r2, #4\n msr elr_hyp, r2\n pop {r0-r3}\n eret\n"
        ".ltorg\n.popsection\n"
        ".pushsection .bss\n.balign 16\n .skip 0x2000\nstack_top:\n .skip 0x400\nund_stack:\n .skip 0x1000\nother_stack:\n.popsection");

/* ---- output ---- */

static void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

static void print_hex(u32 value)
{
    print("0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        UART_DR = (u8)"0123456789abcdef"[value >> shift & 15];
}

static void check(const char *name, u32 got, u32 want)
{
    checks++;
    if (got == want)
        return;
    failures++;
    print("not ok ");
    print(name);
    print(": got ");
    print_hex(got);
    print(" want ");
    print_hex(want);
    print("\r\n");
}

/* ---- calls ---- */

struct results {
    u32 r[4];
};

static struct results call(u32 function, u32 a1, u32 a2, u32 a3)
{
    register u32 r0 __asm__("r0") = function;
    register u32 r1 __asm__("r1") = a1;
    register u32 r2 __asm__("r2") = a2;
    register u32 r3 __asm__("r3") = a3;
    __asm__ volatile(".arch_extension sec\n smc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
    return (struct results){ { r0, r1, r2, r3 } };
}

static void conventions(void)
{
    check("PSCI 1.1", call(PSCI_VERSION, 0, 0, 0).r[0], 0x10001);
    check("FEATURES of CPU_ON", call(PSCI_FEATURES, PSCI_ON, 0, 0).r[0], 0);
    check("FEATURES of its 64-bit form", call(PSCI_FEATURES, PSCI_ON | SMC64, 0, 0).r[0], -1u);
    check("SMCCC 1.1", call(0x80000000u, 0, 0, 0).r[0], 0x10001);
    check("a call of no owner's", call(0x8b000000u, 0, 0, 0).r[0], -1u);
    check("what the monitor says to the payload", call(0xb20000feu, 0, 0, 0).r[0], -1u);
    check("UID", call(TEE_UID, 0, 0, 0).r[0], 0x5ec0de00);
    check("no function of the payload's", call(0xb2000077u, 0, 0, 0).r[0], -1u);
}

/* SipHash-2-4's published vectors, of 8 and of 15 bytes */
static void signatures(void)
{
    static u8 message[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    struct results word = call(TEE_SIGN, 0x03020100, 0x07060504, 0), buffer = call(TEE_SIGN_BUFFER, (u32)message, 15, 0);
    check("of a word, low", word.r[0], 0x9a932462);
    check("of a word, high", word.r[1], 0x93f5f579);
    check("of a buffer, low", buffer.r[0], 0x49be45e5);
    check("of a buffer, high", buffer.r[1], 0xa129ca61);
    check("not of Secure RAM", call(TEE_SIGN_BUFFER, SECURE_RAM, 8, 0).r[0], 0);
}

/* ---- what a call leaves alone ---- */

/* LR_usr is Hyp mode's LR, too */
#define MODE_REGISTERS(X)                                                                                                                            \
    X(sp_usr) X(sp_svc) X(lr_svc) X(spsr_svc) X(sp_irq) X(lr_irq) X(spsr_irq) X(lr_abt) X(spsr_abt) X(lr_und) X(spsr_und) X(r8_fiq)        \
    X(r9_fiq) X(r10_fiq) X(r11_fiq) X(r12_fiq) X(sp_fiq) X(lr_fiq) X(spsr_fiq)

static void mode_registers(void)
{
    u32 cpsr;
    __asm__("mrs %0, cpsr" : "=r"(cpsr));
    if ((cpsr & 31) != MODE_HYP) /* these forms of MRS and MSR come with the Virtualization Extensions */
        return;
    u32 n = 0x60000010, want = n, got;
#define X(name) __asm__ volatile(".arch_extension virt\n msr " #name ", %0" : : "r"(n)); n += 0x01000000;
    MODE_REGISTERS(X)
#undef X
    call(TEE_SIGN, 1, 2, 3);
    check("the payload's FP registers", call(TEE_FILL, 5, 0, 0).r[0], 160);
#define X(name) __asm__ volatile("mrs %0, " #name : "=r"(got)); check("kept over a call: " #name, got, want); want += 0x01000000;
    MODE_REGISTERS(X)
#undef X
}

static void fp_registers(void)
{
    static u64 before[32], after[32];
    u32 fpscr;
    for (u32 i = 0; i < 32; i++)
        before[i] = 0x0123456700000000 | i;
    __asm__ volatile(".fpu neon-vfpv4\n mov r4, %0\n vldmia r4!, {d0-d15}\n vldmia r4!, {d16-d31}\n vmsr fpscr, %1" : : "r"(before), "r"(0x30000000) : "memory", "r4");
    call(TEE_FILL, 5, 0, 0);
    __asm__ volatile("mov r4, %1\n vstmia r4!, {d0-d15}\n vstmia r4!, {d16-d31}\n vmrs %0, fpscr" : "=r"(fpscr) : "r"(after) : "memory", "r4");
    check("FPSCR", fpscr, 0x30000000);
    for (u32 i = 0; i < 32; i++)
        check("a D register", after[i] == before[i], 1);
}

/* ---- what cannot be seen ---- */

static void closed(const char *name, u32 address, u32 vector)
{
    taken = (struct record){ 0 };
    REG(address);
    check(name, taken.count, 1);
    check(name, taken.vector, vector);
    REG(address) = 1;
    check(name, taken.count, 2);
}

#define UNDEFINED_HERE(name, insn)                                                                                                                   \
    taken = (struct record){ 0 };                                                                                                                    \
    __asm__ volatile(insn : : "r"(0) : "memory", "r0");                                                                                              \
    check(name, taken.count, 1);                                                                                                                     \
    check(name, taken.vector, UNDEFINED)

static void secure_world(void)
{
    closed("Secure RAM", SECURE_RAM, DATA_ABORT);
    closed("Secure flash", 0x1000, DATA_ABORT);
    closed("Secure UART", 0x09040018, DATA_ABORT);
    closed("Secure GPIO", 0x090b0400, DATA_ABORT);
    UNDEFINED_HERE("read SCR", "mrc p15, 0, r0, c1, c1, 0");
    UNDEFINED_HERE("write SCR", "mcr p15, 0, %0, c1, c1, 0");
    UNDEFINED_HERE("read MVBAR", "mrc p15, 0, r0, c12, c0, 1");
    UNDEFINED_HERE("read SDER", "mrc p15, 0, r0, c1, c1, 1");
    UNDEFINED_HERE("write NSACR", "mcr p15, 0, %0, c1, c1, 2");
    UNDEFINED_HERE("write CNTFRQ", "mcr p15, 0, %0, c14, c0, 0");
    check("NSACR can be read", CP15(0, c1, c1, 2) & 0xc00, 0xc00);
    REG(GICD + 0x80) = 0;
    check("GICD_IGROUPR", REG(GICD + 0x80), 0);
    check("GICD_ISENABLER, of Group 0", REG(GICD + 0x100) & (1u << 29 | 0xff00), 0);
    REG(GICD + 0x180) = 1u << 29;
    check("GICC_IAR", REG(GICC + 0xc), 1023);
}

/* ---- its interrupts ---- */

static u64 counter(void)
{
    u64 value;
    __asm__ volatile("isb\n mrrc p15, 0, %Q0, %R0, c14" : "=r"(value));
    return value;
}

static void wait_for(u32 ticks)
{
    for (u64 until = counter() + ticks; counter() < until;)
        ;
}

/* All is masked here: CPSR.A, I and F (so we began), GICC_PMR, GICD_CTLR. */
static void secure_timer(void)
{
    struct results before, after;
    REG(GICC + 4) = 0;
    REG(GICD) = 0;
    taken = (struct record){ 0 };
    check("CNTFRQ", call(TEE_TIMER, 20000, 0, 0).r[0], CP15(0, c14, c0, 0));
    before = call(TEE_TICKS, 0, 0, 0);
    wait_for(110000);
    after = call(TEE_TICKS, 0, 0, 0);
    check("it ticks while we run", after.r[0] - before.r[0] >= 4 && after.r[0] - before.r[0] <= 6, 1);
    check("none of these came while the Secure world ran", after.r[1], before.r[1]);
    call(TEE_WORK, 3000000, 0, 0);
    check("some come there", call(TEE_TICKS, 0, 0, 0).r[1] > after.r[1], 1);
    check("nothing is taken here", taken.count, 0);
    call(TEE_TIMER, 0, 0, 0);
    before = call(TEE_TICKS, 0, 0, 0);
    wait_for(110000);
    check("and none when it is off", call(TEE_TICKS, 0, 0, 0).r[0], before.r[0]);
}

/* ---- two CPUs ---- */

static volatile u32 other_count, other_context;
__asm__(".pushsection .text\n.thumb\n.thumb_func\nother_entry:\n ldr sp, =other_stack\n bl other_main\n.ltorg\n.arm\n.popsection");
extern u8 other_entry[];

void other_main(u32 context);
void other_main(u32 context)
{
    other_count = call(TEE_COUNT, 0, 0, 0).r[0];
    other_context = context;
    __asm__ volatile("dsb" : : : "memory");
    call(PSCI_OFF, 0, 0, 0);
}

/* It begins in Thumb: bit 0 of its entry is set. */
static void two_cpus(void)
{
    check("CPU_ON of ourselves", call(PSCI_ON, 0, (u32)other_entry | 1, 0).r[0], -4u);
    check("CPU_ON in Secure RAM", call(PSCI_ON, 1, SECURE_RAM, 0).r[0], -9u);
    for (u32 round = 1; round <= 2; round++) {
        check("CPU_ON", call(PSCI_ON, 1, (u32)other_entry | 1, 0x1234 + round).r[0], 0);
        while (call(PSCI_AFFINITY_INFO, 1, 0, 0).r[0] != 1)
            ;
        check("its context", other_context, 0x1234 + round);
        check("its payload has its own count", other_count, round);
    }
}

void guest_main(void);
void guest_main(void)
{
    conventions();
    signatures();
    mode_registers();
    fp_registers();
    secure_world();
    secure_timer();
    two_cpus();
    print(failures ? "GUEST-FAIL " : "GUEST-PASS ");
    print_hex(failures ? failures : checks);
    print("\r\n");
    for (;;)
        ;
}

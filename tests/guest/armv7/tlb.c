/* The scope of CP15's TLB operations (DDI 0406 B3.10, B4.2.2): entries of two VMs, of two ASIDs each and global ones, and Hyp mode's. After their tables have
 * changed, those still answer by the old table that an operation did not name: entries stay here until they must go. */
#include "hyp.h"

#define GLOBAL_VA 0x80000000u
#define LOCAL_VA 0x80001000u
#define HYP_VA 0x80002000u
#define OLD 0x44000000u
#define NEW 0x44100000u
#define OTHER_ASID 0x22
#define ASID 0x11

static u32 level1[4096] __attribute__((aligned(16384))), level2[256] __attribute__((aligned(1024)));
static u64 s2_level1[4] __attribute__((aligned(4096)));
static u64 hyp_level1[4] __attribute__((aligned(4096))), hyp_level2[512] __attribute__((aligned(4096))), hyp_level3[512] __attribute__((aligned(4096)));
static u32 hsctlr;

/* Entries, as bits */
enum { GLOBAL = 1, LOCAL = 2, LOCAL_OTHER = 4, VM2_GLOBAL = 8, VM2_LOCAL = 16, VM2_OTHER = 32, OF_HYP = 64, ENTRIES = 7, VM1 = 7, NORMAL = 63 };

static void set_vmid(u32 vmid)
{
    __asm__ volatile("mcrr p15, 6, %0, %1, c2\n isb" : : "r"((u32)s2_level1), "r"(vmid << 16) : "memory");
}

static void flush(void)
{
    __asm__ volatile("dsb\n mcr p15, 4, %0, c8, c7, 4\n mcr p15, 4, %0, c8, c7, 0\n dsb\n isb" : : "r"(0) : "memory"); /* TLBIALLNSNH, TLBIALLH */
}

static void point_to(u32 page)
{
    ((volatile u32 *)level2)[0] = page | 3 << 4 | 1 << 6 | 3 << 2 | 2;
    ((volatile u32 *)level2)[1] = page | 1 << 11 | 3 << 4 | 1 << 6 | 3 << 2 | 2;
    ((volatile u64 *)hyp_level3)[2] = page | 1 << 10 | 3 << 8 | 1 << 6 | 1 << 2 | 3;
}

static void tables_on(void)
{
    for (u32 i = 0; i < 4096; i++)
        level1[i] = 0;
    level1[0x420] = 0x42000000 | 3 << 10 | 1 << 12 | 3 << 2 | 2;
    level1[GLOBAL_VA >> 20] = (u32)level2 | 1;
    CP15_SET(0, 2, 0, 2, 0);
    CP15_SET(0, 2, 0, 0, level1);
    CP15_SET(0, 3, 0, 0, 1);
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) | 1);
    s2_level1[1] = 0x40000000 | 0x7fd;
    CP15_SET(4, 2, 1, 2, 1u << 31 | 1 << 6);
    CP15_SET(4, 1, 1, 0, 1);
    hyp_level1[0] = 1 << 6 | 1 << 10 | 1;
    hyp_level1[1] = 0x40000000 | 1 << 10 | 3 << 8 | 1 << 6 | 1 << 2 | 1;
    hyp_level1[2] = (u32)hyp_level2 | 3;
    hyp_level2[0] = (u32)hyp_level3 | 3;
    CP15_SET(4, 10, 2, 0, 0xff00);
    CP15_SET(4, 2, 0, 2, 0x80800000);
    __asm__ volatile("mcrr p15, 4, %0, %1, c2\n isb" : : "r"((u32)hyp_level1), "r"(0) : "memory");
    hsctlr = CP15_GET(4, 1, 0, 0);
    *(volatile u32 *)OLD = 1;
    *(volatile u32 *)NEW = 2;
}

static u32 read_in_svc(u32 vmid, u32 asid, u32 va)
{
    set_vmid(vmid);
    CP15_SET(0, 13, 0, 1, asid);
    struct state s = { .pc = A32("ldr r0, [r1]"), .psr = PSR_AIF | SVC, .r = { [1] = va } };
    run(&s);
    return s.r[0];
}

/* Reads through all entries: which of them are new. */
static u32 read_all(void)
{
    u32 found = 0;
    for (u32 vm = 0; vm < 2; vm++)
        for (u32 i = 0; i < 3; i++)
            found |= (read_in_svc(vm + 1, i < 2 ? ASID : OTHER_ASID, i ? LOCAL_VA : GLOBAL_VA) == 2 ? 1u : 0) << (3 * vm + i);
    CP15_SET(4, 1, 0, 0, hsctlr | 1);
    found |= (*(volatile u32 *)HYP_VA == 2 ? 1u : 0) << 6;
    CP15_SET(4, 1, 0, 0, hsctlr);
    return found;
}


static void check_op(const char *name, u32 at, u32 mode, u32 value, u32 gone)
{
    point_to(OLD);
    flush();
    read_all();
    point_to(NEW);
    check2(name, "before: all are kept", read_all(), 0);
    set_vmid(1);
    CP15_SET(0, 13, 0, 1, 0x33);
    CP15_SET(4, 1, 0, 0, hsctlr | 1);
    struct state s = { .pc = at, .psr = PSR_AIF | mode, .r = { [1] = value } };
    run(&s);
    CP15_SET(4, 1, 0, 0, hsctlr);
    check2(name, "ended", s.hsr, ENDED);
    check2(name, mode == HYP ? "from Hyp mode: gone" : "gone", read_all(), gone);
}

static void operations(void)
{
    const struct {
        const char *name;
        u32 at, opc1;
        u32 global, local, other; /* what goes by an address of a global or a local page with ASID, and with another ASID */
    } table[] = {
#define BY(name, crm, opc2, ...) { name, A32("mcr p15, 0, r1, c8, c" #crm ", " #opc2 "\n dsb\n isb"), 0, __VA_ARGS__ }
#define HYPS(name, crm, opc2, ...) { name, A32("mcr p15, 4, r1, c8, c" #crm ", " #opc2 "\n dsb\n isb"), 4, __VA_ARGS__ }
        BY("TLBIALL", 7, 0, VM1, VM1, VM1), BY("TLBIALLIS", 3, 0, VM1, VM1, VM1), BY("ITLBIALL", 5, 0, VM1, VM1, VM1), BY("DTLBIALL", 6, 0, VM1, VM1, VM1),
        BY("TLBIMVA", 7, 1, GLOBAL, LOCAL, LOCAL_OTHER), BY("TLBIMVAIS", 3, 1, GLOBAL, LOCAL, LOCAL_OTHER),
        BY("ITLBIMVA", 5, 1, GLOBAL, LOCAL, LOCAL_OTHER), BY("DTLBIMVA", 6, 1, GLOBAL, LOCAL, LOCAL_OTHER),
        BY("TLBIASID", 7, 2, LOCAL, LOCAL, LOCAL_OTHER), BY("TLBIASIDIS", 3, 2, LOCAL, LOCAL, LOCAL_OTHER),
        BY("ITLBIASID", 5, 2, LOCAL, LOCAL, LOCAL_OTHER), BY("DTLBIASID", 6, 2, LOCAL, LOCAL, LOCAL_OTHER),
        BY("TLBIMVAA", 7, 3, GLOBAL, LOCAL | LOCAL_OTHER, LOCAL | LOCAL_OTHER), BY("TLBIMVAAIS", 3, 3, GLOBAL, LOCAL | LOCAL_OTHER, LOCAL | LOCAL_OTHER),
        HYPS("TLBIALLH", 7, 0, OF_HYP, OF_HYP, OF_HYP), HYPS("TLBIALLHIS", 3, 0, OF_HYP, OF_HYP, OF_HYP),
        HYPS("TLBIMVAH", 7, 1, 0, 0, 0), HYPS("TLBIMVAHIS", 3, 1, 0, 0, 0),
        HYPS("TLBIALLNSNH", 7, 4, NORMAL, NORMAL, NORMAL), HYPS("TLBIALLNSNHIS", 3, 4, NORMAL, NORMAL, NORMAL),
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)
        for (u32 hyp = table[i].opc1 ? 1 : 0; hyp < 2; hyp++) {
            u32 mode = hyp ? HYP : SVC;
            check_op(table[i].name, table[i].at, mode, GLOBAL_VA | ASID, table[i].global);
            check_op(table[i].name, table[i].at, mode, LOCAL_VA | ASID, table[i].local);
            check_op(table[i].name, table[i].at, mode, LOCAL_VA | OTHER_ASID, table[i].other);
        }
    check_op("TLBIMVAH, its page", table[16].at, HYP, HYP_VA | 0x123, OF_HYP);
    check_op("TLBIMVAHIS, its page", table[17].at, HYP, HYP_VA, OF_HYP);
    struct state s = { .pc = table[18].at, .psr = PSR_AIF | SVC };
    run(&s);
    check("TLBIALLNSNH in SVC mode", s.hsr, TAKEN(1));
}

void guest_main(void);
void guest_main(void)
{
    tables_on();
    operations();
    finish();
}

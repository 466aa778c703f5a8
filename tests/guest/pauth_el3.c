/* Pointer authentication from EL3: SCR_EL3.API and APK trap the lower ELs, EL2 among them; EL3 has keys and a layout of its own regime. */
#include "guest.h"

__asm__(".arch armv8.3-a");

#define SCR_OPEN 0x30531ull /* APK, API; RW, HCE, RES1, NS */
#define SCR_APK (1ull << 16)
#define SCR_API (1ull << 17)
#define HCR_OPEN (1ull << 31 | 3ull << 40)
#define EN_IA (1ull << 31)

INSN(i_pacia, "pacia x0, x1")
INSN(i_pacga, "pacga x0, x1, x2")
INSN(i_xpaci, "xpaci x0")
INSN(i_read_key, "mrs x3, apdakeyhi_el1")
INSN(i_write_key, "msr apgakeylo_el1, x4")

static void open_all(void)
{
    MSR("scr_el3", SCR_OPEN);
    MSR("hcr_el2", HCR_OPEN);
    MSR("sctlr_el1", 0x30d00800 | EN_IA);
    MSR("sctlr_el2", 0x30c50830 | EN_IA);
    MSR("sctlr_el3", 0x30c50830 | EN_IA);
}

static void one(const char *name, u32 *insn, u32 el, u64 closed, u64 esr)
{
    open_all();
    forget();
    run_at(el, insn, 0);
    check(name, all_taken(), 0);
    MSR("scr_el3", SCR_OPEN & ~closed);
    forget();
    run_at(el, insn, 0);
    check(name, all_taken(), esr != 0);
    check(name, taken[3].esr, esr);
    check(name, taken[3].elr, esr ? (u64)insn : 0);
    open_all();
}

/* EL2's trap comes before EL3's. */
static void both_closed(void)
{
    MSR("scr_el3", SCR_OPEN & ~(SCR_API | SCR_APK));
    MSR("hcr_el2", 1ull << 31);
    forget();
    run_at(1, i_pacia, 0);
    CHECK("API of EL2 and EL3: EL2 first", taken[2].esr, 0x26000000);
    forget();
    run_at(1, i_read_key, 0);
    CHECK("APK of EL2 and EL3: EL2 first", taken[2].esr, 0x62000000 | sys_iss(*i_read_key));
    CHECK("and only EL2", all_taken(), 1);
    /* Secure state has no EL2 here. */
    MSR("scr_el3", (SCR_OPEN & ~1ull) & ~SCR_API);
    forget();
    run_at(1, i_pacia, 0);
    CHECK("in Secure state EL3 alone traps", taken[3].esr, 0x26000000);
    CHECK("and EL2 does not", all_taken(), 1);
    MSR("scr_el3", SCR_OPEN & ~1ull);
    forget();
    run_at(1, i_pacia, 0);
    CHECK("nor with API of EL3 set", all_taken(), 0);
    open_all();
}

static u64 pacia(u64 x, u64 y)
{
    __asm__ volatile("pacia %0, %1" : "+r"(x) : "r"(y));
    return x;
}

static u64 pacga(u64 x, u64 y)
{
    __asm__ volatile("pacga %0, %0, %1" : "+r"(x) : "r"(y));
    return x;
}

/* EL3 is not trapped by its own controls, and TCR_EL3 shapes its pointers. */
static void at_el3(void)
{
    u64 p = 0x40001234, m = 0x99, pac;
    MSR("scr_el3", SCR_OPEN & ~(SCR_API | SCR_APK));
    MSR("apiakeylo_el1", 1);
    MSR("apiakeyhi_el1", 2);
    MSR("apgakeylo_el1", 1);
    MSR("apgakeyhi_el1", 2);
    MSR("tcr_el3", 0x80800000 | 32);
    pac = pacga(p, m);
    CHECK("PACIA at EL3", pacia(p, m), p | (pac & ~(1ull << 55)));
    MSR("tcr_el3", 0x80800000 | 32 | 1 << 20);
    CHECK("with TBI", pacia(p, m), p | (pac & 0x007fffff00000000));
    MSR("tcr_el3", 0x80800000 | 32 | 1 << 20 | 1 << 29);
    CHECK("with TBI, TBID", pacia(p, m), p | (pac & ~(1ull << 55)));
    MSR("sctlr_el3", 0x30c50830);
    CHECK("without EnIA", pacia(p, m), p);
    open_all();
}

void guest_main(void)
{
    home_el = 3;
    for (u32 el = 0; el < 3; el++) {
        one("PACIA by SCR_EL3.API", i_pacia, el, SCR_API, 0x26000000);
        one("PACGA by SCR_EL3.API", i_pacga, el, SCR_API, 0x26000000);
        one("XPACI is not trapped", i_xpaci, el, SCR_API, 0);
        one("PACIA is not APK's", i_pacia, el, SCR_APK, 0);
    }
    for (u32 el = 1; el < 3; el++) {
        one("MRS of a key by SCR_EL3.APK", i_read_key, el, SCR_APK, 0x62000000 | sys_iss(*i_read_key));
        one("MSR of a key by SCR_EL3.APK", i_write_key, el, SCR_APK, 0x62000000 | sys_iss(*i_write_key));
        one("a key is not API's", i_read_key, el, SCR_API, 0);
    }
    both_closed();
    at_el3();
    finish();
}

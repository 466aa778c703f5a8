/* GICv2 from the CPU's side: SGIs and SPIs with priorities, EOImode; list registers, GICV at EL1, maintenance, hardware interrupts. */
#include "guest.h"

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))
#define GICH(offset) (*(volatile u32 *)(0x08030000ull + (offset)))
#define GICV(offset) (*(volatile u32 *)(0x08040000ull + (offset)))

enum { CTLR = 0, PMR = 4, BPR = 8, IAR = 0xc, EOIR = 0x10, RPR = 0x14, HPPIR = 0x18, DIR = 0x1000 };
enum { ISENABLER = 0x100, ISPENDR = 0x200, ICPENDR = 0x280, ISACTIVER = 0x300, ICACTIVER = 0x380, IPRIORITYR = 0x400, SGIR = 0xf00 };
enum { HCR = 0, VTR = 4, VMCR = 8, MISR = 0x10, EISR = 0x20, ELRSR = 0x30, APR = 0xf0, LR = 0x100 };

#define HCR_IMO (1ull << 31 | 1ull << 4)
#define LR_PENDING(id, priority) (1u << 28 | (u32)(priority) >> 3 << 23 | (id))
#define LR_HW(physical) (1u << 31 | (u32)(physical) << 10)

static void set_priority(u32 irq, u8 priority)
{
    *(volatile u8 *)(0x08000000ull + IPRIORITYR + irq) = priority;
}

static void open_gic(void)
{
    GICD(CTLR) = 1;
    GICC(CTLR) = 1;
    GICC(PMR) = 0xf8;
    GICC(BPR) = 2;
    GICD(ISENABLER + 4) = 0xffffffff;
    for (u32 i = 0; i < 64; i++)
        set_priority(i, 0x80);
}

/* ---- physical ---- */

static u32 acknowledged;

static void acknowledge_and_end(void)
{
    acknowledged = GICC(IAR);
    GICC(EOIR) = acknowledged;
}

static void physical(void)
{
    CHECK("spurious", GICC(IAR), 1023);
    CHECK("idle priority", GICC(RPR), 0xff);
    GICD(SGIR) = 2u << 24 | 5;
    CHECK("SGI is pending", GICC(HPPIR), 5);
    CHECK("SGI", GICC(IAR), 5);
    CHECK("running priority", GICC(RPR), 0x80);
    CHECK("SGI is active", GICD(ISACTIVER), 1u << 5);
    GICD(ISPENDR + 4) = 1u << 8; /* INTID 40 of the same priority does not preempt */
    CHECK("same priority", GICC(IAR), 1023);
    set_priority(41, 0x40);
    GICD(ISPENDR + 4) = 1u << 9;
    CHECK("a higher one preempts", GICC(IAR), 41);
    CHECK("its priority", GICC(RPR), 0x40);
    GICC(EOIR) = 41;
    CHECK("priority drops", GICC(RPR), 0x80);
    GICC(EOIR) = 5;
    CHECK("the waiting one comes", GICC(IAR), 40);
    GICC(EOIR) = 40;
    CHECK("none is active", GICD(ISACTIVER + 4) | GICD(ISACTIVER), 0);
    GICC(CTLR) = 1 | 1u << 9; /* EOImode: drop and deactivation apart */
    GICD(ISPENDR + 4) = 1u << 10;
    CHECK("EOImode IAR", GICC(IAR), 42);
    GICC(EOIR) = 42;
    CHECK("EOImode drops", GICC(RPR), 0xff);
    CHECK("EOImode keeps it active", GICD(ISACTIVER + 4), 1u << 10);
    GICC(DIR) = 42;
    CHECK("DIR deactivates", GICD(ISACTIVER + 4), 0);
    GICC(CTLR) = 1;
    GICC(PMR) = 0x80;
    GICD(ISPENDR + 4) = 1u << 8;
    CHECK("PMR masks its own priority", GICC(IAR), 1023);
    GICC(PMR) = 0xf8;
    on_interrupt[2] = acknowledge_and_end;
    forget();
    MSR("hcr_el2", HCR_IMO);
    __asm__ volatile("msr daifclr, #2\n isb\n msr daifset, #2" : : : "memory");
    CHECK("IRQ is taken to EL2", taken[2].count, 1);
    CHECK("IRQ vector", taken[2].vector, 5);
    CHECK("IRQ number", acknowledged, 40);
    on_interrupt[2] = 0;
}

/* ---- virtual ---- */

INSN(nothing, "nop")

static u32 virtual_id;
static bool end_it = true;

/* At EL1: the guest's handler. */
static void guest_handler(void)
{
    virtual_id = GICV(IAR);
    if (end_it)
        GICV(EOIR) = virtual_id;
}

static u64 enable_guest_interface(u64 unused)
{
    (void)unused;
    GICV(PMR) = 0xf8;
    GICV(CTLR) = 1;
    return GICV(CTLR);
}

/* EL1 with IRQs open for an instruction. */
static void let_guest_run(void)
{
    forget();
    run_at_spsr(0x345, nothing, 0);
}

static void list_registers(void)
{
    MSR("hcr_el2", HCR_IMO);
    GICH(HCR) = 1;
    CHECK("list registers", (GICH(VTR) & 63) + 1, 4);
    CHECK("all are empty", GICH(ELRSR), 15);
    CHECK("GICV_CTLR", run_at(1, enable_guest_interface, 0), 1);
    CHECK("VMCR shows what the guest wrote", GICH(VMCR) & 0xf8000001, 0xf8000001);
    on_interrupt[1] = guest_handler;
    GICH(LR) = LR_PENDING(27, 0x80);
    CHECK("LR0 is taken", GICH(ELRSR), 14);
    let_guest_run();
    CHECK("virtual IRQ", taken[1].count, 1);
    CHECK("virtual IRQ vector", taken[1].vector, 5);
    CHECK("virtual INTID", virtual_id, 27);
    CHECK("ended: LR is empty", GICH(ELRSR), 15);
    CHECK("nothing went to EL2", taken[2].count, 0);
    GICH(LR + 4) = LR_PENDING(50, 0xf0);
    GICH(LR + 8) = LR_PENDING(51, 0x20);
    let_guest_run();
    CHECK("two virtual IRQs", taken[1].count, 2);
    CHECK("the urgent one came first", virtual_id, 50);
    end_it = false;
    GICH(LR) = LR_PENDING(60, 0x80);
    let_guest_run();
    CHECK("acknowledged: active", GICH(LR) >> 28 & 3, 2);
    CHECK("acknowledged: APR", GICH(APR), 1u << 16);
    GICH(LR) = 0;
    GICH(APR) = 0;
    end_it = true;
    GICH(LR) = LR_PENDING(61, 0x80);
    MSR("hcr_el2", 1ull << 31);
    let_guest_run();
    CHECK("without IMO there is no virtual IRQ", taken[1].count, 0);
    MSR("hcr_el2", HCR_IMO);
    GICH(LR) = 0;
}

static void hardware_interrupt(void)
{
    GICC(CTLR) = 1 | 1u << 9;
    GICD(ISPENDR + 4) = 1u << 12;
    CHECK("physical interrupt", GICC(IAR), 44);
    GICC(EOIR) = 44;
    CHECK("it stays active", GICD(ISACTIVER + 4), 1u << 12);
    GICH(LR) = LR_PENDING(44, 0x80) | LR_HW(44);
    let_guest_run();
    CHECK("the guest took it", virtual_id, 44);
    CHECK("its EOI deactivated the physical one", GICD(ISACTIVER + 4), 0);
    GICC(CTLR) = 1;
}

/* At EL1: ends an interrupt that no list register holds. */
static u64 end_unknown(u64 unused)
{
    (void)unused;
    GICV(EOIR) = 99;
    return 0;
}

static void maintenance(void)
{
    GICH(HCR) = 1 | 2; /* UIE: fewer than two */
    CHECK("underflow", GICH(MISR), 2);
    CHECK("maintenance interrupt is pending", GICD(ISPENDR) >> 25 & 1, 1);
    GICH(LR) = LR_PENDING(30, 0x80);
    GICH(LR + 4) = LR_PENDING(31, 0x80);
    CHECK("no underflow with two", GICH(MISR), 0);
    CHECK("maintenance interrupt is gone", GICD(ISPENDR) >> 25 & 1, 0);
    GICH(HCR) = 1 | 8; /* NPIE */
    CHECK("pending ones: no NP", GICH(MISR), 0);
    GICH(LR) = GICH(LR + 4) = 0;
    CHECK("none pending: NP", GICH(MISR), 8);
    GICH(HCR) = 1 | 16; /* VGrp0EIE */
    CHECK("group 0 enabled", GICH(MISR), 16);
    GICH(HCR) = 1 | 128; /* VGrp1DIE */
    CHECK("group 1 disabled", GICH(MISR), 128);
    GICH(HCR) = 1 | 4; /* LRENPIE */
    CHECK("no EOI is missing", GICH(MISR), 0);
    GICH(APR) = 1;
    run_at(1, end_unknown, 0);
    CHECK("EOIcount", GICH(HCR) >> 27, 1);
    CHECK("LRENP", GICH(MISR), 4);
    GICH(HCR) = 1;
    GICH(LR) = LR_PENDING(33, 0x80) | 1u << 19; /* EOI asked for */
    let_guest_run();
    CHECK("EISR", GICH(EISR), 1);
    CHECK("MISR.EOI", GICH(MISR), 1);
    CHECK("not in ELRSR", GICH(ELRSR), 14);
    GICH(LR) = 0;
    GICH(HCR) = 2;
    CHECK("off: no maintenance interrupt", GICD(ISPENDR) >> 25 & 1, 0);
}

void guest_main(void)
{
    home_el = 2;
    open_gic();
    physical();
    list_registers();
    hardware_interrupt();
    maintenance();
    finish();
}

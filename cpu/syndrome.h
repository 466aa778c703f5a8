/* ESR_ELx: exception classes, and raising exceptions with a syndrome (DDI 0487 D17.2.37). */
#ifndef CPU_SYNDROME_H
#define CPU_SYNDROME_H

#include "cpu/cpu.h"

enum exception_class {
    EC_UNKNOWN = 0x00, EC_WFX = 0x01, EC_CP15_32 = 0x03, EC_CP15_64 = 0x04, EC_CP14_32 = 0x05, EC_CP14_LDC = 0x06, EC_VMRS_ID = 0x08,
    EC_CP14_64 = 0x0c, EC_SVC32 = 0x11, EC_HVC32 = 0x12, EC_SMC32 = 0x13, EC_BKPT32 = 0x38, EC_VECTOR_CATCH = 0x3a, EC_FP_ACCESS = 0x07, EC_PAUTH = 0x09, EC_BRANCH_TARGET = 0x0d, EC_ILLEGAL_STATE = 0x0e, EC_SVC64 = 0x15,
    EC_HVC64 = 0x16, EC_SMC64 = 0x17, EC_SYS64 = 0x18, EC_IABORT_LOWER = 0x20, EC_IABORT_SAME = 0x21, EC_PC_ALIGNMENT = 0x22, EC_DABORT_LOWER = 0x24,
    EC_DABORT_SAME = 0x25, EC_SP_ALIGNMENT = 0x26, EC_SERROR = 0x2f, EC_BREAKPOINT_LOWER = 0x30, EC_BREAKPOINT_SAME = 0x31, EC_STEP_LOWER = 0x32,
    EC_STEP_SAME = 0x33, EC_WATCHPOINT_LOWER = 0x34, EC_WATCHPOINT_SAME = 0x35, EC_BRK64 = 0x3c,
};

const char *syndrome_class_name(u8 ec);
/* For logs, before "EL1": "S-" in Secure state below EL3, else nothing. */
const char *exception_world(const struct cpu *cpu, u8 el);

/* The EL of a synchronous exception that no trap sends higher: this one, EL1 from EL0, EL2 from EL0 under HCR_EL2.TGE. */
u8 exception_default_target(const struct cpu *cpu);
/* Takes a synchronous exception with IL set. */
void exception_sync(struct cpu *cpu, u8 target_el, u8 ec, u32 iss, u64 return_pc);

/* The EL to which FP and SIMD instructions are trapped now; 0: to none. */
u8 fp_trap_target(const struct cpu *cpu);
/* CPTR_EL2 alone closes them here. */
bool fp_closed_by_cptr_el2(const struct cpu *cpu);

#endif

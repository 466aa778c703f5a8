/* AArch32 state of a PE: modes, banked registers, PSRs, exceptions taken to AArch32 (DDI 0487 G1, DDI 0406 B1).
 *
 * R0 to R14 of the current mode are cpu->x[0..14], zero-extended. The other modes' R13, R14 and FIQ's R8 to R12 lie in x[15..30], where
 * AArch64 sees them (DDI 0487 D1.20.1):
 *     x15 R13_hyp   x16 R14_irq  x17 R13_irq   x18 R14_svc  x19 R13_svc   x20 R14_abt  x21 R13_abt
 *     x22 R14_und   x23 R13_und  x24-x28 R8_fiq-R12_fiq     x29 R13_fiq   x30 R14_fiq
 * and those of Monitor mode, which AArch64 has no name for, in cpu->mon_bank. While a mode with its own is current, User mode's are in
 * cpu->usr_bank; entering AArch64 state makes User mode's current. */
#ifndef CPU_AARCH32_H
#define CPU_AARCH32_H

#include "cpu/cpu.h"

enum aarch32_mode { MODE_USR = 0x10, MODE_FIQ, MODE_IRQ, MODE_SVC, MODE_MON = 0x16, MODE_ABT, MODE_HYP = 0x1a, MODE_UND, MODE_SYS = 0x1f };

/* PSR bits (DDI 0487 G1.9.2). IT is in 15:10 (IT[7:2]) and 26:25 (IT[1:0]). */
enum psr_bit { PSR_T = 5, PSR_F = 6, PSR_I = 7, PSR_A = 8, PSR_E = 9, PSR_GE = 16, PSR_IL = 20, PSR_SS = 21, PSR_PAN = 22, PSR_SSBS = 23, PSR_J = 24, PSR_Q = 27 };

const char *aarch32_mode_name(u8 mode); /* "svc"; "???" where there is none */

/* ELUsingAArch32(): of the current EL PSTATE says it; of others the controls of the ELs above. */
bool cpu_el_is_aarch32(const struct cpu *cpu, u8 el);
/* BadMode(): a mode number that this PE does not have, or not in the current security state. */
bool aarch32_mode_is_bad(const struct cpu *cpu, u8 mode);
/* The EL of a mode in the current security state: Secure PL1 modes are EL3's where EL3 is AArch32. */
u8 aarch32_el_of(const struct cpu *cpu, u8 mode);

/* In AArch32: changes mode, registers and EL, without a check. */
void aarch32_set_mode(struct cpu *cpu, u8 mode);
/* From AArch64 into a mode of AArch32, whose EL is current from then on: PSTATE's other fields are the caller's. */
void aarch32_enter(struct cpu *cpu, u8 mode);
/* Into AArch64: User mode's registers become x8 to x14. The caller sets EL and SP (cpu_set_el). */
void aarch32_leave(struct cpu *cpu);

/* PSTATE as SPSR gets it; `it`: ITSTATE to be saved. */
u32 aarch32_psr(const struct cpu *cpu, u8 it);
/* The same for an exception: as its return address wants it. */
u32 aarch32_saved_psr(const struct cpu *cpu, const struct exception *e);
/* CPSR as MRS reads it: no execution state. */
u32 aarch32_cpsr(const struct cpu *cpu);
/* PSTATE fields other than mode, from an SPSR value. */
void aarch32_set_psr_fields(struct cpu *cpu, u32 psr);
/* CPSRWriteByInstr(): bytes of `mask` (bit 0 control, 1 extension, 2 status, 3 flags) as the current privilege may. */
void aarch32_write_cpsr(struct cpu *cpu, u32 value, unsigned mask);
/* PSTATE.E and what depends on it. */
void aarch32_set_endianness(struct cpu *cpu, bool big);
/* AArch32.ExceptionReturn(): PSTATE from `spsr`, then a branch to `to`; an illegal one sets PSTATE.IL. */
void aarch32_exception_return(struct cpu *cpu, u32 to, u32 spsr);

/* SPSR of the mode, NULL for User and System, which have none. */
u64 *aarch32_spsr(struct cpu *cpu, u8 mode);
/* Rn of User mode, of any other mode (n 0..14; Hyp has no R14 of its own), wherever it is now. */
u64 *aarch32_user_register(struct cpu *cpu, unsigned n);
u64 *aarch32_banked_register(struct cpu *cpu, u8 mode, unsigned n);

/* What Secure EL1 has of Monitor mode below an EL3 in AArch64: SRS by its stack, MRS and MSR of its banked registers are EL3's to see
 * (AArch64.MonitorModeTrap(); DDI 0487 F5.1.119, F5.1.208). */
bool aarch32_monitor_is_trapped(const struct cpu *cpu);
void aarch32_monitor_mode_trap(struct cpu *cpu);

/* AArch32.TakeException() for e->target_el in AArch32; called by cpu_take_exception. */
void aarch32_take_exception(struct cpu *cpu, struct exception *e);
/* Secure or Non-secure copies: is the Secure one meant? (EL3 AArch32, Secure state) */
bool aarch32_is_secure_bank(const struct cpu *cpu);
/* Which copies MRC and MCR mean: in Monitor mode, which is Secure itself, those of the world that SCR.NS names. */
bool aarch32_uses_secure_copies(const struct cpu *cpu);
/* "S-" where the mode is the Secure world's, for the log; Monitor and Hyp mode say it themselves. */
const char *aarch32_world(const struct cpu *cpu, u8 mode);
/* The SCTLR of the current EL0 and EL1 modes, of that bank. */
u64 aarch32_sctlr(const struct cpu *cpu);
/* The one that enables instructions (SED, CP15BEN) where the PE is now: HSCTLR in Hyp mode, SCTLR_EL2 in a host's EL0. */
u64 aarch32_own_sctlr(const struct cpu *cpu);
/* HSTR_EL2, coprocessors and so on trap what fails no condition: COND and CV of the syndrome of the instruction at cpu->cur_op, bits 24:20. */
u32 aarch32_iss_condition(const struct cpu *cpu);
/* Rn of the current mode as a syndrome of `target` names it: AArch64's view of the register where that EL is AArch64. */
u32 aarch32_syndrome_register(const struct cpu *cpu, unsigned n, u8 target);

#endif

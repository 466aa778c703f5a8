/* The rows of cpu/sysreg.def and cpu/trap.def by name: for cpu/sysreg.c and cpu/cp.c alone. */
#ifndef CPU_SYSREG_ROWS_H
#define CPU_SYSREG_ROWS_H

enum trap {
#define TRAP(name, ...) TRAP_##name,
#include "cpu/trap.def"
#undef TRAP
    TRAP_EL0ANYCNT, /* CNTFRQ_EL0: trapped when neither counter is enabled */
    TRAPS
};

#define T(name) (1ull << TRAP_##name)

enum sysreg_row {
#define SRF(need, nm, ...) SYSREG_##nm,
#define SR(nm, ...) SYSREG_##nm,
#include "cpu/sysreg.def"
#undef SR
#undef SRF
    SYSREG_ROWS
};

#endif

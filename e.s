.syntax unified
.arch armv8-a
.arch_extension virt
.arch_extension sec
.arch_extension crc
.fpu crypto-neon-fp-armv8
.arm
smc #0
mrc p15,0,r3,c1,c1,0
mcr p15,0,r3,c1,c1,0
mrc p15,0,r3,c1,c1,2
mcr p15,0,r3,c1,c1,2
mrc p15,0,r3,c12,c0,1
mrc p15,0,r3,c1,c1,1
mrc p15,0,r3,c1,c3,1
mcr p15,0,r3,c7,c8,4
mrs r3,spsr_mon
mrs r3, sp_mon
msr lr_mon, r3
mrc p15,0,r3,c1,c0,2
mrc p15,4,r3,c1,c1,2
eret
msr spsr_hyp, r0
msr elr_hyp, r1
msr spsr_cxsf, r0
mrs r2, elr_hyp
mrs r2, spsr
mrc p15,4,r4,c5,c2,0
cps #0x16
srsia sp!,#0x16
vmrs r9,fpscr
mrc p15,4,r5,c1,c1,0

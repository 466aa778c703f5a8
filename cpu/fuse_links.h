/* What steps of a fused sequence know of each other (cpu/fused.def): a source register that an earlier step has computed is not read again, and
 * a result that a later step overwrites, with no way out of the sequence before that, is not written. */
#ifndef CPU_FUSE_LINKS_H
#define CPU_FUSE_LINKS_H

/* Rn, Rm, Ra, Rt is the destination of step k of the sequence (from 1), and of no step between. */
#define N(k) (k)
#define M(k) ((k) << 5)
#define A(k) ((k) << 10)
#define T(k) ((k) << 15)
/* The destination is that of step k, too; those up to there neither leave the sequence nor read it but by a link. */
#define DEAD(k) ((k) << 20)

/* Rn is not SP. */
#define NOT_SP (1u << 25)

#define LINKED_N(links) ((links) & 31)
#define LINKED_M(links) ((links) >> 5 & 31)
#define LINKED_A(links) ((links) >> 10 & 31)
#define LINKED_T(links) ((links) >> 15 & 31)
#define DEAD_BY(links) ((links) >> 20 & 31)

#endif

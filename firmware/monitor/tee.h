/* What the payload answers: fast calls of the Trusted OS (DEN0028: owners 50 and 63), in the 32-bit form; | SMC64 for the other. Also for who calls. */
#ifndef MONITOR_TEE_H
#define MONITOR_TEE_H

#define SMC64 0x40000000u

enum {
    TEE_COUNT = 0xb2000000u,       /* calls by this CPU, this one too */
    TEE_SIGN = 0xb2000001u,        /* (word): its SipHash under the key in Secure RAM. 32-bit: a word, and a result, in two registers, low first */
    TEE_SIGN_BUFFER = 0xb2000002u, /* (address, length) of Non-secure RAM; 0 when it is not */
    TEE_TIMER = 0xb2000003u,       /* (ticks): the Secure timer of this CPU interrupts each so many; 0: off. Returns CNTFRQ */
    TEE_TICKS = 0xb2000004u,       /* how many times it did; and of these, while the Secure world ran */
    TEE_WORK = 0xb2000005u,        /* (rounds) of nothing, with FIQs open */
    TEE_FILL = 0xb2000006u,        /* (word): into all FP registers, and others that worlds share; returns the sum of the former */
    TEE_CALLS = 0xbf00ff00u,       /* how many functions there are */
    TEE_UID = 0xbf00ff01u,
    TEE_REVISION = 0xbf00ff03u,
};
#define TEE_FUNCTIONS 10

#endif

/* The cryptographic instructions of AArch32 (DDI 0487 F6.1), on Q registers. */
#include "cpu/aarch32_simd.h"

#include "cpu/crypto_ops.h"

#define CRYPTO32(id, value)                                                                                            \
    void simd32_##id(struct cpu *cpu, const struct op *op)                                                             \
    {                                                                                                                  \
        union vreg d = cpu->v[op->rd / 2], n = cpu->v[op->rn / 2], m = cpu->v[op->rm / 2];                             \
        (void)d;                                                                                                       \
        (void)n;                                                                                                       \
        cpu->v[op->rd / 2] = value;                                                                                    \
    }

CRYPTO32(AESE, aese(d, m))
CRYPTO32(AESD, aesd(d, m))
CRYPTO32(AESMC, aesmc(m))
CRYPTO32(AESIMC, aesimc(m))
CRYPTO32(SHA1C, sha1_rounds(d, n.s[0], m, sha_choose))
CRYPTO32(SHA1P, sha1_rounds(d, n.s[0], m, sha_parity))
CRYPTO32(SHA1M, sha1_rounds(d, n.s[0], m, sha_majority))
CRYPTO32(SHA1H, sha1h(m))
CRYPTO32(SHA1SU0, sha1su0(d, n, m))
CRYPTO32(SHA1SU1, sha1su1(d, m))
CRYPTO32(SHA256H, sha256h(d, n, m))
CRYPTO32(SHA256H2, sha256h2(d, n, m))
CRYPTO32(SHA256SU0, sha256su0(d, m))
CRYPTO32(SHA256SU1, sha256su1(d, n, m))

void simd32_VMULL_P64(struct cpu *cpu, const struct op *op)
{
    cpu->v[op->rd / 2].q = polynomial_multiply(get_d(cpu, op->rn), get_d(cpu, op->rm));
}

/* The cryptographic instructions (DDI 0487 C4.1.69). */
#include "cpu/crypto_ops.h"
#include "cpu/engine.h"

#define CRYPTO_HANDLER(id, value)                                                                                      \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        FP_CHECK();                                                                                                    \
        const union vreg d = cpu->v[op->rd], n = cpu->v[op->rn], m = cpu->v[op->rm];                                   \
        (void)d;                                                                                                       \
        (void)m;                                                                                                       \
        cpu->v[op->rd] = value;                                                                                        \
        NEXT();                                                                                                        \
    }

CRYPTO_HANDLER(AESE, aese(d, n))
CRYPTO_HANDLER(AESD, aesd(d, n))
CRYPTO_HANDLER(AESMC, aesmc(n))
CRYPTO_HANDLER(AESIMC, aesimc(n))
CRYPTO_HANDLER(SHA1C, sha1_rounds(d, n.s[0], m, sha_choose))
CRYPTO_HANDLER(SHA1P, sha1_rounds(d, n.s[0], m, sha_parity))
CRYPTO_HANDLER(SHA1M, sha1_rounds(d, n.s[0], m, sha_majority))
CRYPTO_HANDLER(SHA1H, sha1h(n))
CRYPTO_HANDLER(SHA1SU0, sha1su0(d, n, m))
CRYPTO_HANDLER(SHA1SU1, sha1su1(d, n))
CRYPTO_HANDLER(SHA256H, sha256h(d, n, m))
CRYPTO_HANDLER(SHA256H2, sha256h2(d, n, m))
CRYPTO_HANDLER(SHA256SU0, sha256su0(d, n))
CRYPTO_HANDLER(SHA256SU1, sha256su1(d, n, m))
CRYPTO_HANDLER(PMULL_1Q, ((union vreg){ .q = polynomial_multiply(n.d[0], m.d[0]) }))
CRYPTO_HANDLER(PMULL2_1Q, ((union vreg){ .q = polynomial_multiply(n.d[1], m.d[1]) }))

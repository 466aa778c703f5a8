/* Load-acquire RCpc, and the unscaled acquire and release forms (FEAT_LRCPC, FEAT_LRCPC2; DDI 0487 C4.1.67). Without FEAT_LSE2 every one must
 * be naturally aligned. */
#include "cpu/ldst_ops.h"

MEM_HANDLER(LDAPR8, load_acquire, 1, LOAD_U)
MEM_HANDLER(LDAPR16, load_acquire, 2, LOAD_U)
MEM_HANDLER(LDAPR32, load_acquire, 4, LOAD_U)
MEM_HANDLER(LDAPR64, load_acquire, 8, LOAD_U)

MEM_HANDLER(STLURB, store_release, 1)
MEM_HANDLER(LDAPURB, load_acquire, 1, LOAD_U)
MEM_HANDLER(LDAPURSB64, load_acquire, 1, LOAD_S64)
MEM_HANDLER(LDAPURSB32, load_acquire, 1, LOAD_S32)
MEM_HANDLER(STLURH, store_release, 2)
MEM_HANDLER(LDAPURH, load_acquire, 2, LOAD_U)
MEM_HANDLER(LDAPURSH64, load_acquire, 2, LOAD_S64)
MEM_HANDLER(LDAPURSH32, load_acquire, 2, LOAD_S32)
MEM_HANDLER(STLUR32, store_release, 4)
MEM_HANDLER(LDAPUR32, load_acquire, 4, LOAD_U)
MEM_HANDLER(LDAPURSW, load_acquire, 4, LOAD_S64)
MEM_HANDLER(STLUR64, store_release, 8)
MEM_HANDLER(LDAPUR64, load_acquire, 8, LOAD_U)

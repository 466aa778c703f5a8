/* Load and store pair. */
#include "cpu/steps.h"

/* ---- pairs ---- */

MEM_HANDLER(STP32_NP, store_pair, 4, false, false)
MEM_HANDLER(LDP32_NP, load_pair, 4, LOAD_U, false, false)
MEM_HANDLER(STP64_NP, store_pair, 8, false, false)
MEM_HANDLER(LDP64_NP, load_pair, 8, LOAD_U, false, false)
MEM_HANDLER(STP32_P, store_pair, 4, true, true)
MEM_HANDLER(LDP32_P, load_pair, 4, LOAD_U, true, true)
MEM_HANDLER(LDPSW_P, load_pair, 4, LOAD_S64, true, true)
STEP_MEM_HANDLER(STP64_P)
STEP_MEM_HANDLER(LDP64_P)
STEP_MEM_HANDLER(STP32_U)
STEP_MEM_HANDLER(LDP32_U)
MEM_HANDLER(LDPSW_U, load_pair, 4, LOAD_S64, false, false)
STEP_MEM_HANDLER(STP64_U)
STEP_MEM_HANDLER(LDP64_U)
MEM_HANDLER(STP32_W, store_pair, 4, false, true)
MEM_HANDLER(LDP32_W, load_pair, 4, LOAD_U, false, true)
MEM_HANDLER(LDPSW_W, load_pair, 4, LOAD_S64, false, true)
STEP_MEM_HANDLER(STP64_W)
STEP_MEM_HANDLER(LDP64_W)

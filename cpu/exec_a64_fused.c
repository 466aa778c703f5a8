/* Handlers that execute a sequence of instructions (cpu/fuse.h). The watched engine has none: it looks between the steps. */
#include "cpu/steps.h"

#ifndef ENGINE_IS_WATCHED

#define FUSED_JUMP() JUMP_NEAR()
#define FUSED_STEP(id, links) step_##id((struct step){ cpu, op, done, (links), number })
#include "cpu/fused.h"

#include "cpu/fused.def"

#endif

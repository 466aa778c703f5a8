/* A bytecode interpreter: branches that depend on data, a jump through a table for each of its instructions. One operation is one bytecode. */
#include "micro.h"

enum { PUSH, ADD, XOR, DUP, SWAP, DROP, MUL, SHIFT, JUMP_IF_ODD, LOOP, KINDS };

/* x = x * 5 ^ counter, halved or not by its parity; LOOP goes on until the bytecodes are used up */
static const u8 program[] = { PUSH, 5, MUL, PUSH, 77, ADD, DUP, JUMP_IF_ODD, 4, PUSH, 3, SHIFT, DUP, PUSH, 13, XOR, SWAP, ADD, DUP, DROP, LOOP };

static u64 run(u64 n)
{
    u64 stack[16] = { 12345 }, *top = stack;
    const u8 *pc = program;
    while (n--) {
        switch (*pc++) {
        case PUSH: *++top = *pc++; break;
        case ADD: top[-1] += top[0], top--; break;
        case XOR: top[-1] ^= top[0], top--; break;
        case DUP: top[1] = top[0], top++; break;
        case SWAP: {
            u64 t = top[0];
            top[0] = top[-1];
            top[-1] = t;
            break;
        }
        case DROP: top--; break;
        case MUL: top[-1] *= top[0], top--; break;
        case SHIFT: top[-1] >>= top[0] & 63, top--; break;
        case JUMP_IF_ODD:
            if (*top-- & 1)
                pc += *pc;
            else
                pc++;
            break;
        case LOOP: pc = program; break;
        default: bench_fail("bytecode", pc[-1], (u64)(pc - program));
        }
    }
    return stack[0];
}

const struct bench bench = { "interp", 1000, 0, run };

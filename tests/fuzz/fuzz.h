/* A fuzz target has libFuzzer's entry point. Without libFuzzer, tests/fuzz/driver.c gives it a bounded number of random inputs. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "emu/platform/types.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif

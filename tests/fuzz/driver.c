/* usage: fuzz_NAME [-runs=N] [-seed=S] [-max_len=BYTES] [FILE…]
 *
 * Without files: N random inputs from the seed; with files: each of them once, to replay a finding or a corpus. Random inputs are
 * mixed from a file's bytes, when FUZZ_SEED_FILE names one, and noise, so that formats are met in the middle. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static u64 random_state;

static u64 next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t read_file(const char *name, u8 *to, size_t room)
{
    FILE *f = fopen(name, "rb");
    if (!f) {
        fprintf(stderr, "%s: cannot be opened\n", name);
        exit(2);
    }
    size_t n = fread(to, 1, room, f);
    fclose(f);
    return n;
}

static size_t make_input(u8 *data, size_t max, const u8 *seed, size_t seed_len)
{
    size_t len = 1 + next_random() % max;
    if (seed_len && next_random() % 8) {
        len = seed_len < max ? seed_len : max;
        memcpy(data, seed, len);
        for (u64 changes = 1 + next_random() % 16; changes; changes--)
            data[next_random() % len] = (u8)next_random();
        return next_random() % 4 ? len : 1 + next_random() % len;
    }
    for (size_t i = 0; i < len; i++)
        data[i] = (u8)(next_random() >> 24);
    return len;
}

int main(int argc, char **argv)
{
    u64 runs = 1000, seed = 1;
    size_t max = 65536;
    bool replayed = false;
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-runs=", 6))
            runs = strtoull(argv[i] + 6, NULL, 0);
        else if (!strncmp(argv[i], "-seed=", 6))
            seed = strtoull(argv[i] + 6, NULL, 0);
        else if (!strncmp(argv[i], "-max_len=", 9))
            max = strtoull(argv[i] + 9, NULL, 0);
    }
    u8 *data = malloc(max), *example = malloc(max);
    if (!data || !example)
        return 2;
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-') {
            LLVMFuzzerTestOneInput(data, read_file(argv[i], data, max));
            replayed = true;
        }
    const char *name = getenv("FUZZ_SEED_FILE");
    size_t example_len = name ? read_file(name, example, max) : 0;
    for (u64 i = 0; i < runs && !replayed; i++) {
        random_state = (seed + i) * 0x9e3779b97f4a7c15ull | 1;
        size_t len = make_input(data, max, example, example_len);
        FILE *last = getenv("FUZZ_KEEP_LAST") ? fopen(getenv("FUZZ_KEEP_LAST"), "wb") : NULL;
        if (last) { /* so that a crash leaves its input */
            fwrite(data, 1, len, last);
            fclose(last);
        }
        LLVMFuzzerTestOneInput(data, len);
    }
    if (!replayed)
        printf("%llu random inputs from seed %llu\n", (unsigned long long)runs, (unsigned long long)seed);
    free(data);
    free(example);
    return 0;
}

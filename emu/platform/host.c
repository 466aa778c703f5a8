/* The host's clock, and what it accounts to the process. */
#define _DEFAULT_SOURCE /* mincore */
#include "emu/platform/host.h"

#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double host_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double host_cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Not getrusage's ru_maxrss: that one begins with what the process had before its exec. */
u64 host_resident_peak(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    unsigned long long kib = 0;
    char line[128];
    while (status && fgets(line, sizeof line, status) && sscanf(line, "VmHWM: %llu kB", &kib) != 1)
        ;
    if (status)
        fclose(status);
    return kib * KIB;
}

u64 host_resident(const void *at, u64 len)
{
    unsigned char is_resident[4096];
    u64 page = (u64)sysconf(_SC_PAGESIZE), sum = 0;
    for (u64 done = 0; done < len;) {
        u64 n = len - done < sizeof is_resident * page ? len - done : sizeof is_resident * page;
        if (mincore((u8 *)at + done, n, is_resident))
            return sum;
        for (u64 i = 0; i < (n + page - 1) / page; i++)
            sum += (is_resident[i] & 1) * page;
        done += n;
    }
    return sum;
}

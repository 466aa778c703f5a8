/* The program: options, a machine, its run, its report. */
#include "emu/machine.h"

#include "emu/console.h"
#include "emu/platform/host.h"

#include <stdio.h>

static int fail(const struct error *err)
{
    fprintf(stderr, "armature: %s\n", err->text);
    return 2;
}

/* What ended the run, where the exit status alone would leave one guessing. */
static void say_end(const struct machine *m)
{
    for (unsigned i = 0; m->end == END_LOCKUP && i < m->cpu_count; i++) {
        if (m->cpus[i]->run_state == CPU_OFF)
            fprintf(stderr, "armature: cpu%u is off\n", i);
        else
            fprintf(stderr, "armature: cpu%u is locked up at pc %#llx, EL%u: the vector of its own exception cannot be executed\n", i,
                    (unsigned long long)m->cpus[i]->pc, m->cpus[i]->pstate.el);
    }
    if (m->end == END_WAITS)
        fprintf(stderr, "armature: all CPUs wait at pc %#llx, EL%u (cpu0), with no timer set and no input open: nothing can wake them\n",
                (unsigned long long)m->cpus[0]->pc, m->cpus[0]->pstate.el);
    if (m->end == END_LIMIT)
        fprintf(stderr, "armature: stopped at the bound after %llu instructions, pc %#llx\n", (unsigned long long)machine_insns(m),
                (unsigned long long)m->cpus[0]->pc);
}

int main(int argc, char **argv)
{
    struct options options;
    struct error err = { { 0 } };
    bool exit_now;
    double began_at = host_seconds();
    if (!options_parse(&options, argc, argv, &exit_now, &err)) {
        options_free(&options);
        return fail(&err);
    }
    if (exit_now)
        return 0;
    struct machine *m = machine_new(&options, &err);
    int status = 2;
    if (m) {
        m->began_at = began_at;
        status = machine_run(m);
        console_end_line(m->console);
        say_end(m);
        if (options.stats && !stats_report(m, options.stats_json, &err))
            status = fail(&err);
        machine_free(m);
    } else {
        fail(&err);
    }
    options_free(&options);
    return status;
}

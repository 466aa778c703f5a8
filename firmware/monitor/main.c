/* From reset to the Normal world. */
#include "monitor.h"

struct monitor monitor;

static void boot(struct cpu *cpu, struct frame *f)
{
    board_init();
    print("monitor: " MONITOR_NAME ", ");
    print_hex(monitor.cpus);
    print(" CPUs\r\n");
    gic_init();
    gic_init_cpu();
    struct kernel kernel = kernel_load();
    print("monitor: the Normal world begins at ");
    print_hex(kernel.entry);
    print(", its device tree is at ");
    print_hex(kernel.tree);
    print("\r\n");
    cpu->state = CPU_ON;
    start_worlds(cpu, f, kernel.entry, 0);
    kernel_arguments(&cpu->world[NORMAL].frame, kernel.tree);
}

/* Each CPU comes here once, from entry.S: the first one boots, the others wait for PSCI CPU_ON. */
void monitor_main(unsigned index)
{
    struct cpu *cpu = &monitor.cpu[index];
    struct frame f = { 0 };
    if (index == 0) {
        monitor.cpus = gic_cpus();
        for (unsigned i = 0; i < monitor.cpus; i++)
            monitor.cpu[i].index = i;
        release_others();
        boot(cpu, &f);
    } else {
        gic_init_cpu();
        psci_wait(cpu);
        start_worlds(cpu, &f, cpu->entry, cpu->context);
    }
    enter(&f);
}

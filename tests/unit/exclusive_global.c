/* What clears a PE's exclusive monitor from outside: other PEs' stores and DMA, by granules, with an event. */
#include "tests/unit/board_rig.h"

#include "cpu/exclusive.h"
#include "emu/run.h"

#define CELL (VIRT_RAM_BASE + 0x5040)

static void for_each(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    struct machine *m = machine;
    for (unsigned i = 0; i < m->cpu_count; i++)
        fn(m->cpus[i], arg);
}

/* Two PEs of which the second has marked the cell and had its turn. */
static struct machine *marked(const struct options *o)
{
    struct machine *m = board(o);
    run_attach(m);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        m->cpus[i]->host.machine = m;
        m->cpus[i]->host.for_each_cpu = for_each;
        m->cpus[i]->event_register = false;
    }
    m->cpus[1]->exclusive = (struct exclusive){ .armed = true, .size = 8, .addr = PA(CELL) };
    exclusive_guard(m->cpus[1]);
    return m;
}

static bool is_flagged(struct machine *m)
{
    const struct bus_region *ram = bus_find(&m->bus, PA(CELL));
    return ram->page_flags[(CELL - ram->base) >> PAGE_SHIFT] & RAM_PAGE_HAS_MONITOR;
}

static void pe_0_stores(struct machine *m, u64 addr, u64 len)
{
    exclusive_stored(m->cpus[0], bus_find(&m->bus, PA(addr)), PA(addr), len);
}

static void stores_of_others_clear_by_granule(void **state)
{
    static const struct {
        int64_t offset;
        u64 len;
        bool clears;
    } cases[] = { { 0, 8, true }, { 63, 1, true }, { -1, 1, false }, { -1, 2, true }, { 64, 8, false }, { -64, 64, false }, { -64, 65, true }, { 8, 8, true } };
    struct options o = defaults();
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine *m = marked(&o);
        assert_true(is_flagged(m));
        pe_0_stores(m, CELL + (u64)cases[i].offset, cases[i].len);
        assert_int_equal(m->cpus[1]->exclusive.armed, !cases[i].clears);
        assert_int_equal(m->cpus[1]->event_register, cases[i].clears);
        assert_int_equal(is_flagged(m), !cases[i].clears); /* nobody's mark is left: stores are quick again */
        drop(m);
    }
}

static void its_own_stores_leave_it(void **state)
{
    struct options o = defaults();
    struct machine *m = marked(&o);
    (void)state;
    exclusive_stored(m->cpus[1], bus_find(&m->bus, PA(CELL)), PA(CELL), 8);
    assert_true(m->cpus[1]->exclusive.armed);
    assert_false(m->cpus[1]->event_register);
    drop(m);
}

static void dma_clears_any_pes_monitor(void **state)
{
    struct options o = defaults();
    struct machine *m = marked(&o);
    u64 value = 0;
    (void)state;
    m->cpus[0]->exclusive = (struct exclusive){ .armed = true, .size = 4, .addr = PA(CELL + 64) }; /* its turn is not over */
    assert_true(bus_write_mem(&m->bus, PA(CELL - 8), &value, 8));
    assert_true(m->cpus[1]->exclusive.armed);
    assert_true(bus_write_mem(&m->bus, PA(CELL + 8), &value, 8));
    assert_false(m->cpus[1]->exclusive.armed);
    assert_true(m->cpus[1]->event_register);
    assert_true(m->cpus[0]->exclusive.armed);
    struct bus_access acc = { .addr = PA(CELL + 124), .size = 4, .write = true };
    assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
    assert_false(m->cpus[0]->exclusive.armed);
    drop(m);
}

static void a_waiting_pe_is_woken_at_the_stores_tick(void **state)
{
    struct options o = defaults();
    struct machine *m = marked(&o);
    (void)state;
    m->cpus[1]->run_state = CPU_WFE;
    m->turn_end[1] = 100;
    m->clock.now = 12345;
    pe_0_stores(m, CELL, 4);
    assert_int_equal(m->cpus[1]->run_state, CPU_RUNNING);
    assert_false(m->cpus[1]->event_register);
    assert_int_equal(m->turn_end[1], 12345);
    drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_of_others_clear_by_granule),
        cmocka_unit_test(its_own_stores_leave_it),
        cmocka_unit_test(dma_clears_any_pes_monitor),
        cmocka_unit_test(a_waiting_pe_is_woken_at_the_stores_tick),
    };
    return cmocka_run_group_tests_name("exclusive_global", tests, NULL, NULL);
}

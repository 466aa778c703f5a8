/* The command line, as a table: each option names its argument, its help line and its parser. */
#include "emu/options.h"

#include "cpu/cpu.h"
#include "emu/boards/board.h"
#include "emu/platform/error.h"
#include "emu/platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ARMATURE_VERSION
#define ARMATURE_VERSION "0.1"
#endif

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

struct option {
    const char *name, *arg, *help; /* arg NULL: takes none; "=[X]": may be left out */
    bool (*parse)(struct options *o, const char *value, struct error *err);
};

/* ---- values ---- */

static bool parse_number(const char *text, u64 *out)
{
    char *end;
    errno = 0;
    if (!*text || *text == '-')
        return false;
    *out = strtoull(text, &end, 0);
    return !*end && !errno;
}

/* "512M", "1G", "64K", "0x1000"; a bare number is in `unit`. */
static bool parse_size(const char *text, u64 unit, u64 *out)
{
    char *end;
    errno = 0;
    if (!*text || *text == '-')
        return false;
    u64 value = strtoull(text, &end, 0);
    static const char suffixes[] = "KMGT";
    const char *suffix = *end ? strchr(suffixes, *end & ~0x20) : NULL;
    if (errno || end == text || (*end && (!suffix || end[1])))
        return false;
    if (suffix)
        unit = 1ull << (10 * (suffix - suffixes + 1));
    return !__builtin_mul_overflow(value, unit, out);
}

static bool parse_on_off(const char *text, bool *out)
{
    bool on = !strcmp(text, "on") || !strcmp(text, "yes") || !strcmp(text, "true"), off = !strcmp(text, "off") || !strcmp(text, "no") || !strcmp(text, "false");
    *out = on;
    return on || off;
}

/* Ends the text at its first single comma and returns what follows, or NULL; a doubled comma stands for one in the value. */
static char *split_at_comma(char *text)
{
    char *to = text;
    for (; *text; *to++ = *text++)
        if (*text == ',' && *++text != ',') {
            *to = 0;
            return text;
        }
    *to = 0;
    return NULL;
}

/* Splits "a=1,b=2" in a copy that lives as long as the options; each key=value (or bare word, value NULL) goes to `each`. */
static bool for_each_pair(struct options *o, const char *text, bool (*each)(struct options *, const char *key, const char *value, struct error *),
                          struct error *err)
{
    char *copy = strdup(text);
    if (!copy || o->copy_count == ARRAY_SIZE(o->copies)) {
        free(copy);
        return error_set(err, "too many options");
    }
    o->copies[o->copy_count++] = copy;
    for (char *next; copy; copy = next) {
        next = split_at_comma(copy);
        char *value = strchr(copy, '=');
        if (value)
            *value++ = 0;
        if (!each(o, copy, value, err))
            return false;
    }
    return true;
}

/* ---- machine ---- */

static bool machine_key(struct options *o, const char *key, const char *value, struct error *err)
{
    u64 n = 0;
    if (!value || !strcmp(key, "type")) {
        o->machine = value ? value : key;
        return board_by_name(o->machine) || error_set(err, "-M %s: there is no such board (-M help lists them)", o->machine);
    }
    if (!strcmp(key, "virtualization"))
        return parse_on_off(value, &o->virtualization) || error_set(err, "-M virtualization=%s: on or off", value);
    if (!strcmp(key, "secure"))
        return parse_on_off(value, &o->secure) || error_set(err, "-M secure=%s: on or off", value);
    if (!strcmp(key, "highmem"))
        return parse_on_off(value, &o->highmem) || error_set(err, "-M highmem=%s: on or off", value);
    if (!strcmp(key, "gic-version"))
        return !strcmp(value, "2") || error_set(err, "-M gic-version=%s: only 2 is supported", value);
    if (!strcmp(key, "num-lrs")) {
        bool ok = parse_number(value, &n) && n >= 1 && n <= 64;
        o->num_lrs = (unsigned)n;
        return ok || error_set(err, "-M num-lrs=%s: 1 to 64", value);
    }
    if (!strcmp(key, "dumpdtb")) {
        o->dumpdtb = value;
        return true;
    }
    return error_set(err, "-M %s=%s: not supported", key, value);
}

static bool parse_machine(struct options *o, const char *value, struct error *err)
{
    return for_each_pair(o, value, machine_key, err);
}

static bool parse_cpu(struct options *o, const char *value, struct error *err)
{
    o->cpu = value;
    const struct cpu_model *model;
    u64 features_off;
    return cpu_model_parse(value, &model, &features_off, err);
}

static bool smp_key(struct options *o, const char *key, const char *value, struct error *err)
{
    u64 n = 0;
    if (value && strcmp(key, "cpus"))
        return (parse_number(value, &n) && (n == 1 || n == o->smp)) || /* a topology that says no more than cpus= did */
               error_set(err, "-smp %s=%s: not supported, only cpus=", key, value);
    bool ok = parse_number(value ? value : key, &n) && n >= 1 && n <= 8;
    o->smp = (unsigned)n;
    return ok || error_set(err, "-smp %s: 1 to 8 CPUs", value ? value : key);
}

static bool parse_smp(struct options *o, const char *value, struct error *err)
{
    return for_each_pair(o, value, smp_key, err);
}

static bool parse_mem(struct options *o, const char *value, struct error *err)
{
    const char *size = !strncmp(value, "size=", 5) ? value + 5 : value;
    bool ok = parse_size(size, MIB, &o->mem) && o->mem >= 2 * MIB && o->mem <= 255 * GIB && o->mem % 4096 == 0;
    return ok || error_set(err, "-m %s: a size from 2M to 255G", value);
}

/* ---- files ---- */

#define STRING_OPTION(field)                                                                                           \
    static bool parse_##field(struct options *o, const char *value, struct error *err)                                 \
    {                                                                                                                  \
        (void)err;                                                                                                     \
        o->field = value;                                                                                              \
        return true;                                                                                                   \
    }
STRING_OPTION(kernel)
STRING_OPTION(initrd)
STRING_OPTION(append)
STRING_OPTION(dtb)
STRING_OPTION(bios)
STRING_OPTION(monitor)
STRING_OPTION(gdb)
STRING_OPTION(log_items)
STRING_OPTION(log_file)
STRING_OPTION(log_filter)
STRING_OPTION(fail_on)

static bool loader_key(struct options *o, const char *key, const char *value, struct error *err)
{
    struct loader_image *image = &o->images[o->image_count];
    u64 n = 0;
    bool ok = value != NULL;
    if (!value)
        return !strcmp(key, "loader") || error_set(err, "-device %s: not supported", key);
    if (!strcmp(key, "file")) {
        image->file = value;
    } else if (!strcmp(key, "addr")) {
        ok = image->has_addr = parse_number(value, &image->addr);
    } else if (!strcmp(key, "cpu-num")) {
        ok = image->has_cpu = parse_number(value, &n);
        image->cpu = (unsigned)n;
    } else if (!strcmp(key, "data")) {
        ok = image->has_data = parse_number(value, &image->data);
    } else if (!strcmp(key, "data-len")) {
        ok = parse_number(value, &n) && n >= 1 && n <= 8;
        image->data_len = (u8)n;
    } else if (!strcmp(key, "data-be")) {
        ok = parse_on_off(value, &image->data_be);
    } else if (!strcmp(key, "force-raw")) {
        ok = parse_on_off(value, &image->force_raw);
    } else {
        ok = false;
    }
    return ok || error_set(err, "-device loader,%s=%s: not possible", key, value);
}

static bool parse_device(struct options *o, const char *value, struct error *err)
{
    if (strncmp(value, "loader", 6) || (value[6] && value[6] != ','))
        return error_set(err, "-device %s: only loader is supported", value);
    if (o->image_count == MAX_LOADER_IMAGES)
        return error_set(err, "-device loader: more than %d", MAX_LOADER_IMAGES);
    if (!for_each_pair(o, value, loader_key, err))
        return false;
    const struct loader_image *image = &o->images[o->image_count++];
    if (image->has_data && (!image->data_len || !image->has_addr))
        return error_set(err, "-device loader,data=: needs addr= and data-len=");
    return image->file || image->has_data || image->has_cpu || error_set(err, "-device loader: needs file=, data= or cpu-num=");
}

static bool drive_key(struct options *o, const char *key, const char *value, struct error *err)
{
    u64 n = 0;
    if (!value)
        return error_set(err, "-drive %s: key=value is wanted", key);
    if (!strcmp(key, "if")) {
        o->drive_is_sd = !strcmp(value, "sd");
        return o->drive_is_sd || !strcmp(value, "pflash") || error_set(err, "-drive if=%s: only pflash and sd are supported", value);
    }
    if (!strcmp(key, "unit")) {
        bool ok = parse_number(value, &n) && n < MAX_FLASH;
        o->drive_unit = (unsigned)n;
        return ok || error_set(err, "-drive unit=%s: 0 or 1", value);
    }
    if (!strcmp(key, "file"))
        o->drive_file = value;
    else if (!strcmp(key, "readonly"))
        return parse_on_off(value, &o->drive_readonly) || error_set(err, "-drive readonly=%s: on or off", value);
    else if (!strcmp(key, "format"))
        return !strcmp(value, "raw") || error_set(err, "-drive format=%s: only raw is supported", value);
    else
        return error_set(err, "-drive %s=%s: not supported", key, value);
    return true;
}

static bool parse_drive(struct options *o, const char *value, struct error *err)
{
    o->drive_unit = o->pflash[0] ? 1 : 0;
    o->drive_file = NULL;
    o->drive_readonly = false;
    o->drive_is_sd = false;
    if (!strstr(value, "if=pflash") && !strstr(value, "if=sd"))
        return error_set(err, "-drive %s: only if=pflash and if=sd are supported", value);
    if (!for_each_pair(o, value, drive_key, err))
        return false;
    if (!o->drive_file)
        return error_set(err, "-drive %s: needs file=", value);
    if (o->drive_is_sd) {
        if (o->sd_card)
            return error_set(err, "-drive %s: there is one slot for a card", value);
        o->sd_card = o->drive_file;
        o->sd_readonly = o->drive_readonly;
        return true;
    }
    o->pflash[o->drive_unit] = o->drive_file;
    o->pflash_readonly[o->drive_unit] = o->drive_readonly;
    return true;
}

/* ---- Xen ---- */

static bool domain_key(struct options *o, const char *key, const char *value, struct error *err)
{
    struct xen_domain *d = o->domain;
    u64 n = 0;
    bool ok = value != NULL;
    if (!ok)
        return error_set(err, "--xen-dom…: '%s' is not key=value", key);
    if (!strcmp(key, "kernel"))
        d->kernel = value;
    else if (!strcmp(key, "initrd"))
        d->initrd = value;
    else if (!strcmp(key, "append"))
        d->append = value;
    else if (!strcmp(key, "mem"))
        ok = parse_size(value, MIB, &d->mem);
    else if (!strcmp(key, "cpus")) {
        ok = parse_number(value, &n) && n >= 1 && n <= 8;
        d->cpus = (unsigned)n;
    } else
        ok = false;
    return ok || error_set(err, "--xen-dom…: %s=%s is not possible", key, value);
}

static bool parse_dom0(struct options *o, const char *value, struct error *err)
{
    o->has_dom0 = true;
    o->dom0 = (struct xen_domain){ .mem = 512 * MIB, .cpus = 1 };
    o->domain = &o->dom0;
    return for_each_pair(o, value, domain_key, err) && (o->dom0.kernel || error_set(err, "--xen-dom0: needs kernel="));
}

static bool parse_domu(struct options *o, const char *value, struct error *err)
{
    if (o->domu_count == MAX_DOMUS)
        return error_set(err, "--xen-domu: more than %d", MAX_DOMUS);
    o->domain = &o->domus[o->domu_count++];
    *o->domain = (struct xen_domain){ .mem = 256 * MIB, .cpus = 1 };
    return for_each_pair(o, value, domain_key, err) && (o->domain->kernel || error_set(err, "--xen-domu: needs kernel="));
}

/* ---- the rest ---- */

static bool parse_serial(struct options *o, const char *value, struct error *err)
{
    if (o->serial_count == MAX_SERIALS)
        return error_set(err, "-serial: more than %d", MAX_SERIALS);
    o->serial[o->serial_count++] = value;
    return true;
}

static bool parse_nographic(struct options *o, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    return o->nographic = true;
}

static bool parse_nodefaults(struct options *o, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    return o->nodefaults = true;
}

static bool parse_display(struct options *o, const char *value, struct error *err)
{
    o->display = value;
    return !strcmp(value, "none") || error_set(err, "-display %s: only none is supported", value);
}

static bool parse_expect(struct options *o, const char *value, struct error *err)
{
    if (!*value || o->expect_count == MAX_EXPECTS)
        return error_set(err, *value ? "--expect: more than %d" : "--expect: needs a text", MAX_EXPECTS);
    o->expect[o->expect_count++] = value;
    return true;
}

static bool parse_paused(struct options *o, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    return o->start_paused = true;
}

static bool parse_s(struct options *o, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    o->gdb = "tcp::1234";
    return true;
}

static bool parse_semihosting(struct options *o, const char *value, struct error *err)
{
    (void)o;
    (void)value;
    return error_set(err, "-semihosting: not supported");
}

static bool parse_accel(struct options *o, const char *value, struct error *err)
{
    (void)o;
    (void)err;
    fprintf(stderr, "armature: -accel %s: ignored, there is one engine\n", value);
    return true;
}

static bool parse_rtc(struct options *o, const char *value, struct error *err)
{
    o->rtc_base = strncmp(value, "base=", 5) ? NULL : value + 5;
    return o->rtc_base || error_set(err, "-rtc %s: only base= is supported", value);
}

static bool parse_max_insns(struct options *o, const char *value, struct error *err)
{
    return (parse_number(value, &o->max_insns) && o->max_insns) || error_set(err, "--max-insns %s: a number above 0", value);
}

static bool parse_timeout(struct options *o, const char *value, struct error *err)
{
    char *end;
    o->timeout = strtod(value, &end);
    return (end != value && !*end && o->timeout > 0) || error_set(err, "--timeout %s: seconds, above 0", value);
}

static bool parse_stats(struct options *o, const char *value, struct error *err)
{
    (void)err;
    o->stats_json = value;
    return o->stats = true;
}

static bool parse_timing(struct options *o, const char *value, struct error *err)
{
    o->timing_insn = !strcmp(value, "insn");
    return o->timing_insn || !strcmp(value, "approx") || error_set(err, "--timing=%s: insn or approx", value);
}

static bool parse_realtime(struct options *o, const char *value, struct error *err)
{
    o->realtime = true;
    return !value || parse_on_off(value, &o->realtime) || error_set(err, "--realtime=%s: on or off", value);
}

static bool parse_engine(struct options *o, const char *value, struct error *err)
{
    o->watched = !strcmp(value, "watched");
    o->no_code_pages = !strcmp(value, "nocache");
    return o->watched || o->no_code_pages || !strcmp(value, "fast") || error_set(err, "--engine=%s: fast, watched or nocache", value);
}

static bool parse_turn(struct options *o, const char *value, struct error *err)
{
    return (parse_number(value, &o->turn) && o->turn >= TURN_MIN && o->turn <= TURN_MAX) ||
           error_set(err, "--turn %s: cycles, %d to %d", value, TURN_MIN, TURN_MAX);
}

static bool parse_seed(struct options *o, const char *value, struct error *err)
{
    return parse_number(value, &o->seed) || error_set(err, "--seed %s: not a number", value);
}

static const struct option table[] = {
    { "-M", "BOARD[,KEY=VALUE…]", "virt or vexpress-a15: virtualization=on|off (on), secure=on|off (off), gic-version=2, num-lrs=N (4), highmem=on|off, dumpdtb=FILE", parse_machine },
    { "-machine", "…", "the same as -M", parse_machine },
    { "-cpu", "MODEL", "cortex-a7, -a15 (vexpress-a15's), -a53, -a57 (virt's), -a72, -a76 or max; MODEL,FEATURE=off; -cpu help lists both", parse_cpu },
    { "-smp", "N", "number of CPUs, 1 to 8; vexpress-a15: 1 or 2", parse_smp },
    { "-m", "SIZE", "RAM (default 128M); at most 255G, with highmem=off 3G, on vexpress-a15 2G", parse_mem },
    { "-kernel", "FILE", "Image (64 bits), zImage (32 bits), U-Boot's uImage, ELF or raw image, each also gzip'd; or Xen", parse_kernel },
    { "-initrd", "FILE", "initial RAM disk, also as a uImage", parse_initrd },
    { "-append", "TEXT", "kernel command line; Xen's, with --xen-dom0", parse_append },
    { "-dtb", "FILE", "device tree instead of the board's own (one with two CPUs wants -smp 2)", parse_dtb },
    { "-bios", "FILE", "firmware, at the start of flash 0, where the CPUs start", parse_bios },
    { "-device", "loader,file=F[,addr=A][,cpu-num=N][,force-raw=on]", "puts a file, or data=V,data-len=N, into memory", parse_device },
    { "-drive", "if=pflash|sd,file=F[,unit=N][,readonly=on]", "content of a flash bank (unit 0 or 1), or an SD card (vexpress-a15)", parse_drive },
    { "--xen-dom0", "kernel=F[,initrd=F][,append=S][,mem=512M][,cpus=N]", "boot modules for Xen, which -kernel names", parse_dom0 },
    { "--xen-domu", "kernel=F[,initrd=F][,append=S][,mem=256M][,cpus=N]", "one dom0less guest each time it is given", parse_domu },
    { "-serial", "stdio|mon:stdio|file:F|null|none", "where a UART goes", parse_serial },
    { "-monitor", "stdio|none", "where the monitor is", parse_monitor },
    { "-nographic", NULL, "no window; UART and monitor share the terminal (Ctrl-A c, Ctrl-A x)", parse_nographic },
    { "-display", "none", "the only one there is", parse_display },
    { "-nodefaults", NULL, "no default serial line", parse_nodefaults },
    { "-rtc", "base=utc|host|DATE", "what the RTC starts from (default 2024-01-01)", parse_rtc },
    { "-S", NULL, "wait for gdb or the monitor before the first instruction", parse_paused },
    { "-s", NULL, "-gdb tcp::1234", parse_s },
    { "-gdb", "tcp:[HOST]:PORT", "gdb remote stub", parse_gdb },
    { "-d", "ITEM[,ITEM…]", "log: int, in_asm, exec, mmu, unimp, guest_errors; -d help lists them", parse_log_items },
    { "-D", "FILE", "where the log goes (default stderr)", parse_log_file },
    { "-dfilter", "RANGE[,RANGE…]", "START+LENGTH, START-LENGTH or START..END: addresses for in_asm and exec", parse_log_filter },
    { "-semihosting", NULL, "not supported", parse_semihosting },
    { "-accel", "NAME", "ignored, with a note", parse_accel },
    { "--expect", "TEXT", "exit 0 when the console has printed TEXT; given again: each of them, as often as it is given", parse_expect },
    { "--fail-on", "TEXT", "exit 1 when the console has printed TEXT", parse_fail_on },
    { "--max-insns", "N", "stop after N instructions, exit 124", parse_max_insns },
    { "--timeout", "SECONDS", "stop after so much host time, exit 124", parse_timeout },
    { "--stats", "=[FILE.json]", "the report at exit, as text or JSON", parse_stats },
    { "--timing", "insn|approx", "one cycle an instruction, or the CPU model's costs (default)", parse_timing },
    { "--realtime", "=[on|off]", "guest time does not run ahead of the host's, and an idle machine sleeps; input and pauses then differ from run to run", parse_realtime },
    { "--engine", "fast|watched|nocache", "how instructions are executed; the results are the same", parse_engine },
    { "--turn", "CYCLES", "with several CPUs: how long one runs before the next (1 to 100000000, default " TEXT(TURN_DEFAULT) ")", parse_turn },
    { "--seed", "N", "of the device tree's rng-seed (fixed by default)", parse_seed },
};

/* Options of the peer that are refused by name. */
static const char *const refused[] = { "-netdev", "-nic", "-net", "-hda", "-cdrom", "-vnc", "-usb", "-icount", "-plugin", "-incoming", "-loadvm",
                                       "-chardev", "-object", "-qmp", "-trace", "-singlestep", "-enable-kvm", "-virtfs", "-fsdev", "-sdl" };

static void print_help(void)
{
    printf("usage: armature [OPTION…]\n\n");
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
        bool optional = table[i].arg && *table[i].arg == '=';
        printf("  %s%s%s\n        %s\n", table[i].name, optional ? "[=" : table[i].arg ? " " : "",
               optional ? table[i].arg + 2 : table[i].arg ? table[i].arg : "", table[i].help);
    }
    printf("\nnot supported: ");
    for (unsigned i = 0; i < ARRAY_SIZE(refused); i++)
        printf("%s%s", i ? " " : "", refused[i]);
    printf("\nExit status: 0 power off or --expect; 1 --fail-on, or stopped before --expect; 2 bad input; 3 lock-up, or all CPUs wait for what cannot come; 124 --max-insns, --timeout.\n");
}

/* -cpu help: each model with what NAME=off can take from it. */
static void print_models(void)
{
    const struct cpu_model *model;
    for (unsigned i = 0; (model = cpu_model_at(i)); i++) {
        printf("%s:", cpu_model_name(model));
        for (unsigned f = 1; cpu_feature_name(f); f++)
            if (cpu_model_features(model) >> f & 1)
                printf(" %s", cpu_feature_name(f));
        printf("\n");
    }
    printf("A feature is left out with -cpu MODEL,FEATURE=off, and with it what needs it.\n");
}

static bool is_list_request(const char *name, const char *value)
{
    if (strcmp(value, "help") && strcmp(value, "?"))
        return false;
    if (!strcmp(name, "-d"))
        log_print_names(stdout);
    else if (!strcmp(name, "-cpu"))
        print_models();
    else if (!strcmp(name, "-M") || !strcmp(name, "-machine"))
        for (unsigned b = 0; board_at(b); b++)
            printf("%-14s %s\n", board_at(b)->name, board_at(b)->help);
    else
        return false;
    return true;
}

/* The row of "-name", "--name" or "--name=value". */
static const struct option *find_option(const char *text, const char **value)
{
    size_t len = strcspn(text, "=");
    *value = text[len] && text[1] == '-' ? text + len + 1 : NULL;
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if ((!strncmp(table[i].name, text, len) && !table[i].name[len]) && (*value || !text[len]))
            return &table[i];
    return NULL;
}

static bool refuse(const char *text, struct error *err)
{
    for (unsigned i = 0; i < ARRAY_SIZE(refused); i++)
        if (!strcmp(text, refused[i]))
            return error_set(err, "%s: not supported", text);
    if (*text != '-')
        return error_set(err, "%s: not an option (kernels are given with -kernel)", text);
    return error_set(err, "%s: no such option (--help lists them)", text);
}

static bool check_together(const struct options *o, struct error *err)
{
    if (o->sd_card && !strcmp(o->machine, "virt"))
        return error_set(err, "-drive if=sd: virt has no card slot");
    if ((o->has_dom0 || o->domu_count) && !o->kernel)
        return error_set(err, "--xen-dom0, --xen-domu: -kernel must name Xen");
    if (o->initrd && !o->kernel)
        return error_set(err, "-initrd: needs -kernel");
    if ((o->has_dom0 || o->domu_count) && !o->virtualization)
        return error_set(err, "--xen-dom0, --xen-domu: Xen needs -M virtualization=on");
    return true;
}

bool options_parse(struct options *o, int argc, char **argv, bool *exit_now, struct error *err)
{
    *o = (struct options){ .machine = "virt", .virtualization = true, .highmem = true, .gic_version = 2, .num_lrs = 4,
                           .smp = 1, .mem = 128 * MIB, .seed = 0x41524d4154555245, .turn = TURN_DEFAULT };
    *exit_now = false;
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-help") || !strcmp(argv[i], "-h") || !strcmp(argv[i], "--version") || !strcmp(argv[i], "-version")) {
            if (strstr(argv[i], "version"))
                printf("armature " ARMATURE_VERSION "\n");
            else
                print_help();
            return *exit_now = true;
        }
        const struct option *row = find_option(argv[i], &value);
        if (!row)
            return refuse(argv[i], err);
        bool optional = row->arg && *row->arg == '=';
        if (row->arg && !optional && !value) {
            if (i + 1 == argc)
                return error_set(err, "%s: needs %s", row->name, row->arg);
            value = argv[++i];
        } else if (!row->arg && value) {
            return error_set(err, "%s: takes no value", row->name);
        }
        if (value && is_list_request(row->name, value))
            return *exit_now = true;
        if (!row->parse(o, value, err))
            return false;
    }
    const char *cpu = board_by_name(o->machine)->default_cpu;
    if (!o->cpu)
        o->cpu = cpu_model_by_name(cpu) ? cpu : "cortex-a57";
    return check_together(o, err);
}

void options_free(struct options *o)
{
    for (unsigned i = 0; i < o->copy_count; i++)
        free(o->copies[i]);
    o->copy_count = 0;
}

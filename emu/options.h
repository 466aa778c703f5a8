/* The command line (design.md section 5), parsed into plain data. Strings point into argv. */
#ifndef EMU_OPTIONS_H
#define EMU_OPTIONS_H

#include "emu/platform/error.h"
#include "emu/platform/types.h"

#define MAX_LOADER_IMAGES 16
#define MAX_DOMUS 6
#define MAX_FLASH 2
#define MAX_SERIALS 4
#define MAX_EXPECTS 16
/* --turn, in cycles: the default and the bounds. A short turn costs switches, a long one lets a PE spin for what another has yet to do, and
 * lets PEs drift apart. Measured: Linux on 4 PEs with four busy shells takes 20 % more host time with 500, 5 % with 2000, and the same from 5000
 * to 200000; Xen with dom0 on 4 PEs executes 488 M instructions with 2000, 490 M with 10000, 493 M with 20000, 508 M with 200000. */
#define TURN_DEFAULT 10000
#define TURN_MIN 1
#define TURN_MAX 100000000

/* -device loader,file=F,addr=A[,cpu-num=N][,force-raw=on] ; or data=…,data-len=… */
struct loader_image {
    const char *file;
    bool has_addr, has_cpu, force_raw, has_data, data_be;
    u64 addr, data;
    u8 data_len;
    unsigned cpu;
};

/* --xen-dom0, --xen-domu */
struct xen_domain {
    const char *kernel, *initrd, *append;
    u64 mem;       /* bytes */
    unsigned cpus;
};

struct options {
    /* -M */
    const char *machine; /* a board's name: "virt" */
    bool virtualization; /* default on */
    bool secure;         /* default off */
    bool highmem;        /* default on */
    unsigned gic_version; /* 2 */
    unsigned num_lrs;    /* 4 */
    const char *dumpdtb;
    /* machine */
    const char *cpu; /* default: the board's */
    unsigned smp;    /* 1 */
    u64 mem;         /* bytes; default 128 MiB as the peer has it */
    const char *kernel, *initrd, *append, *dtb, *bios;
    struct loader_image images[MAX_LOADER_IMAGES];
    unsigned image_count;
    bool has_dom0;
    struct xen_domain dom0, domus[MAX_DOMUS];
    unsigned domu_count;
    const char *pflash[MAX_FLASH];
    bool pflash_readonly[MAX_FLASH];
    const char *sd_card; /* -drive if=sd */
    bool sd_readonly;
    const char *rtc_base; /* NULL: fixed; "host", "utc" or a date */
    /* interaction */
    const char *serial[MAX_SERIALS]; /* "stdio", "mon:stdio", "none", "null", "file:F" */
    const char *monitor;
    bool nographic, nodefaults;
    const char *display;
    bool start_paused;   /* -S */
    const char *gdb;     /* "tcp::1234" */
    const char *log_items, *log_file, *log_filter;
    bool semihosting;
    /* ours */
    const char *expect[MAX_EXPECTS]; /* all of them, in any order; a text given twice must come twice */
    unsigned expect_count;
    const char *fail_on;
    u64 max_insns;       /* 0: no bound */
    double timeout;      /* host seconds; 0: none */
    bool stats;
    const char *stats_json;
    bool timing_insn;    /* --timing=insn */
    bool realtime;       /* virtual time does not run ahead of the host's */
    bool no_code_pages;  /* --engine=nocache: decode every instruction afresh */
    bool watched;        /* --engine=watched */
    u64 seed;            /* rng-seed source; fixed default */
    u64 turn;            /* --turn: cycles */
    /* the parser's own */
    unsigned serial_count;
    struct xen_domain *domain; /* whose keys are being read */
    const char *drive_file;
    unsigned drive_unit;
    bool drive_readonly, drive_is_sd;
    char *copies[64];    /* of values that are split at commas */
    unsigned copy_count;
};

/* argc/argv as main got them. False: *err names the option (exit 2). `*exit_now` set: --help, --version, a help list was printed. */
bool options_parse(struct options *o, int argc, char **argv, bool *exit_now, struct error *err);
void options_free(struct options *o);

#endif

#include "tests/diff/reference.h"

#include "emu/platform/bits.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARTS = 3, ALIGN = 0x10000 };

const char *reference_name(const struct reference *r)
{
    return r->a64 ? "qemu-aarch64" : "qemu-arm";
}

bool reference_open(struct reference *r)
{
    snprintf(r->dir, sizeof r->dir, "/tmp/armature-diff-XXXXXX");
    if (!mkdtemp(r->dir))
        return false;
    snprintf(r->elf, sizeof r->elf, "%s/streams", r->dir);
    snprintf(r->output, sizeof r->output, "%s/results", r->dir);
    return true;
}

void reference_close(struct reference *r)
{
    unlink(r->elf);
    unlink(r->output);
    rmdir(r->dir);
}

/* ---- the program ---- */

static void parts_of(const struct reference *r, const struct reference_part *out[PARTS])
{
    out[0] = &r->code;
    out[1] = &r->input;
    out[2] = &r->result;
}

static bool write_headers(const struct reference *r, Elf *elf)
{
    const struct reference_part *parts[PARTS];
    GElf_Ehdr eh;
    parts_of(r, parts);
    if (!gelf_newehdr(elf, r->a64 ? ELFCLASS64 : ELFCLASS32) || !gelf_newphdr(elf, PARTS) || !gelf_getehdr(elf, &eh))
        return false;
    eh.e_ident[EI_DATA] = ELFDATA2LSB;
    eh.e_type = ET_EXEC;
    eh.e_machine = r->a64 ? EM_AARCH64 : EM_ARM;
    eh.e_version = EV_CURRENT;
    eh.e_flags = r->a64 ? 0 : EF_ARM_EABI_VER5;
    eh.e_entry = r->code.addr;
    eh.e_phoff = gelf_fsize(elf, ELF_T_EHDR, 1, EV_CURRENT);
    u64 at = ALIGN;
    bool ok = gelf_update_ehdr(elf, &eh);
    for (int i = 0; i < PARTS; i++) {
        GElf_Phdr ph = { .p_type = PT_LOAD, .p_flags = i ? PF_R | PF_W : PF_R | PF_X, .p_offset = at, .p_vaddr = parts[i]->addr, .p_paddr = parts[i]->addr,
                         .p_filesz = parts[i]->content ? parts[i]->bytes : 0, .p_memsz = parts[i]->bytes, .p_align = ALIGN };
        ok &= gelf_update_phdr(elf, i, &ph) != 0;
        at += align_up(ph.p_filesz, ALIGN);
    }
    return ok && elf_update(elf, ELF_C_WRITE) > 0;
}

static bool write_program(const struct reference *r)
{
    const struct reference_part *parts[PARTS];
    parts_of(r, parts);
    elf_version(EV_CURRENT);
    int fd = open(r->elf, O_RDWR | O_CREAT | O_TRUNC, 0700);
    if (fd < 0)
        return false;
    Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
    bool ok = elf && elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT) && write_headers(r, elf);
    elf_end(elf);
    u64 at = ALIGN;
    for (unsigned i = 0; i < PARTS; i++)
        if (parts[i]->content) {
            ok &= pwrite(fd, parts[i]->content, parts[i]->bytes, (off_t)at) == (ssize_t)parts[i]->bytes;
            at += align_up(parts[i]->bytes, ALIGN);
        }
    return !close(fd) && ok;
}

int reference_run(const struct reference *r, u8 *out)
{
    if (!write_program(r))
        return -1;
    pid_t child = fork();
    if (child == 0) {
        int fd = open(r->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(fd, 1);
        execlp(reference_name(r), reference_name(r), "-cpu", r->model, r->elf, (char *)NULL);
        _exit(REFERENCE_ABSENT);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
        return -1;
    FILE *f = fopen(r->output, "rb");
    size_t n = f ? fread(out, 1, r->result.bytes, f) : 0;
    if (f)
        fclose(f);
    return WEXITSTATUS(status) == 0 && n != r->result.bytes ? -1 : WEXITSTATUS(status);
}

/* ---- command lines ---- */

bool diff_option(struct diff_options *o, const char *arg)
{
    if (!strncmp(arg, "-batches=", 9))
        o->batches = strtoull(arg + 9, NULL, 0);
    else if (!strncmp(arg, "-seed=", 6))
        o->seed = strtoull(arg + 6, NULL, 0);
    else if (!strcmp(arg, "-nocache"))
        o->nocache = true;
    else
        return false;
    return true;
}

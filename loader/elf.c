/* ELF files for Arm (System V ABI; Arm IHI 0044 for AArch32, IHI 0056 for AArch64): PT_LOAD segments at their physical addresses. */
#include "loader/loader.h"

#include "emu/platform/error.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>

bool image_is_elf(const struct file_data *f)
{
    return f->size >= SELFMAG && !memcmp(f->bytes, ELFMAG, SELFMAG);
}

static bool load_segment(struct load_plan *plan, const char *name, struct file_data *f, const GElf_Phdr *ph, unsigned n, struct error *err)
{
    char part[128];
    snprintf(part, sizeof part, "%s segment %u", name, n);
    if (ph->p_offset > f->size || ph->p_filesz > f->size - ph->p_offset || ph->p_filesz > ph->p_memsz)
        return error_set(err, "%s: the file is truncated (%zu bytes)", part, f->size);
    return ph->p_memsz == 0 || load_place_part(plan, part, ph->p_paddr, f, ph->p_offset, ph->p_filesz, ph->p_memsz, err);
}

static bool load_segments(struct load_plan *plan, const char *name, struct file_data *f, Elf *elf, struct error *err)
{
    size_t count = 0;
    if (elf_getphdrnum(elf, &count) || !count)
        return error_set(err, "%s: an ELF file without segments, or truncated before their end", name);
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr ph;
        if (!gelf_getphdr(elf, (int)i, &ph))
            return error_set(err, "%s: segment %zu cannot be read", name, i);
        if (ph.p_type == PT_LOAD && !load_segment(plan, name, f, &ph, (unsigned)i, err))
            return false;
    }
    return true;
}

/* What starts in which state is the machine's business; here it must be one of the two, and little-endian. BE8 code (EF_ARM_BE8) has
 * little-endian instructions and big-endian data, and its headers are big-endian. */
static bool check_machine(const char *name, const GElf_Ehdr *eh, struct loaded_image *out, struct error *err)
{
    bool little = eh->e_ident[EI_DATA] == ELFDATA2LSB;
    if (little && eh->e_ident[EI_CLASS] == ELFCLASS64 && eh->e_machine == EM_AARCH64)
        *out = (struct loaded_image){ .entry = eh->e_entry };
    else if (little && eh->e_ident[EI_CLASS] == ELFCLASS32 && eh->e_machine == EM_ARM)
        *out = (struct loaded_image){ .entry = eh->e_entry, .aarch32 = true };
    else
        return error_set(err, "%s: not an ELF file for little-endian AArch64 or Arm (machine %u, class %u)", name, eh->e_machine, eh->e_ident[EI_CLASS]);
    /* Bit 0 is the instruction set, as in BX; an A32 instruction that is not word-aligned is not there (IHI 0044 4.1.1, 4.6). */
    if (out->aarch32 && (eh->e_entry & 3) == 2)
        return error_set(err, "%s: the entry %#llx is neither an A32 nor a T32 address", name, (unsigned long long)eh->e_entry);
    return true;
}

bool load_elf(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err)
{
    GElf_Ehdr eh;
    bool ok = false;
    elf_version(EV_CURRENT);
    Elf *elf = elf_memory((char *)f->bytes, f->size);
    if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
        error_set(err, "%s: not an ELF file that can be read (%s)", name, elf_errmsg(-1));
    else
        ok = check_machine(name, &eh, out, err) && load_segments(plan, name, f, elf, err);
    if (elf)
        elf_end(elf);
    return ok;
}

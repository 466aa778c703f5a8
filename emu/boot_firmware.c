/* Where firmware boots (-bios, or flash 0 given), the kernel is its business: image, initrd and command line wait in fw_cfg, under the numbers
 * that firmware for this board asks for. */
#include "emu/boot.h"

#include "devices/fw_cfg.h"
#include "emu/boards/board.h"
#include "loader/loader.h"

#include <string.h>

bool boot_has_firmware(const struct machine *m)
{
    return m->options->bios || m->options->pflash[0];
}

static bool offer(struct device *fw, u16 size_key, u16 data_key, const void *data, size_t size, struct error *err)
{
    return (fw_cfg_add_u32(fw, size_key, (u32)size) && fw_cfg_add(fw, data_key, data, size)) || error_set(err, "fw_cfg: no memory for %zu bytes", size);
}

static bool offer_file(struct device *fw, u16 size_key, u16 data_key, const char *name, struct error *err)
{
    struct file_data f;
    if (!name)
        return true;
    if (!file_data_read(&f, name, err))
        return false;
    bool ok = offer(fw, size_key, data_key, f.bytes, f.size, err);
    file_data_free(&f);
    return ok;
}

bool boot_offer_to_firmware(struct machine *m, struct error *err)
{
    const struct options *o = m->options;
    struct device *fw = board_find(m->board, "fw_cfg");
    return offer_file(fw, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, o->kernel, err) &&
           offer_file(fw, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, o->initrd, err) &&
           (!o->append || offer(fw, FW_CFG_CMDLINE_SIZE, FW_CFG_CMDLINE_DATA, o->append, strlen(o->append) + 1, err));
}

/* Fault status codes and names (DDI 0487 D17.2.37). */
#include "mmu/mmu.h"

u8 fault_status_code(const struct fault *fault)
{
    switch (fault->type) {
    case FAULT_ADDRESS_SIZE:
        return fault->level;
    case FAULT_TRANSLATION:
        return (u8)(0x04 | fault->level);
    case FAULT_ACCESS_FLAG:
        return (u8)(0x08 | fault->level);
    case FAULT_PERMISSION:
        return (u8)(0x0c | fault->level);
    case FAULT_EXTERNAL:
        return 0x10;
    case FAULT_EXTERNAL_WALK:
        return (u8)(0x14 | fault->level);
    case FAULT_ALIGNMENT:
        return 0x21;
    case FAULT_DEBUG:
        return 0x22;
    case FAULT_TLB_CONFLICT:
        return 0x30;
    case FAULT_UNSUPPORTED_UPDATE:
        return 0x31;
    case FAULT_UNSUPPORTED_EXCLUSIVE:
        return 0x35;
    default:
        return 0;
    }
}

const char *fault_type_name(u8 type)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none", [FAULT_ADDRESS_SIZE] = "address size", [FAULT_TRANSLATION] = "translation",
        [FAULT_ACCESS_FLAG] = "access flag", [FAULT_PERMISSION] = "permission", [FAULT_EXTERNAL] = "external abort",
        [FAULT_EXTERNAL_WALK] = "external abort on a walk", [FAULT_ALIGNMENT] = "alignment", [FAULT_TLB_CONFLICT] = "TLB conflict",
        [FAULT_UNSUPPORTED_EXCLUSIVE] = "unsupported exclusive", [FAULT_DEBUG] = "watchpoint",
        [FAULT_UNSUPPORTED_UPDATE] = "unsupported hardware update",
    };
    return type < ARRAY_SIZE(names) ? names[type] : "?";
}

/* The payload's parts. It runs at Secure EL1 (ARMv7: Secure SVC), and shares with the monitor what neither changes after the start. */
#ifndef MONITOR_PAYLOAD_H
#define MONITOR_PAYLOAD_H

#include "monitor.h"
#include "tee.h"

struct call {
    unsigned long r[5];
};

void payload_init(void);
void payload_request(struct call *c);
void payload_interrupt(void);          /* an FIQ, taken by the payload itself */
unsigned long payload_fill(unsigned long word); /* payload_entry.S */

#endif

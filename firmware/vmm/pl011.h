/* The guest's serial port: a PL011 (DDI 0183F) without time. Safe to call from several threads. */
#ifndef VMM_PL011_H
#define VMM_PL011_H

#include "sys.h"

enum { PL011_BYTES = 0x1000, PL011_QUEUE = 1024 };

struct pl011 {
    struct lock lock;
    u32 ilpr, ibrd, fbrd, lcr_h, cr, ifls, imsc, ris, dmacr;
    u8 queue[PL011_QUEUE]; /* received and not yet read: the FIFO is its front, the rest is still on the line */
    u32 first, count;
    u32 room_made;         /* counts reads of UARTDR; who waits for room waits on it */
    bool line;             /* the interrupt output as last told */
    /* The board: where bytes go, and the interrupt output. Called with the lock held. */
    void (*transmit)(void *board, u8 byte);
    void (*interrupt)(void *board, bool level);
    void *board;
};

/* Registers as after reset; transmit, interrupt and board are the caller's to fill in. */
void pl011_reset(struct pl011 *u);
/* An access of a guest: offset below PL011_BYTES. All registers are read and written as words, whatever the access's size. */
u32 pl011_read(struct pl011 *u, u64 offset);
void pl011_write(struct pl011 *u, u64 offset, u32 value);
/* A byte from outside. Waits while the queue is full. */
void pl011_receive(struct pl011 *u, u8 byte);

#endif

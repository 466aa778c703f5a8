/* The remote protocol's packet layer: "$data#sum", acknowledgements, escapes. */
#ifndef EMU_DEBUG_GDB_PACKET_H
#define EMU_DEBUG_GDB_PACKET_H

#include "emu/platform/types.h"

#define GDB_PACKET_MAX 16384

struct gdb_link {
    int socket;        /* -1: nobody there */
    bool no_ack;       /* QStartNoAckMode */
    bool interrupted;  /* gdb sent ^C */
    size_t have;       /* bytes received and not yet taken */
    char in[GDB_PACKET_MAX];
    char packet[GDB_PACKET_MAX]; /* the packet being answered, zero-terminated */
    size_t packet_len;
};

/* Reads what has arrived, waiting `ms` for it at most. False: the other side is gone (socket is -1 now). */
bool gdb_link_receive(struct gdb_link *link, int ms);
/* Takes one whole packet, if there is one, into link->packet, and acknowledges it. */
bool gdb_link_next(struct gdb_link *link);
void gdb_link_send(struct gdb_link *link, const char *data, size_t len);

u8 gdb_hex_digit(char c); /* 0xff: none */
/* Bytes to hex digits and back; from_hex returns false on a bad digit or too few. */
void gdb_to_hex(char *to, const void *from, size_t len);
bool gdb_from_hex(void *to, const char *from, size_t len);

#endif

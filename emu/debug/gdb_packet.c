/* Packets of the gdb remote serial protocol. */
#include "emu/debug/gdb_packet.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void hang_up(struct gdb_link *link)
{
    close(link->socket);
    link->socket = -1;
    link->have = 0;
}

bool gdb_link_receive(struct gdb_link *link, int ms)
{
    struct pollfd p = { .fd = link->socket, .events = POLLIN };
    if (poll(&p, 1, ms) <= 0 || link->have == sizeof link->in)
        return true;
    ssize_t n = recv(link->socket, link->in + link->have, sizeof link->in - link->have, 0);
    if (n <= 0) {
        hang_up(link);
        return false;
    }
    link->have += (size_t)n;
    return true;
}

static void drop_front(struct gdb_link *link, size_t n)
{
    memmove(link->in, link->in + n, link->have - n);
    link->have -= n;
}

static void send_all(struct gdb_link *link, const char *data, size_t len)
{
    while (len && link->socket >= 0) {
        ssize_t n = send(link->socket, data, len, MSG_NOSIGNAL);
        if (n <= 0) {
            hang_up(link);
            return;
        }
        data += n;
        len -= (size_t)n;
    }
}

u8 gdb_hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return at ? (u8)(at - digits) : 0xff;
}

void gdb_to_hex(char *to, const void *from, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const u8 *bytes = from;
    for (size_t i = 0; i < len; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    *to = 0;
}

bool gdb_from_hex(void *to, const char *from, size_t len)
{
    u8 *bytes = to;
    for (size_t i = 0; i < len; i++) {
        u8 high = gdb_hex_digit(from[2 * i]), low = high == 0xff ? 0xff : gdb_hex_digit(from[2 * i + 1]);
        if (low == 0xff)
            return false;
        bytes[i] = (u8)(high << 4 | low);
    }
    return true;
}

static void take(struct gdb_link *link, const char *data, size_t len)
{
    link->packet_len = 0;
    for (size_t i = 0; i < len; i++) /* '}' escapes the next byte */
        link->packet[link->packet_len++] = data[i] == '}' && i + 1 < len ? (char)(data[++i] ^ 0x20) : data[i];
    link->packet[link->packet_len] = 0;
}

bool gdb_link_next(struct gdb_link *link)
{
    while (link->have) {
        if (link->in[0] != '$') {
            link->interrupted |= link->in[0] == 3;
            drop_front(link, 1);
            continue;
        }
        char *end = memchr(link->in, '#', link->have);
        if (!end || link->in + link->have < end + 3) {
            if (link->have == sizeof link->in) /* longer than anything that we announced */
                drop_front(link, link->have);
            return false;
        }
        size_t len = (size_t)(end - link->in) - 1;
        u8 sum = 0, want = 0;
        for (size_t i = 0; i < len; i++)
            sum = (u8)(sum + (u8)link->in[1 + i]);
        bool ok = gdb_from_hex(&want, end + 1, 1) && want == sum;
        if (ok)
            take(link, link->in + 1, len);
        drop_front(link, len + 4);
        if (!link->no_ack)
            send_all(link, ok ? "+" : "-", 1);
        if (ok)
            return true;
    }
    return false;
}

void gdb_link_send(struct gdb_link *link, const char *data, size_t len)
{
    char head = '$', tail[4];
    u8 sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = (u8)(sum + (u8)data[i]);
    snprintf(tail, sizeof tail, "#%02x", sum);
    send_all(link, &head, 1);
    send_all(link, data, len);
    send_all(link, tail, 3);
}

/* Files to be loaded. A plain file is mapped, so that its size and its headers are known without reading it; its content then goes straight to
 * where it belongs (file_data_copy). What is gzip'd, or comes through a pipe, is unpacked to memory first, through zlib. */
#define _DEFAULT_SOURCE /* madvise */
#include "loader/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define COPY_AT_ONCE (1 * MIB)

/* ---- through zlib ---- */

/* To the end. Takes `in` with it. */
static bool unpack(struct file_data *f, const char *name, gzFile in, struct error *err)
{
    size_t room = 1 * MIB;
    int n = -1;
    gzbuffer(in, 128 * KIB);
    while ((f->bytes = realloc(f->bytes, room)) && (n = gzread(in, f->bytes + f->size, (unsigned)(room - f->size))) > 0) {
        f->size += (size_t)n;
        if (f->size == room)
            room *= 2;
        if (room > LOADER_MAX_FILE) {
            n = -1;
            break;
        }
    }
    int problem = Z_OK;
    char why[128]; /* zlib's own text is freed by gzclose_r, which also may change errno */
    const char *text = gzerror(in, &problem);
    snprintf(why, sizeof why, "%s", problem == Z_ERRNO ? strerror(errno) : problem == Z_DATA_ERROR ? "the gzip data is corrupt" : text);
    bool truncated = gzclose_r(in) == Z_BUF_ERROR || problem == Z_BUF_ERROR;
    if (n == 0 && f->size && !truncated)
        return true;
    if (n == 0 && !truncated)
        error_set(err, "%s: the file is empty", name);
    else if (truncated)
        error_set(err, "%s: the gzip data ends too early", name);
    else
        error_set(err, "%s: %s", name, room > LOADER_MAX_FILE ? "larger than 1 GiB" : why);
    file_data_free(f);
    return false;
}

/* Takes `fd` with it. */
static bool read_through_zlib(struct file_data *f, const char *name, int fd, struct error *err)
{
    gzFile in = gzdopen(fd, "rb");
    if (in)
        return unpack(f, name, in, err);
    close(fd);
    return error_set(err, "%s: no memory", name);
}

/* ---- plain files ---- */

static bool is_gzip(int fd)
{
    u8 magic[2]; /* RFC 1952 2.3.1 */
    return pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x1f && magic[1] == 0x8b;
}

/* Takes `fd` with it. */
static bool map(struct file_data *f, const char *name, int fd, off_t size, struct error *err)
{
    void *bytes = MAP_FAILED;
    if (size == 0)
        error_set(err, "%s: the file is empty", name);
    else if ((u64)size > LOADER_MAX_FILE)
        error_set(err, "%s: larger than 1 GiB", name);
    else if ((bytes = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        error_set(err, "%s: %s", name, strerror(errno));
    if (bytes == MAP_FAILED) {
        close(fd);
        return false;
    }
    *f = (struct file_data){ .bytes = bytes, .size = (size_t)size, .is_mapped = true, .fd = fd };
    return true;
}

bool file_data_read(struct file_data *f, const char *name, struct error *err)
{
    struct stat st;
    *f = (struct file_data){ 0 };
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st)) {
        error_set(err, "%s: %s", name, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    return S_ISREG(st.st_mode) && !is_gzip(fd) ? map(f, name, fd, st.st_size, err) : read_through_zlib(f, name, fd, err);
}

void file_data_free(struct file_data *f)
{
    if (f->is_mapped) {
        munmap(f->bytes, f->size);
        close(f->fd);
    } else {
        free(f->bytes);
    }
    *f = (struct file_data){ 0 };
}

/* ---- to where it belongs ---- */

/* The pages that lie wholly in [at, at + len) lose their content. */
static void give_back(u8 *at, size_t len)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = ((uintptr_t)at + page - 1) & ~(page - 1), end = ((uintptr_t)at + len) & ~(page - 1);
    if (first < end)
        madvise((void *)first, end - first, MADV_DONTNEED);
}

static void copy_from_memory(u8 *to, u8 *from, size_t len, bool last)
{
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < COPY_AT_ONCE ? len - done : COPY_AT_ONCE;
        memcpy(to + done, from + done, n);
        if (last)
            give_back(from + done, n);
    }
}

bool file_data_copy(struct file_data *f, const char *name, size_t offset, u8 *to, size_t len, bool last, struct error *err)
{
    if (!f->is_mapped) {
        copy_from_memory(to, f->bytes + offset, len, last);
        return true;
    }
    while (len) {
        ssize_t n = pread(f->fd, to, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set(err, "%s: %s", name, n < 0 ? strerror(errno) : "the file got shorter while it was read");
        to += n;
        offset += (size_t)n;
        len -= (size_t)n;
    }
    return true;
}

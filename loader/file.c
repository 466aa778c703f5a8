/* Whole files in memory, through zlib, which passes plain files on as they are. */
#include "loader/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

bool file_data_read(struct file_data *f, const char *name, struct error *err)
{
    size_t room = 1 * MIB;
    *f = (struct file_data){ 0 };
    errno = 0;
    gzFile in = gzopen(name, "rb");
    if (!in)
        return error_set(err, "%s: %s", name, errno ? strerror(errno) : "no memory");
    int n = -1;
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

void file_data_free(struct file_data *f)
{
    free(f->bytes);
    *f = (struct file_data){ 0 };
}

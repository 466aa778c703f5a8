/* System calls, messages, locks, threads: what a C library would give. Owns no state. Linux's A64 system call interface. */
#include "sys.h"

#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/sched.h>

/* linux/fs.h has them too, and half of the kernel's headers with them. */
enum { FROM_START = 0, FROM_END = 2 };

enum { STDERR = 2, THREAD_STACK_BYTES = 64 << 10, MESSAGE_BYTES = 256 };

long thread_clone(u64 flags, void *stack_top, void (*fn)(void *), void *arg); /* start.S */

/* ---- files and memory ---- */

long sys_open(const char *path, bool writable)
{
    return syscall6(__NR_openat, AT_FDCWD, (long)path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0, 0, 0);
}

long sys_create(const char *path)
{
    return syscall6(__NR_openat, AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644, 0, 0);
}

void sys_close(int fd)
{
    syscall6(__NR_close, fd, 0, 0, 0, 0, 0);
}

long sys_file_size(int fd)
{
    long size = syscall6(__NR_lseek, fd, 0, FROM_END, 0, 0, 0);
    long start = syscall6(__NR_lseek, fd, 0, FROM_START, 0, 0, 0);
    return start < 0 ? start : size;
}

long sys_read_all(int fd, void *to, u64 bytes)
{
    for (u64 done = 0; done < bytes;) {
        long n = sys_read(fd, (u8 *)to + done, bytes - done);
        if (n == 0)
            return -EIO;
        if (n < 0 && n != -EINTR)
            return n;
        done += n > 0 ? (u64)n : 0;
    }
    return 0;
}

long sys_write_all(int fd, const void *from, u64 bytes)
{
    for (u64 done = 0; done < bytes;) {
        long n = syscall6(__NR_write, fd, (long)((const u8 *)from + done), (long)(bytes - done), 0, 0, 0);
        if (n == -EAGAIN) { /* somebody left our output non-blocking */
            struct pollfd room = { .fd = fd, .events = POLLOUT };
            syscall6(__NR_ppoll, (long)&room, 1, 0, 0, 0, 0);
        } else if (n < 0 && n != -EINTR) {
            return n;
        }
        done += n > 0 ? (u64)n : 0;
    }
    return 0;
}

void *sys_map(int fd, u64 bytes)
{
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED;
    long at = syscall6(__NR_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    return at < 0 && at > -4096 ? NULL : (void *)at;
}

/* ---- messages ---- */

struct message {
    char text[MESSAGE_BYTES];
    u32 used;
};

static void put(struct message *m, char c)
{
    if (m->used < MESSAGE_BYTES - 1) /* room for the line's end */
        m->text[m->used++] = c;
}

static void put_text(struct message *m, const char *text)
{
    while (*text)
        put(m, *text++);
}

static void put_number(struct message *m, u64 value, u32 base)
{
    char digits[20];
    u32 n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n)
        put(m, digits[--n]);
}

/* One conversion, format being behind its '%'. Returns its last letter. */
static const char *put_conversion(struct message *m, const char *format, va_list *arguments)
{
    if (*format == '#') {
        put_text(m, "0x");
        format++;
    }
    if (*format == 'l')
        format++;
    if (*format == 's') {
        put_text(m, va_arg(*arguments, const char *));
    } else if (*format == 'c') {
        put(m, (char)va_arg(*arguments, int));
    } else if (*format == 'd') {
        long value = va_arg(*arguments, long);
        if (value < 0)
            put(m, '-');
        put_number(m, value < 0 ? -(u64)value : (u64)value, 10);
    } else {
        put_number(m, va_arg(*arguments, u64), *format == 'x' ? 16 : 10);
    }
    return format;
}

void vsay(const char *format, va_list arguments)
{
    struct message m = { .used = 0 };
    va_list rest;
    va_copy(rest, arguments);
    put_text(&m, "vmm: ");
    for (; *format; format++) {
        if (*format == '%')
            format = put_conversion(&m, format + 1, &rest);
        else
            put(&m, *format);
    }
    va_end(rest);
    m.text[m.used++] = '\n';
    sys_write_all(STDERR, m.text, m.used);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsay(format, arguments);
    va_end(arguments);
}

void die(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsay(format, arguments);
    va_end(arguments);
    sys_exit_all(status);
}

void sys_exit_all(int status)
{
    for (;;)
        syscall6(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

/* ---- threads ---- */

void wait_while(u32 *word, u32 seen)
{
    syscall6(__NR_futex, (long)word, FUTEX_WAIT_PRIVATE, seen, 0, 0, 0);
}

static void futex_wake(u32 *word)
{
    syscall6(__NR_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

void wake(u32 *word)
{
    __atomic_add_fetch(word, 1, __ATOMIC_RELEASE);
    futex_wake(word);
}

void lock_take(struct lock *lock)
{
    u32 seen = 0;
    if (__atomic_compare_exchange_n(&lock->state, &seen, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&lock->state, 2, __ATOMIC_ACQUIRE))
        wait_while(&lock->state, 2);
}

void lock_release(struct lock *lock)
{
    if (__atomic_exchange_n(&lock->state, 0, __ATOMIC_RELEASE) == 2)
        futex_wake(&lock->state);
}

long thread_start(void (*fn)(void *arg), void *arg)
{
    u8 *stack = sys_map(-1, THREAD_STACK_BYTES);
    if (!stack)
        return -ENOMEM;
    return thread_clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, stack + THREAD_STACK_BYTES, fn, arg);
}

/* ---- strings ---- */

bool text_equal(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

u64 text_length(const char *text)
{
    u64 n = 0;
    while (text[n])
        n++;
    return n;
}

/* The compiler calls these two for structures; volatile keeps it from finding memcpy in memcpy. */
void *memcpy(void *to, const void *from, size_t bytes)
{
    volatile u8 *p = to;
    for (const u8 *q = from; bytes--;)
        *p++ = *q++;
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    for (volatile u8 *p = to; bytes--;)
        *p++ = (u8)value;
    return to;
}

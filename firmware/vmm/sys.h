/* The floor under the VMM: Linux system calls, messages, locks and threads, without a C library.
 * System calls return what the kernel returns: a negative error number, or the result. */
#ifndef VMM_SYS_H
#define VMM_SYS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <asm/errno.h>
#include <asm/unistd.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIB (1ul << 20)

static inline u64 round_up(u64 value, u64 power_of_two)
{
    return (value + power_of_two - 1) & ~(power_of_two - 1);
}

/* The A64 convention: number in x8, arguments in x0 to x5, result in x0; all else is kept. */
static inline long syscall6(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

static inline long sys_ioctl(int fd, u64 request, u64 argument)
{
    return syscall6(__NR_ioctl, fd, (long)request, (long)argument, 0, 0, 0);
}

static inline long sys_read(int fd, void *to, u64 bytes)
{
    return syscall6(__NR_read, fd, (long)to, (long)bytes, 0, 0, 0);
}

/* ---- files and memory ---- */

/* Opens for reading, or for reading and writing; never inherited by a child. */
long sys_open(const char *path, bool writable);
/* Creates or empties a file. */
long sys_create(const char *path);
void sys_close(int fd);
/* The size of an open file, its position being moved to the start. */
long sys_file_size(int fd);
/* Reads exactly that many bytes. 0; -EIO when the file ends before them. */
long sys_read_all(int fd, void *to, u64 bytes);
/* Writes all of them, waiting where it must. */
long sys_write_all(int fd, const void *from, u64 bytes);
/* Zeroed memory of our own when fd is -1, else the file's pages, shared. NULL when there is none. */
void *sys_map(int fd, u64 bytes);

/* ---- messages: one line each, "vmm: …", to the error output in one write ---- */

/* printf's %s, %c, %lu, %ld, %lx and %#lx, and no others. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vsay(const char *format, va_list arguments);
/* say, and the end of all threads. For use before the guest runs: vm_stop() (vmm.h) also restores the terminal. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void sys_exit_all(int status);

/* ---- threads ---- */

/* A lock on a futex (Drepper, "Futexes Are Tricky", mutex 2). 0: free, 1: held, 2: held and perhaps waited for. */
struct lock {
    u32 state;
};

void lock_take(struct lock *lock);
void lock_release(struct lock *lock);

/* Waits while *word is seen; comes back early at times, so the caller looks again. */
void wait_while(u32 *word, u32 seen);
/* Changes *word and wakes who waits for it. */
void wake(u32 *word);

/* Runs fn(arg) in a new thread. A negative error number when that cannot be. */
long thread_start(void (*fn)(void *arg), void *arg);

/* ---- strings ---- */

bool text_equal(const char *a, const char *b);
u64 text_length(const char *text);
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

#endif

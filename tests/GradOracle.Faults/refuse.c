/* Preloaded: lets the REFUSE_AT-th call that writes within the folder REFUSE_IN fail with the error REFUSE_WITH, and says so in REFUSE_SAID.
   fsync is left alone: .NET passes over its errors, and reports are written with O_SYNC, whose write tells. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls;

static int is_refused(const char *path, const char *call)
{
    const char *folder = getenv("REFUSE_IN"), *at = getenv("REFUSE_AT"), *with = getenv("REFUSE_WITH"), *said = getenv("REFUSE_SAID");
    if (!folder || !at || !with || !said || !path || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    if (atomic_fetch_add(&calls, 1) + 1 != atoi(at))
        return 0;
    int file = openat(AT_FDCWD, said, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0)
        dprintf(file, "%s\n", call), close(file);
    errno = atoi(with);
    return 1;
}

static int is_refused_file(int file, const char *call)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_refused(path, call);
}

#define NEXT(name) static typeof(name) *next; if (!next) next = (typeof(name) *)dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;               \
        va_end(rest);                                                           \
        NEXT(name);                                                             \
        return flags & (O_CREAT | O_WRONLY | O_RDWR) && is_refused(path, "open") ? -1 : next(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int file, const void *bytes, size_t count)
{
    NEXT(write);
    return is_refused_file(file, "write") ? -1 : next(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    NEXT(pwrite);
    return is_refused_file(file, "pwrite") ? -1 : next(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    NEXT(pwrite64);
    return is_refused_file(file, "pwrite") ? -1 : next(file, bytes, count, at);
}

int ftruncate(int file, off_t length)
{
    NEXT(ftruncate);
    return is_refused_file(file, "ftruncate") ? -1 : next(file, length);
}

int rename(const char *from, const char *to)
{
    NEXT(rename);
    return is_refused(to, "rename") ? -1 : next(from, to);
}

int link(const char *from, const char *to)
{
    NEXT(link);
    return is_refused(to, "link") ? -1 : next(from, to);
}

int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir);
    return is_refused(path, "mkdir") ? -1 : next(path, mode);
}

int chmod(const char *path, mode_t mode)
{
    NEXT(chmod);
    return is_refused(path, "chmod") ? -1 : next(path, mode);
}

int fchmod(int file, mode_t mode)
{
    NEXT(fchmod);
    return is_refused_file(file, "fchmod") ? -1 : next(file, mode);
}

/*
 * A disk with a memory, for the proof "Power loss" (tests/it/power.rs). Preloaded into the real program, it writes down
 * every change to the files of one database, with contents and in order, and every point at which the disk was asked
 * to make changes last. From that the test builds what a disk could hold after the power went at any moment.
 *
 *   POWER_FOLDER   the folder of the database
 *   POWER_JOURNAL  where to write the journal
 *   POWER_FORGET   when set, a request to make changes last is answered and not carried out: a disk that lies
 *   POWER_DELAY    how many microseconds such a request takes, so that whoever does not wait for it is seen
 *
 * An entry is: kind (1 byte), length of the name (2), offset (8), length of the data (4), name, data; in the byte order
 * of the machine. Kinds: O made, W written, T cut to the offset, S made last, D the folder made last, U removed,
 * R renamed to the data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FILES 4096
#define FOLDER "/"

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *names[FILES];
static const char *folder;
static size_t folder_length;
static int journal = -1;
static int forget;
static long delay;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    folder = getenv("POWER_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    forget = getenv("POWER_FORGET") != NULL;
    const char *length = getenv("POWER_DELAY");
    delay = length ? atol(length) : 0;
    const char *path = getenv("POWER_JOURNAL");
    if (path)
        journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

/* The name of a file of the database, "/" for the folder itself, or nothing. The index of the log is in memory by its
 * nature and is made anew from the log; the lock holds nothing. */
static const char *name_of(const char *path) {
    pthread_once(&once, begin);
    if (!folder || !path || strncmp(path, folder, folder_length) != 0)
        return NULL;
    const char *name = path + folder_length;
    if (*name == '\0' || strcmp(name, "/") == 0)
        return FOLDER;
    if (*name++ != '/' || strchr(name, '/') || ends_with(name, "-shm") || ends_with(name, ".lock"))
        return NULL;
    return name;
}

static const char *name_of_file(int file) {
    pthread_once(&once, begin);
    return file >= 0 && file < FILES ? names[file] : NULL;
}

static void note(char kind, const char *name, uint64_t offset, const void *data, uint32_t length) {
    uint16_t name_length = (uint16_t)strlen(name);
    size_t total = 15 + name_length + length;
    char *entry = malloc(total);
    entry[0] = kind;
    memcpy(entry + 1, &name_length, 2);
    memcpy(entry + 3, &offset, 8);
    memcpy(entry + 11, &length, 4);
    memcpy(entry + 15, name, name_length);
    if (length)
        memcpy(entry + 15 + name_length, data, length);
    /* One write with O_APPEND: the test never sees a torn entry in the middle of the journal. */
    if (syscall(SYS_write, journal, entry, total) != (ssize_t)total)
        abort();
    free(entry);
}

static int opened(int file, const char *path, int existed) {
    const char *name = name_of(path);
    if (file < 0 || file >= FILES || !name)
        return file;
    pthread_mutex_lock(&turn);
    free(names[file]);
    names[file] = strdup(name);
    if (!existed)
        note('O', name, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return file;
}

static int exists(const char *path) {
    struct stat found;
    return !name_of(path) || stat(path, &found) == 0;
}

static int open_and_note(const char *path, int flags, mode_t mode) {
    pthread_once(&once, begin);
    int existed = exists(path);
    return opened(real_open(path, flags, mode), path, existed);
}

#define MODE(flags)                             \
    mode_t mode = 0;                            \
    if ((flags) & (O_CREAT | O_TMPFILE)) {      \
        va_list rest;                           \
        va_start(rest, flags);                  \
        mode = (mode_t)va_arg(rest, int);       \
        va_end(rest);                           \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_and_note(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return open_and_note(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    pthread_once(&once, begin);
    int existed = exists(path);
    return opened(real_openat(at, path, flags, mode), path, existed);
}

int close(int file) {
    if (name_of_file(file)) {
        pthread_mutex_lock(&turn);
        free(names[file]);
        names[file] = NULL;
        pthread_mutex_unlock(&turn);
    }
    return real_close(file);
}

ssize_t write(int file, const void *data, size_t length) {
    const char *name = name_of_file(file);
    if (!name)
        return real_write(file, data, length);
    pthread_mutex_lock(&turn);
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t written = real_write(file, data, length);
    if (written > 0)
        note('W', name, (uint64_t)offset, data, (uint32_t)written);
    pthread_mutex_unlock(&turn);
    return written;
}

static ssize_t pwrite_and_note(int file, const void *data, size_t length, off_t offset) {
    const char *name = name_of_file(file);
    if (!name)
        return real_pwrite(file, data, length, offset);
    pthread_mutex_lock(&turn);
    ssize_t written = real_pwrite(file, data, length, offset);
    if (written > 0)
        note('W', name, (uint64_t)offset, data, (uint32_t)written);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return pwrite_and_note(file, data, length, offset);
}

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    return pwrite_and_note(file, data, length, offset);
}

static int truncate_and_note(int file, off_t length) {
    const char *name = name_of_file(file);
    if (!name)
        return real_ftruncate(file, length);
    pthread_mutex_lock(&turn);
    int result = real_ftruncate(file, length);
    if (result == 0)
        note('T', name, (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int ftruncate(int file, off_t length) { return truncate_and_note(file, length); }
int ftruncate64(int file, off64_t length) { return truncate_and_note(file, length); }

/* Noted when it has ended: until then nothing is promised. */
static int sync_and_note(int (*real)(int), int file) {
    const char *name = name_of_file(file);
    if (!name)
        return real(file);
    if (forget)
        return 0;
    pthread_mutex_lock(&turn);
    struct timespec length = {delay / 1000000, delay % 1000000 * 1000};
    nanosleep(&length, NULL);
    int result = real(file);
    if (result == 0)
        note(strcmp(name, FOLDER) == 0 ? 'D' : 'S', name, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int fsync(int file) {
    pthread_once(&once, begin);
    return sync_and_note(real_fsync, file);
}

int fdatasync(int file) {
    pthread_once(&once, begin);
    return sync_and_note(real_fdatasync, file);
}

int unlink(const char *path) {
    const char *name = name_of(path);
    if (!name)
        return real_unlink(path);
    pthread_mutex_lock(&turn);
    int result = real_unlink(path);
    if (result == 0)
        note('U', name, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return result;
}

int rename(const char *from, const char *to) {
    const char *name = name_of(from), *target = name_of(to);
    if (!name || !target)
        return real_rename(from, to);
    pthread_mutex_lock(&turn);
    int result = real_rename(from, to);
    if (result == 0)
        note('R', name, 0, target, (uint32_t)strlen(target));
    pthread_mutex_unlock(&turn);
    return result;
}

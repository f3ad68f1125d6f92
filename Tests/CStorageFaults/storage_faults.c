// A disk that fails to keep what it is told. The linker prefers these definitions to those of the C library: linked into
// the tests they reach SQLite there; as a preloaded library they reach any program, which then is told by
// STORAGE_FAULTS_PATH which files fail, once the file named by STORAGE_FAULTS_TRIGGER is there.
#define _GNU_SOURCE
#include "include/storage_faults.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char armed_path[512];
static _Atomic long calls_left = -1;
static _Atomic long failed;

void storage_faults_arm(const char *where, long calls) {
    calls_left = -1;
    failed = 0;
    if (where == NULL) return;
    snprintf(armed_path, sizeof armed_path, "%s", where);
    calls_left = calls;
}

long storage_faults_count(void) { return failed; }

static int names(int descriptor, const char *where) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, where) != NULL;
}

static int fails(int descriptor) {
    const char *where = getenv("STORAGE_FAULTS_PATH"), *trigger = getenv("STORAGE_FAULTS_TRIGGER");
    if (where != NULL && trigger != NULL && access(trigger, F_OK) == 0 && names(descriptor, where)) return 1;
    if (calls_left < 0 || !names(descriptor, armed_path)) return 0;
    if (calls_left > 0) {
        calls_left--;
        return 0;
    }
    failed++;
    return 1;
}

static int synchronise(int descriptor, long call) {
    if (fails(descriptor)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, descriptor);
}

int fsync(int descriptor) { return synchronise(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synchronise(descriptor, SYS_fdatasync); }

// Each write is a reader of this lock, a freeze its writer. The lock is taken only once somebody has frozen something.
static pthread_rwlock_t ice = PTHREAD_RWLOCK_INITIALIZER;
static _Atomic int is_cold;
static _Atomic long passed;

void storage_freeze(void) {
    is_cold = 1;
    pthread_rwlock_wrlock(&ice);
}

long storage_thaw(void) {
    long count = passed;
    passed = 0;
    pthread_rwlock_unlock(&ice);
    return count;
}

static long change(long call, long a, long b, long c, long d) {
    if (!is_cold) return syscall(call, a, b, c, d);
    pthread_rwlock_rdlock(&ice);
    long result = syscall(call, a, b, c, d);
    int error = errno;
    pthread_rwlock_unlock(&ice);
    errno = error;
    passed++;
    return result;
}

ssize_t write(int file, const void *bytes, size_t count) { return change(SYS_write, file, (long)bytes, count, 0); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return change(SYS_pwrite64, file, (long)bytes, count, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    return change(SYS_pwrite64, file, (long)bytes, count, at);
}
int ftruncate(int file, off_t size) { return (int)change(SYS_ftruncate, file, size, 0, 0); }
int ftruncate64(int file, off64_t size) { return (int)change(SYS_ftruncate, file, size, 0, 0); }

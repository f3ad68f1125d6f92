// Kills the program it is preloaded into at the n-th commit to its journal, before the commit or right after it.
//
// A commit writes to the journal's write-ahead log and then synchronises it. "before" is before the first write that
// follows a synchronisation: nothing of the commit reaches the file. "after" is when the synchronisation has returned
// and the program does not know yet.
//
//     KILL_AT_COMMIT=17 KILL_WHEN=before|after
//     COMMIT_COUNT=path   a file that holds the number of commits so far
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long commits;       // synchronised so far
static int is_writing;     // whether the log was written to since the last synchronisation

static int is_log(int descriptor) {
    static const char suffix[] = "/journal.sqlite-wal";
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < (ssize_t)sizeof suffix) return 0;
    path[length] = 0;
    return strcmp(path + length - (sizeof suffix - 1), suffix) == 0;
}

static int is_due(const char *when) {
    const char *at = getenv("KILL_AT_COMMIT"), *wanted = getenv("KILL_WHEN");
    return at && wanted && strcmp(wanted, when) == 0 && commits + (*when == 'b') == atol(at);
}

static void note(void) {
    const char *path = getenv("COMMIT_COUNT");
    if (!path) return;
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", commits);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || write(file, text, length) != length) abort();
    close(file);
}

static void will_write(int descriptor) {
    if (!is_log(descriptor)) return;
    pthread_mutex_lock(&lock);
    if (!is_writing && is_due("before")) kill(getpid(), SIGKILL);
    is_writing = 1;
    pthread_mutex_unlock(&lock);
}

static void did_synchronise(int descriptor) {
    if (!is_log(descriptor)) return;
    pthread_mutex_lock(&lock);
    if (is_writing) {
        is_writing = 0;
        commits++;
        note();
        if (is_due("after")) kill(getpid(), SIGKILL);
    }
    pthread_mutex_unlock(&lock);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    will_write(descriptor);
    return NEXT(pwrite64)(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    will_write(descriptor);
    return NEXT(pwrite)(descriptor, bytes, count, offset);
}

int fdatasync(int descriptor) {
    int result = NEXT(fdatasync)(descriptor);
    did_synchronise(descriptor);
    return result;
}

int fsync(int descriptor) {
    int result = NEXT(fsync)(descriptor);
    did_synchronise(descriptor);
    return result;
}

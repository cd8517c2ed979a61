/* Preloaded. Fails one `fdatasync` of the file `signed` with EIO whenever the file that HUIYIN_TEST_TRAP names is there, and
   takes that file away. Tells the file that HUIYIN_TEST_SYNCS names of every sync, a path a line, before it is made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
    return length;
}

static void tell(int fd) {
    char path[4096];
    const char *syncs = getenv("HUIYIN_TEST_SYNCS");
    int list = syncs ? open(syncs, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (list < 0) {
        return;
    }
    ssize_t length = path_of(fd, path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\n';
        if (write(list, path, length + 1) != length + 1) {
            abort();
        }
    }
    close(list);
}

int fsync(int fd) {
    tell(fd);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd) {
    char path[4096];
    const char *trap = getenv("HUIYIN_TEST_TRAP"), *name = "/signed";
    tell(fd);
    ssize_t length = path_of(fd, path, sizeof path);
    if (trap && length > (ssize_t)strlen(name) && !strcmp(path + length - strlen(name), name) && !unlink(trap)) {
        errno = EIO;
        return -1;
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}

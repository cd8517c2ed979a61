/* Preloaded: fails one `fdatasync` of the file `signed` with EIO whenever the file that HUIYIN_TEST_TRAP names is there, and
   takes that file away. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fdatasync(int fd) {
    char link[64], path[4096];
    const char *trap = getenv("HUIYIN_TEST_TRAP"), *name = "/signed";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (trap && length > (ssize_t)strlen(name)) {
        path[length] = 0;
        if (!strcmp(path + length - strlen(name), name) && !unlink(trap)) {
            errno = EIO;
            return -1;
        }
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}

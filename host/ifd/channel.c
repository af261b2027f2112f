/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcscd's driver for the token: Debian's libccid as it is, told where its list of readers is.
 *
 * Neither pcscd nor libccid takes a reader by its class, although the bundle is named
 * CCIDCLASSDRIVER: both look for the vendor and product id in a list, pcscd in every bundle's,
 * libccid in that of its own bundle, /etc/libccid_Info.plist, a configuration file of another
 * package. So this bundle has a list for pcscd and the same one for libccid, which looks in the
 * folder that PCSCLITE_HP_DROPDIR names if it is set. Every other function of the driver is
 * libccid's: the loader finds it there because this library needs that one.
 */
#define _GNU_SOURCE 1 /* RTLD_NEXT, dladdr */
#include <dlfcn.h>
#include <ifdhandler.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE "PCSCLITE_HP_DROPDIR"
/* From this library, BUNDLE/Contents/Linux/libifd-hufu.so, to its list, BUNDLE/libccid. */
#define UPWARDS 3
#define LIST    "libccid"

static int list_folder(char *path, size_t size)
{
    Dl_info self;
    char *slash = path;

    if (dladdr((const void *)VARIABLE, &self) == 0 || self.dli_fname == NULL ||
        strlen(self.dli_fname) + sizeof "/" LIST > size)
        return -1;
    (void)snprintf(path, size, "%s", self.dli_fname);
    for (int i = 0; i < UPWARDS; i++) {
        slash = strrchr(path, '/');
        if (slash == NULL)
            return -1;
        *slash = '\0';
    }
    (void)snprintf(slash, size - (size_t)(slash - path), "/%s", LIST);
    return 0;
}

/* pcscd opens one reader after the other; the lock is for this driver's own sake. */
RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    RESPONSECODE (*libccid)(DWORD, LPSTR);
    char path[PATH_MAX], *before;
    const char *set;
    RESPONSECODE result;

    *(void **)&libccid = dlsym(RTLD_NEXT, "IFDHCreateChannelByName");
    if (libccid == NULL || list_folder(path, sizeof path) != 0)
        return IFD_COMMUNICATION_ERROR;
    (void)pthread_mutex_lock(&lock);
    set = getenv(VARIABLE);
    before = set != NULL ? strdup(set) : NULL;
    (void)setenv(VARIABLE, path, 1);
    result = libccid(lun, device);
    if (before != NULL)
        (void)setenv(VARIABLE, before, 1);
    else
        (void)unsetenv(VARIABLE);
    free(before);
    (void)pthread_mutex_unlock(&lock);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fault(const char *name)
{
    const char *planted = getenv("SKF_FAULT");
    return planted != NULL && strcmp(planted, name) == 0;
}

void *real_of(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        fprintf(stderr, "libskf_faulty: the real library has no %s\n", name);
        abort();
    }
    return found;
}

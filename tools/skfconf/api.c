/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include <dlfcn.h>
#include <string.h>

/* clang-format off */
const struct function_info functions[FN_COUNT] = {
#define F(clause, name, sort, parameters) {clause, "SKF_" #name, sort, offsetof(struct api, name)},
#include "functions.def"
#undef F
};
/* clang-format on */

struct api skf;

static void *load(const struct api *api, enum function function)
{
    void *found;
    memcpy(&found, (const char *)api + functions[function].offset, sizeof found);
    return found;
}

bool api_load(const char *library)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return false;
    }
    for (size_t i = 0; i < FN_COUNT; i++) {
        void *found = dlsym(handle, functions[i].name);
        memcpy((char *)&skf + functions[i].offset, &found, sizeof found);
    }
    return true;
}

bool api_offers(enum function function)
{
    return load(&skf, function) != NULL;
}

const char *code_name(ULONG code)
{
#define NAME(name)                                                                                 \
    {                                                                                              \
        name, #name                                                                                \
    }
    static const struct {
        ULONG code;
        const char *name;
    } names[] = {
        NAME(SAR_OK),
        NAME(SAR_FAIL),
        NAME(SAR_UNKNOWNERR),
        NAME(SAR_NOTSUPPORTYETERR),
        NAME(SAR_FILEERR),
        NAME(SAR_INVALIDHANDLEERR),
        NAME(SAR_INVALIDPARAMERR),
        NAME(SAR_READFILEERR),
        NAME(SAR_WRITEFILEERR),
        NAME(SAR_NAMELENERR),
        NAME(SAR_KEYUSAGEERR),
        NAME(SAR_MODULUSLENERR),
        NAME(SAR_NOTINITIALIZEERR),
        NAME(SAR_OBJERR),
        NAME(SAR_MEMORYERR),
        NAME(SAR_TIMEOUTERR),
        NAME(SAR_INDATALENERR),
        NAME(SAR_INDATAERR),
        NAME(SAR_GENRANDERR),
        NAME(SAR_HASHOBJERR),
        NAME(SAR_HASHERR),
        NAME(SAR_GENRSAKEYERR),
        NAME(SAR_RSAMODULUSLENERR),
        NAME(SAR_CSPIMPRTPUBKEYERR),
        NAME(SAR_RSAENCERR),
        NAME(SAR_RSADECERR),
        NAME(SAR_HASHNOTEQUALERR),
        NAME(SAR_KEYNOTFOUNTERR),
        NAME(SAR_CERTNOTFOUNTERR),
        NAME(SAR_NOTEXPORTERR),
        NAME(SAR_DECRYPTPADERR),
        NAME(SAR_MACLENERR),
        NAME(SAR_BUFFER_TOO_SMALL),
        NAME(SAR_KEYINFOTYPEERR),
        NAME(SAR_NOT_EVENTERR),
        NAME(SAR_DEVICE_REMOVED),
        NAME(SAR_PIN_INCORRECT),
        NAME(SAR_PIN_LOCKED),
        NAME(SAR_PIN_INVALID),
        NAME(SAR_PIN_LEN_RANGE),
        NAME(SAR_USER_ALREADY_LOGGED_IN),
        NAME(SAR_USER_PIN_NOT_INITIALIZED),
        NAME(SAR_USER_TYPE_INVALID),
        NAME(SAR_APPLICATION_NAME_INVALID),
        NAME(SAR_APPLICATION_EXISTS),
        NAME(SAR_USER_NOT_LOGGED_IN),
        NAME(SAR_APPLICATION_NOT_EXISTS),
        NAME(SAR_FILE_ALREADY_EXIST),
        NAME(SAR_NO_ROOM),
        NAME(SAR_FILE_NOT_EXIST),
        NAME(SAR_REACH_MAX_CONTAINER_COUNT),
    };
#undef NAME
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].code == code) {
            return names[i].name;
        }
    }
    return NULL;
}

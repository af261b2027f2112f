/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In place of the product's migrations (store/migrate.h): a format 2, for tests of updates that
 * bring one. What a token must not lose, keys, PINs, tries, certificates and files, is written
 * anew in its one step, and so at risk; the device label says that the step was done, and how
 * often.
 */
#include "err.h"
#include "issuer.h"
#include "object.h"
#include "store/migrate.h"
#include "support/each_object.h"
#include "wipe.h"
#include <string.h>

#define DONE ", format 2"

static int write_anew(uint8_t type, uint16_t id, uint8_t *value, size_t len)
{
    const int err = store_put(type, id, value, len);
    secret_wipe(value, len);
    return err;
}

static int say_so(void)
{
    uint8_t label[ISSUER_LABEL];
    size_t len = 0;
    int err = store_get(OBJECT_LABEL, OBJECT_SINGLE, label, sizeof label - sizeof DONE, &len);
    if (err == ERR_OK) {
        memcpy(label + len, DONE, sizeof DONE - 1);
        err = store_put(OBJECT_LABEL, OBJECT_SINGLE, label, len + sizeof DONE - 1);
    }
    return err;
}

static int one_to_two(void)
{
    static const uint8_t types[] = {OBJECT_TRIES,     OBJECT_PIN,          OBJECT_APP,
                                    OBJECT_CONTAINER, OBJECT_SIGN_KEY,     OBJECT_ENC_KEY,
                                    OBJECT_SIGN_CERT, OBJECT_ENC_CERT,     OBJECT_FILE,
                                    OBJECT_FILE_DATA, OBJECT_RSA_SIGN_KEY, OBJECT_RSA_ENC_KEY};
    int err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < sizeof types; i++) {
        err = each_object(types[i], write_anew);
    }
    return err == ERR_OK ? say_so() : err;
}

static const struct migration steps[] = {{1, 2, one_to_two}};
const struct migrations migrations = {1, 2, steps, 1};

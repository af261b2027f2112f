/* SPDX-License-Identifier: Apache-2.0 */
#include "key/authorise.h"
#include "apdu/status.h"
#include "applet/skf/container.h"
#include "key/mode.h"
#include "panel/panel.h"
#include "store/store.h"
#include <stddef.h>

static int exists(const struct key_use *use)
{
    size_t len = 0;
    int err = store_get((uint8_t)use->type, use->container, NULL, 0, &len);
    return err == ERR_NO_SPACE ? ERR_OK : err;
}

static int ask(const struct key_use *use)
{
    static const char *const what[][2] = {
        [KEY_TO_SIGN] = {"SIGN?", "签名 SIGN?"},
        [KEY_TO_DECRYPT] = {"DECRYPT?", "解密 DECRYPT?"},
        [KEY_TO_AGREE] = {"AGREE ON A KEY?", "协商密钥 AGREE?"},
        [KEY_TO_OPEN_PAIR] = {"INSTALL KEY PAIR?", "装入密钥 PAIR?"},
    };
    struct container container;
    int err = container_get(use->container, &container);
    if (err != ERR_OK) {
        return err;
    }
    const struct panel_question question = {.what = what[use->purpose][0],
                                            .what_tall = what[use->purpose][1],
                                            .name = container.name,
                                            .name_len = container.name_len,
                                            .digest = use->digest};
    const volatile secure_bool verdict = panel_confirm(&question);
    if (verdict != SECURE_TRUE) {
        return WIRE_NOT_CONFIRMED;
    }
    return verdict == SECURE_TRUE ? ERR_OK : WIRE_NOT_CONFIRMED;
}

/* Each condition that is met leaves its mark; only the marks that the mode, read anew, asks for
 * make a grant. */
int key_authorise(struct key_use *use)
{
    volatile uint8_t met = 0;
    uint8_t mode = KEY_MODE_ALL;
    use->granted = SECURE_FALSE;
    int err = session_has(use->session, use->pin) == SECURE_TRUE ? exists(use) : ERR_DENIED;
    if (err == ERR_OK) {
        err = key_mode_get(use->container, &mode);
    }
    if (err == ERR_OK && (mode & KEY_ONCE_PER_PIN) != 0) {
        err = session_take_use(use->session, use->pin) == SECURE_TRUE ? ERR_OK : ERR_DENIED;
        met |= err == ERR_OK ? KEY_ONCE_PER_PIN : 0;
    }
    if (err == ERR_OK && (mode & KEY_CONFIRMED) != 0) {
        err = ask(use);
        met |= err == ERR_OK ? KEY_CONFIRMED : 0;
    }
    if (err == ERR_OK) {
        mode = KEY_MODE_ALL;
        err = key_mode_get(use->container, &mode);
    }
    if (err == ERR_OK) {
        if ((met & mode) != mode) {
            return ERR_DENIED;
        }
        use->granted = SECURE_TRUE;
    }
    return err;
}

int key_use_take(struct key_use *use)
{
    const volatile secure_bool granted = use->granted;
    use->granted = SECURE_FALSE;
    if (granted != SECURE_TRUE) {
        return ERR_DENIED;
    }
    /* The right under it is asked here, too: whatever brought us here. */
    if (session_has(use->session, use->pin) != SECURE_TRUE) {
        return ERR_DENIED;
    }
    return granted == SECURE_TRUE ? ERR_OK : ERR_DENIED;
}

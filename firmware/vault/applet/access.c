/* SPDX-License-Identifier: Apache-2.0 */
#include "applet/access.h"
#include "applet/skf/application.h"
#include "applet/skf/container.h"
#include "device.h"
#include "issuer.h"

int access_right(const struct session *session, uint16_t pin)
{
    if (session_has(session, pin) != SECURE_TRUE) {
        return ERR_DENIED;
    }
    /* Once more, on what memory says now. */
    return session_has(session, pin) == SECURE_TRUE ? ERR_OK : ERR_DENIED;
}

/* Decided twice: neither one glitch nor one torn read makes a bare command pass. */
static int check_protection(const struct call *call, unsigned need)
{
    const volatile bool bare = call->session == session_bare();
    if (bare && (need & ONLY_CHANNEL) != 0) {
        return ERR_DENIED;
    }
    if (bare && (need & BEARS_PIN) != 0 &&
        (issuer_bare_allowed() != SECURE_TRUE || issuer_bare_allowed() != SECURE_TRUE)) {
        return ERR_DENIED;
    }
    return ERR_OK;
}

int access_check(struct call *call, unsigned need)
{
    int err = check_protection(call, need);
    if (err != ERR_OK) {
        return err;
    }
    if ((need & NEED_APP) != 0) {
        call->app = reader_u16(&call->in);
        err = call->in.bad ? ERR_LENGTH : application_exists(call->app);
    }
    if ((need & NEED_APP_P1P2) != 0) {
        call->app = (uint16_t)((call->command->p1 << 8) | call->command->p2);
        err = application_exists(call->app);
    }
    if (err == ERR_OK && (need & NEED_CONTAINER) != 0) {
        call->container = reader_u16(&call->in);
        err = call->in.bad ? ERR_LENGTH : container_belongs(call->container, call->app);
    }
    if (err == ERR_OK && (need & NEED_USER) != 0) {
        err = access_right(call->session, PIN_USER(call->app));
    }
    if (err == ERR_OK && (need & NEED_DEVICE) != 0) {
        err = access_right(call->session, PIN_DEVICE);
    }
    return err;
}

secure_bool access_holds(const struct call *call, unsigned need)
{
    volatile secure_bool user = SECURE_TRUE, device = SECURE_TRUE;
    if ((need & NEED_USER) != 0) {
        user = session_has(call->session, PIN_USER(call->app));
    }
    if ((need & NEED_DEVICE) != 0) {
        device = session_has(call->session, PIN_DEVICE);
    }
    return user == SECURE_TRUE ? device : SECURE_FALSE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Finding tokens, opening one, having it alone; and trust, who it is that answers. */
#ifndef HUFU_TOKEN_OPEN_H
#define HUFU_TOKEN_OPEN_H

#include "hufu/token/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hufu_token hufu_token;

/* --- finding and opening ------------------------------------------------------------------ */

/*
 * The way to tokens of this process: "pcsc" (pcscd's readers), "usb" (this machine's USB ports,
 * without pcscd; readers are called usb:BUS-PORT), or "auto": pcscd's readers if any holds a token,
 * else the ports. NULL: HUFU_TRANSPORT from the environment, else "auto". Before any other call.
 * HUFU_ERR_PARAM: none of these.
 */
int hufu_use_transport(const char *name);

/* [out] *readers: NULL-terminated array of reader names that hold a Hufu token; free with
 * hufu_free_list. */
int hufu_list(char ***readers, size_t *count);
void hufu_free_list(char **readers);

/* reader NULL: HUFU_READER from the environment, else the only token present. */
int hufu_open(const char *reader, hufu_token **token);
void hufu_close(hufu_token *token);
const char *hufu_reader(const hufu_token *token);

/*
 * Tokens coming and going; nothing between two calls is lost. What is there at open is where it
 * starts. next waits at most ms; its event stays the next one until done. [out] *reader: valid
 * until the next call. HUFU_ERR_STATE: nothing yet, or cancelled; other errors: open anew. One
 * thread at a time, but for cancel, which ends another thread's wait.
 */
typedef struct hufu_watch hufu_watch;
int hufu_watch_open(hufu_watch **watch);
int hufu_watch_next(hufu_watch *watch, unsigned ms, const char **reader, bool *present);
void hufu_watch_done(hufu_watch *watch);
void hufu_watch_cancel(hufu_watch *watch);
void hufu_watch_close(hufu_watch *watch); /* NULL is accepted */

/* Holds the token for this process alone until end (PC/SC transaction); calls nest. */
int hufu_begin(hufu_token *token);
/* The same, but HUFU_ERR_TIMEOUT when others hold the token for the next ms milliseconds. */
int hufu_begin_within(hufu_token *token, uint32_t ms);
void hufu_end(hufu_token *token);
/* The same for long: what others hold with this function is tried, not waited for (short
 * transactions are). Not counted: a second call changes nothing. Ends with the handle or process.
 * HUFU_ERR_STATE: another handle has it (or, of unlock, this one has not); HUFU_ERR_REMOVED. */
int hufu_try_lock(hufu_token *token);
int hufu_unlock(hufu_token *token);
/* Whether anybody has it; waits for nothing. */
bool hufu_is_locked(const char *reader);

/* Whether the token has been pulled since it was opened, told without waiting for anyone. Once true
 * it stays so: the token that is put back is opened anew. false where that cannot be known. */
bool hufu_gone(hufu_token *token);

/* Ends the command that another thread has running with this token, or else its next one, which
 * answers HUFU_ERR_CANCELLED; may be called from a signal handler. false: the transport cannot
 * (PC/SC has no such call). */
bool hufu_cancel(hufu_token *token);

/* Warm reset: ends every session of the token, device authentication and other processes' logins
 * included. */
int hufu_end_sessions(hufu_token *token);

/* One raw command (for SKF_Transmit and tests). [in/out] *answer_len; status word included. */
int hufu_transmit(hufu_token *token, const uint8_t *command, size_t command_len, uint8_t *answer,
                  size_t *answer_len);

/* --- trust -------------------------------------------------------------------------------- */

/*
 * Everything after open goes through a secure channel (docs/channel.md). Whom it ends at is known
 * by serial number: the identity key (X || Y) met first is stored in HUFU_TRUST_DIR, else
 * $XDG_STATE_HOME/hufu/pins, else ~/.local/state/hufu/pins; any other is HUFU_ERR_TRUST until
 * hufu_trust_accept or hufu_trust_forget. Strict: one never met is refused, too, unless it proves
 * that a manufacturer certified it whose root is known (hufu_trust_roots).
 */
void hufu_set_strict(hufu_token *token, bool strict);
/* Who answers, known or not; ends this handle's login. [out] serial 24 digits and NUL. */
int hufu_identity(hufu_token *token, char serial[33], uint8_t identity[64]);
/* HUFU_ERR_NOT_FOUND: nothing is stored for it. HUFU_ERR_PARAM: no serial number. */
int hufu_trust_read(const char *serial, uint8_t identity[64]);
int hufu_trust_accept(const char *serial, const uint8_t identity[64]);
int hufu_trust_forget(const char *serial);
/* [out] serials: multi-string; *len in/out as in hufu_app_list. */
int hufu_trust_list(char *serials, size_t *len);
/* Manufacturers whose tokens are known without having been met: a file of root certificates (PEM
 * bundle, DER or PKCS#7) in place of those before, NULL: none. HUFU_ERR_PARAM: no certificate in
 * it; HUFU_ERR_TRUST_STORE. */
int hufu_trust_roots(const char *file);
/* [out] where they are, PEM. HUFU_ERR_NOT_FOUND: none; HUFU_ERR_BUFFER; HUFU_ERR_TRUST_STORE. */
int hufu_trust_roots_file(char *path, size_t room);

/*
 * Which of their tokens they revoked: lists (PEM, DER, or a folder of such files) in place of those
 * before, NULL: none. Once there are any, a token whose certificates lead to one of the
 * manufacturers is HUFU_ERR_REVOKED when it is on its authority's list, known or not, and
 * HUFU_ERR_REVOCATION when that list is out of date or not signed by the authority; tokens of
 * authorities without a list are not looked up. HUFU_ERR_PARAM: no list in it;
 * HUFU_ERR_REVOCATION: such a list already; HUFU_ERR_TRUST_STORE.
 */
int hufu_trust_crls(const char *file);
/* [out] where they are, PEM. As hufu_trust_roots_file. */
int hufu_trust_crls_file(char *path, size_t room);

#ifdef __cplusplus
}
#endif
#endif

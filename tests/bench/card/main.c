/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole commands as a user's program meets them: through libhufu, pcscd and the reader, on the
 * token that tools/with-token made. Prints "NAME VALUE" lines for tools/bench: milliseconds, round
 * trips a second, and what each command did to the flash, from the counters of the admin applet's
 * STATUS.
 */
#include "crypto/sm2.h"
#include "crypto/sm4.h"
#include "hufu/apdu.h"
#include "hufu/hufu.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SIGNATURES 200u
#define OTHERS     40u
#define FEW        3u  /* each leaves a container behind, of which an application has 8 */
#define BATCHES    11u /* of BATCH empty commands */
#define BATCH      400u
#define TIMES_MAX  SIGNATURES

static hufu_token *token;
static uint16_t app, container, session_key;
static uint8_t sign_pub[64], enc_d[32], enc_pub[64];
static const char *pin;
static unsigned made; /* containers */

static void must(int error, const char *what)
{
    if (error != HUFU_OK) {
        (void)fprintf(stderr, "bench: %s: %s\n", what, hufu_strerror(error));
        exit(1);
    }
}

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int random_bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return getrandom(out, len, 0) == (ssize_t)len ? 0 : -1;
}

static const struct sm2_rng rng = {random_bytes, NULL};

/* --- raw commands ------------------------------------------------------------------------- */

/* [out] answer without its status word; its length. */
static size_t raw(const uint8_t *command, size_t len, uint16_t expected, uint8_t answer[258])
{
    size_t have = 258;
    must(hufu_transmit(token, command, len, answer, &have), "a command");
    if ((answer[have - 2u] << 8 | answer[have - 1u]) != expected) {
        must(HUFU_ERR_PROTOCOL, "a command's status word");
    }
    return have - 2u;
}

static void select_applet(const char *aid)
{
    uint8_t command[5 + HUFU_AID_LEN] = {HUFU_CLA_ISO, HUFU_INS_SELECT, 4, 0, HUFU_AID_LEN};
    uint8_t answer[258];
    memcpy(command + 5, aid, HUFU_AID_LEN);
    (void)raw(command, sizeof command, SW_OK, answer);
}

static uint32_t word(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* docs/gmt0017.md, admin applet: offsets in the answer of STATUS. */
struct figures {
    uint32_t programs, erases, stack_vault, stack_command, stack_link;
};

/* Logins end: SELECT does that. */
static struct figures status(void)
{
    static const uint8_t command[] = {HUFU_CLA_SKF, HUFU_INS_ADMIN_STATUS, 0, 0, 0};
    uint8_t answer[258];
    select_applet(HUFU_AID_ADMIN);
    if (raw(command, sizeof command, SW_OK, answer) < 28) {
        must(HUFU_ERR_PROTOCOL, "STATUS");
    }
    select_applet(HUFU_AID_SKF);
    return (struct figures){word(answer + 8), word(answer + 12), word(answer + 16),
                            word(answer + 20), word(answer + 24)};
}

/* --- the commands that are timed ---------------------------------------------------------- */

static void nothing(void)
{
}

static void empty(void) /* an instruction nobody has: the shortest way through everything */
{
    static const uint8_t command[] = {HUFU_CLA_SKF, 0, 0, 0};
    uint8_t answer[258];
    (void)raw(command, sizeof command, SW_INS_UNKNOWN, answer);
}

static void login(void)
{
    must(hufu_pin_verify(token, app, HUFU_PIN_USER, pin, NULL), "VerifyPIN");
}

static void enter(void)
{
    const char *name = getenv("HUFU_APP");
    must(hufu_app_open(token, name != NULL ? name : "", &app), "OpenApplication");
}

static void enter_and_login(void)
{
    enter();
    login();
    must(hufu_container_open(token, app, "bench", &container), "OpenContainer");
}

static void new_container(void)
{
    char name[16];
    uint16_t id;
    (void)snprintf(name, sizeof name, "b%u", made++);
    must(hufu_container_create(token, app, name, &id), "CreateContainer");
    (void)hufu_container_close(token, app, container); /* few can be open at once */
    container = id;
}

static void delete_containers(void)
{
    enter_and_login();
    while (made > 0) {
        char name[16];
        (void)snprintf(name, sizeof name, "b%u", --made);
        must(hufu_container_delete(token, app, name), "DeleteContainer");
    }
}

static void generate(void)
{
    must(hufu_generate_sm2(token, app, container, sign_pub), "GenECCKeyPair");
}

static uint8_t digest[32], signature[64];

static void new_digest(void)
{
    must(random_bytes(NULL, digest, sizeof digest), "random");
}

static void sign(void)
{
    must(hufu_sign_digest(token, app, container, digest, signature), "ECCSignData");
}

static void judge_signature(void)
{
    if (sm2_verify(sign_pub, digest, signature) != 0) {
        must(HUFU_ERR_VERIFY, "the signature");
    }
}

/* A fresh encryption pair, wrapped for the container's signing key. */
static struct hufu_envelope envelope;

static void wrap_pair(void)
{
    struct sm4 sm4;
    uint8_t key[SM4_KEY];
    must(random_bytes(NULL, key, sizeof key), "random");
    must(sm2_generate(&rng, enc_d, enc_pub), "sm2_generate");
    envelope =
        (struct hufu_envelope){.sym_alg = SGD_SM4_ECB_ID, .c2_len = SM4_KEY, .cipher_len = 32};
    must(sm2_encrypt(sign_pub, key, sizeof key, &rng, envelope.c1, envelope.c3, envelope.c2),
         "sm2_encrypt");
    memcpy(envelope.pub, enc_pub, sizeof enc_pub);
    sm4_set_key(&sm4, key);
    must(sm4_ecb_encrypt(&sm4, enc_d, envelope.cipher, 32), "sm4");
}

static void import_pair(void)
{
    must(hufu_import_pair(token, app, container, &envelope), "ImportECCKeyPair");
}

static uint8_t key_c1[64], key_c3[32], key_c2[16];

static void wrap_key(void)
{
    uint8_t key[SM4_KEY];
    must(random_bytes(NULL, key, sizeof key), "random");
    must(sm2_encrypt(enc_pub, key, sizeof key, &rng, key_c1, key_c3, key_c2), "sm2_encrypt");
}

static void decrypt(void)
{
    must(hufu_import_session_key(token, app, container, SGD_SM4_CBC_ID, key_c1, key_c3, key_c2,
                                 sizeof key_c2, &session_key),
         "ImportSessionKey");
    must(hufu_destroy_session_key(token, app, container, session_key), "DestroySessionKey");
}

/* --- measuring ---------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/*
 * Times count rounds of command; prepare and after come before and behind each, untimed. What
 * prepare does to the flash is measured first, on its own, and taken off.
 */
static void measure(const char *name, void (*prepare)(void), void (*command)(void),
                    void (*after)(void), unsigned count)
{
    static double times[TIMES_MAX];
    const struct figures start = status();
    enter_and_login();
    for (unsigned i = 0; i < count; i++) {
        prepare();
    }
    const struct figures middle = status();
    enter_and_login();
    for (unsigned i = 0; i < count; i++) {
        prepare();
        const double from = now_ms();
        command();
        times[i] = now_ms() - from;
        after();
    }
    const struct figures end = status();
    qsort(times, count, sizeof times[0], ascending);
    (void)printf("pcsc_%s_ms %.3f\n", name, times[count / 2u]);
    if (count >= 100u) {
        (void)printf("pcsc_%s_p99_ms %.3f\n", name, times[count * 99u / 100u]);
    }
    const double programs = end.programs - 2.0 * middle.programs + start.programs;
    const double erases = end.erases - 2.0 * middle.erases + start.erases;
    /* a login's records may cross a page here and not there: less than one in a command is none */
    (void)printf("flash_%s_programs %.1f\n", name, fmax(programs / count, 0.0));
    (void)printf("flash_%s_erases %.1f\n", name, fmax(erases / count, 0.0));
}

/* The median of several batches: what else the machine does in one of them is not asked. */
static void round_trips(void)
{
    double rate[BATCHES];
    empty();
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        const double from = now_ms();
        for (unsigned i = 0; i < BATCH; i++) {
            empty();
        }
        rate[batch] = BATCH / (now_ms() - from) * 1e3;
    }
    qsort(rate, BATCHES, sizeof rate[0], ascending);
    (void)printf("pcsc_apdu_per_s %.0f\n", rate[BATCHES / 2u]);
}

int main(void)
{
    pin = getenv("HUFU_PIN");
    if (pin == NULL) {
        (void)fputs("bench: HUFU_PIN is not set (run by tools/with-token)\n", stderr);
        return 2;
    }
    must(hufu_open(NULL, &token), "the token");
    must(hufu_begin(token), "the token");
    select_applet(HUFU_AID_SKF);

    round_trips();
    enter();
    login();
    must(hufu_container_create(token, app, "bench", &container), "CreateContainer");
    generate();
    measure("verify_pin", nothing, login, nothing, OTHERS);
    measure("sign", new_digest, sign, judge_signature, SIGNATURES);
    measure("import_pair", wrap_pair, import_pair, nothing, OTHERS);
    measure("decrypt", wrap_key, decrypt, nothing, OTHERS);
    measure("create_container", nothing, new_container, nothing, FEW);
    delete_containers(); /* an application has room for few */
    measure("generate", new_container, generate, nothing, FEW);

    const struct figures f = status();
    (void)printf("stack_vault %u\nstack_command %u\nstack_link %u\n", f.stack_vault,
                 f.stack_command, f.stack_link);
    hufu_end(token);
    hufu_close(token);
    return 0;
}

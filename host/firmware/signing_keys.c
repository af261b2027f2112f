/* SPDX-License-Identifier: Apache-2.0 */
#include "signing_keys.h"
#include "pki/pki.h"
#include "pki/sealed_key.h"
#include "roots_file.h"
#include "util/i18n.h"
#include "util/new_folder.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that new_folder takes, and a name in it. */
#define PATH_SIZE (NEW_FOLDER_PATH + 32u)

static char error[1024];

const char *signing_keys_error(void)
{
    return error;
}

static int fail(const char *path, const char *why)
{
    (void)snprintf(error, sizeof error, "%s: %s", path, why);
    return -1;
}

static void path_of(const struct signing_keys *keys, const char *kind, unsigned which,
                    const char *suffix, char path[PATH_SIZE])
{
    (void)snprintf(path, PATH_SIZE, "%s/%s-%u.%s", keys->folder, kind, which, suffix);
}

/* Without a passphrase: a test key. */
static int sm2_put(FILE *f, const EVP_PKEY *key, const char *passphrase)
{
    if (passphrase == NULL)
        return PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 ? 0 : -1;
    X509_SIG *sealed = pki_seal_key(key, passphrase);
    const int bad = sealed == NULL || PEM_write_PKCS8(f, sealed) != 1;
    X509_SIG_free(sealed);
    return bad ? -1 : 0;
}

static int sm2_create(const struct signing_keys *keys, unsigned which)
{
    char path[PATH_SIZE];
    path_of(keys, "sm2", which, "pem", path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(path, strerror(errno));
    FILE *f = fdopen(fd, "w");
    EVP_PKEY *key = pki_sm2_generate();
    int bad = f == NULL || key == NULL || sm2_put(f, key, keys->passphrase) != 0;
    const bool unwritten = !bad && (fflush(f) != 0 || fsync(fd) != 0);
    const int e = errno;
    EVP_PKEY_free(key);
    if (f != NULL)
        bad |= fclose(f) != 0;
    else
        close(fd);
    if (bad || unwritten) {
        (void)unlink(path);
        return fail(path, unwritten ? strerror(e) : _("the key could not be made"));
    }
    return 0;
}

/* [in] ctx the keys that are to be made there. */
static void remove_keys(const char *folder, void *ctx)
{
    struct signing_keys keys = *(const struct signing_keys *)ctx;
    keys.folder = folder;
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        char path[PATH_SIZE];
        path_of(&keys, "sm2", i, "pem", path);
        (void)unlink(path);
        path_of(&keys, "lms", i, "key", path);
        lms_file_discard(path, keys.witness);
    }
}

static int create_all(const struct signing_keys *keys, bool test, lms_progress progress, void *ctx)
{
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        char path[PATH_SIZE];
        if (sm2_create(keys, i) != 0)
            return -1;
        path_of(keys, "lms", i, "key", path);
        const enum lms_file_result made = lms_file_create(path, keys->witness, test, progress, ctx);
        if (made != LMS_FILE_OK)
            return fail(path, lms_file_text(made));
    }
    return 0;
}

static const char *folder_text(void)
{
    switch (errno) {
    case EEXIST:
        return _("exists, and is no empty folder; new keys need one of their own");
    case EINVAL:
        return _("new keys go into a folder with a name of its own");
    case EBUSY:
        return _("a disk is mounted there; name a folder on it");
    default:
        return strerror(errno);
    }
}

int signing_keys_create(const struct signing_keys *keys, bool test, lms_progress progress,
                        void *ctx)
{
    struct new_folder folder;
    struct signing_keys there = *keys;
    if (!test && keys->passphrase == NULL)
        return fail(keys->folder, _("signing keys need a passphrase"));
    if (new_folder_start(&folder, keys->folder, remove_keys, &there) != 0)
        return fail(keys->folder, folder_text());
    there.folder = folder.temporary;
    if (create_all(&there, test, progress, ctx) != 0) {
        new_folder_abandon(&folder);
        return -1;
    }
    return new_folder_finish(&folder) == 0 ? 0 : fail(keys->folder, folder_text());
}

/* NULL: error says why. */
static EVP_PKEY *sm2_open(const struct signing_keys *keys, unsigned which)
{
    char path[PATH_SIZE], pass[256] = "";
    path_of(keys, "sm2", which, "pem", path);
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        (void)fail(path, strerror(errno));
        return NULL;
    }
    if (keys->passphrase != NULL)
        (void)snprintf(pass, sizeof pass, "%s", keys->passphrase);
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, pass);
    OPENSSL_cleanse(pass, sizeof pass);
    fclose(f);
    if (key == NULL || !EVP_PKEY_is_a(key, "SM2")) {
        EVP_PKEY_free(key);
        (void)fail(path, _("not an SM2 private key, or a wrong passphrase"));
        return NULL;
    }
    return key;
}

int signing_keys_roots(const struct signing_keys *keys, struct hufu_image_roots *roots,
                       uint32_t left[HUFU_IMAGE_ROOTS])
{
    memset(roots, 0, sizeof *roots);
    for (unsigned i = 0; i < HUFU_IMAGE_ROOTS; i++) {
        char path[PATH_SIZE];
        struct lms_file_info info;
        EVP_PKEY *key = sm2_open(keys, i);
        if (key == NULL)
            return -1;
        const int bad = pki_sm2_xy(key, roots->sm2[i]);
        EVP_PKEY_free(key);
        path_of(keys, "lms", i, "key", path);
        const enum lms_file_result read = lms_file_read(path, &info);
        if (bad != PKI_OK || read != LMS_FILE_OK)
            return fail(path, lms_file_text(read));
        memcpy(roots->lms[i], info.public_key, HUFU_IMAGE_LMS_KEY);
        left[i] = info.left;
        roots->test |= info.test ? 1u : 0u;
    }
    return roots_apart(roots) ? 0
                              : fail(keys->folder, _("one key stands for both roots of a kind"));
}

static int sm2_sign(EVP_PKEY *key, const struct hufu_image_signed *head,
                    uint8_t rs[HUFU_IMAGE_SM2_SIGNATURE])
{
    uint8_t z[32], e[32], der[72];
    size_t der_len = sizeof der;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int bad =
        md == NULL ||
        pki_sm2_z_id(key, HUFU_IMAGE_SM2_ID, sizeof HUFU_IMAGE_SM2_ID - 1u, z) != PKI_OK ||
        EVP_DigestInit_ex(md, EVP_sm3(), NULL) != 1 || EVP_DigestUpdate(md, z, sizeof z) != 1 ||
        EVP_DigestUpdate(md, head, sizeof *head) != 1 || EVP_DigestFinal_ex(md, e, NULL) != 1 ||
        pki_sm2_sign_digest(key, e, der, &der_len) != PKI_OK ||
        pki_sig_from_der(der, der_len, rs) != PKI_OK;
    EVP_MD_CTX_free(md);
    return bad ? -1 : 0;
}

int signing_keys_sign(const struct signing_keys *keys, struct hufu_image *image, uint32_t *left)
{
    struct hufu_image signed_image = *image;
    char path[PATH_SIZE];
    if (image->head.sm2_key >= HUFU_IMAGE_ROOTS || image->head.lms_key >= HUFU_IMAGE_ROOTS)
        return fail(keys->folder, _("there are keys 0 and 1"));
    EVP_PKEY *key = sm2_open(keys, image->head.sm2_key);
    if (key == NULL)
        return -1;
    const int bad = sm2_sign(key, &signed_image.head, signed_image.sm2);
    EVP_PKEY_free(key);
    if (bad != 0)
        return fail(keys->folder, _("the SM2 signature failed"));
    path_of(keys, "lms", image->head.lms_key, "key", path);
    const enum lms_file_result made = lms_file_sign(
        path, keys->witness, &signed_image.head, sizeof signed_image.head, signed_image.lms, left);
    if (made != LMS_FILE_OK)
        return fail(path, lms_file_text(made));
    *image = signed_image;
    return 0;
}

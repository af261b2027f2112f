/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hufu-release-check: looks into firmware images for what must not leave the house; started by
 * tools/release-check, which has the help text. Nothing is taken from what a build says of itself.
 */
#define _GNU_SOURCE
#include "firmware/image_make.h"
#include "firmware/roots_file.h"
#include "firmware/verify_image.h"
#include "piece.h"
#include "pki/pki.h"
#include <getopt.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_MAX         32768u  /* bytes, DESIGN.md */
#define FLASH_MAX        163840u /* boot, header, vault and link; the font is counted apart */
#define CERTIFICATES_MAX 16u

static struct {
    const char *apdu;
    bool unsigned_yet, test_usb_id, have_roots;
    struct hufu_image_roots roots;
    const char *certificate[CERTIFICATES_MAX];
    unsigned certificates;
    size_t boot_size, firmware_size;
} check;
static unsigned faults;

void complain(const char *name, const char *format, ...)
{
    va_list args;
    faults++;
    fprintf(stderr, "release-check: %s: ", name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* What every piece must not have. */
static void judge_any(const struct piece *piece)
{
    judge_texts(piece);
    if (!check.test_usb_id)
        judge_usb_id(piece);
}

static const struct hufu_image_roots *wanted_roots(const char *name)
{
    if (!check.have_roots)
        complain(name, "whose roots? --roots FILE says which ones are right");
    return check.have_roots ? &check.roots : NULL;
}

static bool all_zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p[i] != 0)
            return false;
    }
    return true;
}

static void judge_signatures(const char *name, const struct hufu_image *image)
{
    const bool none =
        all_zero(image->sm2, sizeof image->sm2) && all_zero(image->lms, sizeof image->lms);
    if ((image->head.flags & HUFU_IMAGE_FLAG_TEST) != 0)
        complain(name, "an image of a test build, or signed by test keys");
    if (none && !check.unsigned_yet)
        complain(name, "nobody signed it (--unsigned: not yet)");
    if (!none && check.have_roots && verify_image(image, &check.roots) != 0)
        complain(name, "its signatures are not by the roots of --roots");
}

static void judge_part(const char *file, const struct hufu_image_part *part, uint8_t *bytes)
{
    static const char *const names[] = {"?", "vault", "link", "font"};
    uint8_t digest[HUFU_IMAGE_DIGEST];
    char name[4096];
    (void)snprintf(name, sizeof name, "%s (%s)", file,
                   part->kind < sizeof names / sizeof *names ? names[part->kind] : "?");
    const struct piece piece = {name, bytes, part->size, part->address};
    if (EVP_Digest(bytes, part->size, digest, NULL, EVP_sm3(), NULL) != 1 ||
        memcmp(digest, part->digest, sizeof digest) != 0)
        complain(name, "its digest is not the header's");
    if (part->kind != HUFU_IMAGE_FONT) {
        check.firmware_size += part->size;
        judge_any(&piece);
    }
    if (part->kind == HUFU_IMAGE_VAULT) {
        judge_roots(&piece, wanted_roots(name));
        judge_commands(&piece, check.apdu);
    }
}

static void judge_image(const char *file, uint8_t *bytes, size_t size)
{
    const struct hufu_image *image = (const void *)bytes;
    if (size < sizeof *image || image->head.total_size != size ||
        image->head.header_version != HUFU_IMAGE_HEADER_VERSION || image->head.part_count < 2 ||
        image->head.part_count > HUFU_IMAGE_PARTS) {
        complain(file, "a damaged image");
        return;
    }
    judge_signatures(file, image);
    check.firmware_size = HUFU_IMAGE_HEADER_SIZE;
    for (unsigned i = 0; i < image->head.part_count; i++) {
        const struct hufu_image_part *part = &image->head.part[i];
        if (part->offset > size || part->size > size - part->offset) {
            complain(file, "a damaged image");
            return;
        }
        judge_part(file, part, bytes + part->offset);
    }
}

static void judge_boot(const struct piece *boot)
{
    judge_any(boot);
    judge_roots(boot, wanted_roots(boot->name));
    check.boot_size = boot->size;
    if (boot->size > BOOT_MAX)
        complain(boot->name, "%zu bytes of boot stage, %u allowed", boot->size, BOOT_MAX);
}

static void judge_file(const char *file)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    struct piece piece = {.name = file};
    if (pki_read_file(file, &bytes, &size, IMAGE_MAKE_MAX) != PKI_OK) {
        fprintf(stderr, "release-check: %s cannot be read\n", file);
        exit(2);
    }
    if (piece_of_elf(bytes, size, &piece) == 0) {
        judge_boot(&piece);
        free(piece.bytes);
    } else if (size >= 4 && piece_word(bytes) == HUFU_IMAGE_MAGIC) {
        judge_image(file, bytes, size);
    } else {
        piece.bytes = bytes;
        piece.size = size;
        if (has_roots(&piece))
            judge_boot(&piece);
        else
            judge_any(&piece);
    }
    free(bytes);
}

/* Manufacturer, issuer and firmware keys are three: no certificate's key is a root of firmware, nor
 * another certificate's. */
static void judge_certificates(void)
{
    uint8_t keys[CERTIFICATES_MAX][HUFU_IMAGE_SM2_KEY];
    for (unsigned i = 0; i < check.certificates; i++) {
        const char *name = check.certificate[i];
        int error;
        X509 *cert = pki_load_cert(name, &error);
        if (cert == NULL || pki_sm2_xy(X509_get0_pubkey(cert), keys[i]) != PKI_OK) {
            X509_free(cert);
            fprintf(stderr, "release-check: %s: no certificate of an SM2 key\n", name);
            exit(2);
        }
        X509_free(cert);
        for (unsigned k = 0; k < HUFU_IMAGE_ROOTS; k++) {
            if (check.have_roots && memcmp(keys[i], check.roots.sm2[k], sizeof keys[i]) == 0)
                complain(name, "its key is firmware root %u as well", k);
        }
        for (unsigned k = 0; k < i; k++) {
            if (memcmp(keys[i], keys[k], sizeof keys[i]) == 0)
                complain(name, "its key is that of %s as well", check.certificate[k]);
        }
    }
}

static void options(int argc, char **argv)
{
    enum { ROOTS = 1, UNSIGNED, USB, CERTIFICATE, APDU };
    static const struct option all[] = {{"roots", required_argument, NULL, ROOTS},
                                        {"unsigned", no_argument, NULL, UNSIGNED},
                                        {"allow-test-usb-id", no_argument, NULL, USB},
                                        {"certificate", required_argument, NULL, CERTIFICATE},
                                        {"apdu", required_argument, NULL, APDU},
                                        {0}};
    for (int o; (o = getopt_long(argc, argv, "", all, NULL)) != -1;) {
        if (o == ROOTS && roots_file_read(optarg, &check.roots) != 0) {
            fprintf(stderr, "release-check: %s: cannot be read, or holds no firmware roots\n",
                    optarg);
            exit(2);
        }
        check.have_roots |= o == ROOTS;
        check.unsigned_yet |= o == UNSIGNED;
        check.test_usb_id |= o == USB;
        check.apdu = o == APDU ? optarg : check.apdu;
        if (o == CERTIFICATE && check.certificates < CERTIFICATES_MAX)
            check.certificate[check.certificates++] = optarg;
        else if (o == '?' || o == CERTIFICATE)
            exit(2);
    }
}

int main(int argc, char **argv)
{
    options(argc, argv);
    if (check.have_roots && check.roots.test != 0)
        complain("--roots", "the roots of a test");
    judge_certificates();
    for (int i = optind; i < argc; i++)
        judge_file(argv[i]);
    if (check.boot_size + check.firmware_size > FLASH_MAX)
        complain("sizes", "%zu bytes of flash, %u allowed", check.boot_size + check.firmware_size,
                 FLASH_MAX);
    return faults == 0 ? 0 : 1;
}

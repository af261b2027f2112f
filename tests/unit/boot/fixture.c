/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"
#include "image_make.h"
#include "signing_keys.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct hufu_image_roots fixture_roots;
const struct image_place fixture_places[2] = {
    {HUFU_IMAGE_VAULT, FIXTURE_VAULT, 0x6000},
    {HUFU_IMAGE_LINK, FIXTURE_LINK, 0x2000},
};

static char base[64], folder[80], witness[80];
static struct signing_keys keys = {folder, witness, NULL};

int fixture_open(void **state)
{
    uint32_t left[HUFU_IMAGE_ROOTS];
    (void)state;
    (void)snprintf(base, sizeof base, "/tmp/hufu-keys-XXXXXX");
    assert_non_null(mkdtemp(base));
    (void)snprintf(folder, sizeof folder, "%s/keys", base);
    (void)snprintf(witness, sizeof witness, "%s/witness", base);
    assert_int_equal(mkdir(witness, 0700), 0);
    if (signing_keys_create(&keys, true, NULL, NULL) != 0 ||
        signing_keys_roots(&keys, &fixture_roots, left) != 0) {
        fail_msg("%s", signing_keys_error());
    }
    return 0;
}

static void empty(const char *path)
{
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
}

int fixture_close(void **state)
{
    (void)state;
    empty(witness);
    assert_int_equal(rmdir(witness), 0);
    empty(folder);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(base), 0);
    return 0;
}

struct hufu_image_signed fixture_head(uint32_t version, uint32_t rollback)
{
    return (struct hufu_image_signed){.flags = HUFU_IMAGE_FLAG_TEST,
                                      .image_version = version,
                                      .rollback = rollback,
                                      .board = "board",
                                      .store_format_oldest = 1,
                                      .store_format_newest = 2,
                                      .store_format_write = 2};
}

void fixture_sign(struct hufu_image *image)
{
    uint32_t left = 0;
    if (signing_keys_sign(&keys, image, &left) != 0) {
        fail_msg("%s", signing_keys_error());
    }
}

void fixture_image(const struct hufu_image_signed *head, uint8_t *image)
{
    static uint8_t vault[FIXTURE_VAULT_SIZE], link[FIXTURE_LINK_SIZE];
    const struct image_source parts[2] = {{HUFU_IMAGE_VAULT, FIXTURE_VAULT, vault, sizeof vault},
                                          {HUFU_IMAGE_LINK, FIXTURE_LINK, link, sizeof link}};
    uint8_t *made = NULL;
    size_t size = 0;
    for (size_t i = 0; i < sizeof vault; i++) {
        vault[i] = (uint8_t)(i * 7u + head->image_version);
    }
    memset(link, (int)head->image_version, sizeof link);
    assert_int_equal(image_make(head, parts, 2, &made, &size), 0);
    assert_int_equal(size, FIXTURE_IMAGE);
    memcpy(image, made, size);
    free(made);
    fixture_sign((struct hufu_image *)(void *)image);
}

struct image_token fixture_token(void)
{
    return (struct image_token){.board = "board",
                                .places = fixture_places,
                                .place_count = 2,
                                .slot_size = FIXTURE_SLOT,
                                .roots = &fixture_roots,
                                .store_format = 1};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Containers, files, key pairs, certificates. */
#include "bench.h"
#include "commands.h"
#include "vault.h"
#include <string.h>

#define FILE_NAME       "file"
#define CERTIFICATE_LEN 208u

/* --- containers --------------------------------------------------------------------------- */

static void stage_named(uint8_t ins, const char *name)
{
    host_put16(host.app);
    commands_put_text(name);
    host_stage(ins, 0, 0);
}

static void run_named(uint8_t ins, const char *name)
{
    stage_named(ins, name);
    host_exchange(NULL);
}

void stage_create_container(uint32_t run)
{
    (void)run;
    if (run > 0) {
        run_named(HUFU_INS_DELETE_CONTAINER, "made");
    }
    stage_named(HUFU_INS_CREATE_CONTAINER, "made");
}

void stage_open_container(uint32_t run)
{
    (void)run;
    stage_named(HUFU_INS_OPEN_CONTAINER, "box");
}

void stage_get_container_info(uint32_t run)
{
    (void)run;
    stage_named(HUFU_INS_GET_CONTAINER_INFO, "box");
}

void stage_close_container(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_stage(HUFU_INS_CLOSE_CONTAINER, 0, 0);
}

/* Of a container without a key, where the mode may be any. */
void stage_set_key_mode(uint32_t run)
{
    static uint16_t made;
    if (run == 0) {
        host_put16(host.app);
        commands_put_text("made");
        made = host_run_for_id(HUFU_INS_OPEN_CONTAINER, 0);
    }
    host_put16(host.app);
    host_put16(made);
    host_put(run % 2u == 0 ? "\1" : "\2", 1);
    host_stage(HUFU_INS_SET_KEY_MODE, 0, 0);
}

void stage_get_key_mode(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_stage(HUFU_INS_GET_KEY_MODE, 0, 0);
}

void stage_delete_container(uint32_t run)
{
    (void)run;
    if (run > 0) {
        run_named(HUFU_INS_CREATE_CONTAINER, "made");
    }
    stage_named(HUFU_INS_DELETE_CONTAINER, "made");
}

/* --- files -------------------------------------------------------------------------------- */

static void stage_file(uint8_t ins)
{
    commands_put_text(FILE_NAME);
    host_stage(ins, (uint8_t)(host.app >> 8), (uint8_t)host.app);
}

static void stage_new_file(void)
{
    commands_put_text(FILE_NAME);
    host_put_zeros(48u - (uint32_t)sizeof FILE_NAME + 1u);
    host_put32(COMMANDS_KB);
    host_put32(0xFF);
    host_put32(0xFF);
    host_stage(HUFU_INS_CREATE_FILE, (uint8_t)(host.app >> 8), (uint8_t)host.app);
}

void stage_create_file(uint32_t run)
{
    (void)run;
    if (run > 0) {
        stage_file(HUFU_INS_DELETE_FILE);
        host_exchange(NULL);
    }
    stage_new_file();
}

void stage_delete_file(uint32_t run)
{
    (void)run;
    if (run > 0) {
        stage_new_file();
        host_exchange(NULL);
    }
    stage_file(HUFU_INS_DELETE_FILE);
}

void stage_enum_files(uint32_t run)
{
    (void)run;
    host_stage(HUFU_INS_ENUM_FILES, (uint8_t)(host.app >> 8), (uint8_t)host.app);
}

void stage_get_file_info(uint32_t run)
{
    (void)run;
    stage_file(HUFU_INS_GET_FILE_INFO);
}

static void put_range(void)
{
    host_put16(host.app);
    host_put16(0);
    host_put16((uint32_t)sizeof FILE_NAME - 1u);
    commands_put_text(FILE_NAME);
}

void stage_read_file(uint32_t run)
{
    (void)run;
    put_range();
    host_stage(HUFU_INS_READ_FILE, 0, 0);
}

void stage_write_file(uint32_t run)
{
    (void)run;
    bench_bytes(commands_data, sizeof commands_data);
    put_range();
    host_put16(COMMANDS_KB);
    host_put(commands_data, COMMANDS_KB);
    host_stage(HUFU_INS_WRITE_FILE, 0, 0);
}

/* --- keys and certificates ---------------------------------------------------------------- */

void stage_gen_ecc_key_pair(uint32_t run)
{
    (void)run;
    stage_create_container(1);
    host_exchange(NULL);
    uint32_t len = 0;
    const uint8_t *made = vault_response(&len);
    host_put16(host.app);
    host_put(made, 2);
    host_put32(256);
    host_stage(HUFU_INS_GEN_ECC_KEY_PAIR, 0, 0);
}

void stage_ecc_sign_data(uint32_t run)
{
    (void)run;
    commands_put_ids();
    bench_bytes(commands_data, 32);
    host_put(commands_data, 32);
    host_stage(HUFU_INS_ECC_SIGN_DATA, 2, 0);
}

void commands_put_public(const uint8_t point[SM2_POINT])
{
    host_put32(256);
    host_put(point, SM2_POINT);
}

void stage_ecc_verify(uint32_t run)
{
    (void)run;
    uint8_t signature[SM2_SIGNATURE];
    uint32_t len = 0;
    stage_ecc_sign_data(run);
    host_exchange(NULL);
    memcpy(signature, vault_response(&len) + 4u, sizeof signature); /* behind the bits */
    commands_put_public(host.sign_pub);
    host_put32(32);
    host_put(commands_data, 32);
    host_put(signature, sizeof signature);
    host_stage(HUFU_INS_ECC_VERIFY, 2, 0);
}

void stage_ext_ecc_encrypt(uint32_t run)
{
    (void)run;
    commands_put_public(host.sign_pub);
    host_put32(32);
    host_put(commands_data, 32);
    host_stage(HUFU_INS_EXT_ECC_ENCRYPT, 0, 0);
}

void stage_export_public_key(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_stage(HUFU_INS_EXPORT_PUBLIC_KEY, 1, 0);
}

/* What a CA would give: a key within fields that nobody here looks at. */
static void put_certificate(const uint8_t point[SM2_POINT])
{
    static const uint8_t before[] = {
        0x30, 0x81, 0xCD, 0x30, 0x81, 0xB3, 0xA0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01, 0x01,
        0x30, 0x0A, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75, 0x30, 0x10,
        0x31, 0x0E, 0x30, 0x0C, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x05, 0x62, 0x65, 0x6E,
        0x63, 0x68, 0x30, 0x1E, 0x17, 0x0D, 0x32, 0x36, 0x30, 0x31, 0x30, 0x31, 0x30, 0x30,
        0x30, 0x30, 0x30, 0x30, 0x5A, 0x17, 0x0D, 0x33, 0x36, 0x30, 0x31, 0x30, 0x31, 0x30,
        0x30, 0x30, 0x30, 0x30, 0x30, 0x5A, 0x30, 0x10, 0x31, 0x0E, 0x30, 0x0C, 0x06, 0x03,
        0x55, 0x04, 0x03, 0x0C, 0x05, 0x62, 0x65, 0x6E, 0x63, 0x68, 0x30, 0x59, 0x30, 0x13,
        0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x81, 0x1C,
        0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00, 0x04};
    static const uint8_t behind[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF,
                                     0x55, 0x01, 0x83, 0x75, 0x03, 0x09, 0x00, 0x30,
                                     0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01};
    host_put(before, sizeof before);
    host_put(point, SM2_POINT);
    host_put(behind, sizeof behind);
}

void stage_import_certificate(uint32_t run)
{
    (void)run;
    static const uint8_t sign = 1;
    commands_put_ids();
    host_put(&sign, 1);
    host_put32(CERTIFICATE_LEN);
    put_certificate(host.sign_pub);
    host_stage(HUFU_INS_IMPORT_CERTIFICATE, 0, 0);
}

void stage_export_certificate(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_stage(HUFU_INS_EXPORT_CERTIFICATE, 1, 0);
}

void stage_install_dual(uint32_t run)
{
    (void)run;
    commands_put_ids();
    host_put16(HOST_ENVELOPE);
    host_put_envelope();
    host_put16(CERTIFICATE_LEN);
    put_certificate(host.sign_pub);
    host_put16(CERTIFICATE_LEN);
    put_certificate(host.enc_pub);
    host_stage(HUFU_INS_INSTALL_DUAL, 0, 0);
}

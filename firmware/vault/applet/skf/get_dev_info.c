/* SPDX-License-Identifier: Apache-2.0 */
/* 04 GetDevInfo: 288 bytes (standards 2.8). Spaces are what files can hold, so that a host which is
 * told n bytes can make a file of n bytes; the numbers of containers, certificates and files are
 * those of one application. */
#include "applet/skf/file.h"
#include "applet/skf/skf.h"
#include "device.h"
#include "hufu/apdu.h"
#include "issuer.h"
#include "store/store.h"

#define ALG_SYM  0x0000041Fu /* SM4 ECB, CBC, CFB, OFB, MAC */
#define ALG_ASYM 0x00030F00u /* RSA; SM2: the bits of both generations of identifiers */
#define ALG_HASH (SGD_SM3_ID | SGD_SHA1_ID | SGD_SHA256_ID)
#define AUTH_PIN 1u
#define TYPE_KEY 2u

int skf_get_dev_info(struct call *call)
{
    struct writer *w = &call->out;
    struct store_stats stats;
    char label[ISSUER_LABEL];
    int err = issuer_label(label);
    if (err != ERR_OK) {
        return err;
    }
    store_stats(&stats);
    const struct store_stats empty = {.free = stats.capacity, .objects_free = STORE_MAX_OBJECTS};
    const uint32_t total = file_space(&empty);
    writer_u16(w, 0x0100); /* structure version 1.0 */
    writer_u16(w, 0x0100); /* specification version 1.0 */
    writer_text(w, device_maker()[0] != 0 ? device_maker() : "Hufu", 64);
    writer_text(w, device_is_development() ? "Hufu development token" : "Hufu", 64);
    writer_bytes(w, label, sizeof label);
    writer_text(w, device_serial(), 32);
    writer_u16(w, 0x0100); /* hardware 1.0 */
    writer_u16(w, 0x0001); /* firmware 0.1 */
    writer_u32(w, ALG_SYM);
    writer_u32(w, ALG_ASYM);
    writer_u32(w, ALG_HASH);
    writer_u32(w, SGD_SM4_ECB_ID); /* device authentication */
    writer_u32(w, total);
    writer_u32(w, file_space(&stats));
    writer_u16(w, HUFU_APDU_MAX_DATA);
    writer_u16(w, AUTH_PIN);
    writer_u16(w, TYPE_KEY);
    writer_u8(w, CONTAINERS_PER_APP);
    writer_u8(w, 2u * CONTAINERS_PER_APP);
    writer_u16(w, FILES_PER_APP);
    writer_zero(w, 54);
    return ERR_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* 7.6.31 to 7.6.34: message authentication codes, the last block of CBC. */
#include "bench.h"

#include <string.h>

#define DATA 192

static const uint8_t key_bytes[16] = "a key of a check";
static const uint8_t iv[16] = {9, 8, 7, 6, 5, 4, 3, 2, 1};

static const uint8_t *data(void)
{
    static uint8_t bytes[DATA];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 11 + 5);
    }
    return bytes;
}

/* A key under one of the ids clients use for a MAC, and a MAC begun with it. */
static bool begin(struct bench *b, HANDLE *key, HANDLE *mac)
{
    BLOCKCIPHERPARAM p = {.IVLen = sizeof iv};
    memcpy(p.IV, iv, sizeof iv);
    return OK(b, skf.SetSymmKey(b->dev, (BYTE *)key_bytes, SGD_SM4_CBC, key)) &&
           OK(b, skf.MacInit(*key, &p, mac));
}

static void end(HANDLE key, HANDLE mac)
{
    skf.CloseHandle(mac);
    skf.CloseHandle(key);
}

static void is_good(struct bench *b, const BYTE *mac, ULONG len, ULONG data_len)
{
    uint8_t wanted[16];
    sm4_mac(key_bytes, iv, data(), data_len, wanted);
    hold(b, len != 0 && len <= 16 && memcmp(mac, wanted, len) == 0,
         "the MAC of %u bytes is not the start of the last CBC block", data_len);
    hold(b, len == 16 || len == 4, "the MAC has %u bytes", len);
}

static void one_shot(struct bench *b)
{
    static const ULONG lens[] = {16, 32, DATA};
    for (size_t i = 0; i < ROWS(lens); i++) {
        HANDLE key, mac;
        BYTE out[32];
        ULONG len = sizeof out;
        if (begin(b, &key, &mac)) {
            if (OK(b, skf.Mac(mac, (BYTE *)data(), lens[i], out, &len))) {
                is_good(b, out, len, lens[i]);
            }
            end(key, mac);
        }
    }
}

static void in_parts(struct bench *b)
{
    static const ULONG sizes[] = {16, 48, 100, DATA};
    for (size_t i = 0; i < ROWS(sizes); i++) {
        HANDLE key, mac;
        BYTE out[32];
        ULONG len = sizeof out;
        if (!begin(b, &key, &mac)) {
            return;
        }
        for (ULONG at = 0; at < DATA; at += sizes[i]) {
            ULONG part = DATA - at < sizes[i] ? DATA - at : sizes[i];
            OK(b, skf.MacUpdate(mac, (BYTE *)data() + at, part));
        }
        if (OK(b, skf.MacFinal(mac, out, &len))) {
            is_good(b, out, len, DATA);
        }
        end(key, mac);
    }
}

static void two_macs(struct bench *b)
{
    HANDLE key[2], mac[2];
    BYTE out[32];
    if (!begin(b, &key[0], &mac[0]) || !begin(b, &key[1], &mac[1])) {
        return;
    }
    for (ULONG at = 0; at < DATA; at += 16) {
        OK(b, skf.MacUpdate(mac[0], (BYTE *)data() + at, 16));
        OK(b, skf.MacUpdate(mac[1], (BYTE *)data() + at, 16));
    }
    for (size_t i = 0; i < 2; i++) {
        ULONG len = sizeof out;
        if (OK(b, skf.MacFinal(mac[i], out, &len))) {
            is_good(b, out, len, DATA);
        }
        end(key[i], mac[i]);
    }
}

static void part_block(struct bench *b)
{
    HANDLE key, mac;
    BYTE out[32];
    ULONG len = sizeof out;
    if (begin(b, &key, &mac)) {
        REFUSED(b, skf.Mac(mac, (BYTE *)data(), 17, out, &len));
        end(key, mac);
    }
}

static void query_consumes_nothing(struct bench *b)
{
    HANDLE key, mac;
    BYTE out[32];
    ULONG len = 0;
    if (begin(b, &key, &mac)) {
        OK(b, skf.Mac(mac, (BYTE *)data(), DATA, NULL, &len));
        if (OK(b, skf.Mac(mac, (BYTE *)data(), DATA, out, &len))) {
            is_good(b, out, len, DATA);
        }
        end(key, mac);
    }
}

static void params(struct bench *b)
{
    HANDLE key, mac;
    BYTE out[32];
    ULONG len = sizeof out;
    BLOCKCIPHERPARAM p = {.IVLen = sizeof iv};
    GIVES(b, SAR_INVALIDHANDLEERR, skf.MacInit(NULL, &p, &mac));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.Mac(NULL, (BYTE *)data(), 16, out, &len));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.MacUpdate(NULL, (BYTE *)data(), 16));
    GIVES(b, SAR_INVALIDHANDLEERR, skf.MacFinal(NULL, out, &len));
    if (begin(b, &key, &mac)) {
        REFUSED(b, skf.MacInit(key, NULL, &mac));
        REFUSED(b, skf.MacUpdate(mac, NULL, 16));
        end(key, mac);
        GIVES(b, SAR_INVALIDHANDLEERR, skf.MacUpdate(mac, (BYTE *)data(), 16));
    }
}

static ULONG fill_mac(struct bench *b, BYTE *out, ULONG *len)
{
    HANDLE key, mac;
    if (!begin(b, &key, &mac)) {
        return SAR_FAIL;
    }
    ULONG result = skf.Mac(mac, (BYTE *)data(), DATA, out, len);
    end(key, mac);
    return result;
}

static ULONG fill_final(struct bench *b, BYTE *out, ULONG *len)
{
    HANDLE key, mac;
    if (!begin(b, &key, &mac)) {
        return SAR_FAIL;
    }
    ULONG result = skf.MacUpdate(mac, (BYTE *)data(), DATA);
    result = result == SAR_OK ? skf.MacFinal(mac, out, len) : result;
    end(key, mac);
    return result;
}

#define KEY   "SKF_SetSymmKey SKF_MacInit SKF_CloseHandle"
#define PARTS KEY " SKF_Mac SKF_MacUpdate SKF_MacFinal"

static const struct check checks[] = {
    {FN_MacInit, INTERFACE, DEVICE, "NULL, bad and closed handles are refused", params, PARTS, NULL,
     false},
    {FN_Mac, INTEROPERABILITY, DEVICE, "the last block of OpenSSL's SM4-CBC", one_shot, KEY, NULL,
     false},
    {FN_Mac, INTERFACE, DEVICE, "a part block is refused", part_block, KEY, NULL, false},
    {FN_Mac, INTERFACE, DEVICE, "a length query consumes nothing", query_consumes_nothing, KEY,
     NULL, false},
    {FN_MacUpdate, INTERFACE, DEVICE, "parts give the value of the whole", in_parts, PARTS, NULL,
     false},
    {FN_MacUpdate, INTERFACE, DEVICE, "two MACs at once", two_macs, PARTS, NULL, false},
    LENGTH_RULES(FN_Mac, DEVICE, fill_mac, KEY),
    LENGTH_RULES(FN_MacFinal, DEVICE, fill_final, PARTS),
};

const struct clause clause_mac = {"7.6", "message authentication", checks, ROWS(checks)};

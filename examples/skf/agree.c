/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agree initiator|responder APPLICATION CONTAINER - SM2 key agreement (GM/T 0009) with a peer that
 * reads what is printed here and answers on standard input, in hexadecimal digits. Each side sends
 * its public key and its temporary key (X || Y each), the initiator first, then a MAC under the
 * agreed key over 16 bytes 01 (initiator) or 02 (responder): the interface has no confirmation of
 * its own. A real peer proves its public key by a certificate; this example takes it as it comes.
 */
#include "example.h"

#define ALG    SGD_SM4_CBC
#define ID_LEN 16
static BYTE id[] = "1234567812345678"; /* both sides' */

static void send(BYTE *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        printf("%02x", data[i]);
    }
    puts("");
    fflush(stdout);
}

static void receive(BYTE *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        /* NOLINTNEXTLINE(cert-err34-c): two digits are in range */
        need_ok("receive", scanf("%2hhx", &data[i]) == 1 ? SAR_OK : SAR_INDATALENERR);
    }
}

/* Two keys, out or in; numbers are right-aligned in fields of 64 bytes. */
static void exchange(void (*move)(BYTE *, size_t), ECCPUBLICKEYBLOB key[2])
{
    for (int i = 0; i < 2; i++) {
        move(key[i].XCoordinate + 32, 32);
        move(key[i].YCoordinate + 32, 32);
    }
}

static HANDLE agree(HCONTAINER container, int initiator)
{
    HANDLE agreement, key;
    ECCPUBLICKEYBLOB mine[2], peer[2] = {{.BitLen = 256}, {.BitLen = 256}}; /* public, temporary */
    ULONG len = sizeof mine[0];
    NEED(SKF_ExportPublicKey(container, FALSE, (BYTE *)mine, &len)); /* of the encryption pair */
    if (initiator) {
        NEED(SKF_GenerateAgreementDataWithECC(container, ALG, &mine[1], id, ID_LEN, &agreement));
        exchange(send, mine);
        exchange(receive, peer);
        NEED(SKF_GenerateKeyWithECC(agreement, &peer[0], &peer[1], id, ID_LEN, &key));
    } else {
        exchange(receive, peer);
        NEED(SKF_GenerateAgreementDataAndKeyWithECC(container, ALG, &peer[0], &peer[1], &mine[1],
                                                    id, ID_LEN, id, ID_LEN, &key));
        exchange(send, mine);
    }
    return key;
}

static void mac_of(HANDLE key, int filler, BYTE mac[16])
{
    BLOCKCIPHERPARAM param = {.IVLen = 16};
    BYTE block[16];
    HANDLE handle;
    ULONG len = 16;
    memset(block, filler, 16);
    NEED(SKF_MacInit(key, &param, &handle)); /* by pointer, EncryptInit takes it by value */
    NEED(SKF_Mac(handle, block, sizeof block, mac, &len));
    NEED(SKF_CloseHandle(handle));
}

int main(int argc, char **argv)
{
    HAPPLICATION application;
    HCONTAINER container;
    BYTE expected[16], mac[16];
    need_arguments(argc, 4, "agree initiator|responder APPLICATION CONTAINER");
    int initiator = strcmp(argv[1], "initiator") == 0;
    DEVHANDLE device = connect_device();
    NEED(SKF_OpenApplication(device, argv[2], &application));
    NEED(SKF_OpenContainer(application, argv[3], &container));
    log_in(application);
    HANDLE key = agree(container, initiator);
    mac_of(key, initiator ? 1 : 2, mac);
    send(mac, sizeof mac);
    mac_of(key, initiator ? 2 : 1, expected);
    receive(mac, sizeof mac);
    NEED(SKF_ClearSecureState(application));
    NEED(SKF_DisConnectDev(device)); /* closes what is still open */
    int same = memcmp(mac, expected, sizeof mac) == 0;
    fprintf(stderr, same ? "agreed\n" : "the peer has another key\n");
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}

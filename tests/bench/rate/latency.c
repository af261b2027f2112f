/* SPDX-License-Identifier: Apache-2.0 */
/* How long each command takes through the whole way, alone on the token. */
#include "bench_rate.h"

#include <string.h>

enum { COUNT_MAX = 5000 };

static struct client client;
static ECCPUBLICKEYBLOB key;
static ECCSIGNATUREBLOB signature;
static BYTE digest[32], data[2048];

static ULONG get_dev_info(void)
{
    DEVINFO info;
    return SKF_GetDevInfo(client.dev, &info);
}

static ULONG random_32(void)
{
    return SKF_GenRandom(client.dev, data, 32);
}

static ULONG random_2048(void)
{
    return SKF_GenRandom(client.dev, data, sizeof data);
}

static ULONG open_application(void)
{
    HAPPLICATION app;
    ULONG result = SKF_OpenApplication(client.dev, getenv("HUFU_APP"), &app);
    return result == SAR_OK ? SKF_CloseApplication(app) : result;
}

static ULONG enum_application(void)
{
    ULONG len = sizeof data;
    return SKF_EnumApplication(client.dev, (LPSTR)data, &len);
}

static ULONG get_pin_info(void)
{
    ULONG most, left;
    BOOL is_default;
    return SKF_GetPINInfo(client.app, USER_TYPE, &most, &left, &is_default);
}

static ULONG verify_pin(void)
{
    ULONG tries;
    return SKF_VerifyPIN(client.app, USER_TYPE, getenv("HUFU_PIN"), &tries);
}

static ULONG enum_container(void)
{
    ULONG len = sizeof data;
    return SKF_EnumContainer(client.app, (LPSTR)data, &len);
}

static ULONG get_container_type(void)
{
    ULONG type;
    return SKF_GetContainerType(client.con, &type);
}

static ULONG export_public_key(void)
{
    ULONG len = sizeof key;
    return SKF_ExportPublicKey(client.con, TRUE, (BYTE *)&key, &len);
}

static ULONG sign(void)
{
    digest[0]++;
    return SKF_ECCSignData(client.con, digest, sizeof digest, &signature);
}

static ULONG verify(void)
{
    return SKF_ECCVerify(client.dev, &key, digest, sizeof digest, &signature);
}

static ULONG read_file(void)
{
    ULONG len = 1024;
    return SKF_ReadFile(client.app, (LPSTR) "bench", 0, 1024, data, &len);
}

static ULONG write_file(void)
{
    return SKF_WriteFile(client.app, (LPSTR) "bench", 0, data, 1024);
}

static ULONG connect(void)
{
    DEVHANDLE dev;
    DEVINFO info;
    ULONG result = SKF_ConnectDev(getenv("HUFU_READER"), &dev);
    if (result == SAR_OK) {
        result = SKF_GetDevInfo(dev, &info);
        (void)SKF_DisConnectDev(dev);
    }
    return result;
}

static void nothing(void)
{
}

static const struct command commands[] = {
    {"connect", connect, 10, nothing, nothing}, /* a channel is opened, used once and closed */
    {"get_dev_info", get_dev_info, 1, nothing, nothing},
    {"gen_random_32", random_32, 1, nothing, nothing},
    {"gen_random_2048", random_2048, 1, nothing, nothing},
    {"enum_application", enum_application, 1, nothing, nothing},
    {"open_application", open_application, 1, nothing, nothing}, /* and closed */
    {"get_pin_info", get_pin_info, 1, nothing, nothing},
    {"verify_pin", verify_pin, 10, nothing, nothing},
    {"enum_container", enum_container, 1, nothing, nothing},
    {"get_container_type", get_container_type, 1, nothing, nothing},
    {"export_public_key", export_public_key, 1, nothing, nothing},
    {"ecc_sign_data", sign, 1, nothing, nothing},
    {"ecc_verify", verify, 1, nothing, nothing},
    {"read_file_1024", read_file, 1, nothing, nothing},
    {"write_file_1024", write_file, 10, nothing, nothing},
};

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const struct command *command, unsigned count)
{
    static double took[COUNT_MAX];
    count = count / command->share == 0 ? 1 : count / command->share;
    for (unsigned i = 0; i < count; i++) {
        command->before();
        const double from = now_ms();
        must(command->run(), command->name);
        took[i] = now_ms() - from;
        command->after();
    }
    qsort(took, count, sizeof took[0], ascending);
    (void)printf("skf_%s_ms %.3f\n", command->name, took[count / 2u]);
    (void)printf("skf_%s_p99_ms %.3f\n", command->name, took[(count * 99u) / 100u]);
}

void latencies(unsigned count)
{
    client_open(&client);
    must(
        SKF_CreateFile(client.app, (LPSTR) "bench", 1024, SECURE_USER_ACCOUNT, SECURE_USER_ACCOUNT),
        "CreateFile");
    count = count > COUNT_MAX ? COUNT_MAX : count;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        measure(&commands[i], count);
    }
    objects_begin(&client);
    for (size_t i = 0; i < object_command_count; i++) {
        measure(&object_commands[i], count);
    }
    objects_end();
    must(SKF_DeleteFile(client.app, (LPSTR) "bench"), "DeleteFile");
    client_close(&client);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list - every device, its applications, their containers and what is in them. Needs no PIN.
 *
 * It shows the two-call length query (NULL first, then a buffer of that length) and multi-strings:
 * each name ends with NUL, the list with one more.
 */
#include "example.h"

static void show_container(HAPPLICATION application, char *name)
{
    static const char *const types[] = {"empty", "RSA", "SM2"};
    HCONTAINER container;
    ULONG type;
    NEED(SKF_OpenContainer(application, name, &container));
    NEED(SKF_GetContainerType(container, &type));
    printf("    container %s: %s", name, type <= CONTAINER_TYPE_ECC ? types[type] : "?");
    for (BOOL sign = TRUE; sign >= FALSE; sign--) {
        ULONG len = 0;
        ULONG code = SKF_ExportCertificate(container, sign, NULL, &len);
        if (code == SAR_OK) {
            printf(", %s certificate of %u bytes", sign ? "signing" : "encryption", len);
        } else if (code != SAR_CERTNOTFOUNTERR) { /* none is no error here */
            need_ok("SKF_ExportCertificate", code);
        }
    }
    putchar('\n');
    NEED(SKF_CloseContainer(container));
}

static void show_application(DEVHANDLE device, char *name)
{
    HAPPLICATION application;
    ULONG size = 0, most, left;
    BOOL is_default;
    NEED(SKF_OpenApplication(device, name, &application));
    NEED(SKF_GetPINInfo(application, USER_TYPE, &most, &left, &is_default));
    printf("  application %s: user PIN has %u of %u tries left\n", name, left, most);
    NEED(SKF_EnumContainer(application, NULL, &size));
    char *names = calloc(size, 1);
    NEED(SKF_EnumContainer(application, names, &size));
    for (char *at = names; *at != '\0'; at += strlen(at) + 1) {
        show_container(application, at);
    }
    free(names);
    NEED(SKF_CloseApplication(application));
}

static void show_device(char *name)
{
    DEVHANDLE device;
    DEVINFO info;
    ULONG size = 0;
    NEED(SKF_ConnectDev(name, &device));
    NEED(SKF_GetDevInfo(device, &info));
    printf("device %s: label %.32s, serial number %.32s, %u bytes free\n", name, info.Label,
           info.SerialNumber, info.FreeSpace);
    NEED(SKF_EnumApplication(device, NULL, &size));
    char *names = calloc(size, 1);
    NEED(SKF_EnumApplication(device, names, &size));
    for (char *at = names; *at != '\0'; at += strlen(at) + 1) {
        show_application(device, at);
    }
    free(names);
    NEED(SKF_DisConnectDev(device));
}

int main(void)
{
    ULONG size = 0;
    NEED(SKF_EnumDev(TRUE, NULL, &size));
    char *names = calloc(size, 1);
    NEED(SKF_EnumDev(TRUE, names, &size));
    for (char *at = names; *at != '\0'; at += strlen(at) + 1) {
        show_device(at);
    }
    free(names);
    return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Checks with a second process, and with a device that is pulled: 7.1.10 and 8.1. */
#include "bench.h"

#include "process.h"
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int process_hold_lock(const char *library, char *device)
{
    DEVHANDLE dev;
    if (!api_load(library) || skf.ConnectDev(device, &dev) != SAR_OK ||
        skf.LockDev(dev, 5000) != SAR_OK || write(STDOUT_FILENO, "y", 1) != 1) {
        return 1;
    }
    for (;;) {
        pause();
    }
}

/* skfconf anew, with the library; it has the lock once this returns. -1: it could not. */
static pid_t start_holder(struct bench *b)
{
    int ends[2];
    char said = 'n';
    if (pipe(ends) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execl("/proc/self/exe", "skfconf", PROCESS_HOLD_LOCK, b->library, b->device, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    bool locked = pid > 0 && read(ends[0], &said, 1) == 1 && said == 'y';
    close(ends[0]);
    if (!locked && pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return locked ? pid : -1;
}

static void lock_of_another(struct bench *b)
{
    pid_t pid = start_holder(b);
    if (!hold(b, pid > 0, "another process could not lock the device")) {
        return;
    }
    GIVES(b, SAR_TIMEOUTERR, skf.LockDev(b->dev, 300));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    if (OK(b, skf.LockDev(b->dev, 10000))) {
        OK(b, skf.UnlockDev(b->dev));
    }
    bench_end(b); /* a death may have cost logins */
}

/* Every handle that was open then, those of work that needs no device included. */
static void pulled(struct bench *b)
{
    DEVINFO info;
    HANDLE hash, key;
    BYTE out[64], value[16] = {1};
    ULONG len = sizeof out, most, left, type;
    BOOL is_default;
    BLOCKCIPHERPARAM param = {.PaddingType = PADDING_NONE};
    if (b->replug == NULL) {
        skip(b, "needs --replug COMMAND");
        return;
    }
    OK(b, skf.DigestInit(b->dev, SGD_SM3, NULL, NULL, 0, &hash));
    OK(b, skf.SetSymmKey(b->dev, value, SGD_SM4_ECB, &key));
    OK(b, skf.EncryptInit(key, param));
    if (!bench_replug(b)) {
        return;
    }
    GIVES(b, SAR_DEVICE_REMOVED, skf.GetDevInfo(b->dev, &info));
    GIVES(b, SAR_DEVICE_REMOVED, skf.LockDev(b->dev, 1000));
    GIVES(b, SAR_DEVICE_REMOVED, skf.EnumApplication(b->dev, NULL, &len));
    GIVES(b, SAR_DEVICE_REMOVED, skf.GetPINInfo(b->app, USER_TYPE, &most, &left, &is_default));
    GIVES(b, SAR_DEVICE_REMOVED, skf.GetContainerType(b->empty, &type));
    GIVES(b, SAR_DEVICE_REMOVED, skf.DigestUpdate(hash, value, sizeof value));
    len = sizeof out;
    GIVES(b, SAR_DEVICE_REMOVED, skf.EncryptUpdate(key, value, sizeof value, out, &len));
    b->empty = NULL; /* gone with its connection; the application is swept below */
    bench_end(b);
    if (bench_back(b)) {
        bench_sweep(b);
    }
}

static const struct check checks[] = {
    {FN_LockDev, SECURITY, DEVICE, "another process has it: SAR_TIMEOUTERR; its death frees",
     lock_of_another, "SKF_UnlockDev", NULL, false},
    {FN_DisConnectDev, SECURITY, CONTAINER, "pulled: every handle gives SAR_DEVICE_REMOVED", pulled,
     "SKF_GetPINInfo SKF_GetContainerType SKF_DigestInit SKF_DigestUpdate SKF_SetSymmKey "
     "SKF_EncryptInit SKF_EncryptUpdate SKF_LockDev SKF_EnumApplication",
     NULL, false},
};

const struct clause clause_process = {"7.1", "several processes, removal", checks, ROWS(checks)};

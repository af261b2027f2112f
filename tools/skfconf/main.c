/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skfconf LIBRARY [DEVICE] - conformance of any SKF library with GM/T 0016-2012: which functions it
 * has, and function by function whether they do what the standard says. See docs/skfconf.md.
 * Exit: 0 nothing failed, 1 something did, 2 usage or no such library, 3 no device or wrong key.
 */
#include "bench.h"
#include "must.h"
#include "process.h"
#include "run.h"

#include <ctype.h>
#include <dlfcn.h>
#include <getopt.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_BAD = 1, EXIT_USAGE = 2, EXIT_DEVICE = 3 };

static const char usage[] =
    "usage: skfconf LIBRARY [DEVICE] [options]\n"
    "  --list               the functions of the standard, offered or not; needs no device\n"
    "  --only TEXT          checks whose \"clause function: text\" contains TEXT\n"
    "  --all                what is not offered fails too\n"
    "  --destructive        also lock PINs (of an own application) and change the device key and "
    "back\n"
    "  --replug COMMAND     a command that pulls the device and puts it back: events are checked\n"
    "  --json               one JSON object instead of TAP\n"
    "  --devkey-file FILE   the device key: 32 hex digits or 16 characters (or SKFCONF_DEVKEY;\n"
    "                       without either, 1234567812345678)\n"
    "  --pin-file FILE, --admin-pin-file FILE\n"
    "                       PINs for the application that is made (or SKFCONF_PIN,\n"
    "                       SKFCONF_ADMIN_PIN; without them, random digits)\n"
    "Exit: 0 nothing failed, 1 something did, 2 usage or library, 3 device or its key.\n";

static int list_functions(void)
{
    for (size_t i = 0; i < FN_COUNT; i++) {
        printf("%-7s %-38s %s%s\n", functions[i].clause, functions[i].name,
               api_offers((enum function)i) ? "offered" : "not offered",
               functions[i].sort == OLDER ? " (2010 and vendors, not in the printed 2012)" : "");
    }
    return 0;
}

/* --- secrets ---------------------------------------------------------------------------------- */

/* One line from the file or else the environment. false: neither, or it does not fit. */
static bool secret(const char *file, const char *variable, char *out, size_t room)
{
    const char *value = getenv(variable);
    out[0] = '\0';
    if (file != NULL) {
        FILE *in = fopen(file, "r");
        if (in == NULL || fgets(out, (int)room, in) == NULL) {
            fprintf(stderr, "skfconf: %s cannot be read\n", file);
            exit(EXIT_USAGE);
        }
        fclose(in);
        out[strcspn(out, "\r\n")] = '\0';
    } else if (value != NULL && strlen(value) < room) {
        memcpy(out, value, strlen(value) + 1);
    }
    return out[0] != '\0';
}

static bool read_key(const char *file, uint8_t key[16])
{
    char text[64];
    if (!secret(file, "SKFCONF_DEVKEY", text, sizeof text)) {
        memcpy(key, "1234567812345678", 16);
        return true;
    }
    size_t len = strlen(text), got = 0;
    bool good = len == 16;
    if (good) {
        memcpy(key, text, 16);
    } else if (len == 32) {
        good = OPENSSL_hexstr2buf_ex(key, 16, &got, text, '\0') == 1 && got == 16;
    }
    OPENSSL_cleanse(text, sizeof text);
    return good;
}

static bool read_pin(const char *file, const char *variable, char pin[17])
{
    if (!secret(file, variable, pin, 17)) {
        uint8_t random[10];
        random_bytes(random, sizeof random);
        for (size_t i = 0; i < sizeof random; i++) {
            pin[i] = (char)('0' + random[i] % 10);
        }
        pin[sizeof random] = '\0';
    }
    return strlen(pin) >= 6;
}

/* --- the device ------------------------------------------------------------------------------- */

/* The only device, in memory of its own; NULL after telling why not. */
static char *only_device(void)
{
    char list[4096] = {0};
    ULONG len = sizeof list;
    ULONG result = api_offers(FN_EnumDev) ? skf.EnumDev(TRUE, list, &len) : SAR_FAIL;
    if (result != SAR_OK || len > sizeof list || list[0] == '\0') {
        fprintf(stderr, "skfconf: no device is present (SKF_EnumDev gave 0x%08X)\n", result);
        return NULL;
    }
    size_t first = strnlen(list, sizeof list - 1) + 1;
    if (first < len && list[first] != '\0') {
        fputs("skfconf: several devices are present; name one of them:\n", stderr);
        for (size_t at = 0; at < len && list[at] != '\0'; at += strlen(list + at) + 1) {
            fprintf(stderr, "  %s\n", list + at);
        }
        return NULL;
    }
    return must(strdup(list));
}

/* A wrong device key would spend its tries check after check: it is tried once, before all. */
static bool key_is_right(struct bench *b)
{
    b->check = NULL;
    if (!bench_prepare(b, DEVICE)) {
        fprintf(stderr, "skfconf: the device cannot be opened: %s", b->why);
        return false;
    }
    ULONG result =
        api_offers(FN_GenRandom) && api_offers(FN_DevAuth) ? device_auth(b, b->device_key) : SAR_OK;
    if (result != SAR_OK) {
        fprintf(stderr,
                "skfconf: device authentication failed (0x%08X): give the device's key with "
                "SKFCONF_DEVKEY or --devkey-file. Nothing was checked; one try was spent.\n",
                result);
    }
    return result == SAR_OK;
}

static int run(struct bench *b, const struct choice *choice, struct report *report,
               const char *library)
{
    const char *bail;
    if (!key_is_right(b)) {
        return EXIT_DEVICE;
    }
    bool whole = run_all(b, choice, report, &bail);
    if (whole || strcmp(bail, "interrupted") == 0) {
        bench_end(b);
    }
    if (report->count == 0) {
        fputs("skfconf: no check has that text\n", stderr);
        return EXIT_USAGE;
    }
    report_end(report, library, b, bail);
    size_t bad = report_bad(report);
    return bad == 0 && whole ? 0 : EXIT_BAD;
}

/* What the command line asks for, beside what goes into bench, choice and report at once. */
struct wish {
    const char *key_file, *pin_file, *admin_file;
    bool list, help;
};

/* false: the usage is to be shown. Afterwards argv[optind] is the library. */
static bool read_options(int argc, char **argv, struct bench *bench, struct choice *choice,
                         struct report *report, struct wish *wish)
{
    static const struct option options[] = {{"list", no_argument, NULL, 'l'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"all", no_argument, NULL, 'a'},
                                            {"destructive", no_argument, NULL, 'd'},
                                            {"replug", required_argument, NULL, 'r'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"devkey-file", required_argument, NULL, 'k'},
                                            {"pin-file", required_argument, NULL, 'p'},
                                            {"admin-pin-file", required_argument, NULL, 'P'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (c) {
        case 'l':
            wish->list = true;
            break;
        case 'o':
            choice->only = optarg;
            break;
        case 'a':
            report->strict = true;
            break;
        case 'd':
            choice->destructive = true;
            break;
        case 'r':
            bench->replug = optarg;
            break;
        case 'j':
            report->json = true;
            break;
        case 'k':
            wish->key_file = optarg;
            break;
        case 'p':
            wish->pin_file = optarg;
            break;
        case 'P':
            wish->admin_file = optarg;
            break;
        case 'h':
            wish->help = true;
            return true;
        default:
            return false;
        }
    }
    return argc - optind >= 1 && argc - optind <= 2;
}

int main(int argc, char **argv)
{
    static struct bench bench; /* in static memory: a check that crashes must not take it along */
    struct choice choice = {0};
    struct report report = {0};
    struct wish wish = {0};
    if (argc == 4 && strcmp(argv[1], PROCESS_HOLD_LOCK) == 0) {
        return process_hold_lock(argv[2], argv[3]);
    }
    if (!read_options(argc, argv, &bench, &choice, &report, &wish)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (wish.help) {
        fputs(usage, stdout);
        return 0;
    }
    if (!api_load(argv[optind])) {
        fprintf(stderr, "skfconf: %s\n", dlerror());
        return EXIT_USAGE;
    }
    if (wish.list) {
        return list_functions();
    }
    if (!read_key(wish.key_file, bench.device_key) ||
        !read_pin(wish.pin_file, "SKFCONF_PIN", bench.user_pin) ||
        !read_pin(wish.admin_file, "SKFCONF_ADMIN_PIN", bench.admin_pin)) {
        fputs("skfconf: the device key is 32 hex digits or 16 characters, a PIN 6 to 16 bytes\n",
              stderr);
        return EXIT_USAGE;
    }
    char *device = argc - optind == 2 ? must(strdup(argv[optind + 1])) : only_device();
    bench.device = device;
    bench.library = argv[optind];
    int status = device == NULL ? EXIT_DEVICE : run(&bench, &choice, &report, argv[optind]);
    OPENSSL_cleanse(&bench, sizeof bench);
    report_free(&report);
    free(device);
    return status;
}

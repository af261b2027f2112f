/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "firmware/image_make.h"
#include "util/i18n.h"
#include "util/json.h"
#include <stdio.h>

/* Name in JSON and scripts; the text shown is its translation. */
static const char *lifecycle_name(uint8_t lifecycle)
{
    static const char *const names[] = {
        [HUFU_BLANK] = N_("blank"),
        [HUFU_PROVISIONED] = N_("provisioned"),
        [HUFU_INITIALISED] = N_("initialised"),
        [HUFU_IN_USE] = N_("in use"),
        [HUFU_LOCKED] = N_("locked"),
        [HUFU_DESTROYED] = N_("destroyed"),
        [HUFU_FACTORY] = N_("factory"),
    };
    return lifecycle < sizeof names / sizeof names[0] ? names[lifecycle] : "?";
}

#define WARNING N_("development token: not protected at rest, no rollback protection")

/* What the token says of its program by GetDevInfo is the vault's own number; which image of it
 * runs is what an update changes. image: NULL where no image is (a token that is a host process).
 */
static void print_text(const char *reader, const struct hufu_info *i,
                       const struct hufu_firmware_info *image)
{
    printf(_("reader:        %s\n"), reader);
    printf(_("label:         %s\n"), i->label);
    printf(_("serial number: %s\n"), i->serial);
    printf(_("manufacturer:  %s\n"), i->manufacturer);
    printf(_("hardware:      %u.%u\n"), i->hardware_version[0], i->hardware_version[1]);
    printf(_("firmware:      %u.%u\n"), i->firmware_version[0], i->firmware_version[1]);
    if (image != NULL) {
        char text[16];
        image_version_text(image->version, text);
        printf(_("image:         %s%s\n"), text, image->trial ? _(", not confirmed yet") : "");
    }
    printf(_("lifecycle:     %s\n"), _(lifecycle_name(i->lifecycle)));
    printf(_("provisioned:   %s\n"), i->provisioned ? _("yes") : _("no"));
    printf(_("space:         %u of %u bytes free\n"), i->free_space, i->total_space);
    printf(_("flash:         %u programs, %u erases since power-on (start %u)\n"),
           i->flash_programs, i->flash_erases, i->boots);
    if (i->stack_command != 0) {
        printf(_("stacks:        vault %u, command %u, link %u bytes at most\n"), i->stack_vault,
               i->stack_command, i->stack_link);
    }
    if (i->development) {
        printf(_("warning:       %s\n"), _(WARNING));
    }
}

static void version(struct json *j, const char *key, const uint8_t v[2])
{
    char text[16];
    (void)snprintf(text, sizeof text, "%u.%u", v[0], v[1]);
    json_text(j, key, text);
}

static void print_json(const char *reader, const struct hufu_info *i,
                       const struct hufu_firmware_info *image)
{
    struct json j;
    char text[16];
    if (image != NULL) {
        image_version_text(image->version, text);
    }
    json_start(&j, stdout);
    json_object(&j, NULL);
    json_text(&j, "reader", reader);
    json_text(&j, "label", i->label);
    json_text(&j, "serial", i->serial);
    json_text(&j, "manufacturer", i->manufacturer);
    json_text(&j, "issuer", i->issuer);
    version(&j, "hardware", i->hardware_version);
    version(&j, "firmware", i->firmware_version);
    json_text(&j, "image", image != NULL ? text : NULL);
    json_text(&j, "lifecycle", lifecycle_name(i->lifecycle));
    json_bool(&j, "error_state", i->error_state);
    json_bool(&j, "provisioned", i->provisioned);
    json_bool(&j, "development", i->development);
    json_text(&j, "error",
              !i->error_state                  ? NULL
              : i->error == HUFU_ERR_INTEGRITY ? "integrity"
                                               : "self-test");
    json_text(&j, "warning", i->development ? WARNING : NULL);
    json_number(&j, "total_space", i->total_space);
    json_number(&j, "free_space", i->free_space);
    json_number(&j, "max_apdu", i->max_apdu);
    json_number(&j, "boots", i->boots);
    json_number(&j, "flash_programs", i->flash_programs);
    json_number(&j, "flash_erases", i->flash_erases);
    json_number(&j, "stack_vault", i->stack_vault);
    json_number(&j, "stack_command", i->stack_command);
    json_number(&j, "stack_link", i->stack_link);
    json_end(&j);
}

static int run(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    struct cli_session s;
    struct hufu_info info;
    struct hufu_firmware_info image;
    int code = cli_options_only(options, argc, argv);
    if (code == CLI_GOOD) {
        code = cli_open_token(cli, &s);
    }
    if (code != CLI_GOOD) {
        return code;
    }
    int error = hufu_get_info(s.token, &info);
    const bool runs_image =
        error == HUFU_OK && hufu_firmware_info(s.token, &image) == HUFU_OK && image.updatable;
    if (error != HUFU_OK) {
        code = cli_fail_token(error, hufu_reader(s.token));
    } else if (cli->json) {
        print_json(hufu_reader(s.token), &info, runs_image ? &image : NULL);
    } else {
        print_text(hufu_reader(s.token), &info, runs_image ? &image : NULL);
    }
    if (error == HUFU_OK && info.error_state) {
        code = cli_fail_token(info.error, hufu_reader(s.token));
    }
    cli_close(&s);
    return code;
}

const struct cli_command cmd_info = {
    .name = "info",
    .summary = N_("what a token is and in which state"),
    .help = N_(
        "usage: hufu info [--reader NAME] [--json]\n\n"
        "Label, serial number, versions, lifecycle and free space of a token. A token whose\n"
        "fuses are not physical says so: its keys are not protected against someone who can\n"
        "read its memory. A token in its error state is shown too, with the cause and exit 3.\n\n"
        "Examples:\n"
        "  hufu info\n"
        "  hufu info --json\n"),
    .run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C while the token works. Over USB the command is given up by the token, too, and the tool
 * ends as after any error; a second one, or a transport that cannot, ends the process, whose
 * command pcscd or the next process over USB then aborts.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stddef.h>

static hufu_token *volatile at_work;

static void on_interrupt(int number)
{
    hufu_token *token = at_work;
    at_work = NULL;
    if (token == NULL || !hufu_cancel(token)) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
}

void cli_interruptible(hufu_token *token)
{
    const struct sigaction act = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    at_work = token;
    if (token != NULL) {
        (void)sigaction(SIGINT, &act, NULL);
    }
}

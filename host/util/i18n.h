/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in the user's language (gettext, domain "hufu"). _() marks and translates, N_() only marks.
 * i18n_init decides from HUFU_LANG, LANGUAGE, LC_ALL, LANG in this order, and works where no zh_CN
 * locale is generated (C.UTF-8 is taken and LANGUAGE set). Call it first in main.
 */
#ifndef HUFU_I18N_H
#define HUFU_I18N_H

#include <libintl.h>

#define _(text)  dgettext("hufu", text)
#define N_(text) text

void i18n_init(void);

#endif

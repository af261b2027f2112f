/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_SKF_ERROR_H
#define HUFU_SKF_ERROR_H

#include "skf.h"

/* What a call was about: "exists" and "not found" have codes of their own for each. */
enum skf_subject { SKF_ABOUT_DEVICE, SKF_ABOUT_APPLICATION, SKF_ABOUT_CONTAINER, SKF_ABOUT_FILE };

/* enum hufu_error to SAR_*; the one table is in error.c. */
ULONG skf_error(int hufu_error, enum skf_subject subject);

#endif

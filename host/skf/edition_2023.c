/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GM/T 0016-2023 adds and the token does not have (edition_2023.def): a program that looks for
 * one of these finds that there is no such service yet, whatever it passes.
 */
#include "skf.h"

#define F(name)                                                                                    \
    ULONG DEVAPI SKF_##name(void);                                                                 \
    ULONG DEVAPI SKF_##name(void)                                                                  \
    {                                                                                              \
        return SAR_NOTSUPPORTYETERR;                                                               \
    }
#include "edition_2023.def"
#undef F

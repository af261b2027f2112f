/* SPDX-License-Identifier: Apache-2.0 */
/* The four moduli: SM2 (GB/T 32918.5), P-256 (SP 800-186). */
#include "crypto/fe256.h"

#if FE256_ASM
void fe256_reduce_sm2(void);
void fe256_reduce_p256(void);
void fe256_reduce_general(void);
void fe256_add_sm2(void);
void fe256_add_p256(void);
void fe256_add_general(void);
void fe256_sub_sm2(void);
void fe256_sub_p256(void);
void fe256_sub_general(void);
void fe256_half_sm2(void);
void fe256_half_p256(void);
void fe256_half_general(void);
#define TAILS(kind)                                                                                \
    .tails = {fe256_reduce_##kind, fe256_add_##kind, fe256_sub_##kind, fe256_half_##kind},
#else
#define TAILS(kind)
#endif

const struct fe256_field fe256_sm2_p = {
    TAILS(sm2).m = FE256_WORDS(0xFFFFFFFFu, 0xFFFFFFFFu, 0x00000000u, 0xFFFFFFFFu, 0xFFFFFFFFu,
                               0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFEu),
    .m0 = (fe256_limb)0x0000000000000001u,
    .rr = {FE256_WORDS(0x00000003u, 0x00000002u, 0xFFFFFFFFu, 0x00000002u, 0x00000001u, 0x00000001u,
                       0x00000002u, 0x00000004u)},
    .one = {FE256_WORDS(0x00000001u, 0x00000000u, 0xFFFFFFFFu, 0x00000000u, 0x00000000u,
                        0x00000000u, 0x00000000u, 0x00000001u)},
};

const struct fe256_field fe256_sm2_n = {
    TAILS(general).m = FE256_WORDS(0x39D54123u, 0x53BBF409u, 0x21C6052Bu, 0x7203DF6Bu, 0xFFFFFFFFu,
                                   0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFEu),
    .m0 = (fe256_limb)0x327F9E8872350975u,
    .rr = {FE256_WORDS(0x7C114F20u, 0x901192AFu, 0xDE6FA2FAu, 0x3464504Au, 0x3AFFE0D4u, 0x620FC84Cu,
                       0xA22B3D3Bu, 0x1EB5E412u)},
    .one = {FE256_WORDS(0xC62ABEDDu, 0xAC440BF6u, 0xDE39FAD4u, 0x8DFC2094u, 0x00000000u,
                        0x00000000u, 0x00000000u, 0x00000001u)},
};

const struct fe256_field fe256_p256_p = {
    TAILS(p256).m = FE256_WORDS(0xFFFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFFu, 0x00000000u, 0x00000000u,
                                0x00000000u, 0x00000001u, 0xFFFFFFFFu),
    .m0 = (fe256_limb)0x0000000000000001u,
    .rr = {FE256_WORDS(0x00000003u, 0x00000000u, 0xFFFFFFFFu, 0xFFFFFFFBu, 0xFFFFFFFEu, 0xFFFFFFFFu,
                       0xFFFFFFFDu, 0x00000004u)},
    .one = {FE256_WORDS(0x00000001u, 0x00000000u, 0x00000000u, 0xFFFFFFFFu, 0xFFFFFFFFu,
                        0xFFFFFFFFu, 0xFFFFFFFEu, 0x00000000u)},
};

const struct fe256_field fe256_p256_n = {
    TAILS(general).m = FE256_WORDS(0xFC632551u, 0xF3B9CAC2u, 0xA7179E84u, 0xBCE6FAADu, 0xFFFFFFFFu,
                                   0xFFFFFFFFu, 0x00000000u, 0xFFFFFFFFu),
    .m0 = (fe256_limb)0xCCD1C8AAEE00BC4Fu,
    .rr = {FE256_WORDS(0xBE79EEA2u, 0x83244C95u, 0x49BD6FA6u, 0x4699799Cu, 0x2B6BEC59u, 0x2845B239u,
                       0xF3D95620u, 0x66E12D94u)},
    .one = {FE256_WORDS(0x039CDAAFu, 0x0C46353Du, 0x58E8617Bu, 0x43190552u, 0x00000000u,
                        0x00000000u, 0xFFFFFFFFu, 0x00000000u)},
};

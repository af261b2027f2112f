/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SM4's S-box is inversion in GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1 between two affine maps, so
 * it is affinely equivalent to the S-box of AES. The middle is the tower-field inversion of Boyar
 * and Peralta ("A depth-16 circuit for the AES S-box", 2011), whose inputs y1..y22 and outputs
 * z0..z17 are linear in the byte that is inverted and in its inverse. The two linear layers here
 * were made by composing theirs with the field isomorphism and SM4's affine maps, and by choosing,
 * among all isomorphisms and scalings, one with few XORs after greedy sharing. A unit test compares
 * all 256 values with the standard's table.
 */
#include "crypto/sm4_sbox.h"

void sm4_sbox_planes(uint32_t b[8])
{
    /* Input layer. */
    uint32_t u0 = b[3] ^ b[5];
    uint32_t u1 = b[4] ^ b[7];
    uint32_t u2 = b[0] ^ u1;
    uint32_t u3 = b[2] ^ b[6];
    uint32_t u4 = b[1] ^ b[5];
    uint32_t u5 = b[0] ^ u0;
    uint32_t u6 = b[1] ^ u3;
    uint32_t u7 = b[7] ^ u0;
    uint32_t u8 = b[2] ^ b[4];
    uint32_t u9 = b[3] ^ u2;
    uint32_t u10 = b[2] ^ u2;
    uint32_t u11 = b[3] ^ u8;
    uint32_t u12 = u1 ^ u4;
    uint32_t u13 = b[2] ^ u7;
    uint32_t u14 = b[6] ^ u0;
    uint32_t u15 = u6 ^ u9;
    uint32_t u16 = u5 ^ u8;
    uint32_t u17 = b[7] ^ u5;
    uint32_t u18 = b[5] ^ u1;
    uint32_t u19 = b[1] ^ u11;
    uint32_t u20 = u3 ^ u5;
    uint32_t u21 = b[1] ^ u2;
    uint32_t u22 = b[0] ^ u4;
    uint32_t u23 = u4 ^ u10;
    uint32_t y3 = ~u10;
    uint32_t y5 = ~u4;
    uint32_t y12 = ~u7;
    uint32_t y13 = ~b[0];
    uint32_t y21 = ~u0;

    /* Inversion. */
    uint32_t t2 = y12 & u3;
    uint32_t t3 = y3 & u6;
    uint32_t t4 = t3 ^ t2;
    uint32_t t5 = u16 & b[1];
    uint32_t t6 = t5 ^ t2;
    uint32_t t7 = y13 & u5;
    uint32_t t8 = y5 & u9;
    uint32_t t9 = t8 ^ t7;
    uint32_t t10 = u22 & u18;
    uint32_t t11 = t10 ^ t7;
    uint32_t t12 = u19 & u12;
    uint32_t t13 = u17 & u20;
    uint32_t t14 = t13 ^ t12;
    uint32_t t15 = u23 & u15;
    uint32_t t16 = t15 ^ t12;
    uint32_t t17 = t4 ^ t14;
    uint32_t t18 = t6 ^ t16;
    uint32_t t19 = t9 ^ t14;
    uint32_t t20 = t11 ^ t16;
    uint32_t t21 = t17 ^ u13;
    uint32_t t22 = t18 ^ u14;
    uint32_t t23 = t19 ^ y21;
    uint32_t t24 = t20 ^ u21;
    uint32_t t25 = t21 ^ t22;
    uint32_t t26 = t21 & t23;
    uint32_t t27 = t24 ^ t26;
    uint32_t t28 = t25 & t27;
    uint32_t t29 = t28 ^ t22;
    uint32_t t30 = t23 ^ t24;
    uint32_t t31 = t22 ^ t26;
    uint32_t t32 = t31 & t30;
    uint32_t t33 = t32 ^ t24;
    uint32_t t34 = t23 ^ t33;
    uint32_t t35 = t27 ^ t33;
    uint32_t t36 = t24 & t35;
    uint32_t t37 = t36 ^ t34;
    uint32_t t38 = t27 ^ t36;
    uint32_t t39 = t29 & t38;
    uint32_t t40 = t25 ^ t39;
    uint32_t t41 = t40 ^ t37;
    uint32_t t42 = t29 ^ t33;
    uint32_t t43 = t29 ^ t40;
    uint32_t t44 = t33 ^ t37;
    uint32_t t45 = t42 ^ t41;
    uint32_t z0 = t44 & u3;
    uint32_t z1 = t37 & u6;
    uint32_t z2 = t33 & b[1];
    uint32_t z3 = t43 & u5;
    uint32_t z4 = t40 & u9;
    uint32_t z5 = t29 & u18;
    uint32_t z6 = t42 & u12;
    uint32_t z7 = t45 & u20;
    uint32_t z8 = t41 & u15;
    uint32_t z9 = t44 & y12;
    uint32_t z10 = t37 & y3;
    uint32_t z11 = t33 & u16;
    uint32_t z12 = t43 & y13;
    uint32_t z13 = t40 & y5;
    uint32_t z14 = t29 & u22;
    uint32_t z15 = t42 & u19;
    uint32_t z16 = t45 & u17;
    uint32_t z17 = t41 & u23;

    /* Output layer. */
    uint32_t v0 = z3 ^ z8;
    uint32_t v1 = z0 ^ z1;
    uint32_t v2 = z5 ^ z10;
    uint32_t v3 = v0 ^ v2;
    uint32_t v4 = z9 ^ z12;
    uint32_t v5 = z13 ^ v4;
    uint32_t v6 = z11 ^ z16;
    uint32_t v7 = z4 ^ v1;
    uint32_t v8 = z17 ^ v6;
    uint32_t v9 = z7 ^ v3;
    uint32_t v10 = z6 ^ v3;
    uint32_t v11 = v1 ^ v9;
    uint32_t v12 = z3 ^ v7;
    uint32_t v13 = z4 ^ z7;
    uint32_t v14 = z5 ^ v13;
    uint32_t v15 = v8 ^ v10;
    uint32_t v16 = z12 ^ z17;
    uint32_t v17 = z15 ^ z16;
    uint32_t v18 = z14 ^ v12;
    uint32_t v19 = z15 ^ v16;
    uint32_t v20 = z2 ^ v13;
    uint32_t v21 = v18 ^ v19;
    uint32_t v22 = v8 ^ v12;
    uint32_t v23 = z0 ^ v20;
    uint32_t v24 = v5 ^ v11;
    uint32_t v25 = z9 ^ v17;
    uint32_t v26 = v5 ^ v10;
    uint32_t v27 = v11 ^ v25;
    uint32_t v28 = v5 ^ v22;
    uint32_t v29 = z8 ^ v14;
    uint32_t v30 = v0 ^ v23;
    b[0] = ~v15;
    b[1] = ~v24;
    b[2] = v28;
    b[3] = v29;
    b[4] = ~v26;
    b[5] = v21;
    b[6] = ~v27;
    b[7] = ~v30;
}

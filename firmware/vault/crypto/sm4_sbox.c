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

void sm4_sbox_planes(sm4_plane b[8])
{
    /* Input layer. */
    sm4_plane u0 = b[3] ^ b[5];
    sm4_plane u1 = b[4] ^ b[7];
    sm4_plane u2 = b[0] ^ u1;
    sm4_plane u3 = b[2] ^ b[6];
    sm4_plane u4 = b[1] ^ b[5];
    sm4_plane u5 = b[0] ^ u0;
    sm4_plane u6 = b[1] ^ u3;
    sm4_plane u7 = b[7] ^ u0;
    sm4_plane u8 = b[2] ^ b[4];
    sm4_plane u9 = b[3] ^ u2;
    sm4_plane u10 = b[2] ^ u2;
    sm4_plane u11 = b[3] ^ u8;
    sm4_plane u12 = u1 ^ u4;
    sm4_plane u13 = b[2] ^ u7;
    sm4_plane u14 = b[6] ^ u0;
    sm4_plane u15 = u6 ^ u9;
    sm4_plane u16 = u5 ^ u8;
    sm4_plane u17 = b[7] ^ u5;
    sm4_plane u18 = b[5] ^ u1;
    sm4_plane u19 = b[1] ^ u11;
    sm4_plane u20 = u3 ^ u5;
    sm4_plane u21 = b[1] ^ u2;
    sm4_plane u22 = b[0] ^ u4;
    sm4_plane u23 = u4 ^ u10;
    sm4_plane y3 = ~u10;
    sm4_plane y5 = ~u4;
    sm4_plane y12 = ~u7;
    sm4_plane y13 = ~b[0];
    sm4_plane y21 = ~u0;

    /* Inversion. */
    sm4_plane t2 = y12 & u3;
    sm4_plane t3 = y3 & u6;
    sm4_plane t4 = t3 ^ t2;
    sm4_plane t5 = u16 & b[1];
    sm4_plane t6 = t5 ^ t2;
    sm4_plane t7 = y13 & u5;
    sm4_plane t8 = y5 & u9;
    sm4_plane t9 = t8 ^ t7;
    sm4_plane t10 = u22 & u18;
    sm4_plane t11 = t10 ^ t7;
    sm4_plane t12 = u19 & u12;
    sm4_plane t13 = u17 & u20;
    sm4_plane t14 = t13 ^ t12;
    sm4_plane t15 = u23 & u15;
    sm4_plane t16 = t15 ^ t12;
    sm4_plane t17 = t4 ^ t14;
    sm4_plane t18 = t6 ^ t16;
    sm4_plane t19 = t9 ^ t14;
    sm4_plane t20 = t11 ^ t16;
    sm4_plane t21 = t17 ^ u13;
    sm4_plane t22 = t18 ^ u14;
    sm4_plane t23 = t19 ^ y21;
    sm4_plane t24 = t20 ^ u21;
    sm4_plane t25 = t21 ^ t22;
    sm4_plane t26 = t21 & t23;
    sm4_plane t27 = t24 ^ t26;
    sm4_plane t28 = t25 & t27;
    sm4_plane t29 = t28 ^ t22;
    sm4_plane t30 = t23 ^ t24;
    sm4_plane t31 = t22 ^ t26;
    sm4_plane t32 = t31 & t30;
    sm4_plane t33 = t32 ^ t24;
    sm4_plane t34 = t23 ^ t33;
    sm4_plane t35 = t27 ^ t33;
    sm4_plane t36 = t24 & t35;
    sm4_plane t37 = t36 ^ t34;
    sm4_plane t38 = t27 ^ t36;
    sm4_plane t39 = t29 & t38;
    sm4_plane t40 = t25 ^ t39;
    sm4_plane t41 = t40 ^ t37;
    sm4_plane t42 = t29 ^ t33;
    sm4_plane t43 = t29 ^ t40;
    sm4_plane t44 = t33 ^ t37;
    sm4_plane t45 = t42 ^ t41;
    sm4_plane z0 = t44 & u3;
    sm4_plane z1 = t37 & u6;
    sm4_plane z2 = t33 & b[1];
    sm4_plane z3 = t43 & u5;
    sm4_plane z4 = t40 & u9;
    sm4_plane z5 = t29 & u18;
    sm4_plane z6 = t42 & u12;
    sm4_plane z7 = t45 & u20;
    sm4_plane z8 = t41 & u15;
    sm4_plane z9 = t44 & y12;
    sm4_plane z10 = t37 & y3;
    sm4_plane z11 = t33 & u16;
    sm4_plane z12 = t43 & y13;
    sm4_plane z13 = t40 & y5;
    sm4_plane z14 = t29 & u22;
    sm4_plane z15 = t42 & u19;
    sm4_plane z16 = t45 & u17;
    sm4_plane z17 = t41 & u23;

    /* Output layer. */
    sm4_plane v0 = z3 ^ z8;
    sm4_plane v1 = z0 ^ z1;
    sm4_plane v2 = z5 ^ z10;
    sm4_plane v3 = v0 ^ v2;
    sm4_plane v4 = z9 ^ z12;
    sm4_plane v5 = z13 ^ v4;
    sm4_plane v6 = z11 ^ z16;
    sm4_plane v7 = z4 ^ v1;
    sm4_plane v8 = z17 ^ v6;
    sm4_plane v9 = z7 ^ v3;
    sm4_plane v10 = z6 ^ v3;
    sm4_plane v11 = v1 ^ v9;
    sm4_plane v12 = z3 ^ v7;
    sm4_plane v13 = z4 ^ z7;
    sm4_plane v14 = z5 ^ v13;
    sm4_plane v15 = v8 ^ v10;
    sm4_plane v16 = z12 ^ z17;
    sm4_plane v17 = z15 ^ z16;
    sm4_plane v18 = z14 ^ v12;
    sm4_plane v19 = z15 ^ v16;
    sm4_plane v20 = z2 ^ v13;
    sm4_plane v21 = v18 ^ v19;
    sm4_plane v22 = v8 ^ v12;
    sm4_plane v23 = z0 ^ v20;
    sm4_plane v24 = v5 ^ v11;
    sm4_plane v25 = z9 ^ v17;
    sm4_plane v26 = v5 ^ v10;
    sm4_plane v27 = v11 ^ v25;
    sm4_plane v28 = v5 ^ v22;
    sm4_plane v29 = z8 ^ v14;
    sm4_plane v30 = v0 ^ v23;
    b[0] = ~v15;
    b[1] = ~v24;
    b[2] = v28;
    b[3] = v29;
    b[4] = ~v26;
    b[5] = v21;
    b[6] = ~v27;
    b[7] = ~v30;
}

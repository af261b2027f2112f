/* SPDX-License-Identifier: Apache-2.0 */
/* Published vectors on the core itself. REQ: Q2 */
#include "image.h"

#include "crypto/p256.h"
#include "crypto/sm2_scalar.h"
#include "crypto/sm3.h"
#include "crypto/sm4_gcm.h"
#include "err.h"

#include <string.h>

static int bad;

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'A' + 10);
}

static void unhex(uint8_t *out, const char *text)
{
    for (; *text != '\0'; text += 2) {
        *out++ = (uint8_t)(nibble(text[0]) << 4 | nibble(text[1]));
    }
}

static void expect(const char *what, const uint8_t *got, const char *text)
{
    static uint8_t want[64];
    unhex(want, text);
    if (memcmp(got, want, strlen(text) / 2u) != 0) {
        image_print(what);
        image_print(": wrong\n");
        bad = 1;
    }
}

static void expect_code(const char *what, int got, int want)
{
    if (got != want) {
        image_print(what);
        image_print(": wrong return value\n");
        bad = 1;
    }
}

static int bytes(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    image_random(out, (uint32_t)len);
    return ERR_OK;
}

static const struct sm2_rng rng = {bytes, NULL};

/* GB/T 32918.5 annex A. */
static void sm2(void)
{
    uint8_t d[32], e[32], k[32], pub[64], sig[64], c1[64], c3[32], c2[19], out[19];
    unhex(d, "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
    unhex(e, "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640");
    unhex(k, "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
    expect_code("public", sm2_public(d, &rng, pub), ERR_OK);
    expect("public", pub,
           "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
           "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13");
    expect_code("sign", sm2_sign_nonce(d, e, k, &rng, sig), ERR_OK);
    expect("sign", sig,
           "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
           "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
    expect_code("verify", sm2_verify(pub, e, sig), ERR_OK);
    sig[40] ^= 1u;
    expect_code("verify of a changed signature", sm2_verify(pub, e, sig), ERR_VERIFY);
    expect_code(
        "encrypt",
        sm2_encrypt_nonce(pub, (const uint8_t *)"encryption standard", 19, k, &rng, c1, c3, c2),
        ERR_OK);
    expect("C3", c3, "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766");
    expect("C2", c2, "21886CA989CA9C7D58087307CA93092D651EFA");
    expect_code("decrypt", sm2_decrypt(d, c1, c3, c2, 19, &rng, out), ERR_OK);
    expect("decrypt", out, "656E6372797074696F6E207374616E64617264");
    pub[3] ^= 1u;
    expect_code("a point off the curve", sm2_verify(pub, e, sig), ERR_POINT);
}

/* RFC 6979 A.2.5 (key, and "sample" with SHA-256) and RFC 5903 8.1 (ECDH). */
static void p256(void)
{
    uint8_t d[32], e[32], pub[64], sig[64], x[32];
    unhex(d, "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    unhex(e, "AF2BDBE1AA9B6EC1E2ADE1D694F41FC71A831D0268E9891562113D8A62ADD1BF");
    unhex(sig, "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
               "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
    expect_code("p256 public", p256_public(d, &rng, pub), ERR_OK);
    expect("p256 public", pub,
           "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
           "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    expect_code("p256 verify", p256_verify(pub, e, sig), ERR_OK);
    e[0] ^= 1u;
    expect_code("p256 verify of another digest", p256_verify(pub, e, sig), ERR_VERIFY);
    expect_code("p256 sign", p256_sign(d, e, &rng, sig), ERR_OK);
    expect_code("p256 own signature", p256_verify(pub, e, sig), ERR_OK);
    unhex(d, "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    unhex(pub, "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
               "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB");
    expect_code("p256 ecdh", p256_ecdh(d, pub, &rng, x), ERR_OK);
    expect("p256 ecdh", x, "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
}

/* GB/T 32905 A.1, GB/T 32907 A.1, RFC 8998 A.1. */
static void symmetric(void)
{
    uint8_t out[144], key[16];
    struct sm4 c;
    sm3("abc", 3, out);
    expect("sm3", out, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
    unhex(key, "0123456789ABCDEFFEDCBA9876543210");
    sm4_set_key(&c, key);
    for (unsigned i = 0; i < 9; i++) {
        memcpy(out + 16 * i, key, 16);
    }
    (void)sm4_ecb_encrypt(&c, out, out, sizeof out); /* eight at once, and one */
    for (unsigned i = 0; i < 9; i++) {
        expect("sm4", out + 16 * i, "681EDF34D206965E86B3E94F536E4246");
    }
    (void)sm4_ecb_decrypt(&c, out, out, sizeof out);
    for (unsigned i = 0; i < 9; i++) {
        expect("sm4 decryption", out + 16 * i, "0123456789ABCDEFFEDCBA9876543210");
    }
    uint8_t nonce[12], aad[20], tag[16];
    const struct sm4_gcm_header t = {nonce, sizeof nonce, aad, sizeof aad};
    unhex(nonce, "00001234567800000000ABCD");
    unhex(aad, "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
    for (unsigned i = 0; i < 64; i++) {
        out[i] = (uint8_t)(0x11u * (uint8_t) "\x0A\x0B\x0C\x0D\x0E\x0F\x0E\x0A"[i / 8u]);
    }
    expect_code("sm4 gcm", sm4_gcm_seal(&c, &t, out, out, 64, tag), ERR_OK);
    expect("sm4 gcm", out,
           "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
           "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D");
    expect("sm4 gcm tag", tag, "83DE3541E4C2B58177E065A9BF7B62EC");
    expect_code("sm4 gcm open", sm4_gcm_open(&c, &t, out, out, 64, tag, 16), ERR_OK);
    tag[15] ^= 1u;
    expect_code("sm4 gcm forged", sm4_gcm_open(&c, &t, out, out, 64, tag, 16), ERR_CRYPTO);
}

int test_vectors(void)
{
    sm2();
    p256();
    symmetric();
    image_print(bad != 0 ? "vectors failed\n" : "vectors passed\n");
    return bad;
}

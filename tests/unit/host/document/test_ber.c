/* SPDX-License-Identifier: Apache-2.0 */
#include "document/ber.h"
#include "tests.h"

static bool enters(const char *hex, uint8_t tag)
{
    uint8_t data[64];
    size_t len = made_hex(hex, data, sizeof data);
    FILE *f = file_of(data, len);
    struct ber b;
    ber_start(&b, f);
    bool ok = ber_enter(&b, tag);
    fclose(f);
    return ok;
}

void test_ber_limits(void **state)
{
    (void)state;
    assert_true(enters("3000", 0x30));
    assert_true(enters("3080", 0x30));
    assert_true(enters("30880000000000000001", 0x30));
    assert_false(enters("3000", 0x31));
    assert_false(enters("0480", 0x04));                   /* primitive of indefinite length */
    assert_false(enters("3088ffffffffffffffff", 0x30));   /* would wrap */
    assert_false(enters("3089000000000000000001", 0x30)); /* more than 8 length bytes */
    assert_false(enters("3f8101", 0x3f));                 /* long tag */
    assert_false(enters("30", 0x30));
    assert_false(enters("", 0x30));
    /* An element longer than what encloses it. */
    uint8_t data[64];
    size_t len = made_hex("3003040200", data, sizeof data);
    FILE *f = file_of(data, len);
    struct ber b;
    ber_start(&b, f);
    assert_true(ber_enter(&b, 0x30));
    assert_false(ber_enter(&b, 0x04));
    assert_int_equal(b.error, PKI_ERR_PARSE);
    fclose(f);
    /* Nesting is bounded, entered or taken whole. */
    for (size_t i = 0; i < sizeof data; i += 2) {
        data[i] = 0x30;
        data[i + 1] = 0x80;
    }
    f = file_of(data, sizeof data);
    ber_start(&b, f);
    size_t depth = 0;
    while (ber_enter(&b, 0x30))
        depth++;
    assert_int_equal(depth, BER_DEPTH);
    rewind(f);
    ber_start(&b, f);
    uint8_t out[64];
    assert_false(ber_take(&b, out, sizeof out, &len));
    fclose(f);
    /* An element larger than the room for it. */
    len = made_hex("3004010203040000", data, sizeof data);
    f = file_of(data, len);
    ber_start(&b, f);
    assert_false(ber_take(&b, out, 5, &len));
    rewind(f);
    ber_start(&b, f);
    assert_true(ber_take(&b, out, 6, &len));
    assert_int_equal(len, 6);
    fclose(f);
}

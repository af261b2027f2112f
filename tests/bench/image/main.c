/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark's frame: checks the meter, measures every operation, resets the machine (QEMU runs
 * with -no-reboot, so that ends it). Secure state, no other code on the machine. */
#include "bench.h"
#include "handlers.h"
#include "meter.h"
#include "regs.h"
#include "startup.h"
#include <string.h>

#define OUT UART_SECURE(0u)

static uint64_t seed = 0x48554655u;

void bench_bytes(void *out, uint32_t len)
{
    uint8_t *byte = out;
    for (uint32_t i = 0; i < len; i++) { /* xorshift64* */
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        byte[i] = (uint8_t)((seed * 0x2545F4914F6CDD1Du) >> 56);
    }
}

int bench_random(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    meter_exclude();
    bench_bytes(out, (uint32_t)len);
    meter_include();
    return 0;
}

void bench_print(const char *text)
{
    uart_text(OUT, text);
}

void bench_print_number(uint32_t value)
{
    char text[11];
    char *p = text + sizeof text - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    uart_put(OUT, ' ');
    uart_text(OUT, p);
}

static _Noreturn void end(const char *text)
{
    uart_text(OUT, text);
    while ((OUT->state & UART_TX_FULL) != 0) {
    }
    SCB_AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    barrier();
    for (;;) {
    }
}

static struct measured measure(const struct bench *b)
{
    struct measured m;
    if (b->per != 0) {
        uint32_t len = b->per;
        const struct measured once = meter_run(b->operation, &len);
        len = 2u * b->per;
        m = meter_run(b->operation, &len);
        m.instructions -= once.instructions;
        m.number = 0;
    } else {
        m = meter_run(b->operation, NULL);
    }
    if (b->beside != NULL) {
        m.instructions -= meter_run(b->beside, NULL).instructions;
        m.number = 0;
    }
    return m;
}

static void row(const struct bench *b)
{
    struct measured sorted[BENCH_RUNS_MAX];
    uint32_t stack = 0;
    uint64_t sum = 0;
    for (uint32_t run = 0; run < bench_runs; run++) {
        if (b->prepare != NULL) {
            b->prepare(run);
        }
        const struct measured m = measure(b);
        uint32_t at = run;
        for (; at > 0 && sorted[at - 1u].instructions > m.instructions; at--) {
            sorted[at] = sorted[at - 1u];
        }
        sorted[at] = m;
        sum += m.instructions;
        stack = m.stack > stack ? m.stack : stack;
        if (b->right != NULL && !b->right()) {
            uart_text(OUT, b->name);
            end(": wrong result\n");
        }
    }
    uart_text(OUT, "row ");
    uart_text(OUT, b->name);
    const struct measured *median = &sorted[bench_runs / 2u];
    const bool mean = bench_mean != NULL && strcmp(b->name, bench_mean) == 0;
    bench_print_number(mean ? (uint32_t)(sum / bench_runs) : median->instructions);
    bench_print_number(sorted[0].instructions);
    bench_print_number(sorted[bench_runs - 1u].instructions);
    bench_print_number(stack);
    bench_print_number(b->per != 0 ? b->per : 1u);
    bench_print_number(mean ? 0 : median->number);
    uart_text(OUT, "\n");
}

_Noreturn void image_main(void)
{
    uint32_t loop = 0;
    uart_open(OUT, UART_CTRL_TX);
    const bool exact = meter_start(&loop);
    uart_text(OUT, "loop");
    bench_print_number(loop);
    bench_print_number(METER_LOOP);
    uart_text(OUT, "\n");
    if (!exact) {
        end("the meter is not exact\n");
    }
    bench_begin();
    for (uint32_t i = 0; i < bench_count; i++) {
        row(&bench_list[i]);
    }
    end("end\n");
}

void fault_handler(void)
{
    end("fault\n");
}

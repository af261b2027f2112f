/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"
#include "link_board.h"
#include <stddef.h>

/* Notes, in the non-secure half of the shared RAM, away from the UDC. */
#define NOTES_AT    0x80F00000u
#define NOTES_MAGIC 0x48535449u
struct notes {
    uint32_t magic;
    uint32_t next;    /* attack to try, over all tables */
    uint32_t at_work; /* 1: the attack `next` was begun and did not come back */
    uint32_t broken;
};
#define NOTES ((volatile struct notes *)NOTES_AT)

void (*volatile on_tick)(void);
void (*volatile on_fault)(void);

static void print(const char *name, const char *what)
{
    static char line[160];
    size_t n = 0;
    const char *const parts[] = {"hostile: ", name, ": ", what};
    for (uint32_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (const char *p = parts[i]; *p != '\0' && n + 1u < sizeof line; p++) {
            line[n++] = *p;
        }
    }
    line[n] = '\0';
    board_log(line);
}

static uint32_t total(void)
{
    return memory_attack_count + gate_attack_count + core_attack_count;
}

static const struct attack *attack_at(uint32_t i)
{
    if (i < memory_attack_count) {
        return &memory_attacks[i];
    }
    i -= memory_attack_count;
    return i < gate_attack_count ? &gate_attacks[i] : &core_attacks[i - gate_attack_count];
}

static void judge(const struct attack *a, bool came_back, enum verdict verdict)
{
    const bool held = came_back ? verdict == NOTHING_GAINED && (a->defence & BY_REFUSAL) != 0
                                : (a->defence & BY_FAULT) != 0;
    if (!held) {
        NOTES->broken++;
    }
    print(a->name, !held ? "BROKEN" : came_back ? "refused" : "caught");
    NOTES->at_work = 0;
    NOTES->next++;
}

static void print_end(void)
{
    static char count[4];
    const uint32_t n = total();
    count[0] = (char)('0' + n / 100u % 10u);
    count[1] = (char)('0' + n / 10u % 10u);
    count[2] = (char)('0' + n % 10u);
    print("end", count);
}

_Noreturn void image_run(void)
{
    if (NOTES->magic != NOTES_MAGIC) {
        NOTES->next = 0;
        NOTES->at_work = 0;
        NOTES->broken = 0;
        NOTES->magic = NOTES_MAGIC;
        print("begin", "attacks");
    }
    if (NOTES->at_work != 0) {
        judge(attack_at(NOTES->next), false, SUCCEEDED);
    }
    if (!vault_still_works()) {
        NOTES->broken++;
        print("the vault answers after a reset", "BROKEN");
    }
    while (NOTES->next < total()) {
        const struct attack *a = attack_at(NOTES->next);
        NOTES->at_work = 1;
        __asm volatile("dsb" ::: "memory");
        const enum verdict verdict = a->run(a->address);
        on_tick = NULL;
        on_fault = NULL;
        board_tick(false);
        judge(a, true, verdict);
    }
    print_end();
    for (;;) {
        __asm volatile("wfi");
    }
}

void image_interrupt(void)
{
}

void image_tick(void)
{
    if (on_tick != NULL) {
        on_tick();
    }
}

/* A fault that reaches this world instead of the vault: a defence that failed, unless wanted. */
void image_fault(void)
{
    if (on_fault != NULL) {
        on_fault();
        return;
    }
    judge(attack_at(NOTES->next), true, SUCCEEDED);
    print("a fault was left to the attacker", "BROKEN");
    for (;;) {
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "vboard.h"
#include "factory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SHOWS_MS 100u /* a press is taken, and seen on the panel */
#define PRESSES  10u

enum { UART_UDC = 0, UART_VAULT = 1, UART_VAULT_LOG = 2, UART_LINK_LOG = 3 };

/* What is a device's and not memory of the token: everything but store and firmware. */
static void clear_devices(struct vboard *b)
{
    explicit_bzero(b->memory + VB_ENTROPY, sizeof(struct vb_entropy));
    explicit_bzero(b->memory + VB_FUSE, sizeof(struct vb_fuse));
    explicit_bzero(b->memory + VB_PANEL, sizeof(struct vb_panel));
    explicit_bzero(b->memory + VB_UDC, VB_UDC_SIZE);
}

static int map_flash(struct vboard *b, int dirfd)
{
    const int fd = openat(dirfd, "flash.img", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;
    void *memory = MAP_FAILED;
    int e = EINVAL;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && (st.st_size == 0 || st.st_size == VB_SIZE)) {
        const bool fresh = st.st_size == 0;

        if (!fresh || ftruncate(fd, VB_SIZE) == 0)
            memory = mmap(NULL, VB_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory != MAP_FAILED && fresh)
            memset((uint8_t *)memory + VB_FLASH, 0xFF, VB_FLASH_SIZE);
        e = errno;
    }
    close(fd);
    if (memory == MAP_FAILED) {
        errno = e;
        return -1;
    }
    b->memory = memory;
    return 0;
}

int vboard_open(struct vboard *b, struct loop *loop, int dirfd, char *error, size_t error_size)
{
    char path[64];

    memset(b, 0, sizeof *b);
    b->loop = loop;
    board_otp_init(&b->otp);
    b->vault_log.name = "vault";
    b->link_log.name = "link";
    if (map_flash(b, dirfd) != 0) {
        (void)snprintf(error, error_size, "flash.img: %s",
                       errno == EINVAL ? "not the 16 MiB image of a token" : strerror(errno));
        return -1;
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d/otp.bin", dirfd);
    if (board_otp_open(&b->otp, path) != HAL_OK) {
        (void)snprintf(error, error_size, "otp.bin: %s",
                       errno == EINVAL ? "not a one-time memory" : strerror(errno));
        vboard_close(b);
        return -1;
    }
    b->dirfd = dirfd;
    (void)snprintf(b->boot, sizeof b->boot, "/proc/%d/fd/%d/boot.elf", (int)getpid(), dirfd);
    (void)snprintf(b->flash, sizeof b->flash, "/proc/%d/fd/%d/flash.img", (int)getpid(), dirfd);
    return 0;
}

void vboard_close(struct vboard *b)
{
    vboard_power_off(b);
    board_otp_close(&b->otp);
    if (b->memory != NULL)
        (void)munmap(b->memory, VB_SIZE);
    b->memory = NULL;
}

/* A serial line came to its end: the board is dead, whatever QEMU's exit status. */
static ssize_t read_line(struct vboard *b, int fd, char *bytes, size_t size)
{
    const ssize_t n = read(fd, bytes, size);

    if (n > 0)
        return n;
    if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        loop_remove(b->loop, fd);
        if (b->powered) {
            log_line("the board is gone (QEMU ended)");
            b->powered = false;
            b->loop->leave = true;
        }
    }
    return 0;
}

static void on_udc(void *ctx, int fd)
{
    char bytes[64];

    (void)read_line(ctx, fd, bytes, sizeof bytes); /* waking up is all a bell does */
}

static void on_vault(void *ctx, int fd)
{
    struct vboard *b = ctx;
    char bytes[64];
    const ssize_t n = read_line(b, fd, bytes, sizeof bytes);

    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == VB_BELL_FUSE)
            fuse_serve(&b->otp, (struct vb_fuse *)(void *)(b->memory + VB_FUSE));
        else if (bytes[i] == VB_BELL_ENTROPY)
            (void)entropy_fill(&b->entropy, (struct vb_entropy *)(void *)(b->memory + VB_ENTROPY));
        else if (bytes[i] != VB_BELL_PANEL)
            log_line("vault rang an unknown bell %02X", (unsigned)(unsigned char)bytes[i]);
    }
}

static void on_vault_log(void *ctx, int fd)
{
    struct vboard *b = ctx;
    char bytes[512];

    log_bytes(&b->vault_log, bytes, (size_t)read_line(b, fd, bytes, sizeof bytes));
}

static void on_link_log(void *ctx, int fd)
{
    struct vboard *b = ctx;
    char bytes[512];

    log_bytes(&b->link_log, bytes, (size_t)read_line(b, fd, bytes, sizeof bytes));
}

int vboard_power_on(struct vboard *b, const char *images, int log_fd, char *error,
                    size_t error_size)
{
    static const loop_handler handler[QEMU_UARTS] = {on_udc, on_vault, on_vault_log, on_link_log};

    if (factory_flash(b->dirfd, b->memory, images, error, error_size) != 0)
        return -1;
    clear_devices(b);
    b->entropy.sequence = 0;
    if (entropy_fill(&b->entropy, (struct vb_entropy *)(void *)(b->memory + VB_ENTROPY)) != 0) {
        (void)snprintf(error, error_size, "no random numbers: %s", strerror(errno));
        return -1;
    }
    if (qemu_start(&b->qemu, b->boot, b->flash, log_fd, error, error_size) != 0)
        return -1;
    b->powered = true;
    for (unsigned i = 0; i < QEMU_UARTS; i++)
        (void)loop_add(b->loop, b->qemu.uart[i], handler[i], b);
    log_line("power on, process %d", (int)b->qemu.pid);
    return 0;
}

void vboard_power_off(struct vboard *b)
{
    if (b->memory == NULL)
        return;
    b->powered = false;
    for (unsigned i = 0; b->qemu.pid > 0 && i < QEMU_UARTS; i++)
        loop_remove(b->loop, b->qemu.uart[i]);
    if (b->qemu.pid > 0) {
        qemu_kill(&b->qemu);
        log_line("power off");
    }
    clear_devices(b);
}

static void bus_ring(void *ctx)
{
    const struct vboard *b = ctx;
    const char bell = VB_BELL_UDC;

    (void)!write(b->qemu.uart[UART_UDC], &bell, 1);
}

static int bus_wait(void *ctx, int ms)
{
    const struct vboard *b = ctx;

    if (!b->powered || b->loop->leave)
        return -1;
    (void)loop_turn(b->loop, -1, ms);
    return b->powered && !b->loop->leave ? 0 : -1;
}

struct usb_bus vboard_bus(struct vboard *b)
{
    return (struct usb_bus){.udc = (struct vb_udc *)(void *)(b->memory + VB_UDC),
                            .ring = bus_ring,
                            .wait = bus_wait,
                            .ctx = b};
}

void vboard_frame(struct vboard *b, uint8_t *frame)
{
    memcpy(frame, ((struct vb_panel *)(void *)(b->memory + VB_PANEL))->frame, HAL_PANEL_BYTES);
}

/* Whether the word becomes another one within so long. */
static bool changes(const volatile uint32_t *word, uint32_t from, unsigned ms)
{
    const struct timespec a_moment = {.tv_nsec = 200000};

    for (unsigned i = 0; *word == from; i++) {
        if (i == 5u * ms)
            return false;
        (void)nanosleep(&a_moment, NULL);
    }
    return true;
}

/*
 * The vault takes a press by an exchange, again and again while it waits for one. QEMU, with one
 * thread for the core, makes a load and a store of it: what is pressed between them is overwritten.
 * A press that was taken shows, since the vault then draws the panel anew; one that is gone without
 * that is made again. One that stays is for nobody: a question begins with taking what is left.
 */
void vboard_press(struct vboard *b, uint32_t buttons)
{
    struct vb_panel *page = (struct vb_panel *)(void *)(b->memory + VB_PANEL);
    const uint32_t drawn = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);

    for (unsigned i = 0; i < PRESSES; i++) {
        const uint32_t before = __atomic_fetch_or(&page->pressed, buttons, __ATOMIC_ACQ_REL);

        if (!changes(&page->pressed, before | buttons, SHOWS_MS) ||
            changes(&page->sequence, drawn, SHOWS_MS))
            return;
        log_line("a press was lost between two of the board's looks: pressed again");
    }
}

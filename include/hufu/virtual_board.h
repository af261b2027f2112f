/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual board's shared memory: what the firmware of boards/mps2-an505 and hufu-emu agree on.
 *
 * The board's 16 MiB RAM at 0x80000000 is one shared file, flash.img. The lower half is secure
 * (the SAU leaves it uncovered), the upper half non-secure.
 *
 *   offset     size     world       what
 *   0x000000   512 KiB  secure      NOR flash of the store, then
 *   0x080000   16 KiB   secure        that of the identity certificates (the vault's one flash)
 *   0x100000   2 MiB+8K secure      NOR flash of the firmware: two slots of 1 MiB, two sectors
 *   0x400000   4 KiB    secure      entropy page
 *   0x401000   4 KiB    secure      fuse page (a window on otp.bin; the file is the memory)
 *   0x402000   4 KiB    secure      panel page
 *   0x800000   128 KiB  non-secure  virtual USB device controller (UDC)
 *
 * Doorbells are single bytes on UARTs, each a socket of the emulator; data never travels there:
 *   UART0  non-secure  link <-> emulator   UDC doorbell (VB_BELL_UDC both ways)
 *   UART1  secure      vault <-> emulator  entropy, fuses, panel (VB_BELL_*)
 *   UART2  secure      vault -> emulator   log text, line by line (token.log)
 *   UART3  non-secure  link -> emulator    log text
 *
 * All integers little-endian. A structure's writer fills its fields, then the sequence word last,
 * after a barrier, then rings. The reader bounds every length before use.
 */
#ifndef HUFU_VIRTUAL_BOARD_H
#define HUFU_VIRTUAL_BOARD_H

#include <stdint.h>

#define VB_BASE          0x80000000u
#define VB_SIZE          0x01000000u
#define VB_FLASH         0x000000u
#define VB_FLASH_SIZE    0x084000u
#define VB_FIRMWARE      0x100000u
#define VB_FIRMWARE_SIZE 0x202000u
#define VB_ENTROPY       0x400000u
#define VB_FUSE          0x401000u
#define VB_PANEL         0x402000u
#define VB_UDC           0x800000u
#define VB_UDC_SIZE      0x020000u

#define VB_BELL_UDC     'U' /* UDC state changed, either direction */
#define VB_BELL_ENTROPY 'E' /* vault -> emulator: refill the entropy page */
#define VB_BELL_FUSE    'F' /* vault -> emulator: a fuse request is posted */
#define VB_BELL_PANEL   'P' /* vault -> emulator: frame changed */

/*
 * Entropy page: a queue of VB_ENTROPY_SLOTS blocks. Slot i is valid when its sequence is non-zero
 * and greater than the last one the vault took. The vault reads a slot, overwrites block and
 * sequence with zero, and rings when it has emptied the last one; then it waits, bounded, for the
 * refill. A sequence that repeats or goes back is a source failure.
 */
#define VB_ENTROPY_SLOTS 16u
#define VB_ENTROPY_BLOCK 32u
struct vb_entropy_slot {
    uint32_t sequence;
    uint8_t block[VB_ENTROPY_BLOCK];
};
struct vb_entropy {
    struct vb_entropy_slot slot[VB_ENTROPY_SLOTS];
};

/*
 * Fuse page: a request/answer window. The emulator applies each request to otp.bin (fsync before
 * the answer), wipes the request's data, and sets answer = request sequence. After a read the vault
 * wipes data itself: the fuses' contents never stay in flash.img.
 */
enum { VB_FUSE_READ = 1, VB_FUSE_BURN = 2, VB_FUSE_LOCK = 3 };
struct vb_fuse {
    uint32_t request; /* sequence, written last by the vault */
    uint32_t answer;  /* sequence answered, written last by the emulator */
    uint32_t op;      /* VB_FUSE_* */
    uint32_t offset;  /* bytes; for LOCK the row */
    uint32_t len;     /* <= 256 */
    int32_t status;   /* 0, or -1 refused */
    uint8_t data[256];
};

/* Panel page: frame as in hal.h; pressed is set by the emulator and taken (zeroed) by the vault. */
struct vb_panel {
    uint32_t sequence;
    uint32_t pressed; /* HAL_BUTTON_* bits */
    uint8_t frame[1024];
};

/*
 * Virtual UDC: a device controller that moves whole transfers by DMA. The emulator is the host.
 * Endpoint slots: index = number * 2 + (IN ? 1 : 0), numbers 0..3.
 *
 * Ownership of a slot is its state word:
 *   IDLE   nothing armed: the host sees NAK
 *   ARMED  the device gave a transfer: IN, `length` bytes of data wait to be fetched;
 *          OUT, room for `length` bytes
 *   DONE   the host finished it: `actual` bytes moved (a short packet ends an OUT transfer early)
 *   STALL  the host sees STALL until the device clears it
 * The device moves IDLE/DONE -> ARMED/STALL and STALL -> IDLE; the host moves ARMED -> DONE only.
 *
 * Bus events: the host sets event = VB_UDC_RESET or VB_UDC_SETUP (with setup[8]), increments
 * event_sequence, rings, and waits until the device has copied event_sequence to event_taken.
 * A SETUP aborts what was armed on endpoint 0. Packets are VB_UDC_PACKET bytes at most; an IN
 * transfer whose length is a non-zero multiple of that is ended by the zero-length packet that the
 * device arms next (length 0), as on a wire.
 */
#define VB_UDC_ENDPOINTS 8u
#define VB_UDC_PACKET    64u
#define VB_UDC_BUFFER    0x2800u /* bytes per endpoint slot */
enum { VB_UDC_RESET = 1, VB_UDC_SETUP = 2, VB_UDC_SUSPEND = 3, VB_UDC_RESUME = 4 };
enum { VB_EP_IDLE = 0, VB_EP_ARMED = 1, VB_EP_DONE = 2, VB_EP_STALL = 3 };
struct vb_endpoint {
    uint32_t state;
    uint32_t length;
    uint32_t actual;
    uint32_t open; /* max packet size once opened, else 0 */
};
struct vb_udc {
    uint32_t magic; /* VB_UDC_MAGIC once the controller is initialised and connected */
    uint32_t event;
    uint32_t event_sequence;
    uint32_t event_taken;
    uint8_t setup[8];
    uint32_t address;
    struct vb_endpoint ep[VB_UDC_ENDPOINTS];
    uint8_t pad[256];
    uint8_t data[VB_UDC_ENDPOINTS][VB_UDC_BUFFER];
};
#define VB_UDC_MAGIC 0x55444331u

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "fuse.h"
#include <string.h>

void fuse_serve(struct board_otp *otp, struct vb_fuse *page)
{
    /* One copy: the page may change under our eyes. */
    const uint32_t request = __atomic_load_n(&page->request, __ATOMIC_ACQUIRE);
    const uint32_t op = page->op, offset = page->offset, len = page->len;
    uint8_t data[sizeof page->data];
    int status = HAL_FAIL;

    if (request == page->answer)
        return;
    memcpy(data, page->data, sizeof data);
    explicit_bzero(page->data, sizeof page->data);
    if (op == VB_FUSE_READ && len <= sizeof data) {
        status = board_otp_read(otp, offset, data, len);
        if (status == HAL_OK)
            memcpy(page->data, data, len);
    } else if (op == VB_FUSE_BURN && len <= sizeof data) {
        status = board_otp_burn(otp, offset, data, len);
    } else if (op == VB_FUSE_LOCK) {
        status = board_otp_lock(otp, offset);
    }
    explicit_bzero(data, sizeof data);
    page->status = status == HAL_OK ? 0 : -1;
    __atomic_store_n(&page->answer, request, __ATOMIC_RELEASE);
}

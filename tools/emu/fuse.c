/* SPDX-License-Identifier: Apache-2.0 */
#include "fuse.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE (HAL_OTP_SIZE + FUSE_ROWS)

static int save(struct fuse *f)
{
    uint8_t image[FILE_SIZE];
    int e = 0;

    memcpy(image, f->cell, sizeof f->cell);
    memcpy(image + sizeof f->cell, f->lock, sizeof f->lock);
    /* In place: bits only become one, so a torn write is a subset of the burn, as with real fuses.
     */
    if (pwrite(f->fd, image, sizeof image, 0) != (ssize_t)sizeof image || fsync(f->fd) != 0)
        e = -1;
    explicit_bzero(image, sizeof image);
    return e;
}

static int load(struct fuse *f)
{
    uint8_t image[FILE_SIZE];
    struct stat st;

    if (fstat(f->fd, &st) != 0)
        return -1;
    if (st.st_size == 0) /* created, and cut off before the first burn */
        return save(f);
    if (st.st_size != (off_t)sizeof image || (st.st_mode & 077) != 0) {
        errno = EINVAL;
        return -1;
    }
    if (pread(f->fd, image, sizeof image, 0) != (ssize_t)sizeof image)
        return -1;
    memcpy(f->cell, image, sizeof f->cell);
    memcpy(f->lock, image + sizeof f->cell, sizeof f->lock);
    explicit_bzero(image, sizeof image);
    return 0;
}

int fuse_open(struct fuse *f, int dirfd)
{
    memset(f, 0, sizeof *f);
    f->fd = openat(dirfd, "otp.bin", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->fd < 0)
        return -1;
    if (load(f) != 0) {
        const int e = errno;
        fuse_close(f);
        errno = e;
        return -1;
    }
    return 0;
}

void fuse_close(struct fuse *f)
{
    if (f->fd >= 0)
        close(f->fd);
    explicit_bzero(f, sizeof *f);
    f->fd = -1;
}

static int burn(struct fuse *f, const uint8_t *data, uint32_t offset, uint32_t len)
{
    for (uint32_t row = offset / HAL_OTP_ROW; row <= (offset + len - 1u) / HAL_OTP_ROW; row++) {
        if (f->lock[row] != 0)
            return -1;
    }
    for (uint32_t i = 0; i < len; i++)
        f->cell[offset + i] |= data[i];
    return save(f);
}

void fuse_serve(struct fuse *f, struct vb_fuse *page)
{
    /* One copy: the page may change under our eyes. */
    const uint32_t request = __atomic_load_n(&page->request, __ATOMIC_ACQUIRE);
    const uint32_t op = page->op, offset = page->offset, len = page->len;
    const bool range = len > 0 && len <= sizeof page->data && offset < HAL_OTP_SIZE &&
                       len <= HAL_OTP_SIZE - offset;
    uint8_t data[sizeof page->data];
    int status = -1;

    if (request == page->answer)
        return;
    memcpy(data, page->data, sizeof data);
    explicit_bzero(page->data, sizeof page->data);
    if (op == VB_FUSE_READ && range) {
        memcpy(page->data, f->cell + offset, len);
        status = 0;
    } else if (op == VB_FUSE_BURN && range) {
        status = burn(f, data, offset, len);
    } else if (op == VB_FUSE_LOCK && offset < FUSE_ROWS) {
        f->lock[offset] = 0xFF;
        status = save(f);
    }
    explicit_bzero(data, sizeof data);
    page->status = status;
    __atomic_store_n(&page->answer, request, __ATOMIC_RELEASE);
}

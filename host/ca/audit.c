/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"
#include "audit_form.h"
#include "pki/pki.h"
#include "util/i18n.h"
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

const char *audit_operator(void)
{
    static char name[80];
    struct passwd *user = getpwuid(getuid());
    snprintf(name, sizeof name, "operator:%s", user ? user->pw_name : "?");
    return name;
}

static void copy_text(char *out, const char *in)
{
    size_t i = 0;
    for (; in[i] && i < AUDIT_TEXT_MAX; i++)
        out[i] = (char)((unsigned char)in[i] < 0x20 || in[i] == 0x7f ? '?' : in[i]);
    out[i] = 0;
}

static bool hash_part(EVP_MD_CTX *ctx, const void *data, size_t len)
{
    const uint8_t prefix[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                               (uint8_t)len};
    return EVP_DigestUpdate(ctx, prefix, sizeof prefix) == 1 &&
           EVP_DigestUpdate(ctx, data, len) == 1;
}

static bool hash_number(EVP_MD_CTX *ctx, int64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
    return hash_part(ctx, bytes, sizeof bytes);
}

int audit_hash(const struct audit_row *row, uint8_t hash[32])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestInit_ex(ctx, EVP_sm3(), NULL) == 1 &&
                hash_part(ctx, row->previous, sizeof row->previous) && hash_number(ctx, row->seq) &&
                hash_number(ctx, row->time) && hash_part(ctx, row->actor, strlen(row->actor)) &&
                hash_part(ctx, row->act, strlen(row->act)) &&
                hash_part(ctx, row->subject, strlen(row->subject)) &&
                hash_part(ctx, row->detail, strlen(row->detail)) &&
                EVP_DigestFinal_ex(ctx, hash, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return good ? CA_OK : CA_ERR_CRYPTO;
}

int audit_record(struct storage *db, const char *actor, const char *act, const char *subject,
                 const char *detail)
{
    struct audit_row row;
    memset(&row, 0, sizeof row);
    int error = storage_audit_last(db, &row.seq, row.previous);
    if (error != CA_OK)
        return error;
    row.seq++;
    row.time = (int64_t)time(NULL);
    copy_text(row.actor, actor);
    copy_text(row.act, act);
    copy_text(row.subject, subject);
    copy_text(row.detail, detail);
    error = audit_hash(&row, row.hash);
    return error == CA_OK ? storage_audit_add(db, &row) : error;
}

/* A line that a crash cut short was never a checkpoint; it is taken off before the next one. */
static bool drop_torn_line(int fd)
{
    char tail[CHECKPOINT_LINE_MAX];
    off_t end = lseek(fd, 0, SEEK_END);
    size_t len = end < (off_t)sizeof tail ? (size_t)end : sizeof tail;
    if (end < 0 || pread(fd, tail, len, end - (off_t)len) != (ssize_t)len)
        return false;
    size_t torn = 0;
    while (torn < len && tail[len - 1 - torn] != '\n')
        torn++;
    return torn == 0 || ftruncate(fd, end - (off_t)torn) == 0;
}

/* Appended whole under a lock, so that two processes never mix their lines. Lines may stand in
 * another order than their counts: each is judged alone. */
static int append_line(const char *path, const char *line)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return CA_ERR_IO;
    size_t len = strlen(line);
    bool good = flock(fd, LOCK_EX) == 0 && drop_torn_line(fd) &&
                write(fd, line, len) == (ssize_t)len && fdatasync(fd) == 0;
    good = close(fd) == 0 && good;
    return good ? CA_OK : CA_ERR_IO;
}

int audit_checkpoint(struct ca *ca)
{
    struct audit_checkpoint point;
    char text[CHECKPOINT_TEXT_MAX], line[CHECKPOINT_LINE_MAX], path[CA_PATH_MAX];
    int error = storage_audit_last(ca->db, &point.count, point.head);
    if (error != CA_OK)
        return error;
    point.time = (int64_t)time(NULL);
    checkpoint_text(&point, text);
    point.signature_len = sizeof point.signature;
    if (pki_sm2_sign(ca->audit_key, text, strlen(text), point.signature, &point.signature_len) !=
        PKI_OK)
        return CA_ERR_CRYPTO;
    checkpoint_write(&point, line);
    error = ca_path(path, ca->dir, "audit.checkpoints");
    return error == CA_OK ? append_line(path, line) : error;
}

int audit_commit(struct ca *ca)
{
    int error = storage_commit(ca->db);
    if (error != CA_OK)
        return error;
    int later = audit_checkpoint(ca);
    if (later != CA_OK)
        ca_fail_error(later, _("audit checkpoint"));
    return CA_OK;
}

static int export_row(void *ctx, const struct audit_row *row)
{
    char line[AUDIT_LINE_MAX];
    audit_row_write(row, line);
    return fputs(line, ctx) < 0 ? CA_ERR_IO : CA_OK;
}

int audit_export_rows(struct storage *db, FILE *out)
{
    return storage_audit_each(db, export_row, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"
#include <sys/stat.h>

bool stream_size(FILE *content, uint64_t *size)
{
    struct stat st;
    off_t at = ftello(content);
    *size = 0;
    if (fileno(content) < 0 || fstat(fileno(content), &st) != 0 || !S_ISREG(st.st_mode) || at < 0 ||
        st.st_size < at)
        return false;
    *size = (uint64_t)(st.st_size - at);
    return true;
}

void stream_progress(const struct document_progress *progress, uint64_t done, uint64_t total)
{
    if (progress != NULL && progress->step != NULL)
        progress->step(progress->ctx, done, total);
}

int stream_digest(FILE *content, const struct document_progress *progress, EVP_MD_CTX **digests,
                  size_t count)
{
    uint8_t block[STREAM_BLOCK];
    uint64_t done = 0, total;
    size_t n;
    (void)stream_size(content, &total);
    while ((n = fread(block, 1, sizeof block, content)) > 0) {
        for (size_t i = 0; i < count; i++)
            if (EVP_DigestUpdate(digests[i], block, n) != 1)
                return PKI_ERR_MEMORY;
        done += n;
        stream_progress(progress, done, total);
    }
    return ferror(content) ? PKI_ERR_IO : PKI_OK;
}

FILE *document_spool(FILE *content)
{
    uint64_t size;
    if (stream_size(content, &size))
        return content;
    uint8_t block[STREAM_BLOCK];
    FILE *spool = tmpfile();
    size_t n;
    if (spool == NULL)
        return NULL;
    while ((n = fread(block, 1, sizeof block, content)) > 0)
        if (fwrite(block, 1, n, spool) != n)
            break;
    if (n != 0 || ferror(content) || fflush(spool) != 0 || fseeko(spool, 0, SEEK_SET) != 0) {
        fclose(spool);
        return NULL;
    }
    return spool;
}

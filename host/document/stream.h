/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a content once, in blocks, with progress. Private to host/document. */
#ifndef HUFU_DOCUMENT_STREAM_H
#define HUFU_DOCUMENT_STREAM_H

#include "document.h"

#define STREAM_BLOCK 65536u

/* Feeds every byte of content to each digest. */
int stream_digest(FILE *content, const struct document_progress *progress, EVP_MD_CTX **digests,
                  size_t count);
/* Size of what is left to read in a regular file. false: not a regular file. */
bool stream_size(FILE *content, uint64_t *size);
void stream_progress(const struct document_progress *progress, uint64_t done, uint64_t total);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "provision/journal.h"

#include "util/hex.h"
#include "util/json.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_LIMIT = 64 << 20, LINE_MAX_BYTES = 1024 };

struct journal {
    int fd;
    pthread_mutex_t lock;
    struct journal_entry *entries;
    size_t count, room;
};

static const char *const names[] = {
    [JOURNAL_PLANNED] = "planned",         [JOURNAL_TAKEN] = "taken",
    [JOURNAL_RESERVED] = "reserved",       [JOURNAL_BURNING] = "burning",
    [JOURNAL_PROVISIONED] = "provisioned", [JOURNAL_CERTIFIED] = "certified",
    [JOURNAL_TESTED] = "tested",           [JOURNAL_SEALED] = "sealed",
    [JOURNAL_LOCKED] = "locked",
};

const char *journal_step_name(enum journal_step step)
{
    return names[step];
}

/* --- reading ------------------------------------------------------------------------------ */

/* The value of "key":"..." in a line of our own writing; the reader's name may have escapes, which
 * are left as they are. */
static bool field(const char *line, const char *key, char *out, size_t room)
{
    char head[32];
    (void)snprintf(head, sizeof head, "\"%s\":\"", key);
    const char *start = strstr(line, head);
    if (start == NULL) {
        return false;
    }
    start += strlen(head);
    size_t len = 0;
    while (start[len] != '"' && start[len] != '\0') {
        len += start[len] == '\\' && start[len + 1] != '\0' ? 2 : 1;
    }
    if (start[len] != '"' || len >= room) {
        return false;
    }
    memcpy(out, start, len);
    out[len] = '\0';
    return true;
}

static struct journal_entry *entry_of(struct journal *j, const char *serial)
{
    for (size_t i = 0; i < j->count; i++) {
        if (strcmp(j->entries[i].serial, serial) == 0) {
            return &j->entries[i];
        }
    }
    return NULL;
}

/* Puts it in the place of the entry with its number, or behind the last. */
static int keep(struct journal *j, const struct journal_entry *entry)
{
    struct journal_entry *place = entry_of(j, entry->serial);
    if (place == NULL && j->count == j->room) {
        const size_t room = j->room == 0 ? 64 : 2 * j->room;
        struct journal_entry *grown = realloc(j->entries, room * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        j->entries = grown;
        j->room = room;
    }
    if (place == NULL) {
        place = &j->entries[j->count++];
    }
    *place = *entry;
    return 0;
}

static int take_line(struct journal *j, const char *line)
{
    struct journal_entry entry = {.step = JOURNAL_PLANNED};
    char step[16];
    size_t i = 0;
    if (!field(line, "reader", entry.reader, sizeof entry.reader) ||
        !field(line, "serial", entry.serial, sizeof entry.serial) ||
        !field(line, "order", entry.order, sizeof entry.order) ||
        !field(line, "step", step, sizeof step) ||
        strspn(entry.serial, "0123456789") != HUFU_DEVICE_SERIAL ||
        strspn(entry.order, "0123456789abcdef") != strlen(entry.order)) {
        errno = EINVAL;
        return -1;
    }
    while (i <= JOURNAL_LOCKED && strcmp(names[i], step) != 0) {
        i++;
    }
    if (i > JOURNAL_LOCKED) {
        errno = EINVAL;
        return -1;
    }
    entry.step = (enum journal_step)i;
    return keep(j, &entry);
}

static int take_lines(struct journal *j, char *text, size_t len)
{
    size_t at = 0;
    for (char *end; (end = memchr(text + at, '\n', len - at)) != NULL;
         at = (size_t)(end - text) + 1) {
        *end = '\0';
        if (take_line(j, text + at) != 0) {
            return -1;
        }
    }
    /* What stands behind the last line end was never finished. */
    return at == len ? 0 : ftruncate(j->fd, (off_t)at);
}

static int read_all(struct journal *j)
{
    struct stat st;
    if (fstat(j->fd, &st) != 0) {
        return -1;
    }
    if (st.st_size > FILE_LIMIT) {
        errno = EFBIG;
        return -1;
    }
    const size_t len = (size_t)st.st_size;
    char *text = malloc(len + 1);
    int result = text == NULL ? -1 : 0;
    for (size_t done = 0; result == 0 && done < len;) {
        const ssize_t n = pread(j->fd, text + done, len - done, (off_t)done);
        result = n > 0 ? 0 : -1;
        done += n > 0 ? (size_t)n : 0;
    }
    result = result == 0 ? take_lines(j, text, len) : result;
    free(text);
    return result;
}

int journal_open(const char *path, struct journal **out)
{
    struct journal *j = calloc(1, sizeof *j);
    if (j == NULL) {
        return -1;
    }
    pthread_mutex_init(&j->lock, NULL);
    j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (j->fd < 0 || flock(j->fd, LOCK_EX | LOCK_NB) != 0 || read_all(j) != 0) {
        const int why = errno;
        journal_close(j);
        errno = why;
        return -1;
    }
    *out = j;
    return 0;
}

void journal_close(struct journal *j)
{
    if (j == NULL) {
        return;
    }
    if (j->fd >= 0) {
        close(j->fd);
    }
    free(j->entries);
    free(j);
}

/* --- writing ------------------------------------------------------------------------------ */

/* The reader's name as it stands in the log. */
static void escape(const char *reader, char out[128])
{
    char text[512] = "";
    FILE *f = fmemopen(text, sizeof text - 1, "w");
    if (f != NULL) {
        json_string(f, reader);
        fclose(f);
    }
    const size_t len = strlen(text);
    (void)snprintf(out, 128, "%.*s", len >= 2 ? (int)(len - 2) : 0, text + 1);
}

/* One write, so that a line is there whole but for a cut. What a full disk took of it goes again:
 * the next line would read as its end. */
static int append(struct journal *j, const struct journal_entry *entry, enum journal_step step)
{
    char line[LINE_MAX_BYTES], when[32] = "";
    const time_t now = time(NULL);
    struct tm tm;
    if (gmtime_r(&now, &tm) != NULL) {
        (void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
    const int len =
        snprintf(line, sizeof line,
                 "{\"time\":\"%s\",\"reader\":\"%s\",\"serial\":\"%s\",\"order\":\"%s\","
                 "\"step\":\"%s\"}\n",
                 when, entry->reader, entry->serial, entry->order, names[step]);
    if (len < 0 || (size_t)len >= sizeof line) {
        errno = EOVERFLOW;
        return -1;
    }
    const off_t end = lseek(j->fd, 0, SEEK_END);
    const ssize_t n = end >= 0 ? write(j->fd, line, (size_t)len) : -1;
    if (n == len && fsync(j->fd) == 0) {
        return 0;
    }
    const int why = n >= 0 && n < len ? ENOSPC : errno;
    if (end >= 0 && ftruncate(j->fd, end) != 0) {
        return -1;
    }
    errno = why;
    return -1;
}

static int note(struct journal *j, struct journal_entry *entry, enum journal_step step)
{
    int result = append(j, entry, step);
    if (result == 0) {
        entry->step = step;
        result = keep(j, entry);
    }
    return result;
}

int journal_note(struct journal *j, struct journal_entry *entry, enum journal_step step)
{
    pthread_mutex_lock(&j->lock);
    const int result = note(j, entry, step);
    pthread_mutex_unlock(&j->lock);
    return result;
}

/* --- asking ------------------------------------------------------------------------------- */

bool journal_find(struct journal *j, const char *serial, struct journal_entry *entry)
{
    pthread_mutex_lock(&j->lock);
    const struct journal_entry *found = entry_of(j, serial);
    if (found != NULL) {
        *entry = *found;
    }
    pthread_mutex_unlock(&j->lock);
    return found != NULL;
}

bool journal_begun(struct journal *j, const char *reader, size_t index, struct journal_entry *entry)
{
    char name[128] = "";
    bool found = false;
    if (reader != NULL) {
        escape(reader, name);
    }
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->count && !found; i++) {
        const struct journal_entry *e = &j->entries[i];
        if ((e->step == JOURNAL_PLANNED || e->step == JOURNAL_RESERVED ||
             e->step == JOURNAL_BURNING) &&
            (reader == NULL || strcmp(e->reader, name) == 0) && index-- == 0) {
            *entry = *e;
            found = true;
        }
    }
    pthread_mutex_unlock(&j->lock);
    return found;
}

bool journal_claim(struct journal *j, const char *serial)
{
    pthread_mutex_lock(&j->lock);
    struct journal_entry *entry = entry_of(j, serial);
    const bool ours = entry != NULL && !entry->claimed;
    if (ours) {
        entry->claimed = true;
    }
    pthread_mutex_unlock(&j->lock);
    return ours;
}

/* One more, in decimal. false: all nines. */
static bool count_on(char *serial)
{
    for (size_t i = HUFU_DEVICE_SERIAL; i-- > 8;) {
        if (serial[i] != '9') {
            serial[i]++;
            return true;
        }
        serial[i] = '0';
    }
    return false; /* the day is not a number to count in */
}

static bool unused(struct journal *j, const struct journal_row *row, char *serial)
{
    if (row->first == NULL) {
        const char *const *at = row->list;
        while (*at != NULL && entry_of(j, *at) != NULL) {
            at++;
        }
        if (*at != NULL) {
            memcpy(serial, *at, HUFU_DEVICE_SERIAL + 1);
        }
        return *at != NULL;
    }
    memcpy(serial, row->first, HUFU_DEVICE_SERIAL + 1);
    while (entry_of(j, serial) != NULL) {
        if (!count_on(serial)) {
            return false;
        }
    }
    return true;
}

bool journal_in_row(struct journal *j, const struct journal_row *row, const char *serial)
{
    char number[HUFU_DEVICE_SERIAL + 1];
    if (row->first == NULL) {
        const char *const *at = row->list;
        while (*at != NULL && strcmp(*at, serial) != 0) {
            at++;
        }
        return *at != NULL;
    }
    memcpy(number, row->first, sizeof number);
    pthread_mutex_lock(&j->lock);
    bool more = true;
    while (more && strcmp(number, serial) != 0) {
        more = entry_of(j, number) != NULL && count_on(number);
    }
    pthread_mutex_unlock(&j->lock);
    return more;
}

int journal_plan(struct journal *j, const struct journal_row *row, const char *reader,
                 struct journal_entry *entry)
{
    uint8_t order[HUFU_DEVICE_ORDER / 2];
    *entry = (struct journal_entry){.step = JOURNAL_PLANNED, .claimed = true};
    if (RAND_bytes(order, sizeof order) != 1) {
        errno = EIO;
        return -1;
    }
    hex_encode(order, sizeof order, entry->order);
    escape(reader, entry->reader);
    pthread_mutex_lock(&j->lock);
    int result = 1;
    if (unused(j, row, entry->serial)) {
        result = note(j, entry, JOURNAL_PLANNED);
    }
    pthread_mutex_unlock(&j->lock);
    return result;
}

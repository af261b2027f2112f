/* SPDX-License-Identifier: Apache-2.0 */
#include "address.h"
#include "audit.h"
#include "command.h"
#include "crl.h"
#include "pki/pki.h"
#include "service.h"
#include "util/i18n.h"
#include <openssl/pem.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UPKEEP_SECONDS 60
#define ROOT_REMINDER  (60 * 86400) /* seconds before the root's list ends */

/* Key and certificate as libmicrohttpd wants them; the key never touches a file. */
struct tls_material {
    char *key, *cert;
    size_t key_len;
};

static char *bio_text(BIO *bio, size_t *len)
{
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    char *text = size > 0 ? malloc((size_t)size + 1) : NULL;
    if (text) {
        memcpy(text, data, (size_t)size);
        text[size] = 0;
        OPENSSL_cleanse(data, (size_t)size);
        *len = (size_t)size;
    }
    return text;
}

static int tls_load(const struct ca *ca, struct tls_material *tls)
{
    char path[CA_PATH_MAX];
    uint8_t *cert = NULL;
    size_t cert_len = 0;
    if (ca_path(path, ca->dir, "certs/tls.pem") != CA_OK ||
        pki_read_file(path, &cert, &cert_len, 65536) != PKI_OK)
        return CA_ERR_IO;
    tls->cert = malloc(cert_len + 1);
    if (tls->cert) {
        memcpy(tls->cert, cert, cert_len);
        tls->cert[cert_len] = 0;
    }
    free(cert);
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio && PEM_write_bio_PrivateKey(bio, ca->tls_key, NULL, NULL, 0, NULL, NULL) == 1)
        tls->key = bio_text(bio, &tls->key_len);
    BIO_free(bio);
    return tls->key && tls->cert ? CA_OK : CA_ERR_MEMORY;
}

static void tls_clear(struct tls_material *tls)
{
    if (tls->key)
        OPENSSL_cleanse(tls->key, tls->key_len);
    free(tls->key);
    free(tls->cert);
}

static int listen_at(const char *url, const char *scheme, int *fd)
{
    struct address address;
    int error = address_parse(url, scheme, &address);
    return error == CA_OK ? address_listen(&address, fd, NULL) : error;
}

static int ready(const struct ca *ca, const char *file)
{
    char text[3 * CA_URL_MAX];
    snprintf(text, sizeof text, "pid=%ld\nurl=%s\nest-url=%s\n", (long)getpid(), ca->config.url,
             ca->config.est_url);
    printf(_("serving %s and %s\n"), ca->config.url, ca->config.est_url);
    fflush(stdout);
    if (!file)
        return CA_OK;
    return pki_write_file(file, text, strlen(text), 0644) == PKI_OK ? CA_OK : CA_ERR_IO;
}

static int log_act(struct ca *ca, const char *act)
{
    int error = storage_begin(ca->db);
    if (error == CA_OK)
        error = audit_record(ca->db, audit_operator(), act, ca->config.est_url, "");
    if (error == CA_OK)
        error = audit_commit(ca);
    storage_rollback(ca->db);
    return error;
}

/* Until SIGTERM or SIGINT; keeps the revocation list fresh meanwhile. */
static void wait_and_keep(struct service *service, const sigset_t *signals)
{
    const struct timespec pause = {.tv_sec = UPKEEP_SECONDS};
    do {
        bool made;
        pthread_mutex_lock(&service->lock);
        int error = crl_renew(service->ca, &made);
        pthread_mutex_unlock(&service->lock);
        if (error != CA_OK)
            ca_fail_error(error, _("revocation list"));
    } while (sigtimedwait(signals, NULL, &pause) < 0);
}

/* The root's key is not here: its list is made anew by hand. */
static void remind_of_root(struct ca *ca)
{
    struct crl_record list;
    char until[32];
    if (storage_crl_latest(ca->db, CRL_OF_ROOT, &list) == CA_OK &&
        list.next_update < (int64_t)time(NULL) + ROOT_REMINDER) {
        command_time(list.next_update, until);
        fprintf(stderr, _("the root's list of revoked certificates ends %s: hufu-ca crl --root\n"),
                until);
    }
    free(list.der);
}

static int serve(struct ca *ca, const char *ready_file, const sigset_t *signals)
{
    struct service service = {.ca = ca, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct tls_material tls = {NULL, NULL, 0};
    struct http_server *http = NULL, *est = NULL;
    const char *what = ca->config.url;
    int http_fd = -1, est_fd = -1;
    int error = listen_at(ca->config.url, "http", &http_fd);
    if (error == CA_OK) {
        what = ca->config.est_url;
        error = listen_at(ca->config.est_url, "https", &est_fd);
    }
    if (error == CA_OK)
        error = tls_load(ca, &tls);
    if (error == CA_OK)
        error = log_act(ca, "serve");
    if (error == CA_OK)
        error = http_start(http_fd, NULL, NULL, public_handle, &service, &http);
    if (error == CA_OK)
        error = http_start(est_fd, tls.key, tls.cert,
                           ca_is_manufacturer(&ca->config) ? device_handle : est_handle, &service,
                           &est);
    if (error == CA_OK) {
        what = ready_file ? ready_file : "";
        error = ready(ca, ready_file);
    }
    if (error == CA_OK) {
        remind_of_root(ca);
        wait_and_keep(&service, signals);
    }
    http_stop(est); /* closes its socket */
    http_stop(http);
    if (!http && http_fd >= 0)
        close(http_fd);
    if (!est && est_fd >= 0)
        close(est_fd);
    tls_clear(&tls);
    if (error != CA_OK)
        return ca_fail_error(error, what);
    if (ready_file)
        unlink(ready_file);
    error = log_act(ca, "stop");
    return error == CA_OK ? EXIT_GOOD : ca_fail_error(error, _("audit log"));
}

int cmd_serve(int argc, char **argv)
{
    struct common_options common;
    struct ca ca;
    const char *ready_file = NULL;
    const struct option_spec specs[] = {{"ready-file", &ready_file, NULL}};
    int code = options_parse(argc, argv, &common, specs, 1);
    if (code == EXIT_GOOD)
        code = command_open(&common,
                            CA_KEY_ISSUING | CA_KEY_OCSP | CA_KEY_AUDIT | CA_KEY_KMC | CA_KEY_CODE |
                                CA_KEY_TLS,
                            &ca);
    if (code != EXIT_GOOD)
        return code;
    /* Before any thread exists, so that every thread has them blocked. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (ready_file)
        unlink(ready_file); /* left by a server that was killed: it would deceive who waits */
    code = serve(&ca, ready_file, &signals);
    ca_close(&ca);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of files that comes into being whole or not at all: it is filled under another name
 * beside its place and renamed into it once all is on disk. What a run that died leaves behind has
 * the name ".NAME.new-XXXXXX" beside NAME; the next run for the same place removes it, and leaves
 * those of runs that still work alone.
 */
#ifndef HUFU_UTIL_NEW_FOLDER_H
#define HUFU_UTIL_NEW_FOLDER_H

#define NEW_FOLDER_PATH 512u

/* Removes the files that its caller puts into such a folder, and nothing else. */
typedef void (*new_folder_empty)(const char *folder, void *ctx);

struct new_folder {
    char path[NEW_FOLDER_PATH];      /* where it will be */
    char temporary[NEW_FOLDER_PATH]; /* where it is filled; mode 0700 */
    new_folder_empty empty;
    void *ctx;
    int fd; /* of the temporary one, locked while this process works on it */
};

/* path: a name that is free, or an empty folder. 0; -1 with errno, and nothing to abandon: EEXIST
 * there is something; EINVAL it ends in no name of its own ("/", ".", ".."); EBUSY a file system is
 * mounted there. */
int new_folder_start(struct new_folder *f, const char *path, new_folder_empty empty, void *ctx);

/* Puts it into its place; its files are on disk already. 0: it is there, and on disk; -1 with errno
 * (EEXIST: another run was faster): it is not, and all that was made is removed. */
int new_folder_finish(struct new_folder *f);

/* Removes all that was made. errno stays. */
void new_folder_abandon(struct new_folder *f);

/* The names in a folder are on disk. 0; -1 with errno. */
int new_folder_sync(const char *folder);

#endif

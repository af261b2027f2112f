/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a firmware build may contain. A release (-DHUFU_RELEASE=ON, docs/release.md) has no logs, no
 * test hooks and no roots but the ones it was given; tools/release-check looks for all of them in
 * the images, whatever the build says of itself.
 */
#ifndef HUFU_BUILD_H
#define HUFU_BUILD_H

/* Texts for a log: a condition of the compiler's, so that nothing of them stays in a release. */
#if defined(HUFU_RELEASE)
#define HUFU_LOGS 0
#else
#define HUFU_LOGS 1
#endif

/*
 * Stands in every function that exists for tests or development alone. The mark is read, so it
 * stays in whatever image the function is in, and release-check finds it there.
 */
#define HUFU_TEST_ONLY_MARK "HUFU-TEST-ONLY"
#define HUFU_TEST_ONLY(what)                                                                       \
    do {                                                                                           \
        static const volatile char test_only[] = HUFU_TEST_ONLY_MARK " " what;                     \
        (void)test_only[0];                                                                        \
    } while (0)

#endif

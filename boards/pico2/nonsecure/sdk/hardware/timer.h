/* SPDX-License-Identifier: Apache-2.0 */
/* Included by TinyUSB's driver; nothing of it is used. */

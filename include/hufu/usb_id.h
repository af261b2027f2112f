/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token's USB ids, their one home: firmware, libusb transport, udev rules and pcscd's bundle
 * take them from here (the latter two through cmake/HufuUsbId.cmake, which reads these lines).
 *
 * 1209:0001 is pid.codes' pair for tests: for development boards alone, never in anything that is
 * given away. tools/release-check refuses it.
 */
#ifndef HUFU_USB_ID_H
#define HUFU_USB_ID_H

#define HUFU_USB_VID 0x1209
#define HUFU_USB_PID 0x0001

#endif

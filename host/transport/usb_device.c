/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/usb_device.h"

#include "hufu/usb_id.h"
#include "transport/usb.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTS_MAX 7 /* USB 2.0, 4.1.1: five hubs in a chain and two ends */

bool usb_device_is_token(libusb_device *device)
{
    struct libusb_device_descriptor d;
    return libusb_get_device_descriptor(device, &d) == LIBUSB_SUCCESS &&
           d.idVendor == HUFU_USB_VID && d.idProduct == HUFU_USB_PID;
}

void usb_device_name(libusb_device *device, char name[USB_NAME_MAX])
{
    uint8_t ports[PORTS_MAX];
    const int count = libusb_get_port_numbers(device, ports, PORTS_MAX);
    int n = snprintf(name, USB_NAME_MAX, USB_NAME_PREFIX "%u", libusb_get_bus_number(device));
    for (int i = 0; i < count; i++) {
        n += snprintf(name + n, USB_NAME_MAX - (size_t)n, "%c%u", i == 0 ? '-' : '.', ports[i]);
    }
}

int usb_tokens(char ***names, size_t *count)
{
    libusb_context *context = NULL;
    libusb_device **devices = NULL;
    ssize_t total = 0;
    *names = NULL;
    *count = 0;
    if (libusb_init(&context) == LIBUSB_SUCCESS) {
        total = libusb_get_device_list(context, &devices);
    }
    total = total < 0 ? 0 : total;
    char **list = calloc((size_t)total + 1, sizeof *list);
    int error = list == NULL ? HUFU_ERR_MEMORY : HUFU_OK;
    for (ssize_t i = 0; error == HUFU_OK && i < total; i++) {
        char name[USB_NAME_MAX];
        if (!usb_device_is_token(devices[i])) {
            continue;
        }
        usb_device_name(devices[i], name);
        list[*count] = strdup(name);
        if (list[*count] == NULL) {
            error = HUFU_ERR_MEMORY;
        } else {
            (*count)++;
        }
    }
    if (devices != NULL) {
        libusb_free_device_list(devices, 1);
    }
    if (context != NULL) {
        libusb_exit(context);
    }
    if (error != HUFU_OK) {
        for (size_t i = 0; list != NULL && i < *count; i++) {
            free(list[i]);
        }
        free(list);
        *count = 0;
        return error;
    }
    *names = list;
    return HUFU_OK;
}

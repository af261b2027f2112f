# SPDX-License-Identifier: Apache-2.0
# HUFU_USB_VID and HUFU_USB_PID (four hexadecimal digits) from include/hufu/usb_id.h.
set(usb_id_header ${PROJECT_SOURCE_DIR}/include/hufu/usb_id.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${usb_id_header})
file(STRINGS ${usb_id_header} usb_id_lines REGEX "^#define HUFU_USB_(VID|PID) 0x[0-9A-Fa-f]+$")
foreach(line ${usb_id_lines})
  string(REGEX MATCH "HUFU_USB_(VID|PID) 0x([0-9A-Fa-f]+)" line "${line}")
  string(TOLOWER "${CMAKE_MATCH_2}" HUFU_USB_${CMAKE_MATCH_1})
endforeach()
if(NOT HUFU_USB_VID OR NOT HUFU_USB_PID)
  message(FATAL_ERROR "${usb_id_header} does not define HUFU_USB_VID and HUFU_USB_PID")
endif()

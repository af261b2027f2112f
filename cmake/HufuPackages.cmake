# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, in four components, and the Debian packages made of them:
#   cd build/host && cpack -G DEB
# Installed under /usr; `cmake --install build/host --component hufu --prefix DIR` takes another.
include(GNUInstallDirs)
include(HufuUsbId)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # what is packed is what was built and tested

install(TARGETS hufu RUNTIME COMPONENT hufu)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/locale DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT hufu)
install(FILES ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/pcsc/70-hufu.rules DESTINATION lib/udev/rules.d
        COMPONENT hufu)
install(DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/pcsc/ifd-hufu.bundle DESTINATION lib/pcsc/drivers
        COMPONENT hufu USE_SOURCE_PERMISSIONS)
install(TARGETS skf_hufu LIBRARY DESTINATION lib/${CMAKE_LIBRARY_ARCHITECTURE} COMPONENT libskf-hufu)
install(FILES ${PROJECT_SOURCE_DIR}/include/skf.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        COMPONENT libskf-hufu)
install(TARGETS hufu-emu hufu-pcscd RUNTIME COMPONENT hufu-emu)
install(TARGETS hufu_rundir LIBRARY DESTINATION lib/hufu COMPONENT hufu-emu)
install(FILES ${PROJECT_SOURCE_DIR}/build/mps2-an505/boot.elf
              ${PROJECT_SOURCE_DIR}/build/mps2-an505/firmware.bin
        DESTINATION ${CMAKE_INSTALL_DATADIR}/hufu/mps2-an505 COMPONENT hufu-emu)
install(FILES ${HUFU_DEPS_DIR}/font/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hufu-emu
        RENAME copyright.unifont COMPONENT hufu-emu) # glyphs in firmware.bin
install(TARGETS hufu-ca RUNTIME COMPONENT hufu-ca)
# The unit names the program that is installed beside it, wherever that is.
install(CODE "
  get_filename_component(BIN \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\" ABSOLUTE)
  set(unit \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/hufu-ca.service\")
  message(STATUS \"Installing: \$ENV{DESTDIR}\${unit}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/host/ca/systemd/hufu-ca.service\" \"\$ENV{DESTDIR}\${unit}\" @ONLY)
  list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${unit}\")
" COMPONENT hufu-ca)
install(FILES ${PROJECT_SOURCE_DIR}/host/ca/systemd/hufu-ca.sysusers DESTINATION lib/sysusers.d
        RENAME hufu-ca.conf COMPONENT hufu-ca)
foreach(package hufu libskf-hufu hufu-emu hufu-ca)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
          RENAME copyright COMPONENT ${package})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hufu)
set(CPACK_PACKAGE_VENDOR Hufu)
set(CPACK_PACKAGE_CONTACT "Hufu maintainers <maintainers@hufu.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_SET_DESTDIR ON) # what is installed knows its place, /usr, and not cpack's folder
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL hufu libskf-hufu hufu-emu hufu-ca)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS /usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Linux)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_HUFU_PACKAGE_NAME hufu)
set(CPACK_DEBIAN_HUFU_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_HUFU_DESCRIPTION "Hufu tokens: keys, signatures, enrolment
 The hufu command, the udev rule and pcscd's bundle by which a system knows the token.")
set(CPACK_DEBIAN_HUFU_PACKAGE_RECOMMENDS "pcscd, libccid")
set(CPACK_DEBIAN_HUFU_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/hufu/postinst)
set(CPACK_DEBIAN_LIBSKF-HUFU_PACKAGE_NAME libskf-hufu)
set(CPACK_DEBIAN_LIBSKF-HUFU_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBSKF-HUFU_DESCRIPTION "SKF library (GM/T 0016) for Hufu tokens
 libskf_hufu.so and its header.")
set(CPACK_DEBIAN_LIBSKF-HUFU_PACKAGE_RECOMMENDS "hufu")
set(CPACK_DEBIAN_HUFU-EMU_PACKAGE_NAME hufu-emu)
set(CPACK_DEBIAN_HUFU-EMU_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_HUFU-EMU_DESCRIPTION "Virtual Hufu token, for development
 Its firmware on an emulated board, behind a private pcscd, usbredir or USB/IP.")
set(CPACK_DEBIAN_HUFU-EMU_PACKAGE_DEPENDS "qemu-system-arm, pcscd")
set(CPACK_DEBIAN_HUFU-EMU_PACKAGE_RECOMMENDS "hufu")
# The driver of the virtual readers has its own package and licence. That package also makes the
# machine's own pcscd listen on all addresses, so it is for the user to take, or for --driver.
set(CPACK_DEBIAN_HUFU-EMU_PACKAGE_SUGGESTS "vsmartcard-vpcd")
set(CPACK_DEBIAN_HUFU-CA_PACKAGE_NAME hufu-ca)
set(CPACK_DEBIAN_HUFU-CA_PACKAGE_SECTION net)
set(CPACK_DEBIAN_HUFU-CA_DESCRIPTION "Certification authority for Hufu tokens
 Registration, dual certificates, key management centre and status service. The service is neither
 enabled nor started on installation.")
# One of them makes its system user.
set(CPACK_DEBIAN_HUFU-CA_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | passwd")
set(CPACK_DEBIAN_HUFU-CA_PACKAGE_RECOMMENDS "hufu")
set(CPACK_DEBIAN_HUFU-CA_PACKAGE_CONTROL_EXTRA
  ${PROJECT_BINARY_DIR}/debian/hufu-ca/postinst ${PROJECT_BINARY_DIR}/debian/hufu-ca/prerm)
foreach(script hufu.postinst hufu-ca.postinst hufu-ca.prerm)
  string(REPLACE "." "/" made ${script})
  configure_file(cmake/debian/${script} ${PROJECT_BINARY_DIR}/debian/${made}
                 @ONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
                 GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
include(CPack)

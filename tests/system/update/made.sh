# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Images signed by the test keys of the build tree in $images, put into $work.
keys=(--keys "$images/keys" --witness "$images/keys-witness" --test)
# shellcheck source=tests/support/update_images.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../support/update_images.sh"

make() { # OUT VERSION ROLLBACK [OPTION…]
    update_image "$images" hufu "$work/$1" "${@:2}"
}

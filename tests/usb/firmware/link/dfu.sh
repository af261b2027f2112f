#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dfu.sh IMAGES HUFU TEST: TEST with HUFU_IMAGE, the tree's firmware as version 0.2.0. REQ: K3
set -euo pipefail
. "$(dirname "$0")/../../../support/update_images.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
update_image "$1" "$2" "$work/v2.img" 0.2.0 1
HUFU_IMAGE=$work/v2.img "$3"

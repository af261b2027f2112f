#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Help and messages in the language that HUFU_LANG, LANGUAGE, LC_ALL, LANG name, in this order, also
# where no Chinese locale is generated. REQ: T3
set -euo pipefail
. "$(dirname "$0")/../../support/expect.sh"
unset HUFU_LANG LANGUAGE LC_ALL LANG
chinese() {
    done_well '用法：hufu' "$@" hufu --help
    done_well '用法：hufu sign FILE' "$@" hufu sign --help
    done_well '认证机构' "$@" hufu-ca --help
    done_well '用法：hufu-emu' "$@" hufu-emu --help
    done_well '口令' "$@" hufu pin status
    refused 3 '口令错误；还可尝试' "$@" HUFU_PIN=00000000x hufu key delete sign --yes
    done_well '口令已修改' "$@" HUFU_NEW_PIN="$HUFU_PIN" hufu pin change # the tries are back
    refused 2 '没有这个子命令' "$@" hufu nonsense
}
english() {
    done_well 'usage: hufu' "$@" hufu --help
    done_well 'usage: hufu sign FILE' "$@" hufu sign --help
    done_well 'certification authority' "$@" hufu-ca --help
    refused 3 'the PIN is wrong; 2 tries left' "$@" HUFU_PIN=00000000x hufu key delete sign --yes
    done_well 'changed' "$@" HUFU_NEW_PIN="$HUFU_PIN" hufu pin change
    # An English line has no Chinese in it: no text went round the catalogue.
    expect 0 "$@" hufu --help
    ! grep -qP '\p{Han}' <<<"$output" || fail "Chinese in English: $output"
}
chinese env LC_ALL=C.UTF-8 LANGUAGE=zh_CN
chinese env HUFU_LANG=zh
chinese env HUFU_LANG=zh_CN.UTF-8 LC_ALL=en_US.UTF-8
chinese env LANG=zh_CN.UTF-8
chinese env LC_ALL=zh_CN.UTF-8 LANG=C
english env HUFU_LANG=en
english env HUFU_LANG=en LC_ALL=zh_CN.UTF-8 LANGUAGE=zh_CN
english env
english env LC_ALL=C LANG=zh_CN.UTF-8
# What programs read is the same in every language.
for command in info 'key list' 'pin status' 'cert list' list; do
    # shellcheck disable=SC2086 # words are meant
    cmp <(HUFU_LANG=en hufu $command --json) <(HUFU_LANG=zh hufu $command --json)
done
echo ok

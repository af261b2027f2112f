#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No marked text lacks its Chinese, none is fuzzy or left over, formats agree; on a copy with a fault
# planted the same check fails. REQ: T3
set -euo pipefail
root=$(cd "$(dirname "$0")/../../../.." && pwd)
. "$root/tests/support/expect.sh"
expect 0 "$root/tools/po-update" --check

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
planted() { # TEXT SED-SCRIPT FILE: with this change the check fails and says TEXT
    rm -rf "$copy/host" "$copy/tools"
    cp -r "$root/host" "$root/tools" "$copy"
    sed -i "$2" "$copy/$3"
    ! cmp -s "$root/$3" "$copy/$3" || fail "nothing planted in $3"
    expect 1 "$copy/tools/po-update" --check
    case $output in *"$1"*) ;; *) fail "no '$1' in: $output" ;; esac
}
planted 'a text that nobody translated' '$a const char *unseen(void) { return _("a text that nobody translated"); }' \
    host/util/i18n.c
planted 'agree with its text' '/^msgid "%s: now in container %s"/,/^$/s/^msgstr.*/msgstr "%s %d"/' host/po/zh_CN.po
planted 'not translated' '/^msgid "cannot be determined"/,/^$/s/^msgstr.*/msgstr ""/' host/po/zh_CN.po
planted 'fuzzy' 's/^msgid "cannot be determined"/#, fuzzy\n&/' host/po/zh_CN.po
planted 'is not up to date' '$a \\nmsgid "nobody says this any more"\nmsgstr "无人再说"' host/po/zh_CN.po

# The command brings the copy up to date again, and a second run changes nothing.
expect 0 "$copy/tools/po-update"
expect 0 "$copy/tools/po-update" --check
cmp "$root/host/po/zh_CN.po" "$copy/host/po/zh_CN.po"

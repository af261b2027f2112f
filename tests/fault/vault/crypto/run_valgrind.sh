#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run_valgrind.sh PROGRAM: no secret-dependent branch or address, and a planted one is found.
set -euo pipefail
program=$1
checker=(valgrind --quiet --error-exitcode=99 --track-origins=no --leak-check=no)
if ! "${checker[@]}" "$program"; then
    echo "constant time: a secret reached a branch or an address (or a result was wrong)"
    exit 1
fi
status=0
report=$("${checker[@]}" "$program" leak 2>&1) || status=$?
if [ "$status" -ne 99 ] ||
   ! grep -q 'Use of uninitialised value' <<<"$report" ||
   ! grep -q 'Conditional jump or move depends' <<<"$report"; then
    echo "constant time: the planted leak was not found (status $status)"
    echo "$report"
    exit 1
fi
echo "constant time: clean, and the planted leak was found"

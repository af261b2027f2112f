# SPDX-License-Identifier: Apache-2.0
# Rows of tools/bench compared. Times are not: they are the machine's.

# The rows whose figures are exact, without their goals.
def exact:
    map(select(.unit == null or .unit == "bytes" or .unit == "count") | del(.goal, .at_least, .ms_at_150mhz));

# How far apart a figure may be from one build to the next. Of an LMS signature's digits a verifier
# hashes 255 more or less for each value of its checksum's first byte (RFC 8554, 4.4), which is 3.6
# percent of a start each, and every build has a signature of its own.
def tolerance:
    if .operation | IN("start_images", "start_sum") then 0.25 else 0.02 end;

# One line for each figure that is further away from old than that, and for each new row.
def changes($old):
    ($old | map({(.operation): .}) | add) as $before
    | exact[]
    | . as $row
    | $before[.operation] as $was
    | if $was == null then "\(.operation): new"
      else
        ("instructions", "value", "code_bytes", "table_bytes", "stack_bytes", "flash_programs", "flash_erases")
        | . as $key | $was[$key] as $a | $row[$key] as $b
        | select($a != null and $b != null and ($b - $a | fabs) > ($row | tolerance) * ($a | fabs))
        | "\($row.operation): \($key) \($a) -> \($b)"
          + (if $a == 0 then "" else " (\(($b - $a) / $a * 1000 | round / 10) %)" end)
      end;

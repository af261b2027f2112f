# SPDX-License-Identifier: Apache-2.0
# Rows of tools/bench compared. Times are not: they are the machine's.

# The rows whose figures are exact, without their goals.
def exact:
    map(select(.unit == null or .unit == "bytes" or .unit == "count") | del(.goal, .at_least, .ms_at_150mhz));

# One line for each figure that is more than 2 percent away from old, and for each new row.
def changes($old):
    ($old | map({(.operation): .}) | add) as $before
    | exact[]
    | . as $row
    | $before[.operation] as $was
    | if $was == null then "\(.operation): new"
      else
        ("instructions", "value", "code_bytes", "table_bytes", "stack_bytes", "flash_programs", "flash_erases")
        | . as $key | $was[$key] as $a | $row[$key] as $b
        | select($a != null and $b != null and ($b - $a | fabs) > 0.02 * ($a | fabs))
        | "\($row.operation): \($key) \($a) -> \($b)"
          + (if $a == 0 then "" else " (\(($b - $a) / $a * 1000 | round / 10) %)" end)
      end;

# SPDX-License-Identifier: Apache-2.0
#
# awk -v scope=FILE -f disassembly.awk MAP DISASSEMBLY: what functions that meet secrets do that could
# tell them by time, as lines "OBJECT FUNCTION KIND COUNT". MAP is the linker's, DISASSEMBLY from
# arm-none-eabi-objdump -d --no-show-raw-insn -M no-aliases or without; FILE says which objects and
# functions are in scope ("OBJECT FUNCTION", or "LIBRARY.a *"; * for all; "OBJECT !" takes one out again). A line of the scope that nothing matches gives
# "OBJECT FUNCTION missing 1".
#
# KIND            what it is
# divide          udiv, sdiv: ends early by the operands' leading zeros
# variable        floating point, coprocessors, waiting, table jumps (tbb, tbh)
# loop, branch    a conditional branch backward inside the function; any other
# conditional     instructions under IT (slots, not blocks)
# indexed         load or store at register + register
# computed        load or store whose base was made by adding (…) two registers: the compiler's other
#                 way to index. Followed through the function's registers and branches; not through
#                 memory.
# call=NAME       NAME is out of scope; a division of the runtime library shows up here as well
# indirect        a call or jump to a register
#
# Multiplications (mul, mla, umull, umlal, umaal, smull, smlal) count as constant: one cycle whatever
# the operands on Cortex-M4 (Arm DDI 0439, table 3-1, where division is 2 to 12 with early
# termination). Arm prints no such table for Cortex-M33; on a Cortex-M3 (DDI 0337: umull 3 to 5 cycles)
# they would not be constant.

function fail(text) {
    printf "disassembly.awk: %s\n", text >"/dev/stderr"
    failed = 1
    exit 2
}

# A sequence of hexadecimal digits without leading zeros: addresses as strings.
function address(text) {
    sub(/^0x/, "", text)
    sub(/^0+/, "", text)
    return text
}

# Of one length, hexadecimal digits compare as text ("" keeps awk from seeing numbers).
function before(a, b) {
    return length(a) != length(b) ? length(a) < length(b) : (a "") <= (b "")
}

function is_register(text) {
    return text ~ /^(r[0-9]+|sb|sl|fp|ip|lr|sp)$/
}

function counted(kind) {
    count[object " " name " " kind]++
}

function in_scope(o, f) {
    if ((o " !") in wanted) {
        met[o " !"] = 1
        return 0
    }
    if ((library " *") in wanted) met[library " *"] = 1
    if ((o " *") in wanted) met[o " *"] = 1
    if ((o " " f) in wanted) met[o " " f] = 1
    return ((library " *") in wanted) || ((o " *") in wanted) || ((o " " f) in wanted)
}

# Compilers' suffixes are no part of a function's name here.
function plain(f) {
    sub(/\.(constprop|isra|part|cold).*/, "", f)
    return f
}

function base_of(operands, b) {
    if (!match(operands, /\[[a-z0-9]+/)) return ""
    return substr(operands, RSTART + 1, RLENGTH - 1)
}

# What is marked here is marked there, too.
function carry(there,    r) {
    for (r in mark) carried[there " " r] = 1
}

function unmark(    r) {
    for (r in mark) delete mark[r]
}

# One instruction; counting: the second time through.
function instruction(at, m, operands, counting,    bare, n, part, target, inside, i, base, made, list) {
    sub(/[ \t]*@.*/, "", operands)
    bare = m
    for (i = 1; i <= 13; i++) if ((at " " registers[i]) in carried) mark[registers[i]] = 1
    sub(/\.[nw]$/, "", bare)
    n = split(operands, part, /, */)

    if (bare ~ /^[us]div/) { if (counting) counted("divide") }
    else if (bare ~ /^(v|mcr|mrc|cdp|ldc|stc|wf[ei]|svc|tb[bh]|le$|wls|dls|bf$|bfl)/) {
        if (counting) counted("variable")
    }

    # Branches and calls.
    target = inside = ""
    if (match(operands, /<[^>]+>$/)) {
        target = substr(operands, RSTART + 1, RLENGTH - 2)
        sub(/\+0x.*/, "", target)
        inside = target == symbol
    }
    if (bare ~ /^(b(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)|cbn?z)$/) {
        i = operands
        sub(/ *<.*/, "", i)
        sub(/.*[ ,]/, "", i)
        if (counting) counted(inside && before(address(i), at) ? "loop" : "branch")
    }
    if (inside && bare ~ /^(b|cb)/) {
        i = operands
        sub(/ *<.*/, "", i)
        sub(/.*[ ,]/, "", i)
        carry(address(i))
    }
    if (bare ~ /^(b|bl)$/ || bare ~ /^b(eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le)$/) {
        if (target != "" && !inside && counting && !(target in scoped)) counted("call=" plain(target))
    } else if ((bare ~ /^(blx|blxns|bx|bxns)/ && operands != "lr") || (bare ~ /^mov/ && part[1] == "pc")) {
        if (counting) counted("indirect")
    }
    if (bare == "b" || (bare == "bx" && operands == "lr")) {
        unmark()
        return
    }
    if (bare ~ /^blx?/ && bare !~ /^bl[est]$/) {
        for (i in scratch) delete mark[scratch[i]]
        return
    }
    if (bare ~ /^it[te]*$/) {
        if (counting) for (i = 1; i < length(bare); i++) counted("conditional")
        return
    }

    if (bare == "ldr" && part[1] == "pc" && base_of(operands) != "sp" && counting) counted("indirect")

    # Memory.
    if (bare ~ /^(ldr|str|pld)/) {
        base = base_of(operands)
        if (counting && operands ~ /\[[a-z0-9]+, *(r[0-9]|sb|sl|fp|ip|lr)/) counted("indexed")
        else if (counting && base in mark) counted("computed")
        if (bare ~ /^ldr/) {
            delete mark[part[1]]
            if (bare ~ /^ldrd/) delete mark[part[2]]
        }
        return
    }
    if (bare ~ /^(ldm|stm)/) {
        base = part[1]
        sub(/!/, "", base)
        if (counting && base in mark) counted("computed")
    }
    if (bare ~ /^(ldm|pop)/) {
        list = operands
        sub(/.*\{/, "", list)
        sub(/\}.*/, "", list)
        n = split(list, part, /, */)
        for (i = 1; i <= n; i++) delete mark[part[i]]
        return
    }
    if (bare ~ /^(stm|push|cmp|cmn|tst|teq|cbn?z|b|nop|\.)/ || !is_register(part[1])) return

    # Registers made of two others, and what is made of these by a constant.
    made = 0
    if (bare ~ /^(add|adc|sub|sbc|rsb|orr|eor|ml[as]|bfi|[us]mlal|umaal)/) {
        made = (n == 2 && is_register(part[2]) && bare !~ /^bfi/) || (n >= 3 && is_register(part[3])) || bare ~ /^(bfi|ml)/
        if (!made) made = (part[1] in mark && n == 2) || part[2] in mark
    } else if (bare ~ /^(mov|bic|ubfx|and|lsl|uxt|sxt)/) {
        made = part[2] in mark
    }
    if (made) mark[part[1]] = 1
    else delete mark[part[1]]
}

function flush_function(    pass, i) {
    if (name == "" || !(symbol_at in ours)) {
        lines = 0
        return
    }
    for (i in carried) delete carried[i]
    for (pass = 1; pass <= PASSES; pass++) {
        unmark()
        for (i = 1; i <= lines; i++) instruction(where[i], what[i], with[i], pass == PASSES)
    }
    lines = 0
}

BEGIN {
    split("r0 r1 r2 r3 ip lr", scratch, " ")
    split("r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 sl fp ip", registers, " ")
    PASSES = 4 # a mark moves at least one branch a pass; the last one counts
    while ((getline line <scope) > 0) {
        if (line ~ /^#/ || line == "") continue
        split(line, word, " ")
        wanted[word[1] " " word[2]] = 1
    }
    part_of = 0
}
FNR == 1 { part_of++ }

# The map: where each object's code begins.
part_of == 1 {
    if ($0 ~ /^ [.*][^ ]/) section = $1
    if ($0 ~ /^ \.[^ ]+$/) next
    if ($0 ~ /0x[0-9a-f]+ +0x[0-9a-f]+ +[^ ]/ && $0 ~ /\.(o|obj)\)?$/) {
        at = $1 ~ /^0x/ ? $1 : $2
        bytes = $1 ~ /^0x/ ? $2 : $3
        file = $NF
        library = ""
        if (file ~ /\.a\(/) {
            library = file
            sub(/\(.*/, "", library)
            sub(/.*\//, "", library)
        }
        sub(/\)$/, "", file)
        sub(/.*[\/(]/, "", file)
        sub(/\.(o|obj)$/, "", file)
        if (address(at) != "" && address(bytes) != "") {
            object_at[address(at)] = section ~ /^\.text/ ? file : "data"
            library_at[address(at)] = section ~ /^\.text/ ? library : "data"
        }
    }
    next
}

# The disassembly is read twice (the caller gives it twice): first which functions are in scope.
/^[0-9a-f]+ <.*>:$/ {
    if (part_of == 3) flush_function()
    symbol_at = address($1)
    symbol = substr($2, 2, length($2) - 3)
    name = plain(symbol)
    if (symbol_at in object_at) {
        object = object_at[symbol_at]
        library = library_at[symbol_at]
    }
    if (part_of == 2) {
        if (object == "") fail("no object for " symbol)
        if (in_scope(object, name)) {
            ours[symbol_at] = 1
            scoped[symbol] = 1
        }
    }
    next
}
part_of == 3 && /^[ 0-9a-f]+:\t/ {
    split($0, column, "\t")
    sub(/^ +/, "", column[1])
    sub(/:$/, "", column[1])
    sub(/ +$/, "", column[2])
    lines++
    where[lines] = address(column[1])
    what[lines] = column[2]
    with[lines] = column[3]
}
END {
    if (failed) exit 2
    flush_function()
    for (key in wanted) if (!(key in met)) print key, "missing", 1
    for (key in count) print key, count[key]
}

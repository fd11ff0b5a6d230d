#!/usr/bin/env bash
# Puts the small faults of tests/faults.txt into the code, one at a time, and says which of them the quick tests of their room notice.
# tests/faults.sh [ROOM...]: all rooms, or those named. Prints last a line for each room; exits with 1 where a fault that has no reason in
# the list is noticed by nobody. The code is as before when it ends; run it in a clone without changes. A quarter of a minute for each fault.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3

if ! git diff --quiet -- src; then
    echo "tests/faults.sh: src has changes of your own: commit them or put them away first." >&2
    exit 2
fi

for asked in "$@"; do
    if ! grep -q "^room $asked " tests/faults.txt; then
        echo "tests/faults.sh: there is no room $asked in tests/faults.txt: $(sed -n 's/^room \([^ ]*\) .*/\1/p' tests/faults.txt | sort -u | xargs)." >&2
        exit 2
    fi
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 UseSharedCompilation=true
build() { dotnet build "$1" --no-restore -v q -nologo -p:RunAnalyzers=false "${@:2}" >"$log" 2>&1; }
log=$(mktemp) && scores=$(mktemp) && kept=$(mktemp -d) || exit 3
trap 'git checkout -q -- src; rm -rf "$log" "$scores" "$kept"' EXIT

# The folder that the tests of a project run in.
folder_of() {
    dirname "$(ls -t "tests/$1"/bin/Debug/*/*/"$1.dll" "tests/$1"/bin/Debug/*/"$1.dll" 2>/dev/null | head -n 1)"
}

# run PROJECT CLASSES: 0 all pass, 1 one fails, 2 there are none; else the process ended otherwise.
run() {
    if [ "$1" = GradOracle.Tests ]; then
        # shellcheck disable=SC2086
        timeout 300 dotnet "$bin/$1.dll" run $2 >"$log" 2>&1
        return
    fi
    timeout 300 dotnet test "$bin/$1.dll" --nologo -v q --filter "FullyQualifiedName~.${2// /.|FullyQualifiedName~.}." \
        -- NUnit.StopOnError=true >"$log" 2>&1 || return 1
    grep -q "No test matches" "$log" && return 2
    return 0
}

# enter ROOM PROJECT CLASSES: the tests of a room pass while there is no fault: one that fails would notice everything.
enter() {
    if [ "$2" != "$built" ]; then
        build "tests/$2" || { cat "$log"; exit 3; }
        built=$2 bin=$(folder_of "$2")
    fi
    if ! run "$2" "$3"; then
        cat "$log"
        echo "tests/faults.sh: the tests of room $1 do not pass as the code is: they would notice everything." >&2
        exit 3
    fi
}
built="" bin=""

# try ROOM PROJECT CLASSES FILE OLD NEW REASON
try() {
    local room=$1 tests=$2 classes=$3 file=$4 old=$5 new=$6 reason=$7 project name result
    # Spaces and line breaks may have changed since.
    if ! OLD=$old NEW=$new perl -0777 -i -pe '
        BEGIN { ($old = $ENV{OLD}) =~ s/\s+//g; $old = join "\\s*", map quotemeta, split //, $old }
        $done ||= s/$old/$ENV{NEW}/;
        END { exit !$done }' "$file"
    then
        echo "$room: $file no longer has: $old"
        echo "$room gone" >>"$scores"
        return
    fi
    project=$(cut -d / -f 1-2 <<<"$file") name=$(basename "$(cut -d / -f 1-2 <<<"$file")").dll
    if ! build "$project" --no-dependencies; then
        result="not built"
    else
        mv "$bin/$name" "$kept/"
        for library in "$project"/bin/Debug/net10.0/*/"$name" "$project"/bin/Debug/net10.0/"$name"; do
            [ -f "$library" ] && cp "$library" "$bin/"
        done
        run "$tests" "$classes"
        case $? in
            0) result=${reason:+"excused"}; result=${result:-"NOT NOTICED"} ;;
            2) result="not tried" ;;
            *) result=noticed ;;
        esac
        mv -f "$kept/$name" "$bin/" # a fault in another project is tried without this one
    fi
    git checkout -q -- "$file"
    echo "$room $result" >>"$scores"
    printf '%-12s %s: %s → %s%s\n' "$result" "$file" "$old" "$new" "${reason:+ ($reason)}"
}

room="" tests="" classes="" entered="" file="" old="" reason=""
while IFS= read -r line <&3; do
    case $line in
        "room "*)
            read -r _ room classes <<<"$line"
            tests=GradOracle.Tests entered=""
            case $classes in "in "*) read -r _ tests classes <<<"$classes" ;; esac
            ;;
        "src/"*) file=$line reason="" ;;
        "because "*) reason=${line#because } ;;
        "- "*) old=${line#- } ;;
        "+"*)
            new=${line#+}
            if [ $# = 0 ] || [[ " $* " == *" $room "* ]]; then
                [ "$entered" ] || enter "$room" "$tests" "$classes"
                entered=1
                try "$room" "$tests" "$classes" "$file" "$old" "${new# }" "$reason"
            fi
            reason=""
            ;;
    esac
done 3<tests/faults.txt

for project in tests/GradOracle.Tests $([ "$built" = GradOracle.Tests ] || echo "tests/$built"); do
    build "$project" # as before
done
echo
awk '
    { rooms[$1]; all[$1]++ }
    $2 == "noticed" { noticed[$1]++ }
    $2 == "excused" { excused[$1]++ }
    $2 == "NOT" || $2 == "gone" || $2 == "not" { missed = 1 }
    END {
        for (room in rooms) printf "%-12s %d of %d noticed%s\n", room, noticed[room], all[room], excused[room] ? ", " excused[room] " with a reason" : "" | "sort"
        close("sort")
        exit missed
    }
' "$scores"

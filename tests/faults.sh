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

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 UseSharedCompilation=true
tests=tests/GradOracle.Tests
build() { dotnet build "$1" --no-restore -v q -nologo -p:RunAnalyzers=false "${@:2}" >"$log" 2>&1; }
log=$(mktemp) && scores=$(mktemp) || exit 3
trap 'git checkout -q -- src; rm -f "$log" "$scores"' EXIT
build $tests || { cat "$log"; exit 3; }
bin=$(dirname "$(ls -t $tests/bin/Debug/*/*/GradOracle.Tests.dll $tests/bin/Debug/*/GradOracle.Tests.dll 2>/dev/null | head -n 1)")

# try ROOM CLASSES FILE OLD NEW REASON
try() {
    local room=$1 classes=$2 file=$3 old=$4 new=$5 reason=$6 project result
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
    project=$(cut -d / -f 1-2 <<<"$file")
    if ! build "$project" --no-dependencies; then
        result="not built"
    else
        for library in "$project"/bin/Debug/net10.0/*/"$(basename "$project").dll" "$project"/bin/Debug/net10.0/"$(basename "$project").dll"; do
            [ -f "$library" ] && cp --remove-destination "$library" "$bin/"
        done
        # shellcheck disable=SC2086
        timeout 300 dotnet "$bin/GradOracle.Tests.dll" run $classes >"$log" 2>&1
        case $? in
            0) result=${reason:+"excused"}; result=${result:-"NOT NOTICED"} ;;
            *) result=noticed ;;
        esac
    fi
    git checkout -q -- "$file"
    echo "$room $result" >>"$scores"
    printf '%-12s %s: %s → %s%s\n' "$result" "$file" "$old" "$new" "${reason:+ ($reason)}"
}

room="" classes="" file="" old="" reason=""
while IFS= read -r line <&3; do
    case $line in
        "room "*)
            read -r _ room classes <<<"$line"
            ;;
        "src/"*) file=$line reason="" ;;
        "because "*) reason=${line#because } ;;
        "- "*) old=${line#- } ;;
        "+"*)
            new=${line#+}
            if [ $# = 0 ] || [[ " $* " == *" $room "* ]]; then
                try "$room" "$classes" "$file" "$old" "${new# }" "$reason"
            fi
            reason=""
            ;;
    esac
done 3<tests/faults.txt

build $tests # as before
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

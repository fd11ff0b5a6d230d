#!/usr/bin/env bash
# Everything from a fresh clone to the verdict: restores, builds, runs the tests, optimised as in a package. With --all first the slow
# suites too: faults, consumers, browser, the table of mistakes. Further arguments go to `dotnet test`.
# What was not tested is a failure too, one each: a test project that was not built or ran no test, or fewer tests than tests/minimum.txt
# has; inconclusive tests; browser tests that were skipped beside a browser; a filter that matches nothing; a run that broke off.
# Prints last a plain line: N passed, N failed (, N skipped).
set -uo pipefail
cd "$(dirname "$0")" || exit 3

if ! command -v dotnet >/dev/null 2>&1; then
    echo "run-tests.sh: the .NET 10 SDK is not on the PATH: install it (package dotnet-sdk-10.0, or https://dotnet.microsoft.com/download) and run again." >&2
    exit 3
fi
if ! dotnet --version >/dev/null 2>&1; then
    echo "run-tests.sh: global.json asks for a .NET 10 SDK and there is none: install dotnet-sdk-10.0 and run again. Installed: $(dotnet --list-sdks 2>/dev/null | tr '\n' ' ')" >&2
    exit 3
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en VSLANG=1033
log=$(mktemp) && owed=$(mktemp) || exit 3
trap 'rm -f "$log" "$owed"' EXIT

solution=tests/quick.slnf
if [ "${1:-}" = --all ]; then
    solution=GradOracle.sln
    shift
fi

# Every test project that is run, with the least number of tests it has: 1 where none is recorded.
for project in tests/*/*.csproj; do
    if grep -q '<IsTestProject>true' "$project" && { [ $solution = GradOracle.sln ] || grep -q "/$(basename "$project")" $solution; }; then
        name=$(basename "$project" .csproj)
        echo "$name $(awk -v name="$name" '$1 == name { least = $2 } END { print least ? least : 1 }' tests/minimum.txt)"
    fi
done >"$owed"

filtered=0
configuration="--configuration Release"
for argument in "$@"; do
    case $argument in
    --filter* | *TestCaseFilter*) filtered=1 ;;
    -c | --configuration* | -c=* | -c:*) configuration="" ;;
    esac
done

dotnet test $solution $configuration "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# One summary line for each test project:
# "Passed!  - Failed:     0, Passed:   496, Skipped:     0, Total:   496, Duration: 9 s - GradOracle.Tests.dll (net10.0)"
awk -v status="$status" -v filtered="$filtered" -v browser="$(tests/browser.sh)" '
    function trouble(what) { print "run-tests.sh: " what; failed++ }
    FNR == NR { order[++projects] = $1; least[$1] = $2; next }
    /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+, Total: +[0-9]+/ {
        for (i = 1; i < NF; i++) {
            if ($i == "Failed:") f = $(i + 1) + 0
            if ($i == "Passed:") p = $(i + 1) + 0
            if ($i == "Skipped:") s = $(i + 1) + 0
            if ($i == "Total:") t = $(i + 1) + 0
            if ($i ~ /^GradOracle.*\.dll$/) name = substr($i, 1, length($i) - 4)
        }
        if ($NF ~ /^GradOracle.*\.dll\r?$/) { name = $NF; sub(/\.dll\r?$/, "", name) }
        failed += f; passed += p; skipped += s; done += t
        total[name] = t; idle[name] = s
        if (t > f + p + s) {
            print "run-tests.sh: " name ": " t - f - p - s " tests are inconclusive, and show nothing."
            failed += t - f - p - s
        }
    }
    END {
        for (i = 1; i <= projects && !filtered; i++) {
            name = order[i]
            if (!(name in total)) trouble(name " ran no tests: it was not built, or broke off.")
            else if (total[name] < least[name]) trouble(name " ran " total[name] " tests, and has " least[name] " or more: see tests/minimum.txt.")
            else if (idle[name] == total[name] && (name !~ /Browser/ || browser != "")) trouble(name " skipped all its tests.")
            else if (name ~ /Browser/ && browser != "" && idle[name] > 0) trouble(name " skipped tests, and there is a browser: " browser)
        }
        if (filtered && done == 0) trouble("the filter matches no test.")
        if (status != 0 && failed == 0) trouble("dotnet test ended with exit code " status ", though no test failed: see above.")
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed > 0 ? (status > 0 ? status : 1) : 0
    }
' "$owed" "$log"

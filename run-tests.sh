#!/usr/bin/env bash
# Everything from a fresh clone to the verdict: restores, builds, runs the tests. Extra arguments go to `dotnet test`.
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
log=$(mktemp) || exit 3
trap 'rm -f "$log"' EXIT

dotnet test GradOracle.sln "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# One summary line for each test project: "Passed!  - Failed:     0, Passed:   496, Skipped:     0, Total: ..."
awk '
    /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/ {
        for (i = 1; i < NF; i++) {
            if ($i == "Failed:") failed += $(i + 1)
            if ($i == "Passed:") passed += $(i + 1)
            if ($i == "Skipped:") skipped += $(i + 1)
        }
    }
    END { printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : "" }
' "$log"
exit "$status"

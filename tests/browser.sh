#!/usr/bin/env bash
# Prints the path of the browser that the tests use, as Browser.cs finds it: what GRADORACLE_BROWSER names, or the first of browsers.txt
# that is there. Prints nothing where there is none.
if [ -n "${GRADORACLE_BROWSER:-}" ]; then
    printf '%s\n' "$GRADORACLE_BROWSER"
    exit
fi
while IFS= read -r place; do
    if [ -e "$place" ]; then
        printf '%s\n' "$place"
        exit
    fi
done <"$(dirname "$0")/browsers.txt"

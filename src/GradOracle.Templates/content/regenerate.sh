#!/usr/bin/env bash
# Computes the approved gradients anew, where the derivation and autograd agree on them; then read the diff, and commit it.
set -euo pipefail
cd "$(dirname "$0")"

approved() { find . -path ./bin -prune -o -path ./obj -prune -o -name "*.$1.json" -print; }

# What did not come back is put back as it was, however this ends.
old=$(mktemp -d)
missing=0
put_back() {
    while read -r file; do
        if [ ! -f "$file" ]; then
            mv "$old/$file" "$file"
            missing=$((missing + 1))
        fi
    done < <(cd "$old" && find . -name '*.verified.json')
}
trap 'put_back; rm -rf "$old"' EXIT

approved verified | while read -r file; do
    mkdir -p "$old/$(dirname "$file")"
    mv "$file" "$old/$file"
done
approved received | while read -r file; do rm "$file"; done

# Every approved test fails now, and leaves what it received, unless there is nothing to approve.
dotnet test "$@" >"$old/log" 2>&1 || true
approved received | while read -r file; do mv "$file" "${file%.received.json}.verified.json"; done

put_back
if [ "$missing" -gt 0 ]; then
    cat "$old/log"
    echo "regenerate.sh: nothing new was received for $missing of the approved files, which are as they were: see above." >&2
    exit 1
fi
approved verified

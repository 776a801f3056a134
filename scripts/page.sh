#!/usr/bin/env bash
# Looks at the page of engine-server in Debian's Chromium, with answers that are made up and hostile: searches, services, traces of 120 and
# 10,000 spans, light, dark and narrow. No text of a span may become markup, no request may leave, nothing may be said on the console, axe-core
# may find no serious fault, and of 10,000 spans at most 500 may be rows at once. Then the same with faults planted, which have to be seen.
# Prints a GATE page line for each: PASS, RED AS PLANTED or FAIL, or NOT RUN and why. Pictures are left in adapters/engine-server/target/page.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
web=$root/adapters/engine-server/src/main/resources/io/offspan/server/web
pictures=$root/adapters/engine-server/target/page
work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
SECONDS=0
status=0

not_run() {
    echo "GATE page NOT RUN: $*"
    exit 0
}

browser=$(command -v chromium || true)
[ -n "$browser" ] || not_run "no chromium; apt-get install chromium"
command -v node >/dev/null && command -v npm >/dev/null || not_run "no npm; apt-get install npm"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || not_run "node $(node --version) is older than 18"
cd "$work"
echo '{"private": true}' >package.json
timeout 120 npm install --no-audit --no-fund playwright-core@1.65.1 axe-core@4.14.1 >npm.log 2>&1 ||
    not_run "npm fetched nothing: $(tail -n 1 npm.log | cut -c 1-200)"

# look WEB PICTURES: the checks against a server of its own; what they say goes to the file "said".
look() {
    local address=
    mkdir -p "$2"
    # There before anybody looks into it: a server in the background makes it when its turn comes.
    : >address
    node "$root/adapters/engine-server/page/standin.mjs" "$1" >address 2>standin.log &
    server=$!
    for _ in $(seq 300); do
        address=$(cat address)
        if [ -n "$address" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
    done
    timeout 240 node "$root/adapters/engine-server/page/check.mjs" "$address" "$browser" "$2" >said 2>&1 || true
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}

look "$web" "$pictures"
cat said
if ! grep -q '^GATE page .* PASS$' said; then
    cat standin.log
    status=1
fi

# Texts that are read as markup, a row for each span, and a colour that nobody can read.
mkdir planted
cp "$web"/* planted/
sed -i 's/row\.label\.textContent =/row.label.innerHTML =/' planted/waterfall.js
sed -i 's/const MOST_ROWS = 200/const MOST_ROWS = 600/; s/Math\.ceil(height \/ ROW) + 2 \* SPARE/600/' planted/waterfall.js
sed -i 's/--quiet: #566073/--quiet: #c9ced6/' planted/page.css
look planted planted/pictures
verdict='RED AS PLANTED'
for sign in 'became markup' 'rows in the document' 'color-contrast'; do
    if ! grep -q "$sign" said; then
        verdict=FAIL
        status=1
        echo "Not seen: $sign"
    fi
done
if [ "$verdict" = FAIL ]; then tail -n 25 said; fi
echo "GATE page planted=3 seconds=$SECONDS $verdict"
exit "$status"

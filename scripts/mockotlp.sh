#!/usr/bin/env bash
# Sends the otel-demo corpus to a receiver that others have written, @elastic/mockotlpserver, and counts what it has read.
# Prints GATE mockotlp spans=... PASS or FAIL, or NOT RUN and why, where there is no npm, registry or corpus; only FAIL fails.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
expected=3318
package=@elastic/mockotlpserver@0.10.0
corpus=${OFFSPAN_CORPUS:-$root/../shared/corpus}/otel-demo
work=$(mktemp -d)
server=

cleanup() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

not_run() {
    echo "GATE mockotlp NOT RUN: $*"
    exit 0
}

[ -d "$corpus" ] || not_run "no otel-demo folder in the corpus; set OFFSPAN_CORPUS"
command -v npm >/dev/null && command -v node >/dev/null || not_run "no npm; apt-get install npm"
timeout 120 npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" "$package" >"$work/npm.log" 2>&1 ||
    not_run "npm cannot install $package: $(head -n 1 "$work/npm.log")"

# A free port, HTTP only; one line for each span that the server has decoded.
cat >"$work/server.js" <<'EOF'
const {MockOtlpServer} = require('@elastic/mockotlpserver');
const hex = (id) => (typeof id === 'string' ? id : Buffer.from(id).toString('hex'));
const server = new MockOtlpServer({
    logLevel: 'warn',
    services: ['http'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    onTrace: (trace) => {
        for (const resource of trace.resourceSpans) {
            for (const scope of resource.scopeSpans) {
                for (const span of scope.spans) {
                    console.log(`span ${hex(span.traceId)} ${hex(span.spanId)}`);
                }
            }
        }
    },
});
server.start().then(() => console.log(`url ${server.httpUrl}`));
EOF
(cd "$work" && exec node server.js) >"$work/received" 2>"$work/server.err" &
server=$!
for _ in $(seq 100); do
    url=$(sed -n 's/^url //p' "$work/received")
    if [ -n "$url" ]; then break; fi
    kill -0 "$server" 2>/dev/null || not_run "the server does not start: $(tail -n 1 "$work/server.err")"
    sleep 0.1
done
[ -n "$url" ] || not_run "the server has named no address within 10 seconds"

"$root/offspan" ingest --data "$work/spans" "$corpus"/*.bin >"$work/ingest.log" 2>&1 || cat "$work/ingest.log"
status=0
# Uncompressed: this server hands a compressed body to its decoder as it is, and dies of it.
"$root/offspan" export --data "$work/spans" --endpoint "$url" --compression none >"$work/export.log" 2>&1 || status=$?

# It decodes after it has answered.
for _ in $(seq 50); do
    spans=$(grep -c '^span ' "$work/received" || true)
    if [ "$spans" -ge "$expected" ]; then break; fi
    sleep 0.1
done
distinct=$(grep '^span ' "$work/received" | sort -u | wc -l)
if [ "$status" -eq 0 ] && [ "$spans" -eq "$expected" ] && [ "$distinct" -eq "$expected" ]; then
    echo "GATE mockotlp spans=$spans distinct=$distinct PASS"
else
    echo "GATE mockotlp spans=$spans distinct=$distinct expected=$expected exit=$status FAIL"
    cat "$work/export.log" "$work/server.err"
    exit 1
fi

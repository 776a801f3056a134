#!/usr/bin/env bash
# Sends the otel-demo corpus to a receiver that others have written, @elastic/mockotlpserver, and counts what it has read: over HTTP,
# and over gRPC with gzip.
# Prints GATE mockotlp protocol=... spans=... PASS or FAIL for each, or NOT RUN and why, where there is no npm, registry or corpus; only FAIL fails.
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

# Free ports; one line for each span that the server has decoded.
cat >"$work/server.js" <<'EOF'
const {MockOtlpServer} = require('@elastic/mockotlpserver');
const hex = (id) => (typeof id === 'string' ? id : Buffer.from(id).toString('hex'));
const server = new MockOtlpServer({
    logLevel: 'warn',
    services: ['http', 'grpc'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    grpcHostname: '127.0.0.1',
    grpcPort: 0,
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
server.start().then(() => console.log(`url ${server.httpUrl} ${server.grpcUrl}`));
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

grpc=${url#* }
http=${url% *}

"$root/offspan" ingest --data "$work/spans" "$corpus"/*.bin >"$work/ingest.log" 2>&1 || cat "$work/ingest.log"
failed=0
export_over() {
    local protocol=$1 endpoint=$2 compression=$3 status=0 before spans distinct
    before=$(grep -c '^span ' "$work/received" || true)
    "$root/offspan" export --data "$work/spans" --name "$protocol" --protocol "$protocol${4:-}" --endpoint "$endpoint" \
        --compression "$compression" >"$work/export.log" 2>&1 || status=$?
    # It decodes after it has answered.
    for _ in $(seq 50); do
        spans=$(($(grep -c '^span ' "$work/received" || true) - before))
        if [ "$spans" -ge "$expected" ]; then break; fi
        sleep 0.1
    done
    distinct=$(grep '^span ' "$work/received" | tail -n "+$((before + 1))" | sort -u | wc -l)
    if [ "$status" -eq 0 ] && [ "$spans" -eq "$expected" ] && [ "$distinct" -eq "$expected" ]; then
        echo "GATE mockotlp protocol=$protocol compression=$compression spans=$spans distinct=$distinct PASS"
    else
        echo "GATE mockotlp protocol=$protocol compression=$compression spans=$spans distinct=$distinct expected=$expected exit=$status FAIL"
        cat "$work/export.log" "$work/server.err"
        failed=1
    fi
}

# Uncompressed: this server hands a compressed body over HTTP to its decoder as it is, and dies of it.
export_over http "$http" none /protobuf
export_over grpc "$grpc" gzip
exit "$failed"

#!/usr/bin/env bash
# Makes a release twice, in two checkouts of the same commit in different places, and compares every file of it byte for byte. Then
# looks at one of them as who gets it would: a licence and a notice in each jar, each library of the archive and of
# the agent's extension named in THIRD-PARTY.txt, and the command unpacked elsewhere, which stores a span and finds it without Maven. Publishes nothing.
# Prints a GATE release line for each: PASS or FAIL, or NOT RUN and why.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SECONDS=0
status=0

verdict() {
    local id=$1 result=$2
    shift 2
    echo "GATE release-$id $* seconds=$SECONDS $result"
    if [ "$result" = FAIL ]; then status=1; fi
}

# Of the state that is committed. The tests have run elsewhere.
make() {
    git clone -q "$root" "$1"
    (cd "$1" && mvn -B -Prelease -DskipTests -DskipITs -Dspotless.check.skip deploy) >"$1.log" 2>&1
}

# What a release consists of, and the agent's extension and the archive, which Maven knows nothing of.
files() {
    (cd "$1" && find target/bundle engine-otel/target/offspan-javaagent-extension.jar engine-cli/target/*.tar.gz -type f \
        ! -name 'maven-metadata*' -exec sha256sum {} + | sed 's/-[0-9]\{8\}\.[0-9]\{6\}-[0-9]*/-SNAPSHOT/' |
        grep -v '\.\(sha1\|md5\)$' | sort -k 2)
}

first=$work/one
second=$work/another/place
mkdir "$work/another"
for place in "$first" "$second"; do
    if ! make "$place"; then
        if why=$(grep -m 1 'Could not transfer\|Cannot access\|Unknown host' "$place.log"); then
            echo "GATE release NOT RUN: $(cut -c 1-300 <<<"$why")"
            exit 0
        fi
        grep -m 20 '^\[ERROR\]' "$place.log" || tail -n 20 "$place.log"
        verdict twice FAIL built=no
        exit 1
    fi
done

files "$first" >"$work/first"
files "$second" >"$work/second"
count=$(wc -l <"$work/first")
if [ "$count" -gt 30 ] && diff "$work/first" "$work/second" >"$work/differences"; then
    verdict twice PASS files="$count" different=0
else
    cat "$work/differences"
    verdict twice FAIL files="$count" different="$(grep -c '^<' "$work/differences" || true)"
fi

jars=0
unlicensed=0
while read -r jar; do
    jars=$((jars + 1))
    listing=$(unzip -Z1 "$jar")
    for file in META-INF/LICENSE META-INF/NOTICE META-INF/MANIFEST.MF; do
        if ! grep -qx "$file" <<<"$listing"; then
            echo "$jar has no $file"
            unlicensed=$((unlicensed + 1))
        fi
    done
done < <(find "$first/target/bundle" "$first/engine-otel/target/offspan-javaagent-extension.jar" -name '*.jar')
archive=$(echo "$first"/engine-cli/target/*.tar.gz)
unnamed=0
while read -r library; do
    if ! grep -q "^  $library\( \|\$\)" "$first/THIRD-PARTY.txt"; then
        echo "THIRD-PARTY.txt does not name $library"
        unnamed=$((unnamed + 1))
    fi
done < <(tar tzf "$archive" | sed -n 's,.*/lib/\(.*\)\.jar$,\1,p' | sed 's/-[0-9].*//' | grep -v '^engine-' | sort -u)
# The extension has what engine-otel needs to run, but for what the agent has itself.
extended=0
while read -r library; do
    extended=$((extended + 1))
    if ! grep -q "^  $library  *agent\( \|\$\)" "$first/THIRD-PARTY.txt"; then
        echo "THIRD-PARTY.txt does not name $library as one of the agent's"
        unnamed=$((unnamed + 1))
    fi
done < <(grep -o '"purl" *: *"pkg:maven/[^@]*' "$first/engine-otel/target/bom.json" | sed 's,.*pkg:maven/,,' |
    grep -v '^io\.offspan/\|^io\.opentelemetry/\|^org\.jspecify/' | sed 's,.*/,,' | sort -u)
if [ "$extended" -lt 5 ]; then unnamed=$((unnamed + 1)); fi
if [ "$jars" -gt 10 ] && [ "$((unlicensed + unnamed))" -eq 0 ]; then result=PASS; else result=FAIL; fi
verdict licences "$result" jars="$jars" without="$unlicensed" extension="$extended" unnamed="$unnamed"

mkdir "$work/unpacked"
tar xzf "$archive" -C "$work/unpacked"
command=$(echo "$work"/unpacked/*/offspan)
java=$(dirname "$(readlink -f "${JAVA_HOME:+$JAVA_HOME/bin/java}" || readlink -f "$(command -v java)")")
# A path without Maven.
mkdir "$work/path"
for tool in bash dirname readlink uname grep sed cat env; do ln -s "$(command -v "$tool")" "$work/path/$tool"; done
span='{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"unpacked","kind":1,"startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}'
found=$(cd / && export JAVA_HOME="${java%/bin}" PATH="$work/path" && "$command" ingest --data "$work/spans" - <<<"$span" >"$work/ingest" 2>&1 &&
    "$command" query --data "$work/spans" --count '{ name = "unpacked" }' 2>>"$work/ingest" || true)
if [ "$found" = 1 ]; then result=PASS; else result=FAIL; cat "$work/ingest"; fi
verdict archive "$result" bytes="$(stat -c %s "$archive")" found="${found:-none}"
exit "$status"

#!/usr/bin/env bash
# Holds a store of somebody else to the contract of engine-testkit, from a Maven project outside this build that knows nothing of
# Offspan but that artifact: a list of spans has to keep it, and the same list with a fault planted, to lose what was stored last
# when it is opened again, has to be seen. Prints a GATE testkit-outside line for each: PASS or RED AS PLANTED, FAIL, or NOT RUN and
# why, where something cannot be fetched.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SECONDS=0
status=0

# A repository beside the user's: links to what is there, and in it what is ours, so that nothing of it stays.
kept=${MAVEN_REPO_LOCAL:-$HOME/.m2/repository}
mkdir -p "$kept"
cp -as "$(cd "$kept" && pwd -P)" "$work/repository"
rm -rf "$work/repository/io/offspan"
(cd "$root" && mvn -B -q -DskipTests -DskipITs -Dspotless.check.skip -pl engine-testkit -am install -Dmaven.repo.local="$work/repository")
cp -r "$root/engine-testkit/outside" "$work/project"

(cd "$work/project" && timeout 300 mvn -B test -Dmaven.test.failure.ignore -Dmaven.repo.local="$work/repository") >"$work/log" 2>&1 || true

# figure TEST NAME: a number at the head of a report, nothing where there is none.
figure() {
    sed -n "s/.*<testsuite .* $2=\"\([0-9]*\)\".*/\1/p" "$work/project/target/surefire-reports/TEST-com.example.spans.$1.xml" 2>/dev/null || true
}

# judge CASE TEST RED: RED says whether every test of the class has to fail, and for spans that are not found.
judge() {
    local tests failures errors verdict=FAIL why
    if why=$(grep -m 1 'Could not transfer\|Non-resolvable\|Could not resolve' "$work/log") && [[ $why != *io.offspan* ]]; then
        echo "GATE testkit-outside case=$1 NOT RUN: $(cut -c 1-300 <<<"$why")"
        return
    fi
    tests=$(figure "$2" tests)
    failures=$(figure "$2" failures)
    errors=$(figure "$2" errors)
    failures=$((${failures:-0} + ${errors:-0}))
    if [ "${tests:-0}" -gt 0 ]; then
        if [ "$3" = no ] && [ "$failures" -eq 0 ]; then verdict=PASS; fi
        if [ "$3" = yes ] && [ "$failures" -eq "$tests" ] && grep -q 'a store that finds' "$work/log"; then verdict='RED AS PLANTED'; fi
    fi
    echo "GATE testkit-outside case=$1 tests=${tests:-0} failures=$failures seconds=$SECONDS $verdict"
    if [ "$verdict" = FAIL ]; then status=1; fi
}

judge list SpanListTest no
judge forgetful ForgetfulSpanListTest yes
if [ "$status" -ne 0 ]; then tail -n 60 "$work/log" | cut -c 1-300; fi
exit "$status"

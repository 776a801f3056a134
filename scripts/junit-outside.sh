#!/usr/bin/env bash
# Runs the tests of somebody else's service with engine-junit, from a Maven project outside this build that gives the JVM no flags, on the
# oldest JDK with JUnit 5 and on the newest with JUnit 6. What is right has to pass, and what is wrong has to fail and to show the trace.
# Prints a GATE junit-outside line for each: PASS or RED AS PLANTED, FAIL, or NOT RUN and why, where something cannot be fetched.
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
(cd "$root" && mvn -B -q -DskipTests -DskipITs -Dspotless.check.skip -Padapters -pl adapters/engine-junit -am install \
    -Dmaven.repo.local="$work/repository")

# The home of a JDK by its major version: JAVA_HOME if it fits, else one that a CI names, else one of the usual folder.
jdk_home() {
    local home named="JAVA_HOME_$1_X64"
    for home in "${JAVA_HOME:-}" "${!named:-}" /usr/lib/jvm/*"$1"*; do
        if [ -n "$home" ] && [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q "^javac $1[.-]\|^javac $1\$"; then
            printf '%s\n' "$home"
            return 0
        fi
    done
    return 1
}

# figure PROJECT TEST NAME: a number at the head of a report, nothing where there is none.
figure() {
    sed -n "s/.*<testsuite .* $3=\"\([0-9]*\)\".*/\1/p" "$1/target/surefire-reports/TEST-com.example.orders.$2.xml" 2>/dev/null || true
}

# outside JDK JUNIT
outside() {
    local home why right wrong failed errors verdict=FAIL project=$work/$1 log=$work/$1.log
    if ! home=$(jdk_home "$1"); then
        echo "GATE junit-outside jdk=$1 NOT RUN: no JDK $1"
        return
    fi
    cp -r "$root/adapters/engine-junit/outside" "$project"
    (cd "$project" && JAVA_HOME=$home timeout 300 mvn -B test -Djunit.version="$2" -Dmaven.test.failure.ignore \
        -Dmaven.repo.local="$work/repository") >"$log" 2>&1 || true
    if why=$(grep -m 1 'Could not transfer\|Non-resolvable\|Could not resolve' "$log") && [[ $why != *io.offspan* ]]; then
        echo "GATE junit-outside jdk=$1 NOT RUN: $(cut -c 1-300 <<<"$why")"
        return
    fi
    right=$(figure "$project" OrdersTest tests)
    failed=$(figure "$project" OrdersTest failures)
    errors=$(figure "$project" OrdersTest errors)
    failed=$((${failed:-0} + ${errors:-0}))
    if [ "${right:-0}" -eq 2 ] && [ "$failed" -eq 0 ]; then verdict=PASS; fi
    echo "GATE junit-outside jdk=$1 junit=$2 tests=${right:-0} failures=$failed seconds=$SECONDS $verdict"
    if [ "$verdict" = FAIL ]; then status=1; fi
    wrong=$(figure "$project" WrongOrdersTest failures)
    verdict=FAIL
    if [ "${wrong:-0}" -eq 1 ] && grep -q 'a span that answers' "$log" && grep -q '|=*[.]*|  [^ ]*  order$' "$log" &&
        grep -q '|[.]*=*[.]*|  [^ ]*    charge card$' "$log"; then
        verdict='RED AS PLANTED'
    fi
    echo "GATE junit-outside jdk=$1 junit=$2 shown=waterfall failures=${wrong:-0} seconds=$SECONDS $verdict"
    if [ "$verdict" = FAIL ]; then status=1; fi
    if [ "$status" -ne 0 ]; then tail -n 60 "$log" | cut -c 1-300; fi
}

outside 17 5.13.4
outside 25 6.1.3
exit "$status"

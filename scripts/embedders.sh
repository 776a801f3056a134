#!/usr/bin/env bash
# Runs services as others write them, outside this build, with the artifacts that it has made: Spring Boot with the OpenTelemetry
# starter or with Micrometer, the Java agent, and plain SDKs from the oldest to the newest. Each serves requests and is killed with -9; then each of
# its spans must be in <path>/0 exactly once, and no other directory beside it. Where OpenTelemetry is too old, one line says so.
# Before them a plain program, on the oldest and the newest JDK, whose libraries have to converge: it says what depending on
# engine-query brings along, and what a first span takes.
# One case has a fault planted, a batch that dies with the process, and must be seen.
# Prints a GATE embedders line for each and one for all: PASS or FAIL, or NOT RUN and why, where something cannot be fetched.
# Give names of cases to run only those. OFFSPAN_EMBEDDERS_OTEL puts other classes in front of engine-otel, to see a case fail.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
version=0.1.0-SNAPSHOT
requests=20
artifacts=(engine-codec engine-core engine-query engine-otel)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
flags=(--add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED)
# Where a server's span has the path of its request.
path_attribute=url.path
work=$(mktemp -d)
SECONDS=0

cleanup() {
    local file
    for file in "$work"/*/pid; do
        if [ -f "$file" ]; then kill -9 "$(cat "$file")" 2>/dev/null || true; fi
    done
    rm -rf "$work"
}
trap cleanup EXIT

not_run() {
    echo "GATE embedders NOT RUN: $*"
    exit 0
}

# What the build would install, laid out as Maven does, in a repository beside the user's: links to what is there, so that nothing
# of ours stays in it, and what is fetched goes there in the end.
repository() {
    local kept=${MAVEN_REPO_LOCAL:-$HOME/.m2/repository} name to
    local -a missing=()
    for name in "${artifacts[@]}"; do
        if [ ! -f "$root/$name/target/$name-$version.jar" ]; then missing+=("$name"); fi
    done
    if [ ! -f "$root/engine-otel/target/offspan-javaagent-extension.jar" ] || [ "${#missing[@]}" -gt 0 ]; then
        (cd "$root" && mvn -B -q -DskipTests -DskipITs -Dspotless.check.skip -pl engine-otel,engine-query -am package)
    fi
    mkdir -p "$kept"
    cp -as "$kept" "$work/repository"
    for name in offspan-parent offspan-bom "${artifacts[@]}"; do
        to=$work/repository/io/offspan/$name/$version
        rm -rf "$to"
        mkdir -p "$to"
        if [ "$name" = offspan-parent ]; then
            cp "$root/pom.xml" "$to/$name-$version.pom"
        elif [ "$name" = offspan-bom ]; then
            cp "$root/$name/pom.xml" "$to/$name-$version.pom"
        else
            cp "$root/$name/pom.xml" "$to/$name-$version.pom"
            cp "$root/$name/target/$name-$version.jar" "$to/"
        fi
    done
    cp -r "$root/engine-it/embedders" "$work/projects"
    (cd "$work/projects" && timeout 300 mvn -B -fae process-classes -Dmaven.repo.local="$work/repository") >"$work/build.log" 2>&1 || true
    rm -rf "$work/repository/io/offspan"
    (cd "$work/repository" && find . -type f -print0 | tar -c --null -T - | tar -x --skip-old-files -C "$kept") || true
}

# The lines that tell of something that could not be fetched; what is ours is no excuse.
unfetched() {
    grep 'Could not transfer\|Could not resolve\|Could not find artifact\|Non-resolvable\|could not be resolved' "$work/build.log" |
        grep -v 'artifact io\.offspan'
}

# Why a project was not built, in a line.
build_failure() {
    { unfetched || grep '^\[ERROR\]' "$work/build.log" || tail -n 1 "$work/build.log"; } | sed -n 1p | cut -c 1-300
}

# Says what the running service has stored: a line for each span with its kind, trace, span and path.
stored() {
    "$root/offspan" query --data "$1/0" "{ } | select(span.$path_attribute)" --limit 1000 2>/dev/null |
        awk -F '\t' 'NR > 1 { print $5 "\t" $7 " " $8 "\t" $9 }' || true
}

served() {
    stored "$1" | awk -F '\t' '$1 == "server" && $3 ~ /^\/orders\// { print $3 }' | sort -u | wc -l
}

# run NAME PROJECT EXPECTED OPTION... [-- ARGUMENT...]: OPTION is an option of the JVM or a variable of the environment; EXPECTED is
# "stored", "lost" where a fault is planted, or "refused" for an OpenTelemetry that is too old.
run() {
    local name=$1 project=$2 expected=$3 place=$work/$1 port='' answered=0 service i
    local -a options=() variables=() arguments=()
    shift 3
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        case $1 in
            -*) options+=("$1") ;;
            *) variables+=("$1") ;;
        esac
        shift
    done
    if [ $# -gt 0 ]; then arguments=("${@:2}"); fi
    mkdir -p "$place"
    if [ ! -d "$work/projects/$project/target/classes" ] || [ ! -d "$work/projects/$project/target/lib" ]; then
        if unfetched >/dev/null; then
            echo "GATE embedders case=$name NOT RUN: $(build_failure)"
        else
            echo "GATE embedders case=$name FAIL: not built, $(build_failure)"
        fi >"$place/result"
        return
    fi
    # There before anybody looks into it: a service in the background makes it when its turn comes.
    : >"$place/log"
    # What a batch processor gets stays with it, unless the case says otherwise.
    env OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none OTEL_BSP_SCHEDULE_DELAY=600000 \
        OTEL_EXPORTER_OFFSPAN_PATH="$place/spans" "${variables[@]}" \
        "$java" "${flags[@]}" "${options[@]}" -XX:TieredStopAtLevel=1 -Djava.io.tmpdir="$place" \
        -cp "${OFFSPAN_EMBEDDERS_OTEL:+$OFFSPAN_EMBEDDERS_OTEL:}$work/projects/$project/target/classes:$work/projects/$project/target/lib/*" \
        com.example.orders.Orders "${arguments[@]}" >"$place/log" 2>&1 &
    service=$!
    echo "$service" >"$place/pid"
    for _ in $(seq 600); do
        port=$(sed -n 's/^port //p' "$place/log")
        if [ -n "$port" ] || ! kill -0 "$service" 2>/dev/null; then break; fi
        sleep 0.1
    done
    for i in $(seq "$requests"); do
        if curl -s -f -o "$place/answer" "http://127.0.0.1:$port/orders/$i"; then answered=$((answered + 1)); fi
    done
    # A client has its answer a moment before the span of its request ends; behind the batch processor it waits for its turn.
    if [ "$expected" = stored ]; then
        for _ in 1 2 3; do
            if [ "$(served "$place/spans")" -ge "$requests" ]; then break; fi
        done
    fi
    kill -9 "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
    rm "$place/pid"
    judge "$name" "$expected" "$place" "$answered" >"$place/result"
}

# plain NAME PROJECT JDK [OPTION...] [-- ARGUMENT...]: the figures of a program that depends on engine-query alone, and of the same in
# Kotlin, which brings libraries of its own.
plain() {
    local name=$1 project=$work/projects/$2 home=$3 place=$work/$1 process jars bytes files real apparent cold warm most=20 verdict=FAIL
    local -a options=() arguments=()
    if [ "$2" != orders-plain ]; then most=30; fi
    shift 3
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    if [ $# -gt 0 ]; then arguments=("${@:2}"); fi
    mkdir -p "$place"
    if [ -z "$home" ]; then
        echo "GATE embedders case=$name NOT RUN: no such JDK" >"$place/result"
        return
    fi
    if [ ! -d "$project/target/classes" ] || [ ! -d "$project/target/lib" ]; then
        if unfetched >/dev/null; then
            echo "GATE embedders case=$name NOT RUN: $(build_failure)"
        else
            echo "GATE embedders case=$name FAIL: not built, $(build_failure)"
        fi >"$place/result"
        return
    fi
    mkfifo "$place/in"
    "$home/bin/java" "${options[@]}" -cp "$project/target/classes:$project/target/lib/*" com.example.orders.Orders \
        "$place/stores" "${arguments[@]}" <"$place/in" >"$place/log" 2>"$place/errors" &
    process=$!
    echo "$process" >"$place/pid"
    exec 8>"$place/in"
    for _ in $(seq 1200); do
        if grep -q '^measure' "$place/log" || ! kill -0 "$process" 2>/dev/null; then break; fi
        sleep 0.1
    done
    real=$(du -sk "$place/stores/warm" 2>/dev/null | cut -f 1)
    apparent=$(du -sk --apparent-size "$place/stores/warm" 2>/dev/null | cut -f 1)
    files=$(find "$place/stores/warm" -type f 2>/dev/null | wc -l)
    exec 8>&-
    wait "$process" || true
    rm "$place/pid"
    jars=$(find "$project/target/lib" -name '*.jar' | wc -l)
    bytes=$(cat "$project"/target/lib/*.jar | wc -c)
    cold=$(sed -n 's/^cold found 1 ms //p' "$place/log")
    warm=$(sed -n 's/^warm found 1 ms //p' "$place/log")
    if [ -n "$cold" ] && [ -n "$warm" ] && [ "$(grep -c ' logged true$' "$place/log")" -eq 2 ] && [ "$jars" -lt "$most" ] &&
        [ "$bytes" -lt $((most * 350000)) ] && [ "$real" -le $((16 << 10)) ] && [ "$apparent" -le $((64 << 10)) ]; then verdict=PASS; fi
    {
        echo "GATE embedders case=$name flags=${#options[@]} jars=$jars bytes=$bytes first_ms=$cold warm_ms=$warm files=$files" \
            "real_kib=$real apparent_kib=$apparent stderr_lines=$(wc -l <"$place/errors") $verdict"
        if [ "$verdict" = FAIL ]; then cat "$place/log" "$place/errors" | tail -n 15 | cut -c 1-300; fi
    } >"$place/result"
}

judge() {
    local name=$1 expected=$2 place=$3 answered=$4 spans distinct server directories warnings verdict=FAIL
    directories=0
    if [ -d "$place/spans" ]; then directories=$(find "$place/spans" -mindepth 1 -maxdepth 1 | wc -l); fi
    warnings=$(grep -c 'Offspan: ' "$place/log" || true)
    if [ "$expected" = refused ]; then
        if [ "$answered" -eq "$requests" ] && [ "$directories" -eq 0 ] && [ "$warnings" -eq 1 ] &&
            grep -q 'Offspan: .* 1\.40\.0 .*1\.42\.0 or newer is needed' "$place/log"; then verdict=PASS; fi
        echo "GATE embedders case=$name requests=$answered stores=$directories warnings=$warnings $verdict"
    else
        stored "$place/spans" >"$place/stored"
        spans=$(wc -l <"$place/stored")
        distinct=$(cut -f 2 "$place/stored" | sort -u | wc -l)
        server=$(served "$place/spans")
        if [ "$answered" -eq "$requests" ] && [ "$server" -eq "$requests" ] && [ "$spans" -eq "$distinct" ] &&
            [ "$(grep -c '^server' "$place/stored" || true)" -eq "$requests" ] && [ "$directories" -eq 1 ]; then verdict=PASS; fi
        if [ "$expected" = lost ]; then
            if [ "$answered" -eq "$requests" ] && [ "$server" -eq 0 ] && [ "$verdict" = FAIL ]; then
                verdict='RED AS PLANTED'
            else
                verdict=FAIL
            fi
        fi
        echo "GATE embedders case=$name requests=$answered served=$server spans=$spans distinct=$distinct stores=$directories $verdict"
    fi
    if [ "$verdict" = FAIL ]; then tail -n 15 "$place/log" | cut -c 1-300; fi
}

boot=(-- --server.port=0 --spring.main.banner-mode=off)

newest=$(for home in "${JAVA_HOME_25_X64:-}" /usr/lib/jvm/*25*; do if [ -n "$home" ] && [ -x "$home/bin/java" ]; then echo "$home"; fi; done | sed -n 1p)
usual=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")

run_case() {
    case $1 in
        plain) plain "$1" orders-plain "$usual" "${flags[@]}" ;;
        plain-open) plain "$1" orders-plain "$usual" -- open ;;
        plain-newest) plain "$1" orders-plain "$newest" "${flags[@]}" ;;
        plain-newest-open) plain "$1" orders-plain "$newest" -- open ;;
        kotlin) plain "$1" orders-kotlin "$usual" "${flags[@]}" ;;
        micrometer3 | micrometer4)
            # In a shell of its own: the cases after it on this lane find paths elsewhere.
            (
                path_attribute=http.url
                run "$1" "orders-micrometer/boot${1#micrometer}" stored "${boot[@]}" --management.tracing.sampling.probability=1.0
            )
            ;;
        boot3) run "$1" orders-boot/boot3 stored OTEL_TRACES_EXPORTER=offspan "${boot[@]}" ;;
        boot3-yml) run "$1" orders-boot/boot3 stored "${boot[@]}" --spring.profiles.active=listed ;;
        boot3-batch)
            run "$1" orders-boot/boot3 stored OTEL_TRACES_EXPORTER=offspan OTEL_EXPORTER_OFFSPAN_PROCESSOR=batch \
                OTEL_BSP_SCHEDULE_DELAY=100 "${boot[@]}"
            ;;
        boot4) run "$1" orders-boot/boot4 stored OTEL_TRACES_EXPORTER=offspan,otlp "${boot[@]}" ;;
        boot4-yml) run "$1" orders-boot/boot4 stored "${boot[@]}" --spring.profiles.active=listed ;;
        agent)
            # In a shell of its own: the cases after it on this lane have their flags.
            (
                flags=()
                run "$1" orders-jdk stored OTEL_TRACES_EXPORTER=offspan \
                    -javaagent:"$(echo "$work"/projects/orders-jdk/target/lib/opentelemetry-javaagent-*.jar)" \
                    -Dotel.javaagent.extensions="$root/engine-otel/target/offspan-javaagent-extension.jar"
            )
            ;;
        sdk-oldest) run "$1" orders-sdk/oldest stored OTEL_TRACES_EXPORTER=offspan ;;
        sdk-between) run "$1" orders-sdk/between stored OTEL_TRACES_EXPORTER=logging,offspan ;;
        sdk-newest) run "$1" orders-sdk/newest stored OTEL_TRACES_EXPORTER=offspan ;;
        sdk-planted) run "$1" orders-sdk/newest lost OTEL_TRACES_EXPORTER=offspan OTEL_EXPORTER_OFFSPAN_PROCESSOR=batch ;;
        sdk-file) run "$1" orders-sdk/file stored OTEL_CONFIG_FILE="$work/projects/orders-sdk/otel.yaml" ;;
        sdk-too-old) run "$1" orders-sdk/too-old refused OTEL_TRACES_EXPORTER=offspan ;;
        *)
            echo "There is no case $1." >&2
            exit 2
            ;;
    esac
}

command -v curl >/dev/null || not_run "no curl; apt-get install curl"
cases=("$@")
if [ $# -eq 0 ]; then
    cases=(plain plain-open plain-newest plain-newest-open boot3 agent boot3-yml sdk-oldest boot3-batch sdk-between boot4 sdk-newest boot4-yml sdk-too-old sdk-file sdk-planted kotlin micrometer3 micrometer4)
fi
repository
built=$SECONDS
# Two at a time: starting a service keeps a processor busy.
for lane in 0 1; do
    (for ((i = lane; i < ${#cases[@]}; i += 2)); do run_case "${cases[i]}"; done) &
done
wait
for name in "${cases[@]}"; do
    cat "$work/$name/result" 2>/dev/null || echo "GATE embedders case=$name FAIL: it ended without a result"
done | tee "$work/results"
passed=$(grep -c ' PASS$\| RED AS PLANTED$' "$work/results" || true)
skipped=$(grep -c ' NOT RUN: ' "$work/results" || true)
summary="GATE embedders cases=${#cases[@]} passed=$passed not_run=$skipped seconds_build=$built seconds=$SECONDS"
if [ "$((passed + skipped))" -lt "${#cases[@]}" ]; then
    echo "$summary FAIL"
    exit 1
fi
if [ "$passed" -eq 0 ]; then not_run "$(build_failure)"; fi
echo "$summary PASS"

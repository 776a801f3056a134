package io.offspan.bench.suite;

import io.offspan.bench.measure.Rounds;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.peer.OffspanPeer;
import io.offspan.bench.peer.PeerChild;
import io.offspan.bench.peer.PeerProject;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures other stores beside Offspan, each in a JVM of its own, all of them alive at the same time and taking turns: in every round each
 * takes in the same next part of the workload, and later answers the same questions.
 */
public final class PeersSuite implements Suite {
    public static final String GROUP = "peers";
    public static final String OFFSPAN = "offspan";

    private static final long MOST_PER_ROUND = 262_144;
    private static final String OFFSPAN_TYPE = OffspanPeer.class.getName();

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "RocksDB, Zipkin in memory, SQLite, Lucene and LMDB beside Offspan, each in a process of its own; fetched when asked for.";
    }

    @Override
    public int steps(RunSize size) {
        int stores = projects(size).size() + 2;
        return stores * 2 + ingestRounds(size) + questionRounds(size);
    }

    private static List<PeerProject> projects(RunSize size) {
        return size.mode() == RunSize.Mode.QUICK ? List.of(PeerProject.ROCKSDB) : PeerProject.ALL;
    }

    private static int ingestRounds(RunSize size) {
        return (int) Math.max(size.rounds(), (size.spans() + MOST_PER_ROUND - 1) / MOST_PER_ROUND);
    }

    private static int questionRounds(RunSize size) {
        return Math.min(size.rounds(), size.mode() == RunSize.Mode.FULL ? 9 : 5) + 1;
    }

    private static long budgetMillis(RunSize size) {
        return switch (size.mode()) {
            case QUICK -> 200;
            case DEFAULT -> 1000;
            case FULL -> 3000;
        };
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        Path scratch = Files.createDirectories(size.scratch().resolve(GROUP));
        List<PeerRun> runs = new ArrayList<>();
        try {
            start(size, scratch, steps, runs);
            Rounds ingest = new Rounds(GROUP);
            Rounds questions = new Rounds(GROUP);
            subjects(runs, ingest, questions);
            for (int i = 0; i < ingestRounds(size); i++) {
                steps.next("peers, taking in, round " + (i + 1));
                ingest.round(i);
            }
            for (PeerRun run : runs) {
                steps.next("peers, memory and disk, " + run.name());
                run.finish();
            }
            for (int i = 0; i < questionRounds(size); i++) {
                steps.next("peers, questions, round " + i);
                if (i == 0) {
                    runs.forEach(PeerRun::warmQuestions);
                } else {
                    questions.round(i);
                }
            }
            return outcome(runs, ingest, questions);
        } finally {
            runs.forEach(PeerRun::close);
            Scratch.delete(scratch);
        }
    }

    private static void start(RunSize size, Path scratch, Steps steps, List<PeerRun> runs) throws IOException {
        String own = System.getProperty("java.class.path");
        runs.add(start(size, scratch, steps, OFFSPAN, OFFSPAN_TYPE, () -> own));
        runs.add(start(size, scratch, steps, OFFSPAN + Rounds.TWIN, OFFSPAN_TYPE, () -> own));
        for (PeerProject project : projects(size)) {
            runs.add(start(size, scratch, steps, project.name(), project.type(), () -> classPath(project, size)));
        }
    }

    /** Finds the class path of a peer, or says why there is none. */
    private interface ClassPath {
        String find() throws PeerProject.NotRun, IOException;
    }

    private static String classPath(PeerProject project, RunSize size) throws PeerProject.NotRun, IOException {
        if (size.spans() > project.mostSpans()) {
            throw new PeerProject.NotRun(String.format(
                    Locale.ROOT,
                    "%,d spans do not fit into the heap that every store gets; it takes up to %,d",
                    size.spans(),
                    project.mostSpans()));
        }
        return project.classPath();
    }

    private static PeerRun start(RunSize size, Path scratch, Steps steps, String name, String type, ClassPath classPath)
            throws IOException {
        steps.next("peers, starting " + name);
        PeerRun run = new PeerRun(name, size.spans());
        try {
            String folder = name.replaceAll("\\W+", "-");
            run.started(PeerChild.start(
                    classPath.find(),
                    scratch.resolve(folder + ".log"),
                    type,
                    scratch.resolve(folder),
                    size.seed(),
                    size.spans(),
                    ingestRounds(size),
                    budgetMillis(size)));
        } catch (PeerProject.NotRun e) {
            run.fail(String.valueOf(e.getMessage()));
        }
        return run;
    }

    private static void subjects(List<PeerRun> runs, Rounds ingest, Rounds questions) {
        PeerRun offspan = runs.get(0);
        PeerRun again = runs.get(1);
        ingest.addTwins(OFFSPAN, offspan::ingest, again::ingest);
        questions.addTwins(OFFSPAN, offspan::questions, again::questions);
        for (PeerRun run : runs) {
            if (run != offspan && run != again) {
                ingest.add(run.name(), run::ingest);
                questions.add(run.name(), run::questions);
            }
            if (!run.name().equals(PeerProject.ROCKSDB.name())) {
                ingest.compare(run.name(), PeerProject.ROCKSDB.name());
                questions.compare(run.name(), PeerProject.ROCKSDB.name());
            }
        }
    }

    private static Outcome outcome(List<PeerRun> runs, Rounds ingest, Rounds questions) {
        List<Row> rows = new ArrayList<>();
        double noise = Math.max(ingest.noise(), questions.noise());
        List<Row> measured = new ArrayList<>(ingest.rows(noise));
        measured.addAll(questions.rows(noise));
        for (PeerRun run : runs) {
            if (run.failed()) {
                rows.add(Row.notRun(GROUP, run.name(), run.failure()));
                continue;
            }
            measured.stream()
                    .filter(row -> row.subject().equals(run.name()))
                    .map(run::judge)
                    .forEach(rows::add);
            rows.addAll(run.finishRows());
        }
        return new Outcome(rows, noise);
    }
}

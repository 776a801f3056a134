package io.offspan.bench.suite;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Metric;
import io.offspan.bench.result.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of questions that is asked in rounds, with every answer held against the right one: what it is called, and what it found.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class QuestionSet {
    private final String group;
    private final String subject;
    private final int questions;
    private final int sample;
    private final W1Answers.Question question;
    private final String note;
    /** In a round no further question is asked after so much time. */
    private final long budgetNanos;

    private final List<Double> medians = new ArrayList<>();
    private final List<Double> tails = new ArrayList<>();
    private final List<Double> allocated = new ArrayList<>();
    private long expected;
    private long got;
    private boolean wrong;

    QuestionSet(
            String group,
            String subject,
            int questions,
            int sample,
            W1Answers.Question question,
            String note,
            long budgetNanos) {
        this.group = group;
        this.subject = subject;
        this.questions = questions;
        this.sample = sample;
        this.question = question;
        this.note = note;
        this.budgetNanos = budgetNanos;
    }

    private int which(int number) {
        return (int) ((long) number * questions / sample);
    }

    /** Asks the questions once; the times of a round that is not counted are forgotten, its wrong answers are not. */
    void round(boolean counted) {
        Latencies latencies = new Latencies();
        Meter meter = new Meter();
        expected = 0;
        got = 0;
        meter.start();
        long started = System.nanoTime();
        int asked = 0;
        while (asked < sample && (asked == 0 || System.nanoTime() - started < budgetNanos)) {
            int i = asked++;
            long begin = System.nanoTime();
            W1Answers.Checked answer = question.ask(which(i));
            latencies.record(System.nanoTime() - begin);
            expected += answer.expected();
            got += answer.got();
            wrong |= !answer.right();
        }
        meter.stop(asked);
        if (counted) {
            medians.add(latencies.micros(50));
            tails.add(latencies.micros(99));
            allocated.add(meter.figures().getOrDefault(Metric.ALLOCATED, 0.0));
        }
    }

    /** Returns what the counted rounds found. */
    List<Row> rows() {
        Row first = Row.of(group, subject, "p50", "us", true, medians)
                .answered(expected, got)
                .noted(note);
        return List.of(
                wrong ? first.wrong() : first,
                Row.of(group, subject, "p99", "us", true, tails).noted(note),
                Row.of(group, subject, "allocated", "B/query", true, allocated).noted(note));
    }
}

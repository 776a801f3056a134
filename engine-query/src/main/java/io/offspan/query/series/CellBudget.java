package io.offspan.query.series;

/**
 * What is left of the memory of a question.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class CellBudget {
    /** A value that is compared takes about as much memory as so many numbers. */
    private static final int NUMBERS_OF_VALUE = 24;

    private final SeriesLimits limits;
    private long series;
    private long samples;
    private long values;

    CellBudget(SeriesLimits limits) {
        this.limits = limits;
    }

    /** Takes a series of so many numbers. */
    void takeSeries(int numbers) {
        if (++series > limits.series()) {
            throw limits.tooManySeries();
        }
        takeSamples(numbers);
    }

    /** Takes memory for so many numbers. */
    void takeSamples(int more) {
        samples += more;
        if (samples > limits.samples()) {
            throw limits.tooManySamples();
        }
    }

    /** Returns how many values of a field are compared at most, or refuses one more field. */
    int valuesOfField(int fields) {
        if (fields > limits.series()) {
            throw limits.tooManyFields();
        }
        return limits.series();
    }

    /** Takes memory for a value that is compared. */
    void takeCompared() {
        samples += NUMBERS_OF_VALUE;
        if (samples > limits.samples()) {
            throw limits.tooManyCompared();
        }
    }

    /** Gives back the memory of so many values that are not compared any more. */
    void giveCompared(int compared) {
        samples -= (long) NUMBERS_OF_VALUE * compared;
    }

    /** Takes the number of a span, or returns false where there is no room for it. */
    boolean takeValue() {
        return ++values <= limits.values();
    }

    /** Tells whether there is room for so many numbers of spans. */
    boolean hasRoomForValues(long more) {
        return more <= limits.values();
    }

    /** Gives back the memory of so many numbers. */
    void giveSamples(int fewer) {
        samples -= fewer;
    }

    /** Gives back the numbers of spans, which are not needed any more. */
    void giveValues() {
        values = 0;
    }
}

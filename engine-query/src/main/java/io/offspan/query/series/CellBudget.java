package io.offspan.query.series;

/**
 * What is left of the memory of a question.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class CellBudget {
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

    /** Takes the number of a span. */
    void takeValue() {
        if (++values > limits.values()) {
            throw limits.tooManyValues();
        }
    }

    /** Gives back the numbers of spans, which are not needed any more. */
    void giveValues() {
        values = 0;
    }
}

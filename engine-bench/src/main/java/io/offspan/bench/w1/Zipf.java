package io.offspan.bench.w1;

/** Draws of {@code n} ranks, rank {@code i} with a weight of {@code 1 / (i + 1)}. */
final class Zipf {
    private final double[] cumulative;

    Zipf(int n) {
        cumulative = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
        for (int i = 0; i < n; i++) {
            cumulative[i] /= sum;
        }
    }

    /** Draws a rank by one uniform draw. */
    int draw(SplitMix64 random) {
        double u = random.uniform();
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > u) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}

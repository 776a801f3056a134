package io.offspan.cli.demo;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What one visitor of the shop does, drawn from seed and number: the same seed gives the same visits, whatever the threads
 * do.
 *
 * @param seed what the visits are drawn from
 * @param number number of the visit, from 0
 * @param user who visits
 * @param product what is looked at
 * @param quantity how many are put into the cart
 * @param currency what is paid in
 * @param buys whether the cart is checked out
 * @param declined whether the card is declined
 * @param outOfStock whether the warehouse has none left
 * @param carrierMillis how long the carrier takes to answer, 0 for at once
 */
record Visit(
        long seed,
        int number,
        String user,
        String product,
        int quantity,
        String currency,
        boolean buys,
        boolean declined,
        boolean outOfStock,
        int carrierMillis) {

    private static final List<String> PRODUCTS =
            List.of("OLJCESPC7Z", "66VCHSJNUP", "1YMWWN1N4O", "L9ECAV7KIM", "2ZYFJ3GM2N", "0PUK6V6EV0", "LS4PSXUNUM");
    private static final List<String> CURRENCIES = List.of("EUR", "USD", "CHF", "JPY", "SEK");
    private static final List<String> NAMES = List.of("ada", "grace", "edsger", "barbara", "dénes", "miyuki", "łukasz");

    /** Draws a visit. */
    static Visit draw(long seed, int number) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        boolean buys = random.nextInt(100) < 60;
        return new Visit(
                seed,
                number,
                NAMES.get(random.nextInt(NAMES.size())) + "-" + random.nextInt(40),
                PRODUCTS.get(random.nextInt(PRODUCTS.size())),
                1 + random.nextInt(5),
                CURRENCIES.get(random.nextInt(CURRENCIES.size())),
                buys,
                buys && random.nextInt(100) < 7,
                buys && random.nextInt(100) < 4,
                buys && random.nextInt(100) < 6 ? 110 + random.nextInt(190) : 0);
    }

    /** Returns the visit as a request header: its seed and number are all there is to know. */
    String header() {
        return seed + ":" + number;
    }

    /** Reads what {@link #header} wrote. */
    static Visit ofHeader(String header) {
        int colon = header.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("A visit is written seed:number, found " + header);
        }
        return draw(Long.parseLong(header.substring(0, colon)), Integer.parseInt(header.substring(colon + 1)));
    }

    /** Returns what the visitor pays, in the smallest unit of the currency. */
    long amount() {
        return quantity * (199L + 100L * product.charAt(0));
    }
}
